import numpy as np
import pytest

from autoencoder.analysis.quantizing import Quantizer


def some_codes(seed: int, count: int = 500) -> np.ndarray:
    scales = np.array([1, 100, 0.01, 5], np.float32)
    return np.random.default_rng(seed).standard_normal((count, 4)).astype(np.float32) * scales


def test_a_code_within_the_range_is_off_by_half_a_step_at_most() -> None:
    quantizer, codes = Quantizer.of(some_codes(0)), some_codes(1)
    within = ((codes >= quantizer.low) & (codes <= quantizer.high)).all(axis=1)
    assert 0.9 < within.mean() < 1
    stored = quantizer.to_bytes(codes[within])
    assert stored.dtype == np.uint8
    off = np.abs(quantizer.to_codes(stored) - codes[within]) / quantizer.step
    assert 0.45 < off.max() <= 0.501


def test_each_number_takes_one_byte() -> None:
    assert len(Quantizer.of(some_codes(0)).to_bytes(some_codes(1, count=7)).tobytes()) == 7 * 4


def test_the_bytes_of_a_picture_do_not_depend_on_the_others() -> None:
    quantizer, codes = Quantizer.of(some_codes(0)), some_codes(1)
    np.testing.assert_array_equal(quantizer.to_bytes(codes)[:3], quantizer.to_bytes(codes[:3]))


def test_what_is_out_of_range_becomes_its_end() -> None:
    quantizer = Quantizer(np.zeros(2, np.float32), np.ones(2, np.float32))
    np.testing.assert_array_equal(quantizer.to_bytes(np.array([[-9, 9]], np.float32)), [[0, 255]])


def test_the_ends_of_the_range_come_back() -> None:
    codes = some_codes(0)
    quantizer = Quantizer.of(codes)
    ends = np.stack([codes.min(axis=0), codes.max(axis=0)])
    np.testing.assert_allclose(quantizer.to_codes(quantizer.to_bytes(ends)), ends, rtol=1e-5)


def test_a_number_that_is_always_the_same_comes_back() -> None:
    codes = np.full((3, 2), 0.7, np.float32)
    quantizer = Quantizer.of(codes)
    np.testing.assert_array_equal(quantizer.to_codes(quantizer.to_bytes(codes)), codes)


@pytest.mark.parametrize("shape", [(0, 4), (4,)])
def test_no_codes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="Expected `codes`"):
        Quantizer.of(np.zeros(shape, np.float32))
