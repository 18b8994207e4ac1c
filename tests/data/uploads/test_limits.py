import pickle

import pytest

from autoencoder.data.uploads.limits import Limits, Reason, Refusal, refused


@pytest.mark.parametrize("name", ["most_files", "most_bytes", "seconds", "most_ratio"])
def test_bounds_are_positive(name: str) -> None:
    with pytest.raises(ValueError, match=f"Expected `{name}` > 0. Received: 0."):
        Limits(**{name: 0})


def test_an_error_comes_back_from_another_process_with_its_values() -> None:
    error = pickle.loads(pickle.dumps(refused(Reason.TOO_DEEP, "a/b", folders=8)))
    assert error.refusal == Refusal(Reason.TOO_DEEP, "a/b", {"folders": 8})
