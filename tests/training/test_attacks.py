"""Zips that were made to take memory and time, read as the app reads them while another learner adds a photo."""

import pytest

from autoencoder.data.uploads.limits import MOST_SECONDS
from benchmarks.attacks import ATTACKS
from benchmarks.fresh import once
from benchmarks.uploads import attacked

pytestmark = pytest.mark.extended


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_read_or_refused_in_little_memory_and_holds_up_nobody(name: str) -> None:
    took = once(attacked, name=name)
    assert took["longest"] < 2.5
    assert took["memory"] < 400
    assert took["waited"] < 8
    assert took["read"] + took["refused"] > 0
    assert took["processor"] < 4 * MOST_SECONDS
