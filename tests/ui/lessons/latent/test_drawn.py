from dataclasses import replace

import numpy as np
import pytest

from autoencoder.analysis.latent import STAGES
from autoencoder.rendering.sprites import thumbnails
from tests.ui.lessons.answers import drawn, unpack
from ui.lessons.latent.drawn import on_plane
from ui.lessons.latent.players import View
from ui.services import services
from ui.services.services import PRETRAINED
from ui.services.trained_run import TrainedRun


@pytest.fixture
def view(no_mnist: object) -> View:
    return View(TrainedRun.load(PRETRAINED), 8)


def embedded(view: View) -> View:
    """The same on a plane without a way back."""
    points = view.plane.points[:, ::-1].astype(np.float32)
    return replace(view, embedded=points.tobytes(), stages=STAGES)


@pytest.mark.parametrize("change", [lambda view: view, embedded], ids=["flat", "t-SNE"])
def test_a_test_picture_lies_on_its_own_point(view: View, change: object) -> None:
    view = change(view)  # type: ignore[operator]
    header, (picture,) = unpack(on_plane(view, drawn(services.test_pictures(view.run.source).test[7])))
    np.testing.assert_allclose(header["point"], view.frame.shares(view.plane.points[7:8])[0], atol=1e-4)
    assert header["neighbors"][0] == 7
    assert np.array_equal(picture[..., :1], thumbnails(view.decode(view.codes.values[7:8]))[0])


def test_a_walk_begins_at_the_drawing_and_keeps_what_lies_off_the_plane(view: View) -> None:
    picture = services.test_pictures(view.run.source).test[7]
    x, y = view.frame.shares(view.plane.points[7:8])[0].tolist()
    _, (there,) = unpack(on_plane(view, drawn(picture)))
    header, (begun,) = unpack(on_plane(view, drawn(picture, place=(x, y))))
    assert np.abs(there.astype(int) - begun).max() <= 1, "rounded once"
    header, (walked,) = unpack(on_plane(view, drawn(picture, place=(0.9, 0.1))))
    assert not np.array_equal(walked, begun)
    place = view.frame.position(0.9, 0.1)
    off = view.codes.values[7] - view.plane.codes_at(view.plane.points[7:8])[0]
    expected = thumbnails(view.decode(view.plane.codes_at(place[np.newaxis]) + off))[0]
    assert np.abs(walked[..., :1].astype(int) - expected).max() <= 1
    np.testing.assert_allclose(header["point"], (x, y), atol=1e-4), "the star stays"
