"""A real Chromium, and one server at a time: the next file of tests has it too, if nothing has been changed there."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.looking import PATIENCE, expect_no_exception
from tests.browser.serving import Server
from tests.find_chromium import find_chromium

expect.set_options(timeout=PATIENCE * 1000)

# On a busy machine the queue of Streamlit 1.67 (`ForwardMsgQueue.clear`) can lose the messages that make a fragment's
# blocks and keep those for cached content of them, which then have no place. The page must be there all the same.
LATE = "Cannot set a node at a delta path"
VIOLATIONS = """addEventListener("securitypolicyviolation", (event) => {
  console.error("against the policy:", event.violatedDirective, event.blockedURI, event.sourceFile);
})"""  # Chromium logs most of them, not all
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[Any]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="package")
def launch() -> Iterator[dict[str, Any]]:
    """How Chromium is started, and by what."""
    path = find_chromium()
    if path is None:
        pytest.skip("There is no Chromium: `make browser` gets one.")
    camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    with sync_playwright() as playwright:
        options = {"executable_path": path, "args": ["--no-sandbox", "--disable-gpu", *camera]}
        yield {"by": playwright.chromium, "options": options}


@pytest.fixture(scope="package")
def chromium(launch: dict[str, Any]) -> Iterator[Browser]:
    browser = launch["by"].launch(**launch["options"])
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def profile(launch: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser that keeps Streamlit's JavaScript as it has compiled it, which takes a third of opening a page."""
    context = launch["by"].launch_persistent_context(tmp_path_factory.mktemp("profile"), **launch["options"])
    context.add_init_script(VIOLATIONS)
    yield context
    context.close()


@pytest.fixture(scope="module")
def server_mnist() -> Path | None:
    """The MNIST of this file's server: none, where a file does not say otherwise."""
    return None


@pytest.fixture(scope="package")
def servers() -> Iterator[dict[Path | None, Server]]:
    """The server that runs, by the MNIST that it has."""
    running: dict[Path | None, Server] = {}
    yield running
    for server in running.values():
        server.end()


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, servers: dict[Path | None, Server], server_mnist: Path | None
) -> Iterator[Server]:
    if server_mnist not in servers:
        for running in servers.values():
            running.end()
        servers.clear()
        servers[server_mnist] = Server(tmp_path_factory.mktemp("server"), server_mnist)
    server = servers[server_mnist]
    yield server
    if server.is_used():  # somebody has trained or uploaded
        servers.pop(server_mnist).end()


@pytest.fixture(scope="module")
def new_server(servers: dict[Path | None, Server]) -> None:
    """The server of this file has been asked for nothing before."""
    for running in servers.values():
        running.end()
    servers.clear()


@pytest.fixture
def open_tab(
    chromium: Browser, profile: BrowserContext, server: Server, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[..., Page]]:
    """Opens a browser window that shares nothing with others. After the test none may have met an error.

    The first of a test, where it is nothing special, is of the profile, whose cookies and storage go with the test.
    """
    contexts: list[BrowserContext] = []
    pages: list[Page] = []
    errors: list[str] = []

    def open_tab(width: int = 1280, height: int = 1000, **more: Any) -> Page:
        if pages or more:
            contexts.append(chromium.new_context(viewport={"width": width, "height": height}, **more))
            contexts[-1].add_init_script(VIOLATIONS)
            page = contexts[-1].new_page()
        else:
            page = profile.new_page()
            page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(PATIENCE * 1000)
        page.on("pageerror", lambda error: errors.append(f"page error: {error}"))
        page.on(
            "console",
            lambda said: errors.append(f"console: {said.text} {said.location}") if said.type == "error" else None,
        )
        pages.append(page)
        return page

    yield open_tab
    still_open = [page for page in pages if not page.is_closed()]
    failed = request.node.stash.get(FAILED, True)
    try:
        if failed:
            _report(still_open, server, errors, tmp_path)
        else:
            for page in still_open:
                expect_no_exception(page)
            if any(LATE in error for error in errors):
                for page in still_open:
                    expect(page.get_by_role("heading", level=1)).to_be_visible()
            assert [error for error in errors if not _is_expected(error)] == []
    finally:
        for context in contexts:
            with suppress(Exception):
                context.close()
        profile.new_page()  # without a page the browser ends
        for page in profile.pages[:-1]:
            page.close()
        profile.clear_cookies()
        profile.clear_permissions()
        session = profile.new_cdp_session(profile.pages[0])
        session.send("Storage.clearDataForOrigin", {"origin": server.url.rstrip("/"), "storageTypes": "local_storage"})


@pytest.fixture
def page(open_tab: Callable[..., Page]) -> Page:
    return open_tab()


def _report(pages: list[Page], server: Server, errors: list[str], folder: Path) -> None:
    """Keep what there is to see of a failure, and say where."""
    for number, page in enumerate(pages):
        path = folder / f"tab-{number}.png"
        with suppress(Exception):
            page.screenshot(path=path, full_page=True)
            print(f"{page.url} as it looked: {path}")
    print("errors in the browser:", errors)
    print("the server said:", server.log.read_text()[-3000:])


def _is_expected(error: str) -> bool:
    """Whether a browser only says that the server or the internet was gone, or that Streamlit looked for its base path.

    On a deep link Streamlit asks for `/bottleneck/_stcore/…` before `/_stcore/…`. And `LATE`, where the page is whole.
    """
    gone = ("WebSocket", "Failed to fetch", "net::ERR", "when disconnected from server")
    return any(words in error for words in (*gone, "/_stcore/", LATE))
