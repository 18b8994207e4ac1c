import numpy as np

from autoencoder.rendering.difference import FIXED_SCALE
from tests.ui.lessons.answers import drawn, unpack
from ui.lessons.family.drawn import by_all, by_member
from ui.lessons.family.players import family_player, member_player
from ui.services import services
from ui.services.services import PRETRAINED_FAMILY
from ui.services.trained_run import TrainedRun


def test_a_member_rebuilds_a_drawing_as_a_test_picture(no_mnist: object) -> None:
    run = TrainedRun.load(PRETRAINED_FAMILY["sparse"])
    expected = member_player(run, (8,), style=FIXED_SCALE)
    header, pictures = unpack(by_member(run, FIXED_SCALE, drawn(services.test_pictures(run.source).test[8])))
    _, shown = unpack(expected.pack("key", False))
    assert header["rows"] == [row.label for row in expected.rows]
    assert all(np.array_equal(*pair) for pair in zip(pictures, shown, strict=True))
    np.testing.assert_allclose(header["code"], np.asarray(expected.codes)[0], atol=1e-6)


def test_all_members_rebuild_it_side_by_side(no_mnist: object) -> None:
    runs = tuple(TrainedRun.load(folder) for folder in PRETRAINED_FAMILY.values())
    expected = family_player(runs, (8,))
    header, pictures = unpack(by_all(runs, drawn(services.test_pictures(runs[0].source).test[8])))
    _, shown = unpack(expected.pack("key", False))
    assert header["rows"] == [row.label for row in expected.rows] == ["Input", *map(str.capitalize, PRETRAINED_FAMILY)]
    assert all(np.array_equal(*pair) for pair in zip(pictures, shown, strict=True))
