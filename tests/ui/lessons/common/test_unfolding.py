from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.analysis.latent import plane_of
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import RunState
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.unfolding import pack, which_pictures
from tests.pages.running import LIKE_PRETRAINED, App, component, header, made_up_preview, words
from ui.lessons.common.unfolding import WORDS
from ui.services.services import test_pictures as pictures_of

pytestmark = pytest.mark.usefixtures("no_mnist")
LATENT = "pages/latent.py"
EXACT = replace(LIKE_PRETRAINED, bottleneck="exact")
COUNT = 50


def codes(number: int, numbers: int = 2) -> np.ndarray:
    return np.random.default_rng(number).normal(size=(COUNT, numbers)).astype(np.float32)


def prepare(
    app: App, state: RunState, settings: TrainingSettings = LIKE_PRETRAINED, kept: tuple[int, ...] = (0, 1, 2)
) -> RunFolder:
    folder = app.prepare(settings, state, previews=max(kept) + 1)
    for number in kept:
        some = pack(codes(number, 2 if settings.ordered else settings.bottleneck_size))
        folder.write_preview(number, made_up_preview(settings, number), some)
    return folder


def opened(app: App, settings: TrainingSettings = LIKE_PRETRAINED) -> AppTest:
    tab = app.open(LATENT, run=settings.key, tab="unfold")
    assert not tab.exception
    return tab


def points(tab: AppTest, key: str) -> tuple[dict[str, Any], np.ndarray]:
    packed = component(tab, key)
    told = header(packed)
    count = sum(told["bytes"])
    return told, np.frombuffer(packed[-count:], "<f4").reshape(len(told["moments"]), -1, 2)


def network_codes(app: App, settings: TrainingSettings) -> np.ndarray:
    shown = pictures_of("mnist_sample").test
    return app.jobs.store.load(app.folder(settings)).network.encode(shown[which_pictures(len(shown), COUNT)])


def test_the_tab_has_all_moments_and_ends_with_the_network_shown(app: App) -> None:
    prepare(app, RunState.FINISHED)
    told, found = points(opened(app), f"unfolded {LIKE_PRETRAINED.key}")
    assert [moment["epoch"] for moment in told["moments"]] == [0, 20, 40]
    for number in (0, 1):
        np.testing.assert_allclose(found[number], codes(number), atol=1e-4)
    np.testing.assert_array_equal(found[2], network_codes(app, LIKE_PRETRAINED)[:, :2])
    labels = pictures_of("mnist_sample").test_labels[which_pictures(1000, COUNT)]
    assert told["labels"] == labels.tolist()
    assert told["axes"] == WORDS["axes"]["two"]


def test_longer_codes_stand_on_the_plane_of_the_network_shown(app: App) -> None:
    prepare(app, RunState.FINISHED, EXACT)
    tab = opened(app, EXACT)
    told, found = points(tab, f"unfolded {EXACT.key}")
    plane = plane_of(network_codes(app, EXACT))
    np.testing.assert_allclose(found[2], plane.points, atol=1e-5)
    np.testing.assert_allclose(found[0], plane.places_of(codes(0, 64)), atol=0.2)  # 64 numbers, in 255 levels each
    assert told["axes"].startswith("PCA of the codes at the end: the two directions in which the 64 numbers")
    assert f"{plane.explained[0]:.0%} and {plane.explained[1]:.0%}" in told["axes"]
    assert "The codes of 50 test pictures at 3 moments" in words(tab)


def test_of_a_network_that_was_stopped_the_end_is_one_more_moment(app: App) -> None:
    prepare(app, RunState.STOPPED, kept=(0, 2))
    folder = app.folder(LIKE_PRETRAINED)
    folder.write_snapshot(replace_epoch(folder, 21.5))
    told, _ = points(opened(app), f"unfolded {LIKE_PRETRAINED.key}")
    assert [moment["epoch"] for moment in told["moments"]] == [0, 20, 21.5]


def replace_epoch(folder: RunFolder, epoch: float) -> Any:
    from msgspec.structs import replace as replace_struct

    return replace_struct(folder.snapshot(), epoch=epoch)


def test_the_network_that_came_with_the_app_has_none(app: App) -> None:
    tab = app.open(LATENT, tab="unfold")
    assert not tab.exception
    assert WORDS["came"] in words(tab)


@pytest.mark.parametrize("damage", ["none", "cut", "more pictures than there are"])
def test_a_training_that_kept_nothing_that_can_be_shown_says_so(app: App, damage: str) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    for number in range(3):
        if damage == "cut":
            (folder.path / "moments" / f"{number:04d}.npz").write_bytes(b"PK")
        elif damage != "none":
            many = pack(np.random.default_rng(0).normal(size=(1001, 2)).astype(np.float32))
            folder.write_preview(number, made_up_preview(LIKE_PRETRAINED, number), many)
    assert WORDS["none"] in words(opened(app))


def test_a_moment_of_another_shape_is_left_out(app: App) -> None:
    folder = prepare(app, RunState.FINISHED)
    folder.write_preview(1, made_up_preview(LIKE_PRETRAINED, 1), pack(codes(1)[:7]))
    told, _ = points(opened(app), f"unfolded {LIKE_PRETRAINED.key}")
    assert [moment["epoch"] for moment in told["moments"]] == [0, 40]


def live(app: App, settings: TrainingSettings) -> tuple[str, list[dict[str, Any]]]:
    tab = app.open(LATENT, run=settings.key)
    assert not tab.exception
    key, told = f"unfolds {settings.key}", []
    while letter := component(tab, f"{key} moments {len(told)}"):
        told.append(letter)
    return header(component(tab, key))["plane"], told


def test_live_a_new_moment_changes_nothing_that_was_sent(app: App) -> None:
    prepare(app, RunState.PAUSED, kept=tuple(range(4)))
    _, before = live(app, LIKE_PRETRAINED)
    prepare(app, RunState.PAUSED, kept=tuple(range(5)))
    _, after = live(app, LIKE_PRETRAINED)
    assert [[moment["number"] for moment in letter["moments"]] for letter in after] == [[0, 1, 2, 3], [4]]
    assert [moment["points"] for moment in after[0]["moments"]] == [moment["points"] for moment in before[0]["moments"]]


def test_live_the_plane_of_longer_codes_is_that_of_a_moment_whose_number_is_a_power_of_two(app: App) -> None:
    planes = []
    for count in (1, 2, 3, 4, 5):
        prepare(app, RunState.PAUSED, EXACT, kept=tuple(range(count)))
        planes.append(live(app, EXACT)[0])
    assert planes[0].startswith("PCA of the codes before the first step")
    assert planes[1].startswith("PCA of the codes after 20 epochs")
    assert planes[3].startswith("PCA of the codes after 20 epochs")
    assert planes[4].startswith("PCA of the codes after 15 epochs")


def test_live_it_says_where_nothing_is_kept(app: App) -> None:
    app.prepare(LIKE_PRETRAINED, RunState.PAUSED)
    assert WORDS["later"] in words(app.open(LATENT, run=LIKE_PRETRAINED.key))


def test_other_pages_do_not_show_it(app: App) -> None:
    prepare(app, RunState.PAUSED)
    tab = app.open("pages/bottleneck.py", run=LIKE_PRETRAINED.key)
    assert not tab.exception
    assert component(tab, f"unfolds {LIKE_PRETRAINED.key}") is None
