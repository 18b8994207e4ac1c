"""Three learners, one place: who waits sees where, can leave, and moves up when others do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import button, expect_no_exception, go, run_of, train, until
from tests.browser.serving import LONG, Server, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.extended]


def waits_at(page: Page, place: int) -> None:
    expect(page.get_by_text(f"Waiting for other trainings: number {place} in the queue")).to_be_visible()


def test_three_in_a_queue(server: Server, open_tab: Callable[..., Page]) -> None:
    pages = [open_tab() for _ in range(4)]
    runs = []
    for seed, page in enumerate(pages):
        go(page, server.address(settings=LONG, seed=seed))
        runs.append(train(page))
    learner, first, second, third = pages
    for place, page in enumerate((first, second, third), 1):
        waits_at(page, place)

    button(first, "Stop").click()  # nothing was learned: nothing is kept
    expect(button(first, "Train")).to_be_visible()
    waits_at(second, 1)
    waits_at(third, 2)
    assert runs[1] not in server.runs()

    expect(button(second, "Pause")).to_have_count(0)
    button(second, "Stop").click()
    waits_at(third, 1)
    assert train(second) == runs[2]
    waits_at(second, 2)

    third.context.close()  # and is waited for a while, but not for ever
    waits_at(second, 1)
    wait_for(lambda: runs[3] not in server.runs())

    button(learner, "Stop").click()
    until(second, lambda: server.snapshot(runs[2]).state == "running", "the one who waited to begin")
    assert run_of(second) == runs[2]
    for page in (learner, first, second):
        expect_no_exception(page)
    button(second, "Stop").click()
    until(second, lambda: server.snapshot(runs[2]).state == "stopped", "the end")
