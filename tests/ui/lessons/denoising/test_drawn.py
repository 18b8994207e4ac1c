import numpy as np

from autoencoder.rendering.difference import FIXED_SCALE
from tests.ui.lessons.answers import drawn, unpack
from ui.lessons.denoising.drawn import by_noise
from ui.lessons.denoising.players import noise_player
from ui.services import services
from ui.services.services import PRETRAINED_DENOISER
from ui.services.trained_run import TrainedRun


def test_noise_goes_on_top_of_a_drawing_as_on_a_test_picture(no_mnist: object) -> None:
    run = TrainedRun.load(PRETRAINED_DENOISER)
    expected = noise_player(run, (5,), "blur", 3, style=FIXED_SCALE)
    picture = services.test_pictures(run.source).test[5]
    header, pictures = unpack(by_noise(run, "blur", 3, FIXED_SCALE, drawn(picture)))
    assert header["rows"] == ["Clean", "Noisy", "Denoised", "Difference"] == [row.label for row in expected.rows]
    assert header["notes"] == [note for (note,) in expected.notes]
    _, shown = unpack(expected.pack("key", False))
    assert all(np.array_equal(*pair) for pair in zip(pictures, shown, strict=True))
    assert header["words"][-1].endswith(f"denoised to {header['notes'][-1]} dB")
