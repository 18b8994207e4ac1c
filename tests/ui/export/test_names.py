import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.training.settings import TrainingSettings
from ui.export.figures import LONGEST, ascii_name, file_name


def test_a_run_is_told_by_lesson_pictures_and_network() -> None:
    assert file_name("bottleneck", TrainingSettings("mnist")) == "hourglass-bottleneck-mnist-dense"


@pytest.mark.parametrize(
    ("words", "name"),
    [("Noise level: 0.40", "noise-level-0.40"), ("−1.5", "1.5"), ("50 %", "50"), ("Größe 8", "groe-8"), ("数", "")],
)
def test_words_become_plain(words: str, name: str) -> None:
    assert ascii_name(words) == name


@given(st.text())
def test_nothing_but_letters_digits_points_and_hyphens_is_left(words: str) -> None:
    name = ascii_name(words)
    assert set(name) <= set(string.ascii_lowercase + string.digits + ".-")
    assert len(name) <= LONGEST
    assert not name.startswith((".", "-"))
    assert not name.endswith((".", "-"))
