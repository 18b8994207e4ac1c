"""All words of the glossary. A new one is an entry in one of the tables that are put together here."""

from pages.parts.glossary import Term
from pages.parts.glossary_basics import NETWORKS, NOISE_WORDS, TRAINING
from pages.parts.glossary_measures import CODES, DETECTION, KINDS, MEASURES

TERMS: tuple[Term, ...] = tuple(
    sorted(
        (*NETWORKS, *TRAINING, *NOISE_WORDS, *MEASURES, *CODES, *DETECTION, *KINDS), key=lambda term: term.name.lower()
    )
)
