import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.data.noise import NOISES, Draw, Noise, add_noise, add_noise_in_graph, draw_in_graph, get_noise
from tests.comparing import AT_EDGES, share_apart
from tests.examples import make_pictures

imports_tensorflow = pytest.mark.slow
every_kind = pytest.mark.parametrize("kind", NOISES)
every_shape = pytest.mark.parametrize("shape", [(28, 28, 1), (12, 20, 3)], ids=["gray", "color"])
every_way = pytest.mark.parametrize("way", ["at once", "graph", "XLA"])

RANDOM = [kind for kind in NOISES if kind != "blur"]
LEVELS = np.linspace(0, 1, 11)
BLURRED = 1e-5  # twice a sum of up to 28 products, and of the weights, in single precision: 4 × 28 × 6e-8


def plain(value: float, count: int = 40, shape: tuple[int, int, int] = (28, 28, 1)) -> np.ndarray:
    return np.full((count, *shape), value, np.float32)


# Every kind


def test_the_kinds_are_told_apart_and_say_what_their_level_means() -> None:
    assert list(NOISES) == ["gaussian", "salt_pepper", "masked", "patch", "speckle", "stains", "blur"]
    assert len({noise.title for noise in NOISES.values()}) == len({noise.meaning for noise in NOISES.values()}) == 7
    for noise in NOISES.values():
        assert "level" in noise.meaning
        assert noise.meaning.index(".") == len(noise.meaning) - 1


@every_shape
@every_kind
def test_at_level_0_a_picture_stays_as_it_is(kind: str, shape: tuple[int, int, int]) -> None:
    pictures = make_pictures(6, shape)
    assert add_noise(pictures, kind, 0, 0).tobytes() == pictures.tobytes()
    mixed = add_noise(pictures, kind, np.array([0, 1, 0, 1, 0, 1]), 0)
    assert mixed[::2].tobytes() == pictures[::2].tobytes()
    assert np.abs(mixed[1::2] - pictures[1::2]).mean(axis=(1, 2, 3)).min() > 0.003


@every_kind
@given(
    st.integers(0, 4),
    st.tuples(st.integers(8, 30), st.integers(8, 30), st.sampled_from([1, 3])),
    st.floats(0, 1),
    st.integers(0, 2**32 - 1),
)
def test_corrupted_pictures_are_pictures(
    kind: str, count: int, shape: tuple[int, int, int], level: float, seed: int
) -> None:
    pictures = np.rint(make_pictures(count, shape))  # black and white, where noise would leave [0, 1] soonest
    kept = pictures.copy()
    corrupted = add_noise(pictures, kind, level, seed)
    assert corrupted.dtype == np.float32
    assert corrupted.shape == pictures.shape
    assert ((corrupted >= 0) & (corrupted <= 1)).all()
    np.testing.assert_array_equal(pictures, kept)


