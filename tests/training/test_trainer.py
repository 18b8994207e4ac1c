from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.images.choosing import hold_out, of_classes
from autoencoder.images.noise import SHOWN_LEVELS, SHOWN_SEED, add_noise
from autoencoder.images.picture_set import PictureSet
from autoencoder.lessons.denoising import TEST_SEED
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.networks.ordered import milestones
from autoencoder.networks.plan import NETWORKS, VECTOR_NETWORKS
from autoencoder.training import trainer as module
from autoencoder.training.settings import LOSSES, PENALTIES, SCHEDULES, TrainingSettings
from autoencoder.training.trainer import Trainer, even_levels, rate_share
from tests.examples import make_set

pytestmark = pytest.mark.slow  # each trains, and TensorFlow compiles first

GREY = make_set(90, 24, (28, 28, 1))
ALIKE = replace(GREY, train=np.repeat(np.rint(GREY.train[:1] * 255) / np.float32(255), 90, axis=0))
SETTINGS = TrainingSettings(source="digits", epochs=3, batch_size=8, bottleneck_size=6)
EXACT = replace(SETTINGS, bottleneck="exact")
GRAIN = {"noise": "gaussian", "noise_low": 0.1, "noise_high": 0.6}
ALL_BLACK = {"noise": "masked", "noise_low": 1.0, "noise_high": 1.0}
KINDS = {name: {"network": name, "bottleneck": "open" if NETWORKS[name].open else "ordered"} for name in NETWORKS}
NOISY_KINDS = {
    "dense, fresh noise": KINDS["dense"] | GRAIN,
    "dense, noise once": KINDS["dense"] | GRAIN | {"fresh_noise": False},
    "keras_example, fresh noise": KINDS["keras_example"] | GRAIN,
    "convolutional, exact, fresh noise": {"network": "convolutional", "bottleneck": "exact"} | GRAIN,
}
SHALLOW = {"network": "shallow", "bottleneck": "exact", "penalty_weight": 0.01}
PENALISED_KINDS = {name: SHALLOW | {"penalty": name} for name in PENALTIES}
PENALISED_KINDS["variational, fresh noise"] = PENALISED_KINDS["variational"] | GRAIN


def weights(trainer: Trainer) -> list[np.ndarray]:
    return [*trainer.encoder.get_weights(), *trainer.decoder.get_weights()]


def train(settings: TrainingSettings, *, parts: list[int] | None = None, pictures: PictureSet = GREY) -> Trainer:
    """A whole training, an epoch at a time or in these many steps at a time."""
    trainer = Trainer(settings, pictures)
    for steps in parts or [trainer.steps_per_epoch] * settings.epochs:
        trainer.advance(steps)
    return trainer


