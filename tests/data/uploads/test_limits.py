import pickle

from autoencoder.data.uploads.limits import Reason, Refusal


def test_a_refusal_comes_back_from_another_process_with_its_values() -> None:
    refusal = Refusal(Reason.TOO_DEEP, "a/b", {"folders": 8})
    assert pickle.loads(pickle.dumps(refusal)) == refusal
