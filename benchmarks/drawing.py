"""Drawing on the page The idea: from the pen to the changed reconstruction, and what ten thousand strokes leave behind.

In Chromium, from a pointer's move on the pad to the frame in which its answer is painted; beside it from a click to the
number that an empty fragment of Streamlit counts up. Then thirty learners who draw at once, each with its own tab and
connection: whoever has an answer sends the next drawing.
"""

import asyncio
import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from benchmarks.browser import chromium, new_page
from benchmarks.options import Options
from benchmarks.servers import APP, Server, serve
from benchmarks.tab import Tab
from benchmarks.table import Table
from benchmarks.timing import p95

LEARNERS = 30
BOUND_ALONE, BOUND_TOGETHER = 50.0, 300.0  # ms: what the median and the p95 may be
QUESTION = ("drawing pad", "question idea")  # the letter that says where drawings go
STROKES = 10_000
PIXELS = 28 * 28
REST = 0.2  # s between two moves
EMPTY_FRAGMENT = """
import streamlit as st

@st.fragment
def count():
    st.session_state.clicks = st.session_state.get("clicks", 0) + st.button("More")
    st.markdown(f"`{st.session_state.clicks}`")

count()
"""
ANSWER = """
(pad) => {
  window.answer = clock("pointermove", [pad], () => pad.dataset.answered);
}
"""
NUMBER = """
() => {
  const main = document.querySelector("[data-testid=stMain]");
  window.answer = clock("click", [main], () => main.querySelector("code")?.textContent);
}
"""


def measure(options: Options) -> Iterator[Table]:
    """One alone in a browser, thirty at once, and the memory after many strokes."""
    with serve(APP) as app, serve(EMPTY_FRAGMENT) as peer:
        app.settle()
        with chromium() as browser:
            yield _alone(browser, app, peer, options)
        yield asyncio.run(_together(app, options))
        with chromium() as browser:
            yield _memory(browser, app, options)


def _alone(browser: Any, app: Server, peer: Server, options: Options) -> Table:
    ours: list[float] = []
    theirs: list[float] = []
    with new_page(browser) as page, new_page(browser) as other:
        page.goto(app.url)
        box = _sheet(page)
        other.goto(peer.url)
        other.locator("code").wait_for()
        page.mouse.move(box["x"] + 40, box["y"] + 40)
        page.mouse.down()
        for number in range(options.count(60, 10)):
            time.sleep(REST)
            page.locator(".pad").evaluate(ANSWER)
            page.mouse.move(*_point(box, number))
            ours.append(page.evaluate("window.answer")["painted"])
            other.evaluate(NUMBER)
            other.get_by_role("button", name="More").click()
            theirs.append(other.evaluate("window.answer")["painted"])
        page.mouse.up()
    ours, theirs = ours[3:], theirs[3:]  # without what is slow the first time
    rows = [("pen to reconstruction", median(ours), p95(ours)), ("an empty fragment", median(theirs), p95(theirs))]
    rows.append(("ratio", median(ours) / median(theirs), p95(ours) / p95(theirs)))
    note = f"A median of at most {BOUND_ALONE:.0f} ms is asked for."
    return Table("One learner draws, ms", ("", "median", "p95"), rows, [note], {"ours": ours, "theirs": theirs})


async def _together(app: Server, options: Options) -> Table:
    count, seconds = options.count(LEARNERS, 4), options.count(15, 2)
    async with AsyncExitStack() as leaving:
        tabs = [await leaving.enter_async_context(Tab(app.url, "")) for _ in range(count)]
        tokens = [tab.letters[QUESTION]["token"] for tab in tabs]
        waits = await asyncio.to_thread(_draw_at_once, app.url, tokens, float(seconds))
    rows = [(f"{count} learners", median(waits), p95(waits), len(waits) / seconds)]
    notes = [f"A p95 of at most {BOUND_TOGETHER:.0f} ms is asked for.", "The learners share the server's cores."]
    return Table("All draw at once, ms", ("", "median", "p95", "answers a second"), rows, notes, {"waits": waits})


def _draw_at_once(url: str, tokens: list[str], seconds: float) -> list[float]:
    waits: list[float] = []
    end = time.monotonic() + seconds

    def draw(number: int, token: str) -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc)
        generator = np.random.default_rng(number)
        while time.monotonic() < end:
            body = generator.integers(0, 256, PIXELS, np.uint8).tobytes()
            begin = time.perf_counter()
            connection.request("POST", f"/drawing/{token}", body)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"Expected an answer. Received: {answer.status}.")
            waits.append((time.perf_counter() - begin) * 1000)

    threads = [threading.Thread(target=draw, args=pair) for pair in enumerate(tokens)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits


def _memory(browser: Any, app: Server, options: Options) -> Table:
    rows, strokes = [], options.count(STROKES, 100)
    with new_page(browser) as page:
        page.goto(app.url)
        box, client = _sheet(page), page.context.new_cdp_session(page)
        for number in range(strokes + 1):
            if number in (strokes // 10, strokes // 2, strokes):  # after a tenth all that is kept is full
                page.wait_for_timeout(1000)
                client.send("HeapProfiler.collectGarbage")
                heap = page.evaluate("performance.memory.usedJSHeapSize") / 2**20
                rows.append((f"{number:,} strokes", heap, app.memory()))
            page.mouse.move(*_point(box, number))
            page.mouse.down()
            page.mouse.move(*_point(box, number + 1))
            page.mouse.up()
    return Table("Memory, MB", ("after", "the tab's heap", "the server"), rows)


def _sheet(page: Any) -> dict[str, float]:
    """Wait for the pad, and return where it is."""
    page.locator(".pad .sheet").wait_for()
    page.wait_for_timeout(2000)
    box: dict[str, float] = page.locator(".pad .sheet").bounding_box()
    return box


def _point(box: dict[str, float], number: int) -> tuple[float, float]:
    across, down = (0.15 + 0.7 * ((number * step) % 97) / 97 for step in (37, 59))
    return box["x"] + across * box["width"], box["y"] + down * box["height"]
