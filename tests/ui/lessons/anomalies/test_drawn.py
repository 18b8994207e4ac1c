import numpy as np
import pytest

from autoencoder.analysis.anomalies import maps_of, rebuild
from autoencoder.data.bananas import bananas
from tests.ui.lessons.answers import drawn, unpack
from ui.lessons.anomalies.drawn import by_threshold, found_in_words
from ui.lessons.anomalies.players import View, threshold_player, threshold_view
from ui.services import services
from ui.services.services import PRETRAINED_ANOMALIES
from ui.services.trained_run import TrainedRun


@pytest.fixture
def view(no_mnist: object) -> View:
    return View(TrainedRun.load(PRETRAINED_ANOMALIES), 64, "strongest")


@pytest.mark.slow
def test_painted_rot_is_judged_as_a_picture_of_it_is(view: View) -> None:
    damaged, indices = bananas.test_rotten()
    index, painted = int(indices[4]), damaged.masks[4]
    picture = services.test_pictures(view.run.source).test[index]
    expected = threshold_player(view, (index,))
    header, pictures = unpack(by_threshold(view, 1.0, drawn(picture, painted)))
    _, shown = unpack(expected.pack("key", False))
    assert all(np.array_equal(*pair) for pair in zip(pictures, shown, strict=True))
    assert header["notes"] == [note for (note,) in expected.notes]
    assert header["alarms"] == [alarm for (alarm,) in expected.alarms]
    known, network = threshold_view(view), view.run.model.network
    rebuilt = rebuild(network, view.run.settings, picture[None], 64)
    (score_map,) = maps_of(picture[None], rebuilt, known.baseline_error, "strongest")
    score = np.sqrt(np.square(score_map, dtype=np.float64).mean())
    assert header["marks"] == [pytest.approx(score / known.usual, rel=1e-4)]
    middle = known.thresholds[80]
    found = score_map > middle if score > middle else np.zeros_like(painted)
    assert np.array_equal(np.array(header["thresholds"]) > 80, found.ravel())
    assert np.array_equal(header["painted"], painted.ravel())


def test_without_a_base_nothing_is_said_of_what_was_painted(view: View) -> None:
    header, _ = unpack(by_threshold(view, None, drawn(services.test_pictures(view.run.source).test[0])))
    assert "thresholds" not in header
    assert len(header["words"]) == 1


def test_recall_and_precision_are_by_pixel_at_every_threshold() -> None:
    exceeded = np.array([[3, 2], [1, 0]])
    painted = np.array([[True, False], [True, False]])
    first, second, third, fourth = found_in_words(exceeded, painted, 4)
    assert first == "Of 2 pixels painted, 100 % found (recall); of what is found, 67 % was painted (precision)."
    assert second == "Of 2 pixels painted, 50 % found (recall); of what is found, 50 % was painted (precision)."
    assert third == "Of 2 pixels painted, 50 % found (recall); of what is found, 100 % was painted (precision)."
    assert fourth == "Of 2 pixels painted, 0 % found (recall)."
    assert set(found_in_words(exceeded, np.zeros_like(painted), 4)) == {"Nothing is painted yet."}
