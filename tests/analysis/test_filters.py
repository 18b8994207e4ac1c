from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from skimage.filters import gaussian, median
from skimage.restoration import denoise_nl_means, denoise_tv_chambolle

from autoencoder.analysis import filters as module
from autoencoder.analysis.denoising import TEST_SEED, DenoisingTable, Quality, quality
from autoencoder.analysis.filters import (
    CHOOSING_PICTURES,
    DEBLURRING,
    FILTERS,
    FilterTable,
    apply_filter,
    choose_strength,
    filter_frames,
    filter_table,
    filters_for,
    idle_levels,
    winners,
)
from autoencoder.data.image_dataset import ImageDataset
from autoencoder.data.noise import SHOWN_LEVELS, add_noise
from autoencoder.data.sources import SOURCES
from tests.examples import make_pictures, make_set


def each_color(function: Callable[[np.ndarray], np.ndarray], picture: np.ndarray) -> np.ndarray:
    return np.stack([function(color) for color in np.moveaxis(picture, -1, 0)], axis=-1)


DIRECT: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "median": lambda one, side: each_color(lambda color: median(color, np.ones((side, side)), mode="reflect"), one),
    "gaussian": lambda one, sigma: each_color(lambda color: gaussian(color, sigma), one),
    "total_variation": lambda one, weight: denoise_tv_chambolle(one, weight=weight, channel_axis=-1),
    "non_local_means": lambda one, h: denoise_nl_means(one, patch_size=5, patch_distance=6, h=h, channel_axis=-1),
}
SMOOTH = filters_for("gaussian")
FEWER = ("median", "gaussian")
every_filter = pytest.mark.parametrize("name", SMOOTH)
every_deblurring = pytest.mark.parametrize("name", DEBLURRING)
every_shape = pytest.mark.parametrize("shape", [(28, 28, 1), (12, 20, 3)], ids=["gray", "color"])


