import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.running import button


def _page() -> None:
    import streamlit as st

    from ui.url.state import load_url_state
    from ui.url.widgets import choose, widget_value

    load_url_state("page")

    def click() -> None:
        st.session_state["clicked"] = tuple(
            widget_value(key, "otherwise") for key in ("animal", "count", "rate", "gone")
        )

    st.session_state["said"] = (
        choose("Animal", "animal", {"cat": "Cat", "dog": "Dog"}, "dog"),
        choose("Count", "count", range(1, 10), 3),
        choose("Rate", "rate", (0.1, 0.2, 0.5), 0.2),
    )
    st.session_state.setdefault("emptied", None)
    st.session_state["of an empty field"] = widget_value("emptied", 7)
    st.button("Go", on_click=click)


def test_fields_begin_with_their_defaults() -> None:
    tab = AppTest.from_function(_page).run()
    assert tab.session_state["said"] == ("dog", 3, 0.2)
    assert tab.selectbox(key="animal").options == ["Cat", "Dog"]
    assert (tab.number_input(key="count").min, tab.number_input(key="count").max) == (1, 9)


@pytest.mark.parametrize("count", ["inf", "-Infinity", "1e999"])
def test_a_number_without_end_in_the_address_is_ignored_and_the_field_can_be_used(count: str) -> None:
    tab = AppTest.from_function(_page)
    tab.query_params["count"] = count
    for _ in range(2):
        tab.run()
        assert not tab.exception
        assert tab.session_state["said"] == ("dog", 3, 0.2)
    tab.number_input(key="count").set_value(8).run()
    assert tab.session_state["said"] == ("dog", 8, 0.2)


def test_what_is_changed_by_the_very_click_is_said() -> None:
    tab = AppTest.from_function(_page).run()
    tab.number_input(key="count").set_value(8)
    tab.selectbox(key="animal").set_value("cat")
    button(tab, "Go").click().run()
    assert tab.session_state["clicked"] == ("cat", 8, 0.2, "otherwise")


def test_an_empty_field_says_what_it_said_otherwise() -> None:
    assert AppTest.from_function(_page).run().session_state["of an empty field"] == 7
