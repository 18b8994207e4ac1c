from tests.pages.running import App, component, words
from ui.glossary.terms import TERMS

PAGE = "pages/glossary.py"


def test_every_word_is_listed_with_its_anchor_and_the_page_where_it_is_seen(app: App, no_mnist: object) -> None:
    tab = app.open(PAGE)
    assert not tab.exception
    assert {heading.proto.anchor: heading.value for heading in tab.header} == {term.anchor: term.name for term in TERMS}
    assert len(tab.get("page_link")) == len(TERMS)
    assert all(term.meaning in words(tab) for term in TERMS)


def test_the_search_lists_what_fits_alone(app: App, no_mnist: object) -> None:
    tab = app.open(PAGE)
    tab.text_input(key="glossary search").set_value("recall").run()
    assert [heading.value for heading in tab.header] == ["Recall", "ROC curve"]
    assert f"2 of {len(TERMS)} words" in words(tab)


def test_every_page_is_given_all_the_words_and_the_same_ones(app: App, no_mnist: object) -> None:
    """What is sent is cached by its content, so it must not change between pages."""
    tab = app.open()
    sent = component(tab, "pointing at words")
    assert len(sent["terms"]) == len(TERMS)
    tab.switch_page(PAGE).run()
    assert component(tab, "pointing at words") == sent