@pytest.mark.parametrize("kind", RANDOM)
def test_the_seed_decides_the_noise(kind: str) -> None:
    pictures = make_pictures(5, (28, 28, 1))
    one, same, other = (add_noise(pictures, kind, 0.3, seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any(axis=(1, 2, 3)).all()


@pytest.mark.parametrize("kind", RANDOM)
def test_each_picture_has_noise_of_its_own(kind: str) -> None:
    corrupted = add_noise(plain(0.3), kind, 0.3, 0)
    assert len({picture.tobytes() for picture in corrupted}) == len(corrupted)


@every_kind
def test_pictures_that_come_after_change_nothing(kind: str) -> None:
    pictures = make_pictures(9, (28, 28, 3))
    np.testing.assert_array_equal(add_noise(pictures[:4], kind, 0.4, 5), add_noise(pictures, kind, 0.4, 5)[:4])


@every_kind
def test_each_picture_can_have_a_level_of_its_own(kind: str) -> None:
    pictures = make_pictures(len(LEVELS), (20, 28, 3))
    together = add_noise(pictures, kind, LEVELS, 1)
    for position, level in enumerate(LEVELS):
        np.testing.assert_array_equal(together[position], add_noise(pictures, kind, level, 1)[position])


@every_shape
@every_kind
def test_a_higher_level_is_a_larger_change(kind: str, shape: tuple[int, int, int]) -> None:
    pictures = make_pictures(30, shape)
    changes = [((add_noise(pictures, kind, level, 0) - pictures) ** 2).mean() for level in LEVELS]
    assert (np.diff(changes) > 0).all()


@pytest.mark.parametrize("kind", [kind for kind in RANDOM if kind != "stains"])  # those grow over one another
def test_a_higher_level_is_more_of_the_same_noise(kind: str) -> None:
    pictures = make_pictures(10, (28, 28, 3))
    changes = np.array([add_noise(pictures, kind, level, 0) - pictures for level in LEVELS])
    assert (np.diff(np.abs(changes), axis=0) > -1e-6).all()
    assert (changes[:-1] * changes[1:] >= 0).all()  # what grew lighter does not grow darker


@pytest.mark.parametrize("kind", ["gaussian", "speckle"])
def test_colors_have_noise_of_their_own(kind: str) -> None:
    colors = (add_noise(plain(0.5, shape=(28, 28, 3)), kind, 0.1, 0) - 0.5).reshape(-1, 3)
    assert np.abs(np.corrcoef(colors.T) - np.eye(3)).max() < 0.03  # 31,360 pixels: five times the standard error


@pytest.mark.parametrize("kind", ["salt_pepper", "masked", "patch"])
def test_a_pixel_is_hit_in_all_its_colors(kind: str) -> None:
    corrupted = add_noise(plain(0.3, shape=(28, 28, 3)), kind, 0.4, 0)
    assert (corrupted[..., 0] != np.float32(0.3)).mean() == pytest.approx(0.4, abs=0.07)
    np.testing.assert_array_equal(corrupted[..., 1:], corrupted[..., :1].repeat(2, axis=3))


# What the levels mean


@pytest.mark.parametrize("level", [0.01, 0.1])
def test_the_level_of_gaussian_noise_is_its_standard_deviation(level: float) -> None:
    added = add_noise(plain(0.5), "gaussian", level, 0) - 0.5  # clipped from five standard deviations on
    assert added.std() == pytest.approx(level, rel=0.02)
    assert abs(added.mean()) < 0.03 * level
    assert (np.abs(added) < level).mean() == pytest.approx(0.6827, abs=0.01)


@pytest.mark.parametrize("level", [0.05, 0.5, 1])
def test_salt_and_pepper_replace_a_share_half_by_half(level: float) -> None:
    corrupted = add_noise(plain(0.3), "salt_pepper", level, 0)
    assert (corrupted == 0).mean() == pytest.approx(level / 2, abs=0.012)
    assert (corrupted == 1).mean() == pytest.approx(level / 2, abs=0.012)
    assert np.isin(corrupted, np.array([0, 0.3, 1] if level < 1 else [0, 1], np.float32)).all()


@pytest.mark.parametrize("level", [0.05, 0.5, 1])
def test_a_share_of_the_pixels_is_masked(level: float) -> None:
    corrupted = add_noise(plain(0.3), "masked", level, 0)
    assert (corrupted == 0).mean() == pytest.approx(level, abs=0.012)
    assert np.isin(corrupted, np.array([0, 0.3] if level < 1 else [0], np.float32)).all()


@pytest.mark.parametrize("shape", [(28, 28, 1), (12, 20, 1)], ids=str)
@pytest.mark.parametrize("level", [0.05, 0.25, 0.6, 1])
def test_a_patch_of_the_pictures_proportions_hides_its_share(level: float, shape: tuple[int, int, int]) -> None:
    height, width, _ = shape
    covered = add_noise(plain(0, shape=shape), "patch", level, 0)[..., 0] / 0.5
    np.testing.assert_allclose(covered.mean(axis=(1, 2)), level, atol=1e-5)  # so it lies within the picture
    np.testing.assert_allclose(covered.sum(axis=1).max(axis=1), level**0.5 * height, atol=1e-4)
    np.testing.assert_allclose(covered.sum(axis=2).max(axis=1), level**0.5 * width, atol=1e-4)
    assert ((covered > 0).any(axis=2).sum(axis=1) <= np.ceil(level**0.5 * height) + 1).all()
    assert ((covered > 0).any(axis=1).sum(axis=1) <= np.ceil(level**0.5 * width) + 1).all()


def test_a_patch_is_gray_and_may_be_anywhere() -> None:
    for value in (0.0, 1.0):
        corrupted = add_noise(plain(value, 4000), "patch", 0.1, 0)
        assert np.abs(corrupted - value).max() == pytest.approx(0.5)
        hit = (corrupted != value).mean(axis=0)[..., 0]
        assert hit.min() > 0
        center = (hit.sum(axis=1) @ np.arange(28), hit.sum(axis=0) @ np.arange(28)) / hit.sum()
        np.testing.assert_allclose(center, 13.5, atol=0.3)


@pytest.mark.parametrize(("level", "shape"), [(0.05, (28, 28, 1)), (0.3, (24, 40, 3)), (0.7, (28, 28, 1))])
def test_stains_cover_their_share_of_the_picture(level: float, shape: tuple[int, int, int]) -> None:
    covered = stained(level, 1500, shape)
    assert covered.mean() == pytest.approx(level, abs=0.02)
    np.testing.assert_allclose(covered.mean(axis=0), level, atol=0.06)  # everywhere alike; five standard errors


def test_stains_are_of_one_piece_and_not_grain() -> None:
    """A covered pixel has mostly covered pixels beside it, where those of grain would be covered as any other."""
    covered = stained(0.1, 400, (48, 48, 3))
    beside = covered[:, :, 1:][covered[:, :, :-1]]
    assert beside.mean() > 0.6


def test_stains_grow_with_the_level() -> None:
    """Each contains those of a lower level, but for what happens to have the color beneath it."""
    covered = np.stack([stained(level, 60, (28, 28, 3)) for level in LEVELS])
    assert (covered[:-1] & ~covered[1:]).mean() < 1e-3
    assert not covered[0].any()


def test_stains_lighten_and_darken_and_have_colors() -> None:
    change = add_noise(plain(0.5, 600, (20, 20, 3)), "stains", 0.3, 0) - 0.5
    hit = change[np.abs(change).max(axis=-1) > 0.05]
    assert 0.2 < (hit.mean(axis=-1) > 0).mean() < 0.8
    assert np.ptp(hit, axis=-1).mean() > 0.1


def stained(level: float, count: int, shape: tuple[int, int, int]) -> np.ndarray:
    """Which pixels are covered at all, in black pictures or in white ones: bool (count, height, width)."""
    values = [(value, add_noise(plain(value, count, shape), "stains", level, 0)) for value in (0, 1)]
    return np.any([np.abs(corrupted - value).max(axis=-1) > 1e-6 for value, corrupted in values], axis=0)


@pytest.mark.parametrize("value", [0.2, 0.6])
def test_speckle_is_in_proportion_and_leaves_black_black(value: float) -> None:
    factor = add_noise(plain(value), "speckle", 0.1, 0) / value
    assert factor.std() == pytest.approx(0.1, rel=0.02)
    assert factor.mean() == pytest.approx(1, abs=0.003)
    assert not add_noise(plain(0), "speckle", 1, 0).any()


@pytest.mark.parametrize("shape", [(64, 64, 1), (40, 72, 1)], ids=str)
@pytest.mark.parametrize("level", [0.2, 0.5])
def test_blur_spreads_a_spot_by_its_standard_deviation(level: float, shape: tuple[int, int, int]) -> None:
    height, width, _ = shape
    spot = plain(0, 1, shape)
    spot[0, height // 2, width // 2] = 1
    spread = add_noise(spot, "blur", level, 0)[0, ..., 0].astype(np.float64)
    assert spread.sum() == pytest.approx(1, abs=1e-4)
    for line, size in ((spread.sum(axis=1), height), (spread.sum(axis=0), width)):
        away = np.arange(size) - size // 2
        assert line @ away == pytest.approx(0, abs=1e-3)
        assert (line @ away**2) ** 0.5 == pytest.approx(level * height / 8, rel=5e-3)


@pytest.mark.parametrize("level", [0.01, 0.3, 1])
def test_blur_leaves_an_even_picture_even_up_to_its_edges(level: float) -> None:
    colors = plain(1, 2, (16, 24, 3)) * np.array([0.1, 0.5, 0.9], np.float32)
    np.testing.assert_allclose(add_noise(colors, "blur", level, 0), colors, rtol=0, atol=BLURRED)


def test_blur_is_a_weighted_mean_over_the_pixels_around() -> None:
    picture = make_pictures(1, (9, 11, 3))
    corrupted = add_noise(picture, "blur", 0.7, 0)
    rows, columns = np.mgrid[:9, :11]
    for row, column in [(0, 0), (4, 5), (8, 2)]:
        weights = np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / (2 * (0.7 * 9 / 8) ** 2))
        expected = (weights[..., np.newaxis] * picture[0]).sum(axis=(0, 1)) / weights.sum()
        np.testing.assert_allclose(corrupted[0, row, column], expected, rtol=0, atol=BLURRED)


def test_blur_makes_white_no_whiter() -> None:
    white = plain(1, 200)
    corrupted = add_noise(white, "blur", np.linspace(0, 1, 200), 0)  # sums of weights that round to more than 1
    assert corrupted.max() == 1


# What is refused


@pytest.mark.parametrize("kind", ["rain", None, ["blur"]])
def test_an_unknown_kind_is_refused(kind: Any) -> None:
    expected = r"Expected `kind` to be one of gaussian, salt_pepper, .*, blur\. Received: "
    with pytest.raises(ValueError, match=expected):
        get_noise(kind)
    with pytest.raises(ValueError, match=expected):
        add_noise(make_pictures(1, (8, 8, 1)), kind, 0.5, 0)


@pytest.mark.parametrize("level", [1.7, -0.1, float("nan"), "high", None, True, np.array([0.5, 1.1])])
def test_a_level_outside_0_to_1_is_refused(level: Any) -> None:
    with pytest.raises(ValueError, match=r"^Expected `level` in \[0, 1\]\. Received: ") as refusal:
        add_noise(make_pictures(2, (8, 8, 1)), "blur", level, 0)
    assert str(refusal.value).endswith(f"Received: {level!r}.")


@pytest.mark.parametrize("shape", [(1,), (3,), (2, 1)], ids=str)
def test_as_many_levels_as_pictures_are_wanted(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"^Expected `level` to be a number or \(2,\)\. Received: \(\d,.*\)\.$"):
        add_noise(make_pictures(2, (8, 8, 1)), "blur", np.full(shape, 0.5), 0)


@pytest.mark.parametrize(
    ("pictures", "received"),
    [
        (np.zeros((2, 8, 8), np.float32), r"float32 \(2, 8, 8\)"),
        (np.zeros((2, 8, 8, 1)), r"float64 \(2, 8, 8, 1\)"),
        (plain(1.5, 1), "values from 1.5 to 1.5"),
        (plain(-0.5, 1), "values from -0.5 to -0.5"),
        (plain(np.nan, 1), "values from nan to nan"),
    ],
)
def test_what_are_no_pictures_is_refused(pictures: np.ndarray, received: str) -> None:
    expected = r"^Expected `pictures` to be float32 \(n, height, width, channels\) in \[0, 1\]\. Received:? "
    with pytest.raises(ValueError, match=f"{expected}{received}\\.$"):
        add_noise(pictures, "gaussian", 0.5, 0)


# In TensorFlow's graph


def in_graph(function: Callable[..., Any], way: str, signature: Any = None) -> Callable[..., Any]:
    import tensorflow as tf

    return function if way == "at once" else tf.function(function, signature, jit_compile=way == "XLA")


def test_the_pages_need_no_tensorflow() -> None:
    script = (
        "import sys; import numpy as np; from autoencoder.data.noise import NOISES, add_noise\n"
        "for kind in NOISES: add_noise(np.zeros((1, 8, 8, 1), np.float32), kind, 0.5, 0)\n"
        "print({module.split('.')[0] for module in sys.modules} & {'keras', 'tensorflow'} or 'none')"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "none"


@imports_tensorflow
@pytest.mark.parametrize(("shape", "way"), [((28, 28, 1), "graph"), ((12, 20, 3), "XLA")], ids=["gray", "color"])
@every_kind
def test_the_graph_spoils_as_numpy_does(kind: str, shape: tuple[int, int, int], way: str) -> None:
    import keras
    import tensorflow as tf

    pictures, levels = make_pictures(len(LEVELS), shape), LEVELS.astype(np.float32)
    draws = [draw.numpy() for draw in draw_in_graph(kind, pictures.shape, tf.constant([1, 2]))]
    expected = NOISES[kind].apply(pictures, levels, draws, np)

    def corrupt(pictures: Any, level: Any, draws: Any) -> Any:
        return NOISES[kind].apply(pictures, level, draws, keras.ops)

    tensors = [tf.constant(draw) for draw in draws]
    corrupted = in_graph(corrupt, way)(tf.constant(pictures), tf.constant(levels), tensors).numpy()
    assert corrupted.dtype == np.float32
    assert corrupted.shape == pictures.shape
    assert share_apart(corrupted, expected, BLURRED if kind in ("stains", "blur") else 1e-6) <= AT_EDGES.get(kind, 0)
    assert corrupted[0].tobytes() == pictures[0].tobytes()  # level 0


@imports_tensorflow
@pytest.mark.extended
@every_kind
def test_the_graph_takes_any_number_of_pictures(kind: str) -> None:
    import tensorflow as tf

    kinds = [tf.TensorSpec([None, 28, 28, 1]), tf.TensorSpec([None]), tf.TensorSpec([2], tf.int32)]
    corrupt = in_graph(lambda *given: add_noise_in_graph(given[0], kind, *given[1:]), "XLA", kinds)
    for count in (2000, 500) if kind == "stains" else (400, 107):  # one picture's stains are large, the next's small
        pictures = make_pictures(count, (28, 28, 1))
        corrupted, same, other = (
            corrupt(tf.constant(pictures), tf.fill([count], 0.3), tf.constant([1, seed])).numpy() for seed in (2, 2, 3)
        )
        assert ((corrupted >= 0) & (corrupted <= 1)).all()
        np.testing.assert_array_equal(corrupted, same)
        assert (kind == "blur") == np.array_equal(corrupted, other)
        change, expected = (((each - pictures) ** 2).mean() for each in (corrupted, add_noise(pictures, kind, 0.3, 0)))
        assert change == pytest.approx(expected, rel=0.15)


@imports_tensorflow
@every_kind
def test_the_graph_draws_what_is_wanted(kind: str) -> None:
    import tensorflow as tf

    shape = (4000, 8, 8, 3)
    draw = in_graph(lambda seed: draw_in_graph(kind, shape, seed), "XLA")
    one, same, other, another = (draw(tf.constant(seed)) for seed in ([7, 0], [7, 0], [8, 0], [7, 1]))
    wanted = NOISES[kind].draws(shape)
    assert len(one) == len(wanted)
    for position, (distribution, size) in enumerate(wanted):
        numbers = one[position].numpy()
        assert numbers.shape == size
        assert numbers.dtype == np.float32
        np.testing.assert_array_equal(numbers, same[position].numpy())
        for others in (other, another):
            assert abs(np.corrcoef(numbers.ravel(), others[position].numpy().ravel())[0, 1]) < 0.05
        check = check_normal if distribution == "normal" else check_uniform
        check(numbers)
        assert abs(np.corrcoef(numbers.ravel()[1:], numbers.ravel()[:-1])[0, 1]) < 0.05


def check_uniform(numbers: np.ndarray) -> None:
    assert ((numbers >= 0) & (numbers < 1)).all()
    np.testing.assert_allclose(np.histogram(numbers, 5, (0, 1))[0] / numbers.size, 0.2, atol=0.03)


def check_normal(numbers: np.ndarray) -> None:
    shares = [np.mean(numbers < edge) for edge in (-2, -1, 0, 1, 2)]
    np.testing.assert_allclose(shares, [0.0228, 0.1587, 0.5, 0.8413, 0.9772], atol=0.005)


@imports_tensorflow
@every_way
def test_a_noise_that_needs_two_arrays_gets_two(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import tensorflow as tf

    def twice(shape: tuple[int, ...]) -> tuple[Draw, ...]:
        return ("uniform", shape), ("uniform", shape)

    monkeypatch.setitem(NOISES, "twice", Noise("", "", twice, NOISES["masked"].apply))  # type: ignore[arg-type]
    one, other = in_graph(lambda seed: draw_in_graph("twice", (50, 8, 8, 1), seed), way)(tf.constant([1, 2]))
    assert abs(np.corrcoef(one.numpy().ravel(), other.numpy().ravel())[0, 1]) < 0.1