@pytest.fixture
def fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two filters at two levels, and few pictures."""
    monkeypatch.setattr(module, "filters_for", lambda kind: {name: FILTERS[name] for name in FEWER})
    monkeypatch.setattr(module, "SHOWN_LEVELS", (0.0, 0.4))
    monkeypatch.setattr(module, "MEASURED_PICTURES", 5)


def serve(monkeypatch: pytest.MonkeyPatch, pictures: ImageDataset) -> str:
    """A source of these pictures."""
    source = replace(SOURCES["mnist_sample"], shape=pictures.shape, load=lambda *, test_only=False: pictures)
    monkeypatch.setitem(SOURCES, "served", source)  # type: ignore[arg-type]
    return "served"


# One filter


@every_shape
@every_filter
def test_a_filter_is_scikit_images(name: str, shape: tuple[int, int, int]) -> None:
    corrupted = add_noise(make_pictures(3, shape), "gaussian", 0.3, 0)
    for strength in FILTERS[name].strengths[1::3]:
        filtered = apply_filter(name, corrupted, strength, 0.2)
        expected = [np.clip(DIRECT[name](one, strength), 0, 1).reshape(shape) for one in corrupted]
        assert filtered.dtype == np.float32
        np.testing.assert_allclose(filtered, expected, rtol=0, atol=1e-5)
    assert np.abs(filtered - corrupted).max() > 0.1


@every_shape
@every_filter
def test_the_weakest_strength_leaves_pictures_as_they_are(name: str, shape: tuple[int, int, int]) -> None:
    corrupted = add_noise(make_pictures(3, shape), "salt_pepper", 0.3, 0)
    np.testing.assert_array_equal(apply_filter(name, corrupted, FILTERS[name].strengths[0], 0.3), corrupted)


@every_filter
def test_the_strengths_go_from_weak_to_strong(name: str) -> None:
    strengths = FILTERS[name].strengths
    assert sorted(set(strengths)) == list(strengths)
    corrupted = add_noise(make_pictures(2, (28, 28, 1)), "gaussian", 0.2, 0)
    roughness = [np.abs(np.diff(apply_filter(name, corrupted, strength, 0.2), axis=1)).mean() for strength in strengths]
    assert (np.diff(roughness) < 0.01 * roughness[0]).all()
    assert roughness[-1] < 0.6 * roughness[0]


@pytest.mark.parametrize("channels", [1, 3])
@every_deblurring
def test_what_knows_the_blur_takes_it_away(name: str, channels: int) -> None:
    blocks = np.random.default_rng(0).random((4, 7, 5, channels), np.float32)
    pictures = blocks.repeat(4, axis=1).repeat(4, axis=2)  # with sharp edges, up to the picture's
    for level in (0.1, 0.2):
        blurred = add_noise(pictures, "blur", level, 0)
        best = choose_strength(name, pictures, blurred, level)
        restored = apply_filter(name, blurred, best, level)
        assert (restored.dtype, restored.shape) == (np.float32, pictures.shape)
        assert quality(pictures, restored).mse < 0.6 * quality(pictures, blurred).mse
    assert choose_strength(name, pictures, pictures, 0) == FILTERS[name].strengths[0]


def test_the_wiener_filter_is_the_one_that_is_written_down() -> None:
    """F = conj(H) G ÷ (|H|² + balance × |L|²), where L is the Laplacian, as scikit-image has it."""
    (picture,) = add_noise(make_pictures(1, (32, 32, 1)), "blur", 0.25, 0)  # 1 pixel wide
    line = np.exp(-(np.arange(-3, 4.0) ** 2) / 2)
    padded = np.pad(picture[..., 0].astype(float), 3, "edge")
    spread, laplacian = np.zeros(padded.shape), np.zeros(padded.shape)
    spread[:7, :7], laplacian[:3, :3] = np.outer(line, line) / line.sum() ** 2, [[0, -1, 0], [-1, 4, -1], [0, -1, 0]]
    passed, rough = np.fft.fft2(np.roll(spread, (-3, -3), (0, 1))), np.fft.fft2(laplacian)
    restored = np.conj(passed) * np.fft.fft2(padded) / (np.abs(passed) ** 2 + np.abs(rough) ** 2 / 100)
    expected = np.clip(np.real(np.fft.ifft2(restored))[3:-3, 3:-3], 0, 1)
    np.testing.assert_allclose(apply_filter("wiener", picture[np.newaxis], 100, 0.25)[0, ..., 0], expected, atol=1e-5)


def test_against_blur_stand_the_filters_that_undo_it_too() -> None:
    assert set(filters_for("blur")) == set(FILTERS)
    assert not set(filters_for("gaussian")) & set(DEBLURRING)


# The best strength


@pytest.mark.parametrize(("kind", "level"), [("gaussian", 0.2), ("salt_pepper", 0.3), ("masked", 0.1), ("patch", 0.2)])
@every_filter
def test_the_best_strength_of_the_grid_is_chosen(name: str, kind: str, level: float) -> None:
    pictures = make_pictures(4, (20, 20, 1))
    corrupted = add_noise(pictures, kind, level, 0)
    strengths = FILTERS[name].strengths
    psnrs = [quality(pictures, apply_filter(name, corrupted, strength, 0.2)).psnr for strength in strengths]
    assert choose_strength(name, pictures, corrupted, 0.2) == strengths[int(np.argmax(psnrs))]


@every_filter
def test_clean_pictures_are_left_alone(name: str) -> None:
    pictures = make_pictures(4, (20, 20, 1))
    assert choose_strength(name, pictures, pictures, 0) == FILTERS[name].strengths[0]


def test_every_strength_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strength s leaves an error of ERRORS[s]; the best may come after several that are no better."""
    errors = {0: 0.5, 1: 0.6, 2: 0.4, 3: 0.45, 4: 0.41, 5: 0.0}

    def apply(picture: np.ndarray, strength: float, level: float) -> np.ndarray:
        return np.full_like(picture, errors[int(strength)])

    monkeypatch.setitem(FILTERS, "told", replace(FILTERS["median"], strengths=tuple(errors), apply=apply))  # type: ignore[arg-type]
    black = np.zeros((1, 8, 8, 1), np.float32)
    assert choose_strength("told", black, black + 0.5, 0.5) == 5


# The table


def test_the_table_holds_what_the_chosen_strengths_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fewer: None
) -> None:
    pictures = make_set(30, 12, (16, 16, 1))
    table = filter_table(serve(monkeypatch, pictures), "gaussian", tmp_path / "table.json")
    assert set(table.strengths) == set(table.qualities) == set(FEWER)
    choosing, evaluated = pictures.train[:CHOOSING_PICTURES], pictures.test[:5]
    for name in table.strengths:
        assert table.strengths[name][0] == FILTERS[name].strengths[0]  # without noise
        chosen = choose_strength(name, choosing, add_noise(choosing, "gaussian", 0.4, 3), 0.4)
        assert table.strengths[name][1] == chosen > FILTERS[name].strengths[0]
        expected = quality(evaluated, apply_filter(name, add_noise(evaluated, "gaussian", 0.4, TEST_SEED), chosen, 0.4))
        assert table.qualities[name][1] == expected


