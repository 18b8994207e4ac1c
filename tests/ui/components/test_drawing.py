from streamlit.testing.v1 import AppTest

from tests.pages.running import component


def test_a_drawing_is_sent_as_it_is() -> None:
    def page() -> None:
        from ui.components.drawing import drawing

        drawing("<svg></svg>", key="hourglass")

    tab = AppTest.from_function(page, default_timeout=30).run()
    assert not tab.exception
    assert component(tab, "hourglass") == "<svg></svg>"
