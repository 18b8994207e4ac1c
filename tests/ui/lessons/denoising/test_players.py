from concurrent.futures import Future
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from autoencoder.analysis.denoising import LEVELS, Quality
from autoencoder.analysis.filters import filters_for
from autoencoder.analysis.metrics import mean_squared_error, peak_signal_to_noise_ratio, structural_similarity
from autoencoder.data.noise import SHOWN_LEVELS, SHOWN_SEED, add_noise
from autoencoder.rendering.difference import DifferenceStyle, palette
from autoencoder.training.run_state import RunState
from tests.pages.running import DENOISER, PRETRAINED_DENOISER, App
from tests.ui.noise_tables import denoising_table, filter_frames_of, filter_table_of, qualities
from ui.components.player.player import Table
from ui.lessons.denoising import players as results
from ui.services import services
from ui.services.trained_run import Preview, TrainedRun

PLACES = (3, 1, 4, 15)
ROWS = ["Clean", "Noisy", "Denoised", "Difference"]


@pytest.fixture
def opened(app: App, no_mnist: object) -> App:
    app.open()
    return app


def make_player(kind: str = "gaussian", seed: int = SHOWN_SEED, *, signed: bool = True, **more: Any) -> results.Player:
    run, style = TrainedRun.load(PRETRAINED_DENOISER), DifferenceStyle(signed=signed)
    return results.noise_player(run, PLACES, kind, seed, style=style, **more)


def pictures_of(sprite: bytes, frames: int) -> np.ndarray:
    """uint8 (frames, pictures, 28, 28, 1): grays, or places in the map's palette"""
    pixels = np.asarray(Image.open(BytesIO(sprite)))
    return pixels.reshape(frames, 28, -1, 28, 1).transpose(0, 2, 1, 3, 4)


