import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from autoencoder.data.bananas import bananas
from autoencoder.data.mnist import load_sample
from autoencoder.data.uploads.cropping import to_square
from autoencoder.data.uploads.writing import like_mnist, looks_like_writing
from autoencoder.networks.compiled import CompiledNetwork
from benchmarks.writing import photographed, to_photo
from tests.analysis.looked_at import FOLDER
from tests.data.uploads.examples import make_photos

DIGITS = load_sample()
SOME = slice(100, 150)  # of the test digits


def test_photographed_digits_come_back_as_what_they_are() -> None:
    """Their class is that of the nearest training digit to the reconstruction; without it, that is left to chance."""
    network = CompiledNetwork(*FOLDER.network())
    nearest = KNeighborsClassifier(1).fit(DIGITS.train.reshape(-1, 784), DIGITS.train_labels)

    def right(pictures: list[np.ndarray]) -> float:
        rebuilt = network.decode(network.encode(np.stack(pictures)))
        return float((nearest.predict(rebuilt.reshape(-1, 784)) == DIGITS.test_labels[SOME]).mean())

    photos = [photographed(digit, seed) for seed, digit in enumerate(DIGITS.test[SOME])]
    squares = [to_square(one, 28, "gray", "fit") for one in photos]
    assert max(right(squares), right([1 - square for square in squares])) < 0.3
    assert right([like_mnist(one, 28) for one in photos]) > right(list(DIGITS.test[SOME])) - 0.05


@pytest.mark.parametrize("inverted", [False, True])
def test_what_is_like_mnist_already_stays_nearly_as_it_is(inverted: bool) -> None:
    digits = DIGITS.test[SOME]
    prepared = np.stack([like_mnist(to_photo(1 - digit if inverted else digit), 28) for digit in digits])
    assert np.square(prepared - digits).mean() < 0.2 * digits.var()


@pytest.mark.parametrize("side", [16, 28, 48])
def test_it_fills_the_frame_within_the_margin_around_its_center_of_mass(side: int) -> None:
    for seed, digit in enumerate(DIGITS.test[:10]):
        picture = like_mnist(photographed(digit, seed), side)[..., 0]
        rows, columns = np.nonzero(picture)
        assert max(np.ptp(rows), np.ptp(columns)) + 1 == side - 2 * round(side / 7)
        for axis, places in enumerate((rows, columns)):
            center = picture.sum(axis=1 - axis) @ np.arange(side) / picture.sum()
            assert abs(center - side / 2) <= 0.5 or places.min() == 0 or places.max() == side - 1


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (40, 30)])
@pytest.mark.parametrize("shade", [0.0, 0.3, 1.0])
def test_where_nothing_is_written_it_is_black(size: tuple[int, int], shade: float) -> None:
    blank = to_photo(np.full((*size, 3), shade))
    assert not like_mnist(blank, 28).any()
    assert not looks_like_writing(blank)


def test_writing_is_told_from_photos() -> None:
    """Figures on more of them stand in docs/measurements.md."""
    digits = DIGITS.test[SOME]
    writing = [to_photo(digit) for digit in digits] + [photographed(digit, seed) for seed, digit in enumerate(digits)]
    fruit = [*bananas.ripe(25, seed=9), *bananas.rotten(25, seed=9).pictures]
    others = [*map(to_photo, fruit), *make_photos(20)]
    assert np.mean(list(map(looks_like_writing, writing))) > 0.95
    assert np.mean(list(map(looks_like_writing, others))) < 0.05
