import pickle

import numpy as np
import pytest

from autoencoder.data.image_dataset import ImageDataset, PictureError, PictureProblem
from tests.examples import make_pictures, make_set


def pictures(count: int = 3, shape: tuple[int, int, int] = (8, 9, 1)) -> np.ndarray:
    return make_pictures(count, shape)


def test_shape_is_that_of_one_picture() -> None:
    assert make_set(4, 2, (8, 9, 3)).shape == (8, 9, 3)


def test_the_training_pictures_may_be_left_out() -> None:
    test = pictures()
    assert len(ImageDataset(train=test[:0], test=test).train) == 0


def test_pictures_and_labels_cannot_be_written_to() -> None:
    value = make_set(4, 2, (8, 8, 1))
    for array in (value.train, value.test, value.train_labels, value.test_labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize("side", [8, 96])
def test_the_smallest_and_the_largest_pictures_pass(side: int) -> None:
    assert make_set(1, 1, (side, side, 1)).shape == (side, side, 1)


@pytest.mark.parametrize(
    ("wrong", "received"),
    [
        (pictures().astype(np.float64), "float64"),
        ((pictures() * 255).astype(np.uint8), "uint8"),
        (pictures()[..., 0], r"\(3, 8, 9\)"),
        (pictures() * 2 + 1, "values from"),
        (pictures() - 1, "values from"),
        (np.where(pictures() > 0.5, np.float32("nan"), pictures()), "values from nan"),
    ],
)
@pytest.mark.parametrize("argument", ["train", "test"])
def test_wrong_pictures_are_named_with_what_came(argument: str, wrong: np.ndarray, received: str) -> None:
    arguments = {"train": pictures(), "test": pictures()} | {argument: wrong}
    with pytest.raises(ValueError, match=f"Expected `{argument}` to be float32 .*Received:? .*{received}"):
        ImageDataset(**arguments)


@pytest.mark.parametrize("shape", [(8, 9, 2), (7, 8, 1), (8, 97, 1)])
def test_pictures_are_of_a_shape_that_networks_are_made_for(shape: tuple[int, int, int]) -> None:
    wrong = np.zeros((3, *shape), np.float32)
    with pytest.raises(ValueError, match=r"8 to 96 pixels a side and 1 or 3 channels\. Received: \(3, "):
        ImageDataset(train=wrong, test=wrong)


def test_there_is_something_to_judge_on() -> None:
    with pytest.raises(ValueError, match=r"Expected at least one picture in `test`\. Received: none\."):
        ImageDataset(train=pictures(), test=pictures()[:0])


def test_train_and_test_have_one_shape() -> None:
    with pytest.raises(ValueError, match=r"one shape\. Received: \(8, 9, 1\) and \(9, 8, 1\)\."):
        ImageDataset(train=pictures(), test=pictures(shape=(9, 8, 1)))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.array([0, 1]), "to be 3 integers. Received: int64 of shape"),
        (np.array([0.0, 1.0, 1.0]), "to be 3 integers. Received: float64"),
        (np.array([0, 1, 2]), "from 0 to 1, .* Received: 0 to 2"),
        (np.array([-1, 0, 1]), "from 0 to 1, .* Received: -1 to 1"),
    ],
)
@pytest.mark.parametrize("argument", ["train_labels", "test_labels"])
def test_wrong_labels_are_named_with_what_came(argument: str, labels: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=f"Expected `{argument}` {message}"):
        ImageDataset(pictures(), pictures(), class_names=("a", "b"), **{argument: labels})


def test_an_error_comes_back_from_another_process_with_its_detail() -> None:
    error = pickle.loads(pickle.dumps(PictureError(PictureProblem.NO_FOLDER, "No space left on device")))
    assert (error.problem, error.detail) == (PictureProblem.NO_FOLDER, "No space left on device")
    assert str(error) == "no_folder: No space left on device"
