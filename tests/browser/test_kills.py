"""A worker or the whole server is killed in mid-training: nothing is lost but the last moments."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import (
    button,
    expect_no_exception,
    expect_own_network,
    go,
    player,
    run_of,
    train,
    until,
    wait_for_pictures,
)
from tests.browser.serving import LONG, SHORT, Server, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.extended]

MEDIUM = {**LONG, "epochs": 12}


def wait_for_checkpoint(page: Page, server: Server, key: str) -> float:
    """Some epochs have passed, and there is something to go on from; returns how many."""
    until(page, lambda: server.snapshot(key).epoch > 2 and server.run(key).checkpoint(), "a checkpoint")
    return server.snapshot(key).epoch


def test_a_killed_worker_gives_a_sentence_and_resume_finishes(server: Server, page: Page) -> None:
    go(page, server.address(settings=MEDIUM))
    key = train(page)
    wait_for_pictures(page)
    wait_for_checkpoint(page, server, key)
    for worker in server.workers():
        worker.kill()
    expect(page.get_by_text("The training's process ended suddenly")).to_be_visible()
    assert server.snapshot(key).state == "failed"
    expect_no_exception(page)
    button(page, "Resume").first.click()
    expect(page.get_by_text("The training's process ended suddenly")).to_have_count(0)
    until(page, lambda: server.snapshot(key).state == "finished", "the end of the training")
    expect_own_network(page)
    player(page)


def test_a_killed_server_is_started_again_and_resume_finishes(server: Server, page: Page) -> None:
    go(page, server.address(settings=SHORT))
    done = train(page)
    until(page, lambda: server.snapshot(done).state == "finished", "a training that is finished")
    go(page, server.address(settings=MEDIUM, seed=1))
    key = train(page)
    wait_for_pictures(page)
    reached = wait_for_checkpoint(page, server, key)
    address = page.url
    server.kill()
    page.goto("about:blank")
    server.start()

    go(page, address)
    expect(page.get_by_text("The app was closed during this training.")).to_be_visible()
    assert run_of(page) == key
    expect(button(page, "Resume").first).to_be_visible()
    button(page, "Resume").first.click()
    until(page, lambda: server.snapshot(key).state == "running" and server.snapshot(key).epoch > 0, "learning to go on")
    until(page, lambda: server.snapshot(key).state == "finished", "the end of the training")
    assert server.snapshot(key).epoch == MEDIUM["epochs"]
    assert reached < MEDIUM["epochs"]

    go(page, server.address(settings=SHORT, run=done))
    expect_own_network(page)
    player(page, frames=64)


def test_the_workers_of_a_killed_server_end(server: Server, page: Page) -> None:
    """Otherwise two workers would write one run: the orphan, and the one that Resume starts."""
    go(page, server.address(settings=LONG, seed=2))
    key = train(page)
    wait_for_pictures(page)
    wait_for_checkpoint(page, server, key)
    orphans = server.workers()
    server.kill()
    page.goto("about:blank")
    wait_for(lambda: not any(orphan.is_running() and orphan.status() != "zombie" for orphan in orphans))
    server.start()
