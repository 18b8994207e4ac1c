"""What the networks that come with the app reach: on the sample's test pictures, and on the full MNIST's where it is.

All were trained on the sample's 4,000 training pictures. PCA is fitted to the same 4,000, and the filters' parameters
were chosen on them; no test picture had a part in either.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from autoencoder.analysis.compression import error_by_size, pca_error_by_size
from autoencoder.analysis.denoising import MEASURED_PICTURES, TEST_SEED, quality
from autoencoder.analysis.filters import FILTERS, filter_table
from autoencoder.data.noise import NOISES, SHOWN_LEVELS, add_noise
from autoencoder.data.sources import get_source
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.run_folder import RunFolder
from benchmarks.assets import FOLDER
from benchmarks.options import Options
from benchmarks.table import Cell, Table

SIZES = [1, 2, 4, 8, 16, 32, 64]
NOISE = "gaussian"


def measure(options: Options) -> Iterator[Table]:
    """The errors by size beside PCA's, then the denoiser beside the filters."""
    sources = ["mnist_sample", *(["mnist"] if options.has_mnist else [])]
    for source in sources:
        yield _errors(get_source(source).load(test_only=True).test)
    yield _denoiser()


def _errors(test: np.ndarray) -> Table:
    own = error_by_size(_network("bottleneck"), test, SIZES)
    pca = pca_error_by_size(get_source("mnist_sample").load().train, test, SIZES)
    rows = [(str(size), ours, theirs, ours / theirs) for size, ours, theirs in zip(SIZES, own, pca, strict=True)]
    columns = ("numbers", "the network", "PCA", "network / PCA")
    return Table(f"Mean squared error on {len(test):,} test pictures", columns, rows)


def _denoiser() -> Table:
    network = _network("denoising")
    pictures = get_source("mnist_sample").load(test_only=True).test[:MEASURED_PICTURES]
    with tempfile.TemporaryDirectory() as folder:
        filters = filter_table("mnist_sample", NOISE, Path(folder) / "table.json")
    rows: list[tuple[Cell, ...]] = []
    for number, level in enumerate(SHOWN_LEVELS):
        noisy = add_noise(pictures, NOISE, level, TEST_SEED)
        own = quality(pictures, network.decode(network.encode(noisy))).psnr
        others = [reached[number].psnr for reached in filters.qualities.values()]
        rows.append((f"{level:g}", quality(pictures, noisy).psnr, *others, own, own - max(others)))
    titles = (FILTERS[name].title for name in filters.qualities)
    columns = ("level", "noisy", *titles, "our denoiser", "ahead of the best by")
    title = f"Mean PSNR in dB, {NOISES[NOISE].title}, on {len(pictures)} test pictures of the sample"
    return Table(title, columns, rows)


def _network(name: str) -> CompiledNetwork:
    return CompiledNetwork(*RunFolder(FOLDER / name).network())
