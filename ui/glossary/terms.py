"""The field's words, each with its meaning and where in the app it is seen. They stand in `terms.toml`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Term:
    """A word of the field.

    Args:
        name: As the glossary lists it.
        meaning: One or two sentences.
        page: The name of the page where it is seen, as `pages/` has it.
        also: Other words for it, and other forms. Plurals need not be listed.
        parameters: What that page's address says, so that it is seen there at once.
        countable: Whether it has a plural that is recognized.
    """

    name: str
    meaning: str
    page: str
    also: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    countable: bool = True

    @property
    def anchor(self) -> str:
        """Return where it stands on the page Glossary: what follows the "#" of the address."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    @property
    def forms(self) -> tuple[str, ...]:
        """All that is recognized as this word, in lower case, longest first."""
        single = [self.name, *self.also]
        together = {form.lower() for form in (*single, *(map(plural, single) if self.countable else ()))}
        return tuple(sorted(together, key=lambda form: (-len(form), form)))


def plural(word: str) -> str:
    """Return the regular plural of an English word.

    Example:
        >>> plural("anomaly"), plural("batch"), plural("epoch")
        ('anomalies', 'batches', 'epochs')
    """
    if re.search(r"[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return f"{word}es" if re.search(r"(s|x|sh|(?<!o)ch)$", word) else f"{word}s"


_WORDS = tomllib.loads(Path(__file__).with_name("terms.toml").read_text("utf-8"))
TERMS = tuple(Term(name, **_WORDS[name]) for name in sorted(_WORDS, key=str.lower))


def matching(wanted: str) -> list[Term]:
    """Return the words that fit a search: first those that begin with it, in any of their forms, then those in which
    it stands, then those in whose meaning it stands; each by name.

    Args:
        wanted: As it was typed; nothing stands for all.
    """
    looked_for = " ".join(wanted.lower().split())

    def rank(term: Term) -> int:
        if any(form.startswith(looked_for) for form in term.forms):
            return 0
        if any(looked_for in form for form in term.forms):
            return 1
        return 2 if looked_for in term.meaning.lower() else 3

    return sorted((term for term in TERMS if rank(term) < 3), key=rank)
