"""Words that learners read: how they are found in files, and how things are counted in them."""

import tomllib
from pathlib import Path
from typing import Any


def read_texts(path: str) -> dict[str, Any]:
    """Return what a TOML file below `ui/` says."""
    return tomllib.loads((Path(__file__).parent / path).read_text("utf-8"))


def count(number: int, noun: str) -> str:
    """Return how many there are: "1 number", "8 patches"."""
    plural = f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
