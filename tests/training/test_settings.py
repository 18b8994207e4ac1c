import json
import math
import re
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.data import own
from autoencoder.data.augmentation import AUGMENTATIONS, NO_AUGMENTATION
from autoencoder.data.noise import NOISES
from autoencoder.data.sources import SOURCES
from autoencoder.data.uploads import storage
from autoencoder.data.uploads.datasets import UploadChoices, make_dataset
from autoencoder.networks.architectures import FIRST_COMPOSITION
from autoencoder.networks.composition import Composition
from autoencoder.networks.plan import NETWORKS, VECTOR_NETWORKS
from autoencoder.training.settings import (
    BOTTLENECKS,
    FIRST_SETTINGS,
    FORMAT,
    LATER_SETTINGS,
    LOSSES,
    NO_NOISE,
    NO_PENALTY,
    PENALTIES,
    SCHEDULES,
    TrainingSettings,
    UnknownSettings,
)
from tests.networks.compositions import COMPOSITIONS

KINDS = [
    {"network": name, "bottleneck": bottleneck, "loss": loss, "penalty": penalty}
    for name in NETWORKS
    for bottleneck in BOTTLENECKS
    for loss in LOSSES
    for penalty in (NO_PENALTY, *PENALTIES)
    if NETWORKS[name].open == (bottleneck == "open")
    if NETWORKS[name].bounded or loss != "binary_crossentropy"
    if penalty == NO_PENALTY or bottleneck == "exact"
]
LEVEL_PAIRS = st.lists(st.floats(0, 1), min_size=2, max_size=2).map(sorted)
SETTINGS = st.builds(
    lambda kind, levels, augmentation, **others: TrainingSettings(
        **kind,
        noise_low=levels[0],
        noise_high=levels[1],
        augmentation=augmentation if others["fresh_noise"] else NO_AUGMENTATION,
        **others,
    ),
    kind=st.sampled_from(KINDS),
    levels=LEVEL_PAIRS,
    source=st.sampled_from(sorted(SOURCES)),
    bottleneck_size=st.integers(1, 64),
    epochs=st.integers(1, 100),
    batch_size=st.integers(1, 1024),
    learning_rate=st.floats(0, 1, exclude_min=True),
    penalty_weight=st.floats(0, 100, exclude_min=True),
    seed=st.integers(0, 2**32 - 1),
    schedule=st.sampled_from(sorted(SCHEDULES)),
    noise=st.sampled_from([NO_NOISE, *NOISES]),
    fresh_noise=st.booleans(),
    augmentation=st.sampled_from([NO_AUGMENTATION, *AUGMENTATIONS]),
    normal_classes=st.sets(st.integers(0, 1)).map(tuple),  # every source has two classes
    whole_share=st.floats(0, 1),
)


@given(SETTINGS)
def test_json_and_back_gives_the_same_settings_and_key(settings: TrainingSettings) -> None:
    again = TrainingSettings.from_json(settings.to_json())
    assert again == settings
    assert again.key == settings.key
    assert again.to_json() == settings.to_json()


@given(SETTINGS, SETTINGS)
def test_equal_settings_have_one_key_and_others_another(one: TrainingSettings, other: TrainingSettings) -> None:
    assert (one == other) == (one.key == other.key) == (one.differences(other) == {})


@given(SETTINGS, SETTINGS)
def test_differences_lead_from_one_to_the_other(one: TrainingSettings, other: TrainingSettings) -> None:
    differences = one.differences(other)
    assert replace(one, **{name: there for name, (_, there) in differences.items()}) == other
    assert all(here != there and asdict(one)[name] == here for name, (here, there) in differences.items())


def test_a_whole_number_as_learning_rate_is_the_same_training() -> None:
    assert TrainingSettings(learning_rate=1) == TrainingSettings(learning_rate=1.0)
    assert TrainingSettings(learning_rate=1).key == TrainingSettings(learning_rate=1.0).key


@given(SETTINGS)
def test_a_key_is_a_plain_folder_name(settings: TrainingSettings) -> None:
    assert len(settings.key) == 24
    assert set(settings.key) <= set("0123456789abcdef")


