"""A real Chromium, and the clocks that are put into its pages."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu"]
VIEWPORT = {"width": 1280, "height": 1000}
PATIENCE = 120_000  # ms

# What was put in the page is painted when the next frame's callbacks have run and the browser turns to its next task.
# Ours comes before those that wait, which would be counted too, although the picture is on the screen.
PAINTED = """
window.painted = () => new Promise((resolve) => requestAnimationFrame(() => {
  scheduler.postTask(() => resolve(performance.now()), { priority: "user-blocking" });
}));
"""

# clock(kind, watched, read): the time from the next event of this kind to another value of read(), and to its painting.
CLOCK = """
window.clock = (kind, watched, read) => new Promise((resolve, reject) => {
  let begin = null;
  let before = null;
  const observer = new MutationObserver(async () => {
    const changed = performance.now();
    const now = read();
    if (begin === null || now === before || now === undefined) return;
    observer.disconnect();
    clearTimeout(limit);
    resolve({ changed: changed - begin, painted: await window.painted() - begin });
  });
  const limit = setTimeout(() => (observer.disconnect(), reject(new Error(`nothing changed after ${kind}`))), 30000);
  for (const node of watched)
    observer.observe(node, { subtree: true, childList: true, attributes: true, characterData: true });
  window.addEventListener(kind, () => {
    before = read();
    begin = performance.now();
  }, { capture: true, once: true });
});
"""


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def new_page(browser: Any, *scripts: str) -> Iterator[Any]:
    """A page that shares nothing with others: no cache, no cookies. `scripts` run before those of the page."""
    context = browser.new_context(viewport=VIEWPORT)
    try:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        for script in (PAINTED, CLOCK, *scripts):
            page.add_init_script(script)
        yield page
    finally:
        context.close()
