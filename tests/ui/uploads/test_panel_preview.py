import errno
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from autoencoder.data.mnist import load_sample
from autoencoder.data.sources import get_source
from autoencoder.data.uploads import storage
from autoencoder.data.uploads.datasets import UploadChoices
from tests.data.uploads.corpus import encoded
from tests.pages.own_examples import fruit, picture, small, upload, upload_state, with_pictures
from tests.pages.running import PICTURES, App, button, labels, words
from ui.uploads.session import NO_ROOM, OWN

pytestmark = pytest.mark.long

CHANGES: list[tuple[Callable[[AppTest], Any], UploadChoices]] = [
    (lambda tab: tab.select_slider(key="own side").set_value(24), UploadChoices(24, augment=False)),
    (lambda tab: tab.selectbox(key="own color").set_value("gray"), UploadChoices(16, "gray", augment=False)),
    (lambda tab: tab.selectbox(key="own shape").set_value("fit"), UploadChoices(16, how="fit", augment=False)),
    (lambda tab: tab.selectbox(key="own pieces").set_value("patches"), UploadChoices(16, patches=True, augment=False)),
]


@pytest.mark.parametrize(("change", "choices"), CHANGES)
def test_every_choice_makes_another_set(app: App, change: Callable[[AppTest], Any], choices: UploadChoices) -> None:
    tab = with_pictures(app, "a", "b")
    before = upload_state(tab).made.number
    change(tab).run()
    assert not tab.exception
    assert upload_state(tab).choices == choices
    assert upload_state(tab).made.number != before


def test_writing_is_not_mirrored_at_first(app: App) -> None:
    digits = [Image.fromarray(np.rint(digit[..., 0] * 255).astype(np.uint8)) for digit in load_sample().test[:3]]
    files = [(f"{number}.png", encoded(digit, "PNG")) for number, digit in enumerate(digits)]
    tab = upload(app.open(PICTURES), *files)
    assert not upload_state(tab).choices.mirror
    tab.toggle(key="own mirrored True").set_value(True).run()
    assert upload_state(tab).choices.mirror
    button(tab, "Remove all").click().run()
    tab = upload(tab, ("a.png", picture(1)), ("b.png", picture(2)))
    assert tab.toggle(key="own mirrored False").value


def test_a_set_is_made_once(app: App) -> None:
    tab = with_pictures(app, "a", "b")
    app.reader.holds = True
    for _ in range(3):
        tab.run()
    assert app.reader.held == []


def test_a_set_that_could_not_be_made_is_tried_again_on_request_alone(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def fail(*arguments: object) -> None:
        tried.append(arguments)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(storage, "save_dataset", fail)
        tab = upload(app.open(PICTURES), ("fruit.zip", fruit("a", "b")))
        tab.run()
        assert len(tried) == 1
        button(tab, "Try again").click().run()
        assert len(tried) == 2
        assert NO_ROOM in words(tab)
    button(tab, "Try again").click().run()
    assert not tab.exception
    assert "It trains on" in words(tab)
    assert NO_ROOM not in words(tab)
    assert "Try again" not in labels(tab.button)


def test_what_it_learns_from_and_is_judged_on_is_shown(app: App) -> None:
    tab = with_pictures(app, "a", "b", each=5)
    said = words(tab)
    assert "It trains on 8 pictures, made from 8 photos. 2 photos are held out to test it." in said
    assert "Only 2 photos are held out" in said
    grids = "".join(element.proto.body for element in tab.get("html"))
    assert grids.count('alt="A picture to learn from') == 8
    assert grids.count('alt="A picture to judge on') == 2


@pytest.mark.parametrize(
    ("label", "field"),
    [("Compress them", "source"), ("Denoise them", "source"), ("Find the odd one out", "anomaly_source")],
)
def test_the_ways_to_the_lessons_bring_the_pictures_along(app: App, no_mnist: object, label: str, field: str) -> None:
    tab = with_pictures(app, "a", "b")
    button(tab, label).click().run()
    assert not tab.exception
    assert tab.selectbox(key=field).value == OWN


def test_without_classes_there_is_no_odd_one(app: App) -> None:
    tab = small(upload(app.open(PICTURES), ("a.png", picture(0)), ("b.png", picture(1))))
    assert "Find the odd one out" not in labels(tab.button)
    assert get_source("mnist_sample").class_names
    tab.switch_page("pages/anomalies.py").run()
    assert "Your pictures need two classes" in words(tab)
    assert OWN not in tab.selectbox(key="anomaly_source").options