@given(SETTINGS)
def test_the_plan_is_of_the_settings(settings: TrainingSettings) -> None:
    plan = settings.plan
    assert plan.shape == SOURCES[settings.source].shape
    assert settings.bottleneck == "open" or plan.code_shape == (settings.bottleneck_size,)
    assert plan.ordered is settings.ordered is (settings.bottleneck == "ordered")


@given(SETTINGS)
def test_an_ordered_network_answers_for_every_size_and_another_for_its_own(settings: TrainingSettings) -> None:
    assert settings.sizes[-1] == settings.plan.code_size
    assert settings.sizes == list(range(1, settings.bottleneck_size + 1)) or settings.bottleneck != "ordered"
    assert len(settings.sizes) == 1 or settings.bottleneck == "ordered"


# Settings that say the same


@given(SETTINGS, LEVEL_PAIRS, st.booleans())
def test_without_noise_nothing_is_said_about_it(settings: TrainingSettings, levels: list[float], fresh: bool) -> None:
    quiet = replace(settings, noise=NO_NOISE)
    same = replace(quiet, noise_low=levels[0], noise_high=levels[1], fresh_noise=fresh)
    assert not same.noisy
    assert (same, same.key) == (quiet, quiet.key)
    assert (same.noise_low, same.noise_high, same.fresh_noise) == (0, 0, True)


@given(SETTINGS, st.integers(1, 64))
def test_where_a_network_is_open_a_size_says_nothing(settings: TrainingSettings, size: int) -> None:
    other = replace(settings, bottleneck_size=size)
    if settings.bottleneck == "open" or size == settings.bottleneck_size:
        assert (other, other.key) == (settings, settings.key)
    else:
        assert other.key != settings.key


@pytest.mark.parametrize("name", ["noise_low", "noise_high", "schedule", "noise", "fresh_noise"])
def test_with_noise_all_that_is_said_counts(name: str) -> None:
    noisy = TrainingSettings(noise="gaussian", noise_low=0.2, noise_high=0.4)
    others = {"noise_low": 0.1, "noise_high": 0.5, "schedule": "constant", "noise": "blur", "fresh_noise": False}
    assert noisy.noisy
    assert replace(noisy, **{name: others[name]}).key != noisy.key


@pytest.mark.parametrize("low", [0, 0.0, -0.0])
def test_one_level_has_one_key_however_it_is_written(low: float) -> None:
    settings = TrainingSettings(noise="masked", noise_low=low, noise_high=1)
    assert settings.key == TrainingSettings(noise="masked", noise_low=0.0, noise_high=1.0).key


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("bottleneck", BOTTLENECKS)
def test_an_open_network_has_an_open_bottleneck_and_no_other_has(name: str, bottleneck: str) -> None:
    if (name in VECTOR_NETWORKS) == (bottleneck != "open"):
        assert TrainingSettings(network=name, bottleneck=bottleneck).ordered is (bottleneck == "ordered")
    else:
        with pytest.raises(ValueError, match=rf"^Expected `bottleneck` to be .+ {name}\. Received: '{bottleneck}'\.$"):
            TrainingSettings(network=name, bottleneck=bottleneck)


@given(SETTINGS, st.floats())
def test_without_a_penalty_a_weight_says_nothing(settings: TrainingSettings, weight: float) -> None:
    plain = replace(settings, penalty=NO_PENALTY)
    same = replace(plain, penalty_weight=weight)
    assert (same, same.key, same.penalty_weight) == (plain, plain.key, 0)


# Penalties

SPARSE = TrainingSettings(bottleneck="exact", penalty="sparse", penalty_weight=0.001)


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("kind", [{"bottleneck": "ordered"}, {"network": "denoiser", "bottleneck": "open"}], ids=str)
def test_a_penalty_needs_an_exact_bottleneck(penalty: str, kind: dict) -> None:
    expected = rf"^Expected `bottleneck` to be exact for the penalty {penalty}\. Received: '{kind['bottleneck']}'\.$"
    with pytest.raises(ValueError, match=expected):
        TrainingSettings(penalty=penalty, penalty_weight=1, **kind)


