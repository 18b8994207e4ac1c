import pickle
from collections.abc import Iterator

import numpy as np
import pytest

from autoencoder.analysis import rates as module
from autoencoder.analysis.codecs import CODECS, WAYS
from autoencoder.analysis.rates import BUDGETS, Coded, Comparison, Point, chosen, compare, fitted, rate_for, strangers
from autoencoder.data.sources import SOURCES, get_source
from autoencoder.rendering.sprites import to_bytes
from tests.pages.running import PRETRAINED

PLACES = (5, 250)


@pytest.fixture(scope="module", autouse=True)
def fewer() -> Iterator[None]:
    """Pictures, and qualities of JPEG and WebP."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PICTURES", 100)
        patch.setattr(module, "QUALITIES", (0, 5, 22, 80))
        yield


@pytest.fixture(scope="module")
def known(fewer: None) -> Comparison:
    return compare(PRETRAINED, PRETRAINED.network_version(), PLACES, False)


@pytest.fixture(scope="module")
def strange(fewer: None) -> Comparison:
    return compare(PRETRAINED, PRETRAINED.network_version(), PLACES, True)


def made_up(**classical: list[tuple[float, float]]) -> Comparison:
    """One whose points are (rate, error)."""

    def coded(title: str, points: list[tuple[float, float]]) -> Coded:
        return Coded(title, tuple(Point(rate, error, "") for rate, error in points), (), np.empty(0))

    ways = {way: {name: coded(name, points) for name, points in classical.items()} for way in WAYS}
    own = coded("This autoencoder", [(1, 0.1), (2, 0.01), (4, 0.001)])
    return Comparison("test pictures", 1, np.empty(0), own, coded("PCA", [(1, 0.2)]), ways, 10, 60)


def test_the_shown_pictures_come_first(known: Comparison) -> None:
    test = to_bytes(get_source("mnist_sample").load(test_only=True).test)
    assert known.pictures == module.PICTURES
    np.testing.assert_array_equal(known.shown, test[list(PLACES)])
    assert known.learned.frames.shape == (len(BUDGETS), 2, 28, 28, 1)
    error = np.abs(known.learned.frames[BUDGETS.index(64)].astype(int) - known.shown).mean()
    assert error < 10


def test_no_picture_is_judged_twice() -> None:
    test = np.arange(300).reshape(300, 1, 1, 1)
    assert len(set(chosen(test, PLACES).ravel().tolist())) == module.PICTURES
    assert chosen(test[:7], (3,)).ravel().tolist() == [3, 0, 1, 2, 4, 5, 6]


def test_the_decoder_is_counted_in_real_bytes(known: Comparison) -> None:
    assert known.stored_bytes == (PRETRAINED.path / "decoder.tflite").stat().st_size
    assert known.linear_bytes == 4 * (784 + 784 * 64)
    assert known.weight_bytes < known.stored_bytes < 1.01 * known.weight_bytes


def test_digits_take_fewer_bytes_than_jpeg_and_webp(known: Comparison) -> None:
    for way in WAYS:
        best = known.best_classical(way, 8)
        assert best is not None
        assert best[1] > 16
        assert best == min(
            ((one.title, rate_for(one.points, known.psnr_at(8))) for one in known.classical[way].values()),
            key=lambda pair: pair[1],
        )
        pays = known.pays_after(way, 8)
        assert pays is not None
        assert (pays - 1) * (best[1] - 8) < known.stored_bytes <= pays * (best[1] - 8)


@pytest.mark.slow
def test_what_it_never_learned_takes_more(strange: Comparison) -> None:
    best = strange.best_classical("sheet", 64)
    assert best is not None
    assert best[1] < 8
    assert strange.pays_after("sheet", 64) is None
    assert strange.linear.points[-1].psnr < 10 < strange.classical["sheet"]["webp"].points[0].psnr


def test_the_best_of_the_classical_codecs_and_where_it_takes_over() -> None:
    one = made_up(webp=[(8, 0.1), (9, 0.01)], jpeg=[(3, 0.05), (4, 0.001)])
    assert one.best_classical("alone", 1) == ("jpeg", pytest.approx(3))  # at its smallest
    assert one.best_classical("alone", 4) == ("jpeg", pytest.approx(4))
    assert one.ahead_from("alone", "jpeg") == 4
    assert one.ahead_from("alone", "webp") is None
    assert one.ahead_from("alone", "PCA") is None
    assert one.pays_after("alone", 1) == 30
    assert one.pays_after("alone", 4) is None
    assert made_up(webp=[(8, 0.1)]).best_classical("alone", 4) is None
    assert made_up(webp=[(8, 0.0001)]).ahead_from("alone", "webp") is None
    assert one.best_classical("alone", 3) is None  # a size that the network has not


def test_it_goes_to_another_process_and_back(known: Comparison) -> None:
    packed = pickle.dumps(known)
    assert len(packed) < 2**20
    assert pickle.loads(packed).psnr_at(8) == known.psnr_at(8)
    assert set(known.classical["body"]) == set(CODECS)


@pytest.mark.parametrize("source", ["mnist_sample", "bananas"])
def test_strangers_have_the_shape_of_the_pictures(source: str) -> None:
    what, pictures = strangers(source, SOURCES[source].shape)
    assert pictures.shape[1:] == SOURCES[source].shape
    assert pictures.dtype == np.float32
    assert 0 <= pictures.min() < 0.3 < 0.8 < pictures.max() <= 1
    assert ("banana" in what) == (source == "mnist_sample")


def test_pictures_are_fitted() -> None:
    gray = np.zeros((2, 10, 10, 1), np.float32)
    gray[0] = 1
    colored = fitted(gray, (8, 12, 3))
    assert colored.shape == (2, 8, 12, 3)
    np.testing.assert_array_equal(colored.mean(axis=(1, 2, 3)), [1, 0])
    red = np.zeros((1, 10, 10, 3), np.float32)
    red[..., 0] = 1
    assert fitted(red, (9, 9, 1)).mean() == pytest.approx(0.299, abs=0.01)  # how bright red is


def test_large_pictures_are_fewer() -> None:
    assert module.how_many((28, 28, 1)) == module.PICTURES
    assert module.how_many((48, 48, 3)) == 100


def test_any_size_of_the_network_is_found(known: Comparison) -> None:
    assert known.psnr_at(3) == known.learned.points[2].psnr
    assert known.psnr_at(65) is None
