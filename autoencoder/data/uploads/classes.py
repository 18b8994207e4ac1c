"""Classes from folders: in `fruit/normal/1.png` and `fruit/rotten/2.png`, “normal” and “rotten”."""

import re
from collections.abc import Sequence

from autoencoder.data.uploads import names

NO_FOLDER = "without a folder"  # the class of files beside others that have one


def classes_of(paths: Sequence[str]) -> list[str | None]:
    """The class of each file: its innermost folder, folders that all files share left aside.

    Args:
        paths: Of the files; `/` and `\\` part folders.

    Returns:
        As many: a name for people, or None where a file lies in no folder that tells it from others. All None where
        that leaves fewer than two classes. Names that differ in capitals alone are one class.
    """
    folders = [[part for part in re.split(r"[/\\]", path)[:-1] if part.strip(" .")] for path in paths]
    shared = set.intersection(*(set(map(str.casefold, parts)) for parts in folders)) if folders else set()
    spelling: dict[str, str] = {}
    labels: list[str | None] = []
    for parts in folders:
        telling = [names.plain(part) for part in parts if part.casefold() not in shared]
        labels.append(spelling.setdefault(telling[-1].casefold(), telling[-1]) if telling else None)
    return labels if len(spelling) > 1 else [None] * len(paths)