@pytest.mark.parametrize("weight", [0, -1, 100.1, math.inf, math.nan, "1", None, True])
def test_a_penalty_has_a_weight(weight: object) -> None:
    expected = r"^Expected `penalty_weight` to be a number above 0 and at most 100\. Received: "
    with pytest.raises(ValueError, match=expected) as caught:
        replace(SPARSE, penalty_weight=weight)
    assert str(caught.value).endswith(f"Received: {weight!r}.")


def test_a_penalty_and_its_weight_are_another_training() -> None:
    others = [replace(SPARSE, penalty=penalty, penalty_weight=weight) for penalty in PENALTIES for weight in (1, 2)]
    assert len({SPARSE.key, replace(SPARSE, penalty=NO_PENALTY).key, *(other.key for other in others)}) == 8
    assert replace(SPARSE, penalty_weight=1).key == replace(SPARSE, penalty_weight=1.0).key


@pytest.mark.parametrize(("penalty", "code"), [(NO_PENALTY, "plain"), *PENALTIES.items()])
def test_the_penalty_decides_what_the_code_is(penalty: str, code: str) -> None:
    plan = replace(SPARSE, penalty=penalty).plan
    assert (plan.code, plan.code_shape) == (code, (64,))


def test_a_network_whose_pictures_are_unbounded_has_no_cross_entropy() -> None:
    expected = r"^Expected `loss` to be mean_.+ for the network linear, .+ Received: 'binary_crossentropy'\.$"
    with pytest.raises(ValueError, match=expected):
        TrainingSettings(network="linear", loss="binary_crossentropy")


# Which classes are normal


@given(st.lists(st.integers(0, 9), max_size=15))
def test_normal_classes_are_in_order_and_each_once(classes: list[int]) -> None:
    settings = TrainingSettings(normal_classes=classes)
    assert settings.normal_classes == tuple(sorted(set(classes)))
    again = TrainingSettings(normal_classes=tuple(reversed(classes)))
    assert (again, again.key) == (settings, settings.key)
    assert TrainingSettings.from_json(settings.to_json()) == settings
    assert hash(TrainingSettings.from_json(settings.to_json())) == hash(settings)


@given(st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)))
def test_other_normal_classes_are_another_training(one: set[int], other: set[int]) -> None:
    keys = {TrainingSettings(normal_classes=tuple(classes)).key for classes in (one, other)}
    assert len(keys) == (1 if one == other else 2)


@pytest.mark.parametrize("name", SOURCES)
def test_normal_classes_are_labels_of_the_source(name: str) -> None:
    last = len(SOURCES[name].class_names) - 1
    assert TrainingSettings(name, normal_classes=(last,)).normal_classes == (last,)
    expected = rf"^Expected `normal_classes` to be labels from 0 to {last}\. Received: "
    for wrong in ((last + 1,), (-1,), (0, "1"), "01", (True,), (0.0,), (None,)):
        with pytest.raises(ValueError, match=expected):
            TrainingSettings(name, normal_classes=wrong)  # type: ignore[arg-type]


# Values that are refused


CHOICES = ("source", "network", "bottleneck", "loss", "schedule", "noise", "penalty")
WRONG_VALUES = [
    *[("fresh_noise", wrong) for wrong in (0, 1, "True", None)],
    *[(name, wrong) for name in CHOICES for wrong in ("other", "", None, 3, [])],
    *[("bottleneck_size", wrong) for wrong in (0, 65, -1, 2.0, "8", True, None)],
    *[("epochs", wrong) for wrong in (0, 101, 1.5, "10", True, None)],
    *[("batch_size", wrong) for wrong in (0, 1025, 32.0, False)],
    *[("seed", wrong) for wrong in (-1, 2**32, 0.0, True)],
    *[("learning_rate", wrong) for wrong in (0, 0.0, -0.1, 1.0001, math.nan, math.inf, "0.1", True, None, [])],
]


@pytest.mark.parametrize(("name", "wrong"), WRONG_VALUES)
def test_a_wrong_value_is_named_with_what_was_expected(name: str, wrong: object) -> None:
    with pytest.raises(ValueError, match=rf"^Expected `{name}` .+\. Received: .+\.$") as caught:
        TrainingSettings(**{name: wrong})
    assert f"Received: {wrong!r}." in str(caught.value)
    with pytest.raises(ValueError, match=f"Expected `{name}`"):
        TrainingSettings.from_json(json.dumps(asdict(TrainingSettings()) | {name: wrong}))


