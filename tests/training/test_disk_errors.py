import errno

import pytest

from autoencoder.training.disk_errors import is_full


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EFBIG, "File too large"), True),
        (OSError(errno.EACCES, "Permission denied"), False),
        (OSError("of no number"), False),
        (RuntimeError("No space left on device"), False),
        (None, False),
    ],
)
def test_no_room_is_told_from_other_trouble(error: BaseException | None, full: bool) -> None:
    assert is_full(error) == full