def test_test_pictures_choose_nothing_and_training_pictures_judge_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fewer: None
) -> None:
    waves, grain = make_set(30, 12, (16, 16, 1)), np.random.default_rng(0)
    other_test = replace(waves, test=grain.random((12, 16, 16, 1)).astype(np.float32))  # best left alone
    other_train = replace(waves, train=grain.random((30, 16, 16, 1)).astype(np.float32))
    one, same_train, same_test = (
        filter_table(serve(monkeypatch, pictures), "gaussian", tmp_path / f"{number}.json")
        for number, pictures in enumerate((waves, other_test, other_train))
    )
    assert same_train.strengths == one.strengths
    assert all(same_train.qualities[name] != one.qualities[name] for name in one.qualities)
    assert same_test.strengths != one.strengths
    assert all(same_test.qualities[name][0] == one.qualities[name][0] for name in one.qualities)


def test_a_table_is_worked_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fewer: None) -> None:
    keep_at = tmp_path / "made" / "table.json"
    source = serve(monkeypatch, make_set(30, 12, (16, 16, 1)))
    first = filter_table(source, "gaussian", keep_at)
    monkeypatch.setattr(module, "choose_strength", lambda *arguments: pytest.fail("worked out again"))
    assert filter_table(source, "gaussian", keep_at) == first


@pytest.mark.parametrize("content", [b"", b"damage", b"{}", b'{"strengths": {}}', b"[]"])
def test_a_damaged_table_is_worked_out_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fewer: None, content: bytes
) -> None:
    source, keep_at = serve(monkeypatch, make_set(30, 12, (16, 16, 1))), tmp_path / "table.json"
    whole = filter_table(source, "gaussian", keep_at)
    keep_at.write_bytes(content)
    assert filter_table(source, "gaussian", keep_at) == whole
    assert filter_table(source, "gaussian", keep_at) == whole


# Frames


def test_frames_are_test_pictures_through_the_filter_of_their_level(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fewer: None
) -> None:
    pictures = make_set(30, 12, (16, 12, 3))
    source, levels = serve(monkeypatch, pictures), (0.0, 0.15, 0.25, 1.0)
    frames = filter_frames(source, "gaussian", (7, 2), levels, 9, source, tmp_path / "table.json")
    table = filter_table(source, "gaussian", tmp_path / "table.json")
    assert set(frames) == set(table.strengths)
    for name, stack in frames.items():
        assert stack.shape == (4, 2, 16, 12, 3)
        assert stack.dtype == np.float32
        for level, nearest, frame in zip(levels, (0, 0, 1, 1), stack, strict=True):
            corrupted = add_noise(pictures.test[[7, 2]], "gaussian", level, 9)
            np.testing.assert_array_equal(frame, apply_filter(name, corrupted, table.strengths[name][nearest], level))


@pytest.mark.slow
def test_all_filters_help_against_grain_on_digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MEASURED_PICTURES", 10)
    monkeypatch.setattr(module, "CHOOSING_PICTURES", 6)
    table = filter_table("mnist_sample", "gaussian", tmp_path / "table.json")
    assert isinstance(table, FilterTable)
    test = SOURCES["mnist_sample"].load(test_only=True).test[:10]
    place = SHOWN_LEVELS.index(0.4)
    before = quality(test, add_noise(test, "gaussian", 0.4, TEST_SEED))
    for name in SMOOTH:
        assert len(table.strengths[name]) == len(table.qualities[name]) == len(SHOWN_LEVELS)
        assert table.qualities[name][place].psnr > before.psnr + 1
        assert asdict(table.qualities[name][0]) == pytest.approx({"mse": 0, "psnr": 60, "ssim": 1})


# Beside a network


def of_psnr(*psnr: float) -> tuple[Quality, ...]:
    return tuple(Quality(0.0, value, 0.0) for value in psnr)


def test_at_every_level_but_0_one_is_the_closest() -> None:
    table = DenoisingTable(9, before=of_psnr(60, 30, *[5] * 9), after=of_psnr(5, 20, 20, 20, *[25] * 7))
    none = {name: [0.0] * 11 for name in SMOOTH}
    reached = {"median": list(of_psnr(60, 20, 26, *[18.5] * 8)), "gaussian": list(of_psnr(*[2] * 11))}
    filters = FilterTable(none, reached)
    found = winners(table, filters)
    assert (found.untouched, found.filters) == ((0.1,), (0.2,))
    assert dict(found.network) == {0.3: 1.5, **dict.fromkeys(SHOWN_LEVELS[4:], 6.5)}


def test_a_filter_of_no_strength_is_idle() -> None:
    strengths = {name: [one.strengths[0], *[one.strengths[1]] * 10] for name, one in SMOOTH.items()}
    assert idle_levels(FilterTable(strengths, {})) == {}
    strengths["median"][1:3] = [FILTERS["median"].strengths[0]] * 2
    assert idle_levels(FilterTable(strengths, {})) == {"median": [0.1, 0.2]}
