from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.analysis.trying import photo_files
from autoencoder.training.run_folder import RunFolder
from tests.own_photos import SOURCE, own_run
from tests.pages.running import DENOISING, App, IdleWorker, words
from tests.ui.uploading import Broken, Inline, renewed
from ui.training import runs
from ui.trial import panel


@pytest.fixture
def run(app: App, no_mnist: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    monkeypatch.setattr(runs, "may_see", lambda name: True)
    return own_run(tmp_path, monkeypatch)


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Inline:
    process = Inline()
    monkeypatch.setattr(panel, "get_denoiser", renewed(process))
    return process


def opened(app: App, run: RunFolder) -> AppTest:
    tab = app.open(DENOISING, run=run.path.name, tab="photo", level="0.2")
    assert not tab.exception
    return tab


def images(tab: AppTest) -> list[Any]:
    return [image for element in tab.get("image") for image in element.proto.imgs]


def captions(tab: AppTest) -> list[str]:
    return [image.caption for image in images(tab)]


def test_a_photo_noisy_denoised_and_clean_with_psnr(app: App, run: RunFolder, process: Inline) -> None:
    tab = opened(app, run)
    assert "A whole photo" in [one.label for one in tab.tabs]
    found = photo_files(*process.work[0][1])
    assert captions(tab) == [
        f"Noisy: {found.noisy_psnr:.1f} dB",
        f"**Denoised: {found.denoised_psnr:.1f} dB**",
        "Clean",
    ]
    assert f"PSNR {found.noisy_psnr:.1f} → {found.denoised_psnr:.1f} dB" in words(tab)
    assert all(image.url.endswith(".png") for image in images(tab))
    assert "28 × 28 pixels at a time" in words(tab)


def test_another_photo_and_another_level_are_worked_out_and_the_same_is_not(
    app: App, run: RunFolder, process: Inline
) -> None:
    tab = opened(app, run)
    tab.session_state["level"] = 0.5
    tab.run()
    tab.selectbox(key=f"whole {SOURCE}").set_value(2).run()
    tab.run()
    assert not tab.exception
    assert [arguments[2:5] for _, arguments in process.work] == [
        (0, "gaussian", 0.2),
        (0, "gaussian", 0.5),
        (2, "gaussian", 0.5),
    ]


def test_what_takes_long_is_waited_for(app: App, run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    idle = IdleWorker()
    monkeypatch.setattr(panel, "get_denoiser", renewed(idle))
    monkeypatch.setattr(panel, "PHOTO_AT_ONCE", 0.01)
    tab = opened(app, run)
    assert "The network is at work on the photo, square by square …" in words(tab)
    assert captions(tab) == []
    ((arguments),) = idle.asked(photo_files)
    idle.answer(photo_files, photo_files(*arguments))
    tab.run()
    assert len(captions(tab)) == 3


def test_a_lost_process_gives_a_sentence_and_is_asked_again(
    app: App, run: RunFolder, process: Inline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel, "get_denoiser", renewed(Broken()))
    tab = opened(app, run)
    assert [warning.value for warning in tab.warning] == [panel.TEXTS["not_denoised"]]
    monkeypatch.setattr(panel, "get_denoiser", renewed(process))
    tab.run()
    assert not tab.warning
    assert len(captions(tab)) == 3


def test_the_photo_from_before_stays_until_the_next_one_is_there(
    app: App, run: RunFolder, process: Inline, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = opened(app, run)
    before = captions(tab)
    monkeypatch.setattr(panel, "get_denoiser", renewed(IdleWorker()))
    monkeypatch.setattr(panel, "PHOTO_AT_ONCE", 0.01)
    tab.session_state["level"] = 0.5
    tab.run()
    assert "The network is at work on the photo" in words(tab)
    assert captions(tab) == before
    assert "level 0.2" in words(tab)


def test_there_is_no_such_tab_where_no_photos_are_kept(app: App, no_mnist: object) -> None:
    assert "A whole photo" not in [one.label for one in app.open(DENOISING).tabs]
