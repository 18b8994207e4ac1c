from concurrent.futures import Future

import pytest
from streamlit.testing.v1 import AppTest

from ui.services import polling
from ui.services.polling import answer, failed


def ended(result: object = None, error: Exception | None = None) -> Future:
    future: Future = Future()
    future.set_result(result) if error is None else future.set_exception(error)
    return future


def cancelled() -> Future:
    future: Future = Future()
    future.cancel()
    return future


@pytest.mark.parametrize(
    ("future", "given", "is_failed"),
    [
        (Future(), None, False),
        (ended(3), 3, False),
        (ended(error=ValueError("no")), None, True),
        (cancelled(), None, True),
    ],
    ids=["under way", "done", "an error", "cancelled"],
)
def test_an_answer_is_what_a_future_gave(future: Future, given: object, is_failed: bool) -> None:
    assert answer(future) == given
    assert failed(future) == is_failed


def _page() -> None:
    import streamlit as st

    from ui.services.polling import wait_for

    done: set[str] = st.session_state.setdefault("done", set())
    names = st.session_state.get("names", ["one", "two"])
    wait_for([lambda name=name: name in done for name in names if name not in done], "At work")
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    if st.session_state.pop("meanwhile", None):  # ends between the page's look and the fragment's
        wait_for([lambda: True], "At work")


def captions(tab: AppTest) -> list[str]:
    return [caption.value for caption in tab.caption]


def test_it_says_what_is_awaited_and_for_how_long_until_all_of_it_is_done() -> None:
    tab = AppTest.from_function(_page).run()
    assert captions(tab) == ["At work … 0 s"]
    assert tab.get("progress")
    tab.session_state["done"].add("one")
    tab.run()
    assert captions(tab)[0].startswith("At work … ")
    tab.session_state["done"].add("two")
    tab.run()
    assert not tab.caption


def test_the_bar_is_the_time_so_far_against_that_of_the_last_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(polling.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(polling, "_last_seconds", {"At work": 8.0})
    tab = AppTest.from_function(_page).run()
    now[0] += 4
    tab.run()
    assert captions(tab) == ["At work … 4 s of about 8 s"]
    assert tab.get("progress")[0].proto.value == 50
    now[0] += 4.5
    tab.run()
    assert captions(tab) == ["At work … 8 s by now, longer than the last time"]
    assert tab.get("progress")[0].proto.value == 95
    now[0] += 100  # the page was left in between
    tab.run()
    assert captions(tab) == ["At work … 0 s of about 8 s"]


def test_stop_ends_the_wait_until_it_is_wanted_again() -> None:
    tab = AppTest.from_function(_page).run()
    tab.button[0].click().run()
    assert captions(tab) == ["At work: you stopped waiting."]
    assert not tab.get("progress")
    tab.button[0].click().run()
    assert captions(tab)[0].startswith("At work … ")


def test_what_is_done_runs_the_page_anew() -> None:
    tab = AppTest.from_function(_page).run()
    runs = tab.session_state["runs"]
    tab.session_state["meanwhile"] = True
    tab.run()
    assert not tab.exception
    assert tab.session_state["runs"] == runs + 2