def test_bounds_belong_to_the_settings() -> None:
    TrainingSettings(seed=0, epochs=100, bottleneck_size=1, batch_size=1024, learning_rate=1.0)
    TrainingSettings(seed=2**32 - 1)


@pytest.mark.parametrize(
    ("low", "high"),
    [(0.5, 0.4), (-0.1, 0.5), (0.5, 1.1), (math.nan, 0.5), (0, math.nan), ("0.5", 1), (0, None), (True, 1), ([], 1)],
)
def test_levels_are_numbers_in_order_between_0_and_1(low: object, high: object) -> None:
    expected = f"Expected 0 ≤ `noise_low` ≤ `noise_high` ≤ 1. Received: {(low, high)!r}."
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        TrainingSettings(noise="blur", noise_low=low, noise_high=high)  # type: ignore[arg-type]


def test_pictures_that_move_need_noise_that_is_drawn_anew() -> None:
    noisy = {"noise": "gaussian", "noise_high": 0.5, "augmentation": "affine"}
    assert TrainingSettings(**noisy).augmented
    with pytest.raises(ValueError, match="Expected `augmentation` to be none where `fresh_noise` is False"):
        TrainingSettings(**noisy, fresh_noise=False)
    with pytest.raises(ValueError, match="Expected `augmentation` to be one of none, affine"):
        TrainingSettings(augmentation="mirror")


# A network of a learner's own


@given(COMPOSITIONS)
def test_a_composition_is_a_setting_like_every_other_or_refused(composition: Composition) -> None:
    try:
        settings = TrainingSettings(network="own", composition=str(composition))
    except ValueError as refused:
        assert re.match(r"Expected `composition` to have (at most|no kernel)", str(refused))  # noqa: PT017
        return
    assert settings.composition == str(composition)
    assert TrainingSettings.from_json(settings.to_json()) == settings
    assert replace(settings, network="dense") == TrainingSettings()
    assert settings.plan.code_shape == (64,)


def test_compositions_that_say_the_same_are_one_training() -> None:
    texts = ("dense-80.40-to-40.80-relu", "dense-080.40-dropout0.0", "dense-80.40")
    assert len({TrainingSettings(network="own", composition=text).key for text in texts}) == 1
    assert TrainingSettings(network="own").composition == FIRST_COMPOSITION
    assert TrainingSettings(network="own") != TrainingSettings(network="own", composition=texts[0])


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ("dense-2048.2048.2048.2048.2048", "to have at most 20,000,000 parameters. Received: 37,"),
        ("conv-8k9s4.8k9s1", "to have no kernel or stride larger than what it looks at. Received: '8k9s1 on 7 × 7"),
        ("dense-0", "to have 1 to 2048 units in a layer. Received: 0."),
        (None, "to be a text. Received: None."),
    ],
)
def test_a_composition_that_cannot_work_is_refused(wrong: str, expected: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"Expected `composition` {expected}")):
        TrainingSettings("mnist_sample", network="own", composition=wrong)
    said = {"network": "own", "composition": wrong}
    with pytest.raises(UnknownSettings, match="Expected `composition`"):
        TrainingSettings.from_json(json.dumps(asdict(TrainingSettings()) | said))


@pytest.mark.parametrize(
    "kind",
    [{"bottleneck": "ordered"}, *({"penalty": penalty, "penalty_weight": 0.1} for penalty in PENALTIES)],
    ids=str,
)
def test_every_bottleneck_and_penalty_works_with_it(kind: dict) -> None:
    settings = TrainingSettings(**{"network": "own", "bottleneck": "exact", "bottleneck_size": 8} | kind)
    assert settings.plan.code_size == 8
    twice = kind.get("penalty") == "variational"
    assert settings.plan.encoder.output_shape(settings.plan.shape) == (16 if twice else 8,)


# What other versions wrote

FIRST = {
    "source": "mnist_sample",
    "network": "convolutional",
    "bottleneck": "exact",
    "bottleneck_size": 8,
    "epochs": 3,
    "batch_size": 32,
    "learning_rate": 0.01,
    "loss": "mean_absolute_error",
    "seed": 5,
}


