import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.running import BOTTLENECK, DENOISING, App, address, button, labels, words
from ui.shell.presenter import ENTER, LEAVE, NEXT, PREVIOUS
from ui.teacher.plan import STEPS


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
    button(tab, LEAVE).click().run()
    assert address(tab, "size") == "2"


def test_the_buttons_go_from_step_to_step_with_the_settings_of_each(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK, size="7", present="1", hide="settings")
    assert PREVIOUS not in labels(tab.button)
    for number in (2, 3, 2, 1):  # the first step of this page, and then on and back
        button(tab, PREVIOUS if address(tab, "lesson") in ("3", "2") and number < 3 else NEXT).click().run()
        assert not tab.exception
        assert presents(tab)
        assert address(tab, "lesson") == str(number)
        assert address(tab, "hide") is None
        assert tab.title[0].value == f"Step {number} of {len(STEPS)}: {STEPS[number - 1].title}"
    assert PREVIOUS not in labels(tab.button)
    button(tab, LEAVE).click().run()
    assert address(tab, "lesson") is None
    assert "Step" not in tab.title[0].value


def test_the_last_step_is_the_end(app: App, no_mnist: object) -> None:
    tab = app.open(DENOISING, present="1", lesson=str(len(STEPS)))
    assert NEXT not in labels(tab.button)
    assert PREVIOUS in labels(tab.button)


def test_a_tab_is_open_where_the_step_is_about_it(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK, present="1", lesson="3", tab="own")
    assert "How big is the error?" not in [one.label for one in tab.tabs]
    assert not tab.get("file_uploader")
    tab = app.open(BOTTLENECK, present="1", lesson="5", tab="own")
    assert tab.get("file_uploader")


@pytest.mark.parametrize("text", ["yes", "", "11"])
def test_what_is_not_understood_is_said(app: App, no_mnist: object, text: str) -> None:
    tab = app.open(BOTTLENECK, present=text)
    assert not presents(tab)
    assert "Expected **present** in the address to be 1 or 0" in words(tab)
