"""The field's words, each with its meaning and where in the app it is seen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

IDEA, BOTTLENECK, LATENT, DENOISING, ANOMALIES, FAMILY = (
    f"pages/{name}.py" for name in ("idea", "bottleneck", "latent", "denoising", "anomalies", "family")
)


@dataclass(frozen=True)
class Term:
    """A word of the field.

    Args:
        name: As the glossary lists it.
        meaning: One or two sentences.
        page: The file of the page where it is seen.
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
    """The regular plural of an English word.

    Example:
        >>> plural("anomaly"), plural("batch"), plural("epoch")
        ('anomalies', 'batches', 'epochs')
    """
    if re.search(r"[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return f"{word}es" if re.search(r"(s|x|sh|(?<!o)ch)$", word) else f"{word}s"


def matching(terms: tuple[Term, ...], wanted: str) -> list[Term]:
    """Those that a learner may look for, by name: first where it begins with `wanted`, then where that stands in a
    name, in another form or in the meaning.

    Args:
        terms: To choose from.
        wanted: As it was typed; nothing stands for all.
    """
    looked_for = " ".join(wanted.lower().split())

    def rank(term: Term) -> int | None:
        named = [form.startswith(looked_for) for form in term.forms]
        if any(named):
            return 0
        if any(looked_for in form for form in term.forms):
            return 1
        return 2 if looked_for in term.meaning.lower() else None

    found = [(place, term.name.lower(), term) for term in terms if (place := rank(term)) is not None]
    return [term for *_, term in sorted(found, key=lambda one: one[:2])]