def what_is_shown(kind: str = "gaussian", seed: int = SHOWN_SEED) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Clean pictures, noisy ones at every level, and what the network makes of those, one level after another."""
    clean = services.test_pictures("mnist_sample").test[list(PLACES)]
    noisy = [add_noise(clean, kind, level, seed) for level in LEVELS]
    model = services.get_jobs().store.load(PRETRAINED_DENOISER)
    return clean, np.stack(noisy), np.stack([model.reconstruct(one) for one in noisy])


def test_rows_are_clean_noisy_denoised_and_denoised_minus_clean(opened: App) -> None:
    clean, noisy, denoised = what_is_shown("patch", 5)
    player = make_player("patch", 5)
    assert [row.label for row in player.rows] == ROWS
    assert [row.frames for row in player.rows] == [1, 21, 21, 21]
    assert (player.columns, player.tile_width, player.tile_height) == (4, 28, 28)
    sprites = {row.label: pictures_of(row.sprite, row.frames) for row in player.rows}
    np.testing.assert_array_equal(sprites["Clean"], np.rint(clean[np.newaxis] * 255))
    np.testing.assert_array_equal(sprites["Noisy"], np.rint(noisy * 255))
    assert np.abs(sprites["Denoised"] - denoised * 255).max() <= 0.51
    assert np.abs(sprites["Difference"] - (1 + denoised - clean) / 2 * 254).max() <= 0.51
    colors = Image.open(BytesIO(player.rows[3].sprite)).getpalette()
    np.testing.assert_array_equal(np.reshape(colors, (-1, 3))[:255], palette(signed=True))


def test_absolute_differences_are_another_row_with_another_legend(opened: App) -> None:
    signed, absolute = make_player(), make_player(signed=False)
    assert signed.rows[3].sprite != absolute.rows[3].sprite
    assert [row.sprite for row in signed.rows[:3]] == [row.sprite for row in absolute.rows[:3]]
    assert signed.legend.text.startswith("Denoised − clean")
    assert absolute.legend.low == "0"


def test_the_slider_is_the_noise_level(opened: App) -> None:
    player = make_player("blur")
    assert player.slider_label == "Noise level: Blur"
    assert player.positions == [f"{level:.2f}" for level in np.arange(21) / 20]
    assert [player.positions[tick] for tick in player.ticks] == ["0.00", "0.20", "0.40", "0.60", "0.80", "1.00"]


def test_notes_and_captions_are_the_measures_of_these_pictures(opened: App) -> None:
    clean, noisy, denoised = what_is_shown()
    player = make_player()
    expected = peak_signal_to_noise_ratio(clean, denoised)
    np.testing.assert_allclose(np.array(player.notes, float), expected, atol=0.051)
    level = 8
    psnr = [peak_signal_to_noise_ratio(clean, one[level]).mean() for one in (noisy, denoised)]
    ssim = [structural_similarity(clean, one[level]).mean() for one in (noisy, denoised)]
    mse = [mean_squared_error(clean, one[level]).mean() for one in (noisy, denoised)]
    assert player.captions[level] == (
        f"PSNR {psnr[0]:.1f} → {psnr[1]:.1f} dB · SSIM {ssim[0]:.2f} → {ssim[1]:.2f} · MSE {mse[0]:.4f} → {mse[1]:.4f}"
    )


def test_a_player_is_made_once(opened: App) -> None:
    assert make_player() is make_player()


def test_chosen_filters_are_rows_below(opened: App) -> None:
    frames = filter_frames_of(len(PLACES))
    done: Future = Future()
    done.set_result(frames)
    rows = results.filter_rows(done, ("median", "gaussian"), ())
    assert [row.label for row in rows] == ["Median filter", "Gaussian filter"]
    for row, name in zip(rows, ("median", "gaussian"), strict=True):
        np.testing.assert_array_equal(pictures_of(row.sprite, 21), np.rint(frames[name] * 255))


def test_rows_that_are_awaited_are_gray(opened: App) -> None:
    (row,) = results.filter_rows(None, ("median",), (len(PLACES), 28, 28, 1))
    assert row.label == "Median filter"
    assert len(np.unique(pictures_of(row.sprite, 1))) == 1


def test_a_live_player_has_the_pictures_of_its_preview(opened: App) -> None:
    folder = opened.prepare(DENOISER, RunState.PAUSED)
    first, second = (
        results.live_noise_player(Preview(folder, DENOISER, number, number / 2, version=1)) for number in (0, 1)
    )
    assert first.positions == [f"{level:.2f}" for level in SHOWN_LEVELS]
    assert [row.label for row in first.rows] == ROWS
    for index, same in enumerate((True, True, False, False)):
        assert (first.rows[index].sprite == second.rows[index].sprite) == same
    np.testing.assert_array_equal(pictures_of(second.rows[2].sprite, 11), folder.preview(1))
    assert "after 0.5 epochs of training" in second.rows[2].description


# The chart


def test_the_chart_has_a_line_for_each_and_begins_above_zero() -> None:
    table, filters = denoising_table(qualities(*range(20, 31))), filter_table_of(qualities(12.0))
    chart = results.psnr_chart(table, filters, DENOISER, "gaussian")
    lines = {line.name: line.points for line in chart.lines}
    assert list(lines) == ["This autoencoder", "Noisy", *(one.title for one in filters_for("gaussian").values())]
    assert lines["This autoencoder"] == tuple((number / 10, 20 + number) for number in range(1, 11))
    assert lines["Median filter"][0] == (0.1, 12.0)
    assert len({line.color for line in chart.lines}) == len(lines)
    assert chart.marker_x == LEVELS
    assert "300 test pictures" in chart.title
    assert len(results.psnr_chart(table, None, DENOISER, "gaussian").lines) == 2


def test_a_filter_that_changes_nothing_at_any_level_has_no_line_but_its_rows() -> None:
    table, filters = denoising_table(qualities(20.0)), filter_table_of(qualities(12.0))
    filters.strengths["median"] = [1] * 11
    assert len(results.psnr_chart(table, filters, DENOISER, "blur").lines) == 5
    assert "Median filter" in results.quality_table(table, filters).rows


def test_the_levels_that_were_taught_are_shaded() -> None:
    table = denoising_table(qualities(20.0))

    def shade(kind: str = "gaussian", **changes: object) -> tuple[float, float] | None:
        return results.psnr_chart(table, None, replace(DENOISER, **changes), kind).shade

    assert shade() == (0, 1)
    assert shade(noise_low=0.2, noise_high=0.6) == (0.2, 0.6)
    low, high = shade(noise_low=0.4, noise_high=0.4)
    assert low < 0.4 < high
    assert shade(noise_low=1.0, noise_high=1.0)[1] == 1
    assert shade("blur") is None


# The table


def cells(table: Table, index: int) -> dict[str, list[str]]:
    """Row → its cells, where the slider stands at an index."""
    texts, width = table.cells[index], len(table.columns)
    return {name: list(texts[number * width :][:width]) for number, name in enumerate(table.rows)}


def test_the_best_of_each_measure_has_a_star() -> None:
    before, after = (Quality(0.05, 13.0, 0.4),) * 11, (Quality(0.002, 27.0, 0.9),) * 11
    table = denoising_table(after, before)
    assert cells(results.quality_table(table, None), 8) == {
        "Noisy": ["13.0", "0.400", "0.0500"],
        "This autoencoder": ["27.0 ★", "0.900 ★", "0.0020 ★"],
    }
    filters = filter_table_of((Quality(0.001, 26.0, 0.95),) * 11)
    rows = cells(results.quality_table(table, filters), 8)
    assert rows["This autoencoder"] == ["27.0 ★", "0.900", "0.0020"]
    assert rows["Median filter"] == ["26.0", "0.950 ★", "0.0010 ★"]
    assert len(rows) == 6


def test_the_table_is_of_the_nearest_measured_level() -> None:
    shown = results.quality_table(denoising_table(qualities(*range(30, 41))), None)
    assert "300 test pictures" in shown.title
    for index in range(21):
        near = {30 + index // 2, 30 + (index + 1) // 2}
        assert cells(shown, index)["This autoencoder"][0] in {f"{value}.0 ★" for value in near}