def test_what_the_first_version_wrote_is_still_read() -> None:
    assert set(FIRST) == FIRST_SETTINGS
    settings = TrainingSettings.from_json(json.dumps(FIRST))
    assert settings == TrainingSettings(**FIRST)
    assert (settings.schedule, settings.noise, settings.fresh_noise) == ("one_cycle", "none", True)


@given(SETTINGS, st.data())
def test_what_is_newer_may_be_missing(settings: TrainingSettings, data: st.DataObject) -> None:
    plain = replace(
        settings,
        schedule="one_cycle",
        noise=NO_NOISE,
        normal_classes=(),
        penalty=NO_PENALTY,
        augmentation=NO_AUGMENTATION,
        whole_share=0.0,
        composition="",
        network=settings.network.replace("own", "dense"),
    )
    left_out = data.draw(st.sets(st.sampled_from(sorted(set(asdict(plain)) - FIRST_SETTINGS))))
    values = {name: value for name, value in asdict(plain).items() if name not in left_out}
    assert TrainingSettings.from_json(json.dumps(values)) == plain


def test_a_source_that_is_gone_is_told_from_damage() -> None:
    with pytest.raises(UnknownSettings):
        TrainingSettings.from_json(json.dumps(FIRST | {"source": "digits"}))


@pytest.mark.parametrize("name", sorted(FIRST))
def test_what_every_version_wrote_may_not_be_missing(name: str) -> None:
    with pytest.raises(ValueError, match=r"^Expected the settings \[.*\]\. Received: "):
        TrainingSettings.from_json(json.dumps({other: value for other, value in FIRST.items() if other != name}))


@pytest.mark.parametrize("change", [{"another": 1}, {"network": "transformer"}, {"noise": 3}, {"normal_classes": 3}])
def test_what_a_later_version_wrote_is_told_from_damage(change: dict) -> None:
    with pytest.raises(UnknownSettings):
        TrainingSettings.from_json(json.dumps(FIRST | change))
    for damage in ({}, change, [FIRST | change]):
        with pytest.raises(ValueError, match="Expected") as said:
            TrainingSettings.from_json(json.dumps(damage))
        assert type(said.value) is ValueError


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        (TrainingSettings("mnist", "dense", "exact", 8, epochs=3), "3cba0103065fc4dbb7f0ac25"),
        (TrainingSettings("bananas", "denoiser", "open", noise="stains", noise_high=0.3), "c4ffdc504ef936a5148fe7f5"),
    ],
)
def test_keys_from_before_there_were_penalties_are_still_the_same(settings: TrainingSettings, key: str) -> None:
    assert settings.key == key
    assert not set(json.loads(settings.to_json())) & set(LATER_SETTINGS)


def test_what_is_left_out_is_what_the_settings_begin_with() -> None:
    values = asdict(TrainingSettings())
    assert {name: values[name] for name in LATER_SETTINGS} == LATER_SETTINGS
    assert {"penalty", "penalty_weight"} <= set(json.loads(SPARSE.to_json()))


def test_a_key_is_of_the_format_and_the_values(monkeypatch: pytest.MonkeyPatch) -> None:
    before = TrainingSettings().key
    monkeypatch.setattr("autoencoder.training.settings.FORMAT", FORMAT + 1)
    assert TrainingSettings().key != before


@given(st.text())
def test_any_text_is_settings_or_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        TrainingSettings.from_json(text)


# Pictures of a session's own


def test_runs_on_own_pictures_carry_their_sessions_token() -> None:
    from tests.data.uploads.examples import make_photos

    sources = [own.name_of(token * 32, "0" * 12) for token in "ab"]
    for source in sources:
        storage.save_dataset(
            own.set_folder(source), make_dataset(make_photos(3), UploadChoices(side=16, augment=False))[0]
        )
    upload_state, others = map(TrainingSettings, sources)
    assert [upload_state.key[:32], others.key[:32]] == ["a" * 32, "b" * 32]
    assert len(upload_state.key) == 32 + 24
    assert len(TrainingSettings().key) == 24
    assert TrainingSettings.from_json(upload_state.to_json()) == upload_state
    assert upload_state.plan.shape == (16, 16, 3)
