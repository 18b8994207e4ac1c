"""A whole photo that a network has denoised, as files to look at."""

from dataclasses import dataclass, field

from autoencoder.analysis.whole_photo import denoise_kept
from autoencoder.rendering.sprites import png, to_bytes
from autoencoder.training.run_folder import RunFolder


@dataclass(frozen=True)
class PhotoFiles:
    """A photo with noise, denoised and without noise: PNG files, and how close the first two are to the last, in dB."""

    noisy: bytes = field(repr=False)
    denoised: bytes = field(repr=False)
    clean: bytes = field(repr=False)
    noisy_psnr: float
    denoised_psnr: float


def photo_files(folder: RunFolder, version: str, place: int, kind: str, level: float, seed: int) -> PhotoFiles:
    """Return what `denoise_kept` gives, drawn in the process that works it out.

    Args:
        folder: A run with a trained network, on a session's own pictures.
        version: The run's `network_version`: asked for another network, it is another question.
        place: Of the photo, among those that are kept beside these pictures.
        kind: A key of `autoencoder.data.noise.NOISES`.
        level: In [0, 1].
        seed: Of the noise.

    Raises:
        PictureError: If the photo is gone.
        DamagedRun: If the network cannot be read.
    """
    found = denoise_kept(folder, place, kind, level, seed)
    noisy, denoised, clean = (png(to_bytes(picture)) for picture in (found.noisy, found.denoised, found.clean))
    return PhotoFiles(noisy, denoised, clean, found.noisy_psnr, found.denoised_psnr)
