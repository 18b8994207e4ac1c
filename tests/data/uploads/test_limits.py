import pytest

from autoencoder.data.uploads.limits import Limits


@pytest.mark.parametrize("name", ["most_files", "most_bytes", "seconds", "most_ratio"])
def test_bounds_are_positive(name: str) -> None:
    with pytest.raises(ValueError, match=f"Expected `{name}` > 0. Received: 0."):
        Limits(**{name: 0})
