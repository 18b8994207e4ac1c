import pytest

from autoencoder.data.uploads.classes import classes_of


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["normal/1.png", "rotten/2.png"], ["normal", "rotten"]),
        (["fruit/normal/1.png", "fruit/rotten/2.png"], ["normal", "rotten"]),
        (["train/normal/1.png", "test/rotten/2.png", "test/normal/3.png"], ["normal", "rotten", "normal"]),
        (["normal/raw/1.png", "rotten/raw/2.png"], ["normal", "rotten"]),
        (["fruit\\normal\\1.png", "fruit\\rotten\\2.png"], ["normal", "rotten"]),
        (["Normal/1.png", "normal/2.png", "rotten/3.png"], ["Normal", "Normal", "rotten"]),
        (["normal/1.png", "rotten/2.png", "3.png"], ["normal", "rotten", None]),
        (["all/1.png", "all/2.png"], [None, None]),
        (["1.png", "2.png"], [None, None]),
        (["one/1.png", "2.png"], [None, None]),
        (["./a/1.png", "./b/2.png"], ["a", "b"]),
        (["a\u202e/1.png", "b/2.png"], ["a", "b"]),
        ([], []),
    ],
)
def test_the_innermost_folder_that_tells_files_apart(paths: list[str], expected: list[str | None]) -> None:
    assert classes_of(paths) == expected
