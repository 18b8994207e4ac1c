"""The lesson for teachers: its plan, its links, and its page."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.running import ROOT, App, address, words
from ui.glossary.terms import TERMS
from ui.lessons.table import LESSONS
from ui.teacher.plan import LESSON_PLAN, STEPS, contents, link


def test_the_minutes_add_up_to_a_lesson() -> None:
    assert sum(step.minutes for step in STEPS) == 45
    assert 8 <= len(STEPS) <= 12
    assert [step.begin for step in STEPS][:3] == [0, STEPS[0].minutes, STEPS[0].minutes + STEPS[1].minutes]


def test_links_say_page_state_and_view() -> None:
    assert link("", {}) == "./"
    assert link("latent", {"numbers": "2", "section": "walk"}) == "latent?numbers=2&section=walk"
    assert STEPS[0].link(presenting=False) == "./?size=8"
    assert STEPS[1].link(presenting=True) == "bottleneck?source=mnist_sample&size=1&present=1&lesson=2"
    assert STEPS[1].link(presenting=False) == "bottleneck?source=mnist_sample&size=1&hide=settings.choices"


def test_a_step_in_words_has_all_its_parts() -> None:
    said = STEPS[0].in_words()
    assert all(part in said for part in (STEPS[0].show, STEPS[0].question, STEPS[0].expect, STEPS[0].misunderstanding))
    assert "misunderstanding" not in next(step for step in STEPS if not step.misunderstanding).in_words()
    assert contents().splitlines()[-1] == "| 45 | End | 45 min |"


def first_page(said: dict[str, str]) -> AppTest:
    """A new tab whose address says this of the first page, before anything has run."""
    tab = AppTest.from_file(ROOT / "app.py", default_timeout=30)
    for name, text in said.items():
        tab.query_params[name] = text
    return tab.run()


STATES = [(step.page, step.slide_parameters()) for step in STEPS]
STATES += [(task["page"], task["parameters"]) for task in LESSON_PLAN["homework"]]
IDS = [step.title for step in STEPS] + [f"task {number}" for number in range(1, len(STATES) - len(STEPS) + 1)]


def test_links_to_lessons_name_the_pictures() -> None:
    assert all("source" in parameters for page, parameters in STATES if page in {one.name for one in LESSONS})
    assert all("source" in term.parameters for term in TERMS if term.parameters)


@pytest.mark.parametrize(("page", "parameters"), STATES, ids=IDS)
def test_a_link_opens_its_page_in_its_state(app: App, no_mnist: object, page: str, parameters: dict[str, str]) -> None:
    tab = app.open(f"pages/{page}.py", **parameters) if page else first_page(parameters)
    assert not tab.exception
    assert "in the address to be" not in words(tab)
    assert set(parameters) <= tab.session_state["address"].drawn
    for name, text in parameters.items():  # what is as it is at first is not written
        assert address(tab, name) in (text, None)
    if "size" in parameters and page == "bottleneck":
        assert tab.session_state["size"] == int(parameters["size"])
    if "lesson" in parameters:
        step = STEPS[int(parameters["lesson"]) - 1]
        assert tab.title[0].value == f"Step {parameters['lesson']} of {len(STEPS)}: {step.title}"
        assert step.question in words(tab)


def test_the_page_has_every_step_with_its_link(app: App, no_mnist: object) -> None:
    tab = app.open("pages/teacher.py")
    assert not tab.exception
    links = {element.proto.label: element.proto.url for element in tab.get("link_button")}
    assert [links[f"Open step {number + 1}"] for number in range(len(STEPS))] == [
        step.link(presenting=True) for step in STEPS
    ]
    tab.toggle(key="presenting").set_value(False).run()
    links = {element.proto.label: element.proto.url for element in tab.get("link_button")}
    assert links["Open step 2"] == "bottleneck?source=mnist_sample&size=1&hide=settings.choices"
    said = words(tab)
    assert all(step.question in said and step.expect in said for step in STEPS)
    assert all((ROOT / "pages" / f"{page or 'idea'}.py").is_file() for page, _ in STATES)
