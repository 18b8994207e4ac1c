"""Tell a full disk from other trouble."""

import errno

FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}  # no space, file too large, quota used up


def is_full(error: BaseException | None) -> bool:
    """Return whether this came about because there is no room left."""
    return isinstance(error, OSError) and error.errno in FULL
