import numpy as np
import pytest

from tests.ui.lessons.answers import drawn
from ui.lessons.common import drawing
from ui.services import services


@pytest.mark.parametrize("index", [0, 3, 999])
def test_a_test_picture_is_nearest_to_itself(no_mnist: object, index: int) -> None:
    pictures = services.test_pictures("mnist_sample")
    assert pictures.test_labels is not None
    digit = pictures.class_names[pictures.test_labels[index]]
    words = drawing.nearest_in_words("mnist_sample", drawn(pictures.test[index]))
    assert words == f"Nearest test picture: {'an' if digit == '8' else 'a'} {digit}"


def test_the_nearest_picture_is_that_with_the_smallest_squared_difference(no_mnist: object) -> None:
    pictures = services.test_pictures("mnist_sample")
    assert pictures.test_labels is not None
    noise = np.random.default_rng(0).random((28, 28, 1), np.float32)
    away = [float(np.square(one.astype(np.float64) - noise).sum()) for one in pictures.test[:1000]]
    digit = pictures.class_names[pictures.test_labels[int(np.argmin(away))]]
    assert drawing.nearest_in_words("mnist_sample", drawn(noise)).endswith(f" {digit}")


def test_digits_are_written_on_black_and_bananas_are_damaged_on_their_own_ground(no_mnist: object) -> None:
    digits, fruit = drawing._pad_for("mnist_sample"), drawing._pad_for("bananas", indices=(1, 2, 3))
    assert (digits.writing, digits.ground, digits.base_names) == (True, [0, 0, 0], list("0123456789"))
    assert not fruit.writing
    assert len(set(fruit.base_names)) == 3, "names tell pictures apart"
