"""Take the README's picture anew: `python -m tests.browser.screenshot` (or `make screenshot`)."""

import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests.browser.looking import PATIENCE, go, player, settled
from tests.browser.serving import ROOT, Server
from tests.find_chromium import find_chromium

TARGET = ROOT / "assets" / "screenshot.png"
SIZE = {"width": 1280, "height": 720}


def main() -> None:
    """Open the page Bottleneck on a computer without the full MNIST, and keep what is seen at first."""
    expect.set_options(timeout=PATIENCE * 1000)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        try:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
            page = browser.new_page(viewport=SIZE, color_scheme="light")
            go(page, f"{server.url}/bottleneck")
            player(page)
            settled(page)
            page.mouse.move(0, 0)
            page.screenshot(path=TARGET)
            browser.close()
        finally:
            server.end()


if __name__ == "__main__":
    main()
