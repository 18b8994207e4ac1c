from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from msgspec.structs import replace as changed
from PIL import Image
from streamlit.testing.v1 import AppTest

from autoencoder.rendering.difference import palette
from autoencoder.training.gradient_step import GradientStep
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import Command, Control, RunState
from tests.pages.running import (
    BOTTLENECK,
    DENOISER,
    DENOISING,
    LIKE_PRETRAINED,
    App,
    component,
    header,
    labels,
    made_up_preview,
    players,
    progress,
    words,
)
from tests.training.fakes import made_up_step
from ui.training import step as module

pytestmark = pytest.mark.usefixtures("no_mnist")
KEY = LIKE_PRETRAINED.key
SIZES = len(made_up_preview(LIKE_PRETRAINED, 0))
STEP = made_up_step(1300, 20.0, 0.0631, frames=SIZES)


def prepare(app: App, step: GradientStep = STEP, state: RunState = RunState.PAUSED) -> RunFolder:
    folder = app.prepare(LIKE_PRETRAINED, state)
    folder.write_step(step)
    return folder


def opened(app: App) -> AppTest:
    tab = app.open(BOTTLENECK, run=KEY)
    assert not tab.exception
    return tab


def rows(tab: AppTest, key: str) -> list[str]:
    return [row["label"] for row in players(tab)[key]["rows"]]


def test_paused_after_a_step_its_batch_the_change_and_the_gradient_are_shown(app: App) -> None:
    prepare(app)
    tab = opened(app)
    assert list(players(tab)) == [f"batch {KEY}", f"live {KEY}"]
    said = words(tab)
    assert "**Step 1,300:** loss of this batch 0.0631 → 0.0531, learning rate 0.002, gradient norm 3." in said
    assert "The first 8 of 32 pictures of the batch." in said
    assert "| Code | 2 | 3 |" in said
    assert "| All layers | 3 | 7 |" in said
    assert rows(tab, f"batch {KEY}") == ["Batch"]
    assert rows(tab, f"live {KEY}") == ["Before", "After", "Change"]
    batch, live = players(tab)[f"batch {KEY}"], players(tab)[f"live {KEY}"]
    assert batch["notes"] == [[str(size) for size in range(1, 9)]]
    assert live["positions"] == ["1", "2", "4", "8", "16", "32", "64"]
    assert component(tab, f"live {KEY} known")["index"] == 3, "8 numbers, as the page"


@pytest.mark.parametrize("state", [RunState.PAUSED, RunState.RUNNING])
def test_elsewhere_the_latest_pictures_are_shown(app: App, state: RunState) -> None:
    """A step from before, as training went on since, or goes on."""
    prepare(app, made_up_step(1, 0.1, frames=SIZES) if state is RunState.PAUSED else STEP, state)
    tab = opened(app)
    assert list(players(tab)) == [f"live {KEY}"]
    assert "Step 1" not in words(tab)


def test_while_the_next_step_is_taken_the_last_one_stays(app: App) -> None:
    folder = prepare(app)
    tab = opened(app)
    folder.write_snapshot(changed(folder.snapshot(), state=RunState.RUNNING))
    folder.write_control(Control(Command.ONE_STEP))
    assert list(players(tab.run())) == [f"batch {KEY}", f"live {KEY}"]
    assert progress(tab) == ["Epoch 21 of 40 · taking one step"]


def test_a_damaged_step_does_not_break_the_page(app: App) -> None:
    folder = prepare(app)
    (folder.path / "step.npz").write_bytes(b"PK")
    assert list(players(opened(app))) == [f"live {KEY}"]


def test_the_default_page_has_no_button_for_it(app: App) -> None:
    assert "One step" not in labels(app.open(BOTTLENECK).button)


def test_with_noise_the_targets_stand_below(app: App) -> None:
    folder = app.prepare(DENOISER, RunState.PAUSED)
    made = made_up_step(1300, folder.snapshot().epoch, frames=len(made_up_preview(DENOISER, 0)))
    folder.write_step(replace(made, inputs=255 - made.targets))
    tab = app.open(DENOISING, run=DENOISER.key)
    assert not tab.exception
    assert rows(tab, f"batch {DENOISER.key}") == ["Batch", "Target"]
    assert rows(tab, f"live {DENOISER.key}") == ["Before", "After", "Change"]
    assert "pictures with much noise" in words(tab)


def test_a_loss_that_rose_is_explained() -> None:
    assert "rose" not in module.step_in_words(STEP)
    assert "rose" in module.step_in_words(replace(STEP, loss_after=0.07))


@pytest.mark.parametrize(
    ("loss", "after", "told"),
    [
        (0.0631, 0.0628, ("0.0631", "0.0628")),
        (0.063142, 0.063139, ("0.063142", "0.063139")),
        (0.5, 0.5, ("0.5", "0.5")),
    ],
)
def test_losses_have_the_digits_that_tell_them_apart(loss: float, after: float, told: tuple[str, str]) -> None:
    numbers = module.numbers_of(replace(STEP, loss=loss, loss_after=after))
    assert (numbers["loss"], numbers["after"]) == told


def test_the_change_is_drawn_on_one_scale_which_the_legend_says(app: App) -> None:
    change = np.zeros((SIZES, 10, 28, 28, 1), np.float16)
    change[:, 2], change[:, 3] = 0.01, -0.005
    prepare(app, replace(STEP, change=change))
    packed = component(opened(app), f"live {KEY}")
    legend = header(packed)["legend"]
    assert (legend["low"], legend["high"]) == ("−0.01", "+0.01")
    assert legend["text"].endswith("which 0.0% of the pixels exceed."), "and of gray pictures no word on colors"
    colors = palette(signed=True)
    sprite = Image.open(BytesIO(packed[packed.rindex(b"\x89PNG") :])).convert("RGB")
    drawn = np.asarray(sprite)[14, [14 + 28 * column for column in (2, 3, 4)]]
    np.testing.assert_array_equal(drawn, colors[[254, 64, 127]])  # full orange, half of the blue, and black
