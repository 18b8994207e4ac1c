from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autoencoder.analysis.whole_photo import denoise_kept, names_of_photos
from autoencoder.data.image_dataset import PictureError
from autoencoder.rendering.photo_files import photo_files
from autoencoder.training.run_folder import RunFolder
from tests.own_photos import own_run


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    return own_run(tmp_path, monkeypatch)


def test_the_files_are_the_pictures_to_the_last_bit(run: RunFolder) -> None:
    files = photo_files(run, run.network_version(), 1, "gaussian", 0.2, 0)
    found = denoise_kept(run, 1, "gaussian", 0.2, 0)
    for file, picture in ((files.noisy, found.noisy), (files.denoised, found.denoised), (files.clean, found.clean)):
        drawn = np.asarray(Image.open(BytesIO(file)))
        np.testing.assert_array_equal(drawn, np.rint(picture[..., 0] * 255).astype(np.uint8))
    assert (files.noisy_psnr, files.denoised_psnr) == (found.noisy_psnr, found.denoised_psnr)


def test_a_photo_that_is_not_kept_is_refused(run: RunFolder) -> None:
    assert len(names_of_photos(run.settings().source)) == 3
    with pytest.raises(PictureError, match="not_kept"):
        photo_files(run, run.network_version(), 3, "gaussian", 0.2, 0)