def equal(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(np.array_equal(*pair) for pair in zip(one, other, strict=True))


EVERY_KIND = KINDS | NOISY_KINDS | PENALISED_KINDS
TRAINED_OFTEN = (  # what learns in a way of its own; the others are made of the same parts
    "dense",
    "convolutional",
    "denoiser",
    "dense, fresh noise",
    "dense, noise once",
    "contractive",
    "variational, fresh noise",
)


@pytest.fixture(autouse=True)
def without_xla(monkeypatch: pytest.MonkeyPatch) -> None:
    """XLA takes seconds and 100 MB for every network, and keeps them; a real worker's trainings are tested with it."""
    monkeypatch.setattr(module, "_has_xla", lambda: False)


@pytest.fixture(scope="module", params=TRAINED_OFTEN)
def settings(request: pytest.FixtureRequest) -> TrainingSettings:
    return replace(SETTINGS, **EVERY_KIND[request.param])


@pytest.fixture(scope="module", params=KINDS)
def quiet(request: pytest.FixtureRequest) -> TrainingSettings:
    return replace(SETTINGS, **KINDS[request.param])


@pytest.fixture(scope="module")
def learnt(settings: TrainingSettings) -> Iterator[list[np.ndarray]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_has_xla", lambda: False)
        yield weights(train(settings))


def test_every_picture_that_is_not_held_out_is_learnt_from(settings: TrainingSettings) -> None:
    trainer = Trainer(settings, GREY)
    assert (trainer.steps_per_epoch, trainer.total_steps) == (10, 30)  # 90 − 9 pictures in batches of 8


def test_the_same_settings_learn_the_same(settings: TrainingSettings, learnt: list[np.ndarray]) -> None:
    assert equal(weights(train(settings)), learnt)


def test_it_does_not_matter_in_how_many_steps_at_once(settings: TrainingSettings, learnt: list[np.ndarray]) -> None:
    assert equal(weights(train(settings, parts=[1, 3, 6, 10, 2, 8])), learnt)


@pytest.mark.parametrize("step", [4, 20])
def test_interrupted_it_learns_exactly_the_same(
    settings: TrainingSettings, learnt: list[np.ndarray], step: int
) -> None:
    first = Trainer(settings, GREY)
    for begin in range(0, step, 10):
        first.advance(min(10, step - begin))
    kept = first.arrays()
    second = Trainer(settings, GREY)
    second.restore(kept)
    assert second.step == step
    while second.step < second.total_steps:
        second.advance(10 - second.step % 10)
    assert equal(weights(second), learnt)


def test_arrays_are_kept_as_they_were(settings: TrainingSettings) -> None:
    trainer = Trainer(settings, GREY)
    kept = trainer.arrays()
    copies = {name: array.copy() for name, array in kept.items()}
    trainer.advance(5)
    assert all(np.array_equal(kept[name], copies[name]) for name in kept)
    trainer.restore(kept)
    assert trainer.step == 0
    assert all(np.array_equal(array, copies[name]) for name, array in trainer.arrays().items())


def test_another_seed_learns_something_else(settings: TrainingSettings, learnt: list[np.ndarray]) -> None:
    assert not equal(weights(train(replace(settings, seed=1))), learnt)


@pytest.mark.parametrize("changes", [{}, GRAIN, GRAIN | {"fresh_noise": False}], ids=["quiet", "fresh", "once"])
def test_the_largest_seed_is_a_seed(changes: dict) -> None:
    assert np.isfinite(Trainer(replace(SETTINGS, seed=2**32 - 1, **changes), GREY).advance(1))


@pytest.mark.parametrize("loss", LOSSES)
def test_the_loss_falls_on_what_it_learns_from_and_on_what_it_does_not(loss: str) -> None:
    trainer = Trainer(replace(SETTINGS, loss=loss, epochs=20), GREY)
    before = trainer.validation_loss()
    losses = [trainer.advance(10) for _ in range(20)]
    assert losses[-1] < losses[0]
    assert trainer.validation_loss() < before


def test_the_loss_is_that_of_the_reconstructions() -> None:
    trainer = Trainer(EXACT, GREY)
    trainer.advance(10)
    rebuilt = trainer.decoder(trainer.encoder(GREY.train)).numpy()
    errors = np.square(rebuilt - GREY.train).mean(axis=(1, 2, 3))
    assert errors.min() < trainer.validation_loss() < errors.max()


def test_a_learning_rate_of_almost_nothing_learns_almost_nothing(settings: TrainingSettings) -> None:
    trainer = Trainer(settings, GREY)
    before = weights(trainer)
    trainer.rate_factor = 1e-9
    trainer.advance(10)
    for one, other in zip(weights(trainer), before, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-8)


def test_test_pictures_are_never_learnt_from(settings: TrainingSettings, learnt: list[np.ndarray]) -> None:
    other = make_set(90, 24, (28, 28, 1))
    changed = replace(other, test=np.ascontiguousarray(1 - other.test))
    assert equal(weights(train(settings, pictures=changed)), learnt)


def test_ten_pictures_are_shown_at_every_milestone(quiet: TrainingSettings) -> None:
    trainer = Trainer(quiet, GREY)
    trainer.advance(10)
    shown = trainer.show()
    sizes = milestones(6) if quiet.ordered else [None]
    assert shown.shape == (len(sizes), 10, 28, 28, 1)
    assert shown.dtype == np.uint8
    network = CompiledNetwork(*trainer.export())
    codes = network.encode(GREY.test[:10])  # labels 0 to 9, each once
    for number, size in enumerate(sizes):
        np.testing.assert_allclose(shown[number] / 255, np.clip(network.decode(codes, size), 0, 1), atol=0.51 / 255)


@pytest.mark.parametrize("network", VECTOR_NETWORKS)
def test_an_exact_bottleneck_is_shown_at_its_size(network: str) -> None:
    trainer = Trainer(replace(EXACT, network=network), GREY)
    assert np.isfinite(trainer.advance(10))
    assert trainer.show().shape == (1, 10, 28, 28, 1)
    assert not CompiledNetwork(*trainer.export()).ordered


@pytest.mark.parametrize("kind", NOISY_KINDS)
def test_who_removes_noise_is_shown_at_every_level(kind: str) -> None:
    trainer = Trainer(replace(SETTINGS, **NOISY_KINDS[kind]), GREY)
    trainer.advance(10)
    shown = trainer.show()
    assert shown.shape == (len(SHOWN_LEVELS), 10, 28, 28, 1)
    assert shown.dtype == np.uint8
    network = CompiledNetwork(*trainer.export())
    for frame, level in zip(shown, SHOWN_LEVELS, strict=True):
        noisy = add_noise(GREY.test[:10], "gaussian", level, SHOWN_SEED)
        np.testing.assert_allclose(frame / 255, network.decode(network.encode(noisy)), atol=0.51 / 255)


def test_tiny_colour_pictures_in_batches_larger_than_the_set(settings: TrainingSettings) -> None:
    pictures = make_set(40, 7, (8, 8, 3), labels=False)
    trainer = train(replace(settings, batch_size=1024, bottleneck_size=1), pictures=pictures)
    assert (trainer.steps_per_epoch, trainer.step) == (1, 3)
    assert np.isfinite(trainer.validation_loss())
    assert trainer.show().shape == (len(SHOWN_LEVELS) if settings.noisy else 1, 7, 8, 8, 3)


# Penalties


@pytest.mark.parametrize("penalty", PENALTIES)
def test_a_penalty_becomes_small_and_costs_some_error(penalty: str) -> None:
    weight = 30 if penalty == "variational" else 0.1
    settings = replace(EXACT, network="shallow", epochs=40, penalty=penalty, penalty_weight=1e-6)
    free, pressed = (train(each, pictures=GREY) for each in (settings, replace(settings, penalty_weight=weight)))
    costs, errors = zip(*(_cost_and_error(trainer) for trainer in (free, pressed)), strict=True)
    assert costs[1] < 0.5 * costs[0]
    assert errors[1] > errors[0]


def _cost_and_error(trainer: Trainer) -> tuple[float, float]:
    import tensorflow as tf

    pictures = tf.constant(GREY.train)
    errors, costs = trainer._errors(pictures, pictures, tf.fill([90], 6), 1)
    return float(np.mean(costs / trainer._penalty_weight)), float(np.mean(errors))


@pytest.mark.parametrize("weight", [0.5, 2.0])
def test_what_is_validated_is_the_error_and_what_the_code_costs(weight: float) -> None:
    trainer = Trainer(replace(EXACT, network="shallow", penalty="sparse", penalty_weight=weight), ALIKE)
    picture = ALIKE.train[:1]
    error, code = np.square(rebuild(trainer, picture) - picture).mean(), trainer.encoder(picture).numpy()
    assert code.max() > 0.01
    assert trainer.validation_loss() == pytest.approx(error + weight * np.abs(code).sum(), rel=1e-3)


def test_of_a_variational_network_the_means_are_looked_at() -> None:
    trainer = Trainer(replace(SETTINGS, **PENALISED_KINDS["variational"]), GREY)
    trainer.advance(10)
    network = CompiledNetwork(*trainer.export())
    both = trainer.encoder(GREY.test[:10]).numpy()
    np.testing.assert_allclose(network.encode(GREY.test[:10]), both[:, :6], atol=1e-5)
    np.testing.assert_allclose(network.log_variances(GREY.test[:10]), both[:, 6:], atol=1e-5)
    np.testing.assert_allclose(trainer.show()[0] / 255, network.decode(both[:, :6]), atol=0.51 / 255)


def test_a_linear_network_becomes_the_pca_of_scikit_learn() -> None:
    from scipy.linalg import subspace_angles
    from sklearn.decomposition import PCA

    generator = np.random.default_rng(0)
    strengths = np.array([3, 2.5, 2, 1.5, 0.3, 0.2, *[0.1] * 58])
    turned = np.linalg.qr(generator.normal(size=(64, 64)))[0]
    pictures = 0.5 + 0.25 * (generator.normal(size=(500, 64)) * strengths) @ turned
    pictures = np.clip(pictures, 0, 1).astype(np.float32).reshape(-1, 8, 8, 1)
    set_of = replace(GREY, train=pictures[:400], test=pictures[400:], train_labels=None, test_labels=None)
    settings = replace(EXACT, network="linear", bottleneck_size=4, epochs=100, learning_rate=0.01)
    trainer = train(settings, pictures=set_of)
    learnt = np.rint(pictures[hold_out(np.arange(400), settings.seed)[0]].reshape(-1, 64) * 255) / 255
    pca = PCA(4).fit(learnt)
    angles = subspace_angles(pca.components_.T, trainer.decoder.get_weights()[0].T)
    assert np.degrees(angles.max()) < 1
    test = pictures[400:].reshape(-1, 64)
    expected = np.square(pca.inverse_transform(pca.transform(test)) - test).mean()
    assert np.square(rebuild(trainer, pictures[400:]) - pictures[400:]).mean() == pytest.approx(expected, rel=0.05)


# Normal classes

NORMAL = (1, 4, 7)
IS_NORMAL = np.isin(GREY.train_labels, NORMAL)


@pytest.mark.parametrize("changes", [{}, GRAIN, GRAIN | {"fresh_noise": False}], ids=["quiet", "fresh", "once"])
def test_what_is_abnormal_in_the_training_pictures_changes_nothing(changes: dict) -> None:
    settings = replace(SETTINGS, normal_classes=NORMAL, **changes)
    others = np.random.default_rng(0).random(GREY.train.shape, np.float32)
    spoilt = {
        "abnormal": np.where(IS_NORMAL[:, None, None, None], GREY.train, others),
        "normal": np.where(IS_NORMAL[:, None, None, None], others, GREY.train),
    }
    expected = train(settings)
    found = {name: train(settings, pictures=replace(GREY, train=pictures)) for name, pictures in spoilt.items()}
    assert equal(weights(found["abnormal"]), weights(expected))
    assert found["abnormal"].validation_loss() == expected.validation_loss()
    assert not equal(weights(found["normal"]), weights(expected))


def test_an_epoch_is_of_the_normal_pictures_that_are_not_held_out() -> None:
    assert IS_NORMAL.sum() == 27
    assert Trainer(replace(SETTINGS, normal_classes=NORMAL), GREY).steps_per_epoch == 3  # 27 − 3 in batches of 8
    assert Trainer(replace(SETTINGS, normal_classes=tuple(range(10))), GREY).steps_per_epoch == 10


def test_what_a_lesson_takes_thresholds_from_was_not_learnt_from() -> None:
    settings = replace(SETTINGS, normal_classes=NORMAL, seed=5)
    held_out = hold_out(of_classes(GREY.train_labels, 90, NORMAL), 5)[1]
    spoilt = GREY.train.copy()
    spoilt[held_out] = 1 - spoilt[held_out] ** 2
    expected, found = train(settings), train(settings, pictures=replace(GREY, train=spoilt))
    assert equal(weights(found), weights(expected))
    assert found.validation_loss() != expected.validation_loss()


# Noise


def rebuild(trainer: Trainer, pictures: np.ndarray) -> np.ndarray:
    return trainer.decoder(trainer.encoder(pictures)).numpy()


@pytest.mark.parametrize("network", NETWORKS)
def test_a_network_gains_on_noise(network: str) -> None:
    kind = KINDS[network] | GRAIN | ({} if NETWORKS[network].open else {"bottleneck": "exact"})
    trainer = train(replace(SETTINGS, epochs=20, **kind), pictures=GREY)
    noisy = add_noise(GREY.test, "gaussian", 0.4, seed=99)
    before, after = (np.square(each - GREY.test).mean() for each in (noisy, rebuild(trainer, noisy)))
    assert after < 0.6 * before


@pytest.mark.parametrize("fresh", [True, False], ids=["fresh", "once"])
def test_what_it_sees_is_spoilt_and_what_it_shall_paint_is_not(fresh: bool) -> None:
    trainer = Trainer(replace(EXACT, epochs=40, fresh_noise=fresh, **ALL_BLACK), GREY)
    loss = [trainer.advance(10) for _ in range(40)][-1]
    mean = GREY.train.mean(axis=0)  # nothing is closer to all the pictures for who sees none of them
    assert loss == pytest.approx(np.square(GREY.train - mean).mean(), rel=0.1)
    painted = rebuild(trainer, np.zeros((1, 28, 28, 1), np.float32))
    assert np.square(painted - mean).mean() < 0.1 * np.square(mean).mean()


@pytest.mark.parametrize("changes", [ALL_BLACK, {}], ids=["noise", "no noise"])
def test_the_validation_is_spoilt_as_the_training_is(changes: dict) -> None:
    trainer = Trainer(replace(EXACT, **changes), ALIKE)
    trainer.advance(10)
    picture = ALIKE.train[:1]
    rebuilt = rebuild(trainer, np.zeros_like(picture) if changes else picture)
    assert trainer.validation_loss() == pytest.approx(np.square(rebuilt - picture).mean(), rel=1e-4)


@pytest.mark.parametrize("fresh", [True, False], ids=["fresh", "once"])
def test_noise_is_drawn_anew_or_once(fresh: bool) -> None:
    grain = GRAIN | {"noise_low": 0.4, "noise_high": 0.4, "fresh_noise": fresh}
    trainer = Trainer(replace(EXACT, batch_size=81, **grain), ALIKE)
    trainer.rate_factor = 1e-9  # so that only the noise can change the loss
    first, second, third = (trainer.advance(1) for _ in range(3))
    assert (first == pytest.approx(second, rel=1e-5)) is not fresh
    assert (second == pytest.approx(third, rel=1e-5)) is not fresh


@pytest.mark.parametrize("fresh", [True, False], ids=["fresh", "once"])
def test_noise_of_level_0_is_none(fresh: bool) -> None:
    level_0, quiet = (Trainer(each, GREY) for each in (replace(EXACT, noise="masked", fresh_noise=fresh), EXACT))
    level_0.rate_factor = quiet.rate_factor = 1e-9  # so that only the noise can change the loss
    assert level_0.advance(10) == pytest.approx(quiet.advance(10), rel=1e-4)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_noise_is_learnt_that_it_is_judged_with(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, seen = replace(ALIKE, test=ALIKE.train[:24].copy()), []

    def record(*arguments) -> np.ndarray:
        seen.extend(spoilt := add_noise(*arguments))
        return spoilt

    monkeypatch.setattr(module, "add_noise", record)
    grain = {"noise": "gaussian", "noise_low": 0.5, "noise_high": 0.5, "fresh_noise": False}
    Trainer(replace(EXACT, seed=seed, **grain), plain).show()
    record(plain.test, "gaussian", 0.5, TEST_SEED)
    spoilt = [picture.tobytes() for picture in seen if not np.array_equal(picture, plain.test[0])]
    assert len(spoilt) == 81 + 9 + 10 * 10 + 24  # learnt from, validation, shown but at level 0, measured
    assert len(set(spoilt)) == len(spoilt)


@given(st.integers(1, 2000), st.lists(st.floats(0, 1), min_size=2, max_size=2).map(sorted))
def test_levels_are_spread_evenly_and_mixed(count: int, bounds: list[float]) -> None:
    low, high = bounds
    levels = even_levels(count, replace(SETTINGS, noise="blur", noise_low=low, noise_high=high))
    assert levels.dtype == np.float32
    assert levels.shape == (count,)
    assert np.float32(low) <= levels.min()
    assert levels.max() <= np.float32(high)
    for part in (levels, levels[: count // 3 + 1], levels[count // 2 :]):
        even = low + (high - low) * (np.arange(len(part)) + 0.5) / len(part)
        assert np.abs(np.sort(part) - even).max() <= 3 / len(part) * (high - low) + 1e-6


# The learning rate


def test_a_constant_rate_is_adam_as_keras_has_it() -> None:
    import keras

    settings = replace(EXACT, batch_size=1024, learning_rate=0.01, epochs=12, schedule="constant")
    trainer = Trainer(settings, ALIKE)
    beside = keras.Sequential([keras.models.clone_model(trainer.encoder), keras.models.clone_model(trainer.decoder)])
    beside.set_weights(weights(trainer))
    beside.compile(keras.optimizers.Adam(0.01), "mean_squared_error", jit_compile=False)
    pictures = ALIKE.train[:81]
    for _ in range(12):
        trainer.advance(1)
        beside.train_on_batch(pictures, pictures)
    np.testing.assert_allclose(rebuild(trainer, pictures[:1]), beside(pictures[:1]).numpy(), rtol=0, atol=1e-3)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_schedule_decides_the_first_and_the_last_step(schedule: str) -> None:
    trainer = Trainer(replace(EXACT, schedule=schedule), GREY)
    before = weights(trainer)
    trainer.advance(1)
    furthest = max(np.abs(one - other).max() for one, other in zip(weights(trainer), before, strict=True))
    share = rate_share(1 / 30) if schedule == "one_cycle" else 1
    assert furthest == pytest.approx(0.003 * share, rel=1e-2)  # Adam's first step is as long as the rate
    for steps in (9, 10, 9):
        trainer.advance(steps)
    before = weights(trainer)
    trainer.advance(1)
    assert equal(weights(trainer), before) == (schedule == "one_cycle")


@given(st.floats(0, 1, exclude_min=True))
def test_the_rate_is_a_share_that_ends_at_nothing(progress: float) -> None:
    assert 0 <= rate_share(progress) <= 1
    assert rate_share(1.0) == 0


def test_the_rate_climbs_then_falls() -> None:
    shares = [rate_share(step / 1000) for step in range(1, 1001)]
    highest = shares.index(max(shares))
    assert 0 < highest < 200
    assert shares[: highest + 1] == sorted(shares[: highest + 1])
    assert shares[highest:] == sorted(shares[highest:], reverse=True)
    assert max(shares) > 0.95
