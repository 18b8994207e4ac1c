"""Why a run cannot be read, see `autoencoder.training.run_folder`."""


class DamagedRun(ValueError):
    """A run's files are not there, or not what they were."""

    def __init__(self, part: str, detail: str = "", changed: tuple[str, ...] = ()) -> None:
        super().__init__(part, detail, changed)
        self.part = part  # what was read: "settings", "state", "network", "pictures", or the name of a file
        self.detail = detail  # what is wrong with it, as the error before says it
        self.changed = changed  # the files of a network that are not what was written

    def __str__(self) -> str:
        return f"{self.part} cannot be read ({self.detail or 'changed: ' + ', '.join(self.changed)})."


class UnreadableRun(DamagedRun):
    """A run cannot be read now: the disk, the network or a permission is in the way. Its files may be whole."""


class UnknownRun(DamagedRun):
    """A run's settings mean nothing here: another version's, or on pictures that are gone. Its files may be whole."""
