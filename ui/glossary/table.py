"""All words of the glossary. A new one is an entry in one of the tables that are put together here."""

from ui.glossary.basics import NETWORKS, NOISE_WORDS, TRAINING
from ui.glossary.measures import CODES, DETECTION, KINDS, MEASURES
from ui.glossary.terms import Term

TERMS: tuple[Term, ...] = tuple(
    sorted(
        (*NETWORKS, *TRAINING, *NOISE_WORDS, *MEASURES, *CODES, *DETECTION, *KINDS), key=lambda term: term.name.lower()
    )
)
