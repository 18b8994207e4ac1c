import shutil
import tracemalloc
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio

from autoencoder.analysis.trying import by_squares, corrupt, names_of_photos, photo_files
from autoencoder.data import own
from autoencoder.data.image_dataset import PictureError
from autoencoder.data.noise import NOISES
from autoencoder.data.uploads.cropping import to_float
from autoencoder.networks.compiled import BATCH, CompiledNetwork
from tests.data.uploads.examples import make_photos
from tests.examples import make_pictures
from tests.own_photos import SOURCE, own_run, own_set

SIZES = [(90, 120), (28, 28), (29, 57), (10, 200), (7, 5)]
every_kind = pytest.mark.parametrize("kind", NOISES)


def picture(height: int = 90, width: int = 120, channels: int = 3) -> np.ndarray:
    return make_pictures(1, (height, width, channels))[0]


@pytest.mark.parametrize(("height", "width"), SIZES)
@pytest.mark.parametrize("channels", [1, 3])
def test_a_network_that_changes_nothing_gives_the_photo_back(height: int, width: int, channels: int) -> None:
    clean = picture(height, width, channels)
    np.testing.assert_allclose(by_squares(clean, 28, lambda squares: squares), clean, atol=1e-6)


def test_squares_go_through_the_network_in_batches() -> None:
    seen: list[int] = []

    def network(squares: np.ndarray) -> np.ndarray:
        seen.append(len(squares))
        assert squares.shape[1:] == (16, 16, 3)
        return squares / 2

    clean = picture()
    np.testing.assert_allclose(by_squares(clean, 16, network), clean / 2, atol=1e-6)
    assert max(seen) == BATCH < sum(seen)


def test_no_seam_is_seen_where_squares_disagree() -> None:
    """A network that makes each square lighter or darker by chance: from pixel to pixel there is no jump."""
    generator = np.random.default_rng(0)

    def network(squares: np.ndarray) -> np.ndarray:
        return squares + generator.uniform(-0.3, 0.3, (len(squares), 1, 1, 1)).astype(np.float32)

    side = 24
    flat = np.full((100, 140, 1), 0.5, np.float32)
    made = by_squares(flat, side, network)
    steepest = 0.6 * np.pi / side  # of half a cosine from −0.3 to 0.3 over half of the side
    assert made.std() > 0.05
    for axis in (0, 1):
        assert np.abs(np.diff(made, axis=axis)).max() < 1.05 * steepest


def test_what_leaves_the_range_is_cut_off() -> None:
    assert by_squares(picture(), 16, lambda squares: squares + 2).max() == 1


def test_memory_grows_by_the_squares_alone() -> None:
    clean = picture(360, 480)

    def network(squares: np.ndarray) -> np.ndarray:
        return squares

    tracemalloc.start()
    by_squares(clean, 48, network)
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert highest < 13 * clean.nbytes


@every_kind
def test_at_level_0_the_picture_is_as_it_was(kind: str) -> None:
    np.testing.assert_array_equal(corrupt(picture(), 28, kind, 0.0, 1), picture())


@every_kind
@pytest.mark.parametrize(("height", "width"), SIZES)
def test_every_noise_keeps_shape_and_range(kind: str, height: int, width: int) -> None:
    noisy = corrupt(picture(height, width), 28, kind, 0.7, 1)
    assert noisy.dtype == np.float32
    assert noisy.shape == (height, width, 3)
    assert noisy.min() >= 0
    assert noisy.max() <= 1
    assert not np.array_equal(noisy, picture(height, width))


def test_blur_reaches_as_far_as_in_a_square() -> None:
    """A white point: it spreads over as many pixels in a large picture as in a small one."""
    spread = []
    for side in (29, 87):
        point = np.zeros((side, side, 1), np.float32)
        point[side // 2, side // 2] = 1
        spread.append(corrupt(point, 29, "blur", 0.5, 0).max())
    assert spread[1] == pytest.approx(spread[0], rel=0.02)


def test_a_gray_patch_hides_a_part_of_every_square() -> None:
    black = np.zeros((56, 84, 1), np.float32)
    noisy = corrupt(black, 28, "patch", 0.25, 3)
    for row in (0, 28):
        for column in (0, 28, 56):
            assert noisy[row : row + 28, column : column + 28].mean() == pytest.approx(0.125, rel=1e-3)


# Photos that are kept


def test_photos_that_are_kept_beside_a_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own_set(tmp_path, monkeypatch)
    assert names_of_photos(SOURCE) == tuple(photo.name for photo in make_photos(3))
    shutil.rmtree(own.set_folder(SOURCE))
    assert names_of_photos(SOURCE) == ()


def test_what_comes_with_the_app_has_no_photos() -> None:
    assert names_of_photos("mnist_sample") == ()


def test_a_photo_that_is_kept_goes_through_the_network_of_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = own_run(tmp_path, monkeypatch)
    network, photo = CompiledNetwork(*folder.network()), make_photos(3)[2]
    clean = to_float(photo.pixels, "gray")
    noisy = corrupt(clean, 28, "gaussian", 0.3, 5)
    denoised = by_squares(noisy, 28, lambda squares: network.decode(network.encode(squares)))
    assert clean.shape == (90, 120, 1)
    files = photo_files(folder, folder.network_version(), 2, "gaussian", 0.3, 5)
    for file, picture in ((files.noisy, noisy), (files.denoised, denoised), (files.clean, clean)):
        drawn = np.asarray(Image.open(BytesIO(file))).astype(float)
        np.testing.assert_allclose(drawn, picture[..., 0] * 255, rtol=0, atol=0.51)
    assert files.noisy_psnr == pytest.approx(peak_signal_noise_ratio(clean, noisy, data_range=1), abs=1e-3)
    assert files.denoised_psnr == pytest.approx(peak_signal_noise_ratio(clean, denoised, data_range=1), abs=1e-3)
    with pytest.raises(PictureError, match="not_kept"):
        photo_files(folder, folder.network_version(), 3, "gaussian", 0.3, 5)
