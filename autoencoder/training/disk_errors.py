"""What is said where the disk takes nothing more."""

import errno

FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}  # no space, file too large, quota used up

ENDED = (
    "There is no room left on the disk of the computer that runs this app, so the training had to end. What was kept "
    "before is still there: Resume goes on from it when there is room again."
)


def is_full(error: BaseException | None) -> bool:
    """Return whether this came about because there is no room left."""
    return isinstance(error, OSError) and error.errno in FULL


def refusal(error: OSError) -> str:
    """A sentence for a learner whose wish could not be written down."""
    if is_full(error):
        return (
            "There is no room left on the disk of the computer that runs this app, so this could not be done. What was "
            "trained before is still there."
        )
    return f"This could not be written to the disk of the computer that runs this app ({error.strerror})."
