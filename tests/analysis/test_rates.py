import math
import pickle
from collections.abc import Iterator

import numpy as np
import pytest
from sklearn.decomposition import PCA

from autoencoder.analysis import rates as module
from autoencoder.analysis.codecs import CODECS, WAYS, code_sheets
from autoencoder.analysis.rates import (
    BUDGETS,
    PCA_PICTURES,
    Coded,
    Comparison,
    Point,
    as_bytes,
    choose,
    chosen,
    classical,
    compare,
    fitted,
    front,
    learned,
    linear,
    rate_for,
    squared_error,
    strangers,
)
from autoencoder.data.mnist import load_sample
from autoencoder.data.sources import SOURCES, get_source
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.rendering.sprites import to_bytes
from tests.pages.running import PRETRAINED

PLACES = (5, 250)
POINTS = [Point(20, 0.02, "b"), Point(10, 0.1, "a"), Point(40, 0.001, "d"), Point(30, 0.03, "worse")]


@pytest.fixture(scope="module")
def test_digits() -> np.ndarray:
    return to_bytes(load_sample(test_only=True).test[:100])


@pytest.fixture(scope="module", autouse=True)
def fewer() -> Iterator[None]:
    """Pictures, and qualities of JPEG and WebP."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PICTURES", 100)
        patch.setattr(module, "QUALITIES", (0, 5, 22, 80))
        yield


@pytest.fixture(scope="module", params=CODECS)
def coded(request: pytest.FixtureRequest, test_digits: np.ndarray, fewer: None) -> dict[str, Coded]:
    return classical(request.param, test_digits, 3)


def test_psnr_is_that_of_the_mean_error() -> None:
    assert Point(1, 0.01, "").psnr == pytest.approx(20)
    assert Point(1, 0.0, "").psnr == 60


def test_the_error_is_that_of_pixels_from_0_to_1() -> None:
    pictures = np.zeros((2, 2, 2, 1), np.uint8)
    others = pictures.copy()
    others[0] = 255
    assert squared_error(pictures, others) == pytest.approx(0.5)


def test_the_front_leaves_out_what_another_beats() -> None:
    assert [point.setting for point in front(POINTS)] == ["a", "b", "d"]


@pytest.mark.parametrize(("budget", "expected"), [(5, "a"), (10, "a"), (29.9, "b"), (39, "b"), (99, "d")])
def test_at_most_so_many_bytes(budget: float, expected: str) -> None:
    assert POINTS[choose(POINTS, budget)].setting == expected


def test_the_most_bytes_may_be_asked_for_even_where_they_are_worse() -> None:
    assert POINTS[choose(POINTS, 39, most_bytes=True)].setting == "worse"
    assert POINTS[choose(POINTS, 5, most_bytes=True)].setting == "a"


def test_the_bytes_for_a_psnr_are_those_of_a_setting_or_between_two() -> None:
    assert rate_for(POINTS, 10) == pytest.approx(10)
    assert rate_for(POINTS, 30) == pytest.approx(40)
    middle = (Point(0, 0.02, "").psnr + 30) / 2
    assert rate_for(POINTS, middle) == pytest.approx(math.sqrt(20 * 40))
    assert rate_for(POINTS, 2) == pytest.approx(10)
    assert rate_for(POINTS, 30.1) is None


# Codecs


def test_more_bytes_are_never_worse(coded: dict[str, Coded]) -> None:
    for one in coded.values():
        reached = [point.psnr for point in one.shown]
        assert reached == sorted(reached)
        assert reached[-1] > reached[0] + 10


def test_a_codec_is_within_the_bytes_or_at_its_smallest(coded: dict[str, Coded]) -> None:
    for one in coded.values():
        least = min(point.rate for point in one.points)
        for budget, point in zip(BUDGETS, one.shown, strict=True):
            assert point.rate <= budget or point.rate == least


def test_whole_files_take_more_than_bodies_and_sheets(coded: dict[str, Coded]) -> None:
    assert set(coded) == set(WAYS)
    for whole, body, sheet in zip(*(coded[way].points for way in ("alone", "body", "sheet")), strict=True):
        assert whole.setting == body.setting == sheet.setting
        assert whole.error == body.error
        assert whole.rate > max(body.rate, sheet.rate)


def test_a_point_is_what_the_files_of_its_setting_give(coded: dict[str, Coded], test_digits: np.ndarray) -> None:
    one = coded["sheet"]
    (codec,) = [codec for codec, title in CODECS.items() if title == one.title]
    rate, decoded = code_sheets(codec, test_digits, 22, 2)
    (point,) = [point for point in one.points if point.setting == "quality 22, 2 × smaller"]
    assert (point.rate, point.error) == (rate, squared_error(test_digits, decoded))


def test_the_frames_are_the_first_pictures_at_the_chosen_settings(
    coded: dict[str, Coded], test_digits: np.ndarray
) -> None:
    one = coded["alone"]
    assert one.frames.shape == (len(BUDGETS), 3, 28, 28, 1)
    few = classical({"WebP": "webp", "JPEG": "jpeg"}[one.title], test_digits[:3], 3)["alone"]
    place = one.points.index(one.shown[-1])
    error = squared_error(test_digits[:3], one.frames[-1])
    assert error == few.points[place].error


# PCA and the autoencoder


def test_pca_in_bytes_is_scikit_learns_with_the_same_rounding(test_digits: np.ndarray) -> None:
    train = load_sample().train
    one = linear(train, test_digits, 3)
    assert [point.rate for point in one.points] == list(range(1, 65))
    flat, evaluated = train.reshape(len(train), -1).astype(np.float64), test_digits.reshape(100, -1) / 255
    pca = PCA(32, svd_solver="covariance_eigh").fit(flat)
    codes, own = pca.transform(flat[: 2 * PCA_PICTURES]), pca.transform(evaluated)
    low, step = codes.min(axis=0), np.ptp(codes, axis=0) / 255
    # which way an axis points is chance, and an axis that is turned round is rounded to the other side
    rounded = low + np.rint(np.clip((own - low) / step, 0, 255)) * step
    for size in (1, 8, 32):
        rebuilt = to_bytes(rounded[:, :size] @ pca.components_[:size] + pca.mean_).reshape(test_digits.shape)
        assert one.points[size - 1].error == pytest.approx(squared_error(test_digits, rebuilt), rel=1e-3)


def test_few_pictures_with_many_pixels_have_as_many_components_as_they_span(
    test_digits: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = load_sample().train[:60]
    exact = linear(train, test_digits, 1)
    monkeypatch.setattr(module, "FULL_PCA", 100)
    assert linear(train, test_digits, 1).points == exact.points
    monkeypatch.setattr(module, "PCA_PICTURES", 9)
    assert len(linear(train, test_digits, 1).points) == 8  # nine pictures span no more about their mean


def test_the_code_takes_a_byte_a_number(test_digits: np.ndarray) -> None:
    network, train = CompiledNetwork(*PRETRAINED.network()), load_sample().train
    one = learned(network, [1, 8, 64], train, test_digits, 2)
    assert [point.rate for point in one.points] == [1, 8, 64]
    pictures = test_digits / np.float32(255)
    exact = network.decode(network.encode(pictures), 8)
    assert one.points[1].error == pytest.approx(float(np.square(exact - pictures).mean()), rel=0.05)
    np.testing.assert_allclose(one.frames[BUDGETS.index(8)], exact[:2] * 255, atol=40)
    assert one.points[0].error > one.points[1].error > one.points[2].error


# Codes as bytes


def some_codes(seed: int, count: int = 500) -> np.ndarray:
    scales = np.array([1, 100, 0.01, 5], np.float32)
    return np.random.default_rng(seed).standard_normal((count, 4)).astype(np.float32) * scales


def test_a_code_within_the_range_is_off_by_half_a_step_at_most() -> None:
    known, codes = some_codes(0), some_codes(1)
    low, high = known.min(axis=0), known.max(axis=0)
    within = ((codes >= low) & (codes <= high)).all(axis=1)
    assert 0.9 < within.mean() < 1
    off = np.abs(as_bytes(codes[within], known) - codes[within]) / ((high - low) / 255)
    assert 0.45 < off.max() <= 0.501


def test_the_ends_of_the_range_come_back_and_what_is_out_of_it_becomes_its_end() -> None:
    known = some_codes(0)
    ends = np.stack([known.min(axis=0), known.max(axis=0)])
    np.testing.assert_allclose(as_bytes(ends, known), ends, rtol=1e-5)
    np.testing.assert_allclose(as_bytes(ends + np.array([[-9], [9]], np.float32), known), ends, rtol=1e-5)


def test_a_number_that_is_always_the_same_comes_back() -> None:
    codes = np.full((3, 2), 0.7, np.float32)
    np.testing.assert_array_equal(as_bytes(codes, codes), codes)


# A network beside the others


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
