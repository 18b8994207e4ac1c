import re
from collections import Counter

import pytest

from tests.pages.running import ROOT
from ui.glossary.terms import TERMS, Term, matching, plural


def test_no_form_and_no_anchor_belongs_to_two_words() -> None:
    forms = Counter(form for term in TERMS for form in term.forms)
    anchors = Counter(term.anchor for term in TERMS)
    assert [form for form, count in (forms + anchors).items() if count > 2] == []
    assert max(forms.values()) == max(anchors.values()) == 1


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.anchor)
def test_a_meaning_is_a_few_short_sentences_and_its_page_is_there(term: Term) -> None:
    assert term.meaning.endswith(".")
    sentences = re.split(r"(?<=[.?]) (?=[A-Z0-9−])", term.meaning)
    assert len(sentences) <= 4
    assert all(len(sentence.split()) <= 20 for sentence in sentences)
    assert len(term.meaning) <= 220
    assert (ROOT / "pages" / f"{term.page}.py").is_file()
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", term.anchor)


@pytest.mark.parametrize(
    ("word", "several"),
    [
        ("code", "codes"),
        ("anomaly", "anomalies"),
        ("loss", "losses"),
        ("batch", "batches"),
        ("epoch", "epochs"),
        ("Noise level", "Noise levels"),
        ("key", "keys"),
    ],
)
def test_plurals(word: str, several: str) -> None:
    assert plural(word) == several


def test_the_search_finds_by_name_then_by_other_words_then_in_meanings() -> None:
    assert matching("roc")[0].name == "ROC curve"
    assert "AUROC" in [term.name for term in matching(" ROC ")][1:3]
    assert matching("vae")[0].name == "Variational"
    assert [term.name for term in matching("bell curve")] == ["Normal distribution"]
    assert matching("zebra") == []
    assert len(matching("")) == len(TERMS)
