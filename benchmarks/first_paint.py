"""How soon the first page is there, beside an empty app of Streamlit.

From the start of the navigation to the title painted and, for the app, to the live picture drawn and painted. A fresh
browser context each time, so that nothing is cached in the browser. Warm: the server has served the page before. Cold:
the first load after the server's start. The two apps take turns.
"""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.browser import chromium, new_page
from benchmarks.options import Options
from benchmarks.servers import APP, EMPTY, Server, serve
from benchmarks.table import Table
from benchmarks.timing import p95

Loads = dict[str, list[dict[str, float]]]

# Watches the page and every shadow root in it for a title and for a player that has drawn.
WATCH = """
window.seen = {};
const note = (name) => window.painted().then((now) => (window.seen[name] = now));
const look = (root) => {
  if (!seenTitle && root.querySelector("h1")?.textContent.trim()) seenTitle = note("title");
  if (!seenPicture && root.querySelector(".frames[data-drawn]")) seenPicture = note("picture");
};
let seenTitle = null, seenPicture = null;
const watch = (root) => new MutationObserver(() => look(root))
  .observe(root, { subtree: true, childList: true, characterData: true, attributeFilter: ["data-drawn"] });
watch(document);
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  const root = attach.call(this, options);
  watch(root);
  return root;
};
"""


def measure(options: Options) -> Iterator[Table]:
    """Warm servers, then servers that have just started."""
    with chromium() as browser:
        yield _table("Warm server", _warm(browser, options.count(11, 3)))
        yield _table("First load after the server's start", _cold(browser, options.count(7, 2)))


def _warm(browser: Any, rounds: int) -> Loads:
    loads: Loads = {"app": [], "empty": []}
    with serve(APP) as app, serve(EMPTY) as empty:
        _load(browser, app, "picture")
        _load(browser, empty, "title")
        app.settle()
        for _ in range(rounds):
            loads["app"].append(_load(browser, app, "picture"))
            loads["empty"].append(_load(browser, empty, "title"))
    return loads


def _cold(browser: Any, rounds: int) -> Loads:
    loads: Loads = {"app": [], "empty": []}
    scripts: list[tuple[str, Path | str, str]] = [("app", APP, "picture"), ("empty", EMPTY, "title")]
    for _ in range(rounds):
        for name, script, last in scripts:
            with serve(script) as server:
                loads[name].append(_load(browser, server, last))
    return loads


def _load(browser: Any, server: Server, last: str) -> dict[str, float]:
    """Milliseconds from the navigation's start to what was painted, of a page whose `last` is waited for."""
    with new_page(browser, WATCH) as page:
        page.goto(server.url, wait_until="commit")
        page.wait_for_function("(last) => window.seen[last]", arg=last, polling=100)
        return dict(page.evaluate("window.seen"))


def _table(title: str, loads: Loads) -> Table:
    times = {
        "peer: the title of an empty app": [load["title"] for load in loads["empty"]],
        "the app: title": [load["title"] for load in loads["app"]],
        "the app: live picture": [load["picture"] for load in loads["app"]],
    }
    peer = median(times["peer: the title of an empty app"])
    rows = [(name, median(values), p95(values), median(values) / peer) for name, values in times.items()]
    columns = ("", "median ms", "p95 ms", "/ peer")
    return Table(f"{title}: navigation → painted, n = {len(loads['app'])}", columns, rows, (), times)
