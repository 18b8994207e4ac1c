import pickle

import pytest

from autoencoder.training.run_state import DamagedRun, UnknownRun, UnreadableRun


@pytest.mark.parametrize("kind", [DamagedRun, UnknownRun, UnreadableRun])
def test_it_says_what_cannot_be_read_and_why_in_another_process_too(kind: type[DamagedRun]) -> None:
    assert str(kind("state", "no answer")) == "state cannot be read (no answer)."
    error = kind("network", changed=("encoder.tflite", "decoder.tflite"))
    found = pickle.loads(pickle.dumps(error))
    assert type(found) is kind
    assert (found.part, found.detail, found.changed) == ("network", "", ("encoder.tflite", "decoder.tflite"))
    assert str(found) == "network cannot be read (changed: encoder.tflite, decoder.tflite)."
