"""The field's words, each with its meaning and where in the app it is seen. They stand in `terms.toml`.

Pointing at one of them, anywhere in the app, shows its meaning.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from ui.components.bridge import bundle, read_assets
from ui.words import read_texts

_pointing = st.components.v2.component(
    "hourglass_glossary",
    html='<div class="hourglass-glossary"></div>',
    css=read_assets("glossary/pointing.css"),
    js=bundle("glossary/pointing.js"),
    isolate_styles=False,  # it marks words of the page around it
)


@dataclass(frozen=True)
class Term:
    """A word of the field; `terms.toml` says what belongs to it."""

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
        """All that is recognized as this word, in lower case."""
        single = (self.name, *self.also)
        forms = (*single, *map(plural, single)) if self.countable else single
        return tuple(dict.fromkeys(form.lower() for form in forms))


def plural(word: str) -> str:
    """Return the regular plural of an English word.

    Example:
        >>> plural("anomaly"), plural("batch"), plural("epoch")
        ('anomalies', 'batches', 'epochs')
    """
    if re.search(r"[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return f"{word}es" if re.search(r"(s|x|sh|(?<!o)ch)$", word) else f"{word}s"


_WORDS = read_texts("glossary/terms.toml")
TERMS = tuple(Term(name, **_WORDS[name]) for name in sorted(_WORDS, key=str.lower))


def matching(wanted: str) -> list[Term]:
    """Return the words that fit a search: first those that begin with it, in any of their forms, then those in which
    it stands, then those in whose meaning it stands; each by name. Where nothing was typed, that is all.
    """
    looked_for = " ".join(wanted.lower().split())

    def rank(term: Term) -> int:
        if any(form.startswith(looked_for) for form in term.forms):
            return 0
        if any(looked_for in form for form in term.forms):
            return 1
        return 2 if looked_for in term.meaning.lower() else 3

    return sorted((term for term in TERMS if rank(term) < 3), key=rank)


def glossary_words() -> None:
    """Mark the words on the page that is shown, whichever it is. It takes no room."""
    words = [{"name": term.name, "meaning": term.meaning, "forms": term.forms} for term in TERMS]
    _pointing(data={"terms": words}, key="pointing at words")
