import pickle

from autoencoder.data.image_dataset import PictureError
from autoencoder.data.uploads.refusals import Reason, Refusal, refused


def test_an_error_comes_back_from_another_process_with_its_values() -> None:
    error = pickle.loads(pickle.dumps(refused(Reason.TOO_DEEP, "a/b", folders=8)))
    assert isinstance(error, PictureError)
    assert error.refusal == Refusal(Reason.TOO_DEEP, "a/b", {"folders": 8})
