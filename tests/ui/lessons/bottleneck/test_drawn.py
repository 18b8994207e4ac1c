import numpy as np
import pytest

from autoencoder.rendering.difference import FIXED_SCALE, DifferenceStyle
from autoencoder.rendering.sprites import to_bytes
from tests.ui.lessons.answers import drawn, unpack
from ui.lessons.bottleneck.drawn import by_size
from ui.lessons.common.players import default_indices, size_player
from ui.services import services
from ui.services.services import PRETRAINED
from ui.services.trained_run import TrainedRun


@pytest.mark.parametrize("style", [FIXED_SCALE, DifferenceStyle(False, None)])
def test_a_test_picture_that_is_drawn_is_answered_as_its_column_shows_it(
    no_mnist: object, style: DifferenceStyle
) -> None:
    run = TrainedRun.load(PRETRAINED)
    index = default_indices(run.source)[3]
    expected, picture = size_player(run, (index,), style), services.test_pictures(run.source).test[index]
    header, pictures = unpack(by_size(run, style, None, drawn(picture)))
    assert header["rows"] == [row.label for row in expected.rows]
    assert header["notes"] == [note for (note,) in expected.notes]
    _, shown = unpack(expected.pack("key", False))
    assert all(np.array_equal(*pair) for pair in zip(pictures, shown, strict=True))
    assert np.array_equal(pictures[0][..., :1], to_bytes(picture))
    np.testing.assert_allclose(header["code"], np.asarray(expected.codes)[0], atol=1e-6)
    assert header["active"] == list(run.settings.sizes)
    assert header["words"][7] == f"Nearest test picture: a 3; error {header['notes'][7]}"
