import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.running import BOTTLENECK, DENOISING, App, address, button, labels, move, words
from ui.shell.presenter import ENTER, LEAVE


def presents(tab: AppTest) -> bool:
    """Whether the presenter's view is on: its way out is there, and no way in."""
    assert not tab.exception
    (found,) = {ENTER, LEAVE} & set(labels(tab.button))
    return found == LEAVE


def test_it_is_off_at_first_and_a_switch_on_every_page_turns_it_on_and_off(app: App, no_mnist: object) -> None:
    tab = app.open()
    assert not presents(tab)
    button(tab, ENTER).click().run()
    assert presents(tab)
    assert address(tab, "present") == "1"
    tab.switch_page(BOTTLENECK).run()
    assert presents(tab)
    assert address(tab, "present") == "1"
    button(tab, LEAVE).click().run()
    assert not presents(tab)
    assert address(tab, "present") is None
    tab.switch_page(DENOISING).run()
    assert not presents(tab)


def test_a_link_opens_it_and_leaves_the_other_settings_to_their_fields(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK, present="1", size="2")
    assert presents(tab)
    assert tab.session_state["size"] == 2
    move(tab, "size", 5)
    assert presents(tab)


@pytest.mark.parametrize("text", ["yes", "", "11"])
def test_what_is_not_understood_is_said(app: App, no_mnist: object, text: str) -> None:
    tab = app.open(BOTTLENECK, present=text)
    assert not presents(tab)
    assert "Expected **present** in the address to be 1 or 0" in words(tab)
