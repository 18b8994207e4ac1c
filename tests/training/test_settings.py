import json
import math
from dataclasses import FrozenInstanceError, asdict, replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autoencoder.images.sources import SOURCES
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import BOTTLENECKS, LOSSES, TrainingSettings, check_learning_rate, steps_per_epoch

SETTINGS = st.builds(
    TrainingSettings,
    source=st.sampled_from(sorted(SOURCES)),
    network=st.sampled_from(sorted(NETWORKS)),
    bottleneck=st.sampled_from(sorted(BOTTLENECKS)),
    bottleneck_size=st.integers(1, 64),
    epochs=st.integers(1, 100),
    batch_size=st.integers(1, 1024),
    learning_rate=st.floats(0, 1, exclude_min=True),
    loss=st.sampled_from(sorted(LOSSES)),
    seed=st.integers(0, 2**32 - 1),
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
    assert plan.code_size == settings.bottleneck_size
    assert plan.ordered is settings.ordered is (settings.bottleneck == "ordered")


@given(SETTINGS)
def test_an_ordered_network_answers_for_every_size_and_an_exact_one_for_its_own(settings: TrainingSettings) -> None:
    assert settings.sizes[-1] == settings.bottleneck_size
    assert settings.sizes == list(range(1, settings.bottleneck_size + 1)) or settings.bottleneck == "exact"
    assert len(settings.sizes) == 1 or settings.bottleneck == "ordered"


WRONG_VALUES = [
    *[(name, wrong) for name in ("source", "network", "bottleneck", "loss") for wrong in ("other", "", None, 3, [])],
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


@pytest.mark.parametrize(("name", "wrong"), WRONG_VALUES)
def test_a_wrong_value_in_json_is_a_value_error(name: str, wrong: object) -> None:
    with pytest.raises(ValueError, match=f"Expected `{name}`"):
        TrainingSettings.from_json(json.dumps(asdict(TrainingSettings()) | {name: wrong}))


def test_bounds_belong_to_the_settings() -> None:
    for seed in (0, 2**32 - 1):
        assert (
            TrainingSettings(seed=seed, epochs=100, bottleneck_size=1, batch_size=1024, learning_rate=1.0).seed == seed
        )


@pytest.mark.parametrize("change", [{"noise_level": 0.1}, {"seed": None}])
def test_other_settings_than_expected_are_an_error(change: dict) -> None:
    values = {name: value for name, value in (asdict(TrainingSettings()) | change).items() if value is not None}
    with pytest.raises(ValueError, match=r"Expected the settings \[.*\]\. Received: "):
        TrainingSettings.from_json(json.dumps(values))


@given(st.text())
def test_any_text_is_settings_or_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        TrainingSettings.from_json(text)


def test_settings_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        TrainingSettings().seed = 1  # type: ignore[misc]


@given(st.floats())
def test_a_learning_rate_passes_where_settings_take_it(rate: float) -> None:
    if 0 < rate <= 1:
        check_learning_rate(rate)
        assert TrainingSettings(learning_rate=rate).learning_rate == rate
    else:
        with pytest.raises(ValueError, match=r"Expected `learning_rate` above 0 and at most 1\. Received: "):
            check_learning_rate(rate)


@given(st.integers(1, 10**5), st.integers(1, 1024))
def test_an_epoch_is_as_many_whole_batches_as_there_are(pictures: int, batch_size: int) -> None:
    steps = steps_per_epoch(pictures, batch_size)
    assume(batch_size <= pictures)
    assert steps * batch_size <= pictures < (steps + 1) * batch_size


def test_a_set_smaller_than_a_batch_is_one_step() -> None:
    assert steps_per_epoch(10, 1024) == 1
