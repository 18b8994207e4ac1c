"""What a move of the slider costs, in a real browser.

While it is dragged: from the slider's input event to the pictures copied to the canvas, beside the time of a frame.
On release and by keyboard: from the mouse-up or the key's press to the changed picture, which is there before Python
has heard of the move, and to what only Python can change, beside a page of Streamlit with nothing but `st.slider` and a
number. The two take turns in blocks. All of it again while a training runs on the app's server.
"""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from autoencoder.training.settings import TrainingSettings
from benchmarks.address import address
from benchmarks.browser import chromium, new_page
from benchmarks.options import Options
from benchmarks.servers import APP, ONE_SLIDER, Server, serve
from benchmarks.table import Table
from benchmarks.timing import p95

BLOCK = 8  # measurements of one before the other's turn
REST = 0.25  # s between two measurements, in which Streamlit finishes its run; jittered so as not to follow the frames
STEPS = (-90, -60, -30, 20, 50, 80, 35, -45)  # px that the handle is dragged from the middle

OTHER_PAGES = ("latent", "denoising", "anomalies")
ANSWERS = {"bottleneck": (".drawing", "the drawing")}  # page → what on it only Python can change, at every move
WORKED_OUT = 60  # s after which what such a page works out aside is there

NUMBER = '[data-testid="stMarkdown"] code'

# Every input event of the player's slider: how long until its picture was drawn, and whether in the very next frame.
FOLLOW = """
(root) => {
  const slider = root.querySelector("input[type=range]");
  window.moves = [];
  let waiting = [];
  let moved = 0;
  window.addEventListener("pointermove", (event) => (moved = event.timeStamp), true);
  slider.addEventListener("input", () => {
    const move = { moved, input: performance.now() };
    waiting.push(move);
    requestAnimationFrame((frame) => (move.nextFrame = frame));
  }, true);
  new MutationObserver(() => {
    const frame = document.timeline.currentTime;
    for (const move of waiting) {
      const drawn = Number(root.dataset.drawn);
      window.moves.push(Object.assign(move, { drawn, frame }));
    }
    waiting = [];
  }).observe(root, { attributeFilter: ["data-drawn"] });
}
"""
FRAME_TIMES = """
() => new Promise((resolve) => {
  const times = [];
  const next = (now) => (times.push(now), times.length > 60 ? resolve(times) : requestAnimationFrame(next));
  requestAnimationFrame(next);
})
"""
PIXELS = """
(root) => [
  ...[...root.querySelectorAll("canvas")].map((canvas) =>
    canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.reduce((a, b) => (a * 31 + b) | 0, 0)),
  ...[...root.querySelectorAll(".note")].map((note) => note.className + note.textContent),
]
"""
# What is watched for a change, as an expression of the element that is watched.
PLAYER_INDEX = "(root) => { window.answer = clock('keydown', [root], () => root.dataset.index); }"
CONTENT = "(node, kind) => { window.words = clock(kind, [node], () => node.innerHTML); }"
NUMBER_TEXT = """
(main, kind) => {
  const read = () => main.querySelector('[data-testid="stMarkdown"] code')?.textContent;
  window.answer = clock(kind, [main], read);
}
"""


@dataclass
class Times:
    """Milliseconds, one for each measurement: until the page's elements had changed, and until that was painted."""

    changed: list[float] = field(default_factory=list)
    painted: list[float] = field(default_factory=list)

    def add(self, answer: dict[str, float]) -> None:
        """Keep what `clock` answered."""
        self.changed.append(answer["changed"])
        self.painted.append(answer["painted"])


def measure(options: Options) -> Iterator[Table]:
    """Dragging, releasing and the keyboard, at rest and during a training."""
    with (
        chromium() as browser,
        serve(APP) as app,
        serve(ONE_SLIDER) as peer,
        _app_page(browser, app) as ours,
        _peer_page(browser, peer) as theirs,
    ):
        app.settle()
        yield _drag(ours, options, "bottleneck")
        yield _release(ours, theirs, options)
        yield from _other_pages(browser, app, theirs, options)
        idle = _keyboard(ours, theirs, options.count(48, 8), "bottleneck")
        yield _keyboard_table("By keyboard, no training", idle)
        with _training(browser, app, options) as trained:
            busy = _keyboard(ours, theirs, options.count(48, 8), "bottleneck")
        yield _keyboard_table(f"By keyboard, while {trained}", busy, idle)


def _other_pages(browser: Any, app: Server, theirs: Any, options: Options) -> Iterator[Table]:
    """The sliders of the other pages: dragged, and by keyboard."""
    for name in OTHER_PAGES:
        with _app_page(browser, app, name) as page:
            time.sleep(options.count(WORKED_OUT, 5))
            yield _drag(page, options, name)
            yield _keyboard_table(f"{name}: by keyboard", _keyboard(page, theirs, options.count(48, 8), name))


@contextmanager
def _app_page(browser: Any, app: Server, name: str = "bottleneck") -> Iterator[Any]:
    """A page with the network that comes with the app, which is finished."""
    with new_page(browser) as page:
        page.goto(f"{app.url}/{name}?tab=inside")  # there the drawing of Bottleneck is
        _player(page).wait_for()
        yield page


@contextmanager
def _peer_page(browser: Any, peer: Server) -> Iterator[Any]:
    with new_page(browser) as page:
        page.goto(peer.url)
        page.locator(NUMBER).wait_for()
        yield page


def _player(page: Any) -> Any:
    return page.locator(".frames[data-drawn]").first


# While it is dragged


def _drag(page: Any, options: Options, name: str) -> Table:
    """Drag the player's slider to and fro with the mouse, one small move after another."""
    frame = _frame_time(page)
    player = _player(page)
    before = player.evaluate(PIXELS)
    player.evaluate(FOLLOW)
    _drag_to_and_fro(page, player.locator("input[type=range]"), options.count(300, 60))
    if player.evaluate(PIXELS) == before:
        raise RuntimeError("Expected other pictures or counts after dragging. Received: the same.")
    moves = page.evaluate("window.moves")
    from_input = [move["drawn"] - move["input"] for move in moves]
    from_mouse = [move["drawn"] - move["moved"] for move in moves]
    at_once = sum(move["frame"] <= move["nextFrame"] + 0.1 for move in moves) / len(moves)
    rows = [
        ("input event → drawn", median(from_input), p95(from_input), median(from_input) / frame),
        ("mouse moved → drawn", median(from_mouse), p95(from_mouse), median(from_mouse) / frame),
        ("peer: one frame of this page at rest", frame, None, 1.0),
    ]
    return Table(
        f"{name}: dragging the player's slider, {len(moves)} input events",
        ("", "median ms", "p95 ms", "of a frame"),
        rows,
        [f"Drawn in the very next animation frame: {at_once:.1%} of the events. Python is not asked while dragging."],
        {"input to drawn": from_input, "mouse to drawn": from_mouse},
    )


def _drag_to_and_fro(page: Any, slider: Any, moves: int) -> None:
    left, right, y = _rail(slider)
    page.mouse.move(left, y)
    page.mouse.down()
    for number in range(moves):
        part = abs((number / 40) % 2 - 1)  # forty moves from one end to the other
        page.mouse.move(left + (1 - part) * (right - left), y)
        time.sleep(0.02)
    page.mouse.move((left + right) / 2, y)
    page.mouse.up()
    time.sleep(1.0)


def _frame_time(page: Any) -> float:
    times = page.evaluate(FRAME_TIMES)
    return median(after - before for before, after in itertools.pairwise(times))


def _rail(slider: Any) -> tuple[float, float, float]:
    """The two ends and the height of a slider on the screen, after it was scrolled there."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    return box["x"] + 16, box["x"] + box["width"] - 16, box["y"] + box["height"] / 2


# On release


def _release(ours: Any, theirs: Any, options: Options) -> Table:
    """From the mouse-up to Python's answer on the page, the app and its peer in turn."""
    words, number = Times(), Times()
    slider, other = _player(ours).locator("input[type=range]"), theirs.locator('[data-testid="stSlider"]')
    for block in range(options.count(6, 1)):
        for step in STEPS:
            ours.locator(".drawing").first.evaluate(CONTENT, "pointerup")
            _drag_once(ours, slider, step + block)
            words.add(ours.evaluate("window.words"))
        for step in STEPS:
            theirs.locator('[data-testid="stMain"]').evaluate(NUMBER_TEXT, "pointerup")
            _drag_once(theirs, other, step + block)
            number.add(theirs.evaluate("window.answer"))
    rows = [
        _row("the app: the drawing has changed", words, number),
        _row("peer: st.slider and a number", number, number),
    ]
    return _times_table("Releasing the slider: mouse-up → Python's answer", rows, [words, number])


def _drag_once(page: Any, slider: Any, step: float) -> None:
    """Take the slider's handle in the middle and let it go `step` px away."""
    time.sleep(_rest())
    left, right, y = _rail(slider)
    page.mouse.move((left + right) / 2, y)
    page.mouse.down()
    page.mouse.move((left + right) / 2 + step / 2, y)
    page.mouse.move((left + right) / 2 + step, y)
    time.sleep(0.1)
    page.mouse.up()


# By keyboard


@dataclass
class Keyboard:
    """What arrow keys on the slider changed: our pictures, what only Python changes, and the peer's number."""

    name: str
    pictures: Times = field(default_factory=Times)
    answers: Times = field(default_factory=Times)
    peer: Times = field(default_factory=Times)


def _keyboard(ours: Any, theirs: Any, presses: int, name: str) -> Keyboard:
    """Arrow keys on the slider of a page of the app and on that of the peer, in blocks."""
    times = Keyboard(name)
    for block in range(-(-presses // BLOCK)):
        key = ("ArrowRight", "ArrowLeft")[block % 2]
        _player(ours).locator("input[type=range]").focus()
        for _ in range(BLOCK):
            _player(ours).evaluate(PLAYER_INDEX)
            if name in ANSWERS:
                ours.locator(ANSWERS[name][0]).first.evaluate(CONTENT, "keydown")
            times.pictures.add(_press(ours, key))
            if name in ANSWERS:
                times.answers.add(ours.evaluate("window.words"))
        theirs.locator('[data-testid="stSlider"] input').focus()
        for _ in range(BLOCK):
            theirs.locator('[data-testid="stMain"]').evaluate(NUMBER_TEXT, "keydown")
            times.peer.add(_press(theirs, key))
    return times


def _press(page: Any, key: str) -> dict[str, float]:
    time.sleep(_rest())
    page.keyboard.press(key)
    return dict(page.evaluate("window.answer"))


def _rest() -> float:
    return REST + (time.perf_counter() * 1e4 % 100) / 2000


@contextmanager
def _training(browser: Any, app: Server, options: Options) -> Iterator[str]:
    """A training on the app's server, started in another browser context; what it is, in words."""
    source = "mnist" if options.has_mnist else "mnist_sample"
    with new_page(browser) as page:
        page.goto(app.url + address(TrainingSettings(source, epochs=100)))
        page.get_by_role("button", name="Train", exact=True).click()
        page.get_by_text("Epoch 1 of 100").wait_for()
        yield f"a training of {source} runs"
        page.get_by_role("button", name="Pause").wait_for(timeout=5000)  # it has run all the while


# Tables


def _keyboard_table(title: str, times: Keyboard, idle: Keyboard | None = None) -> Table:
    rows, kept = [_row("the app: the pictures", times.pictures, times.peer)], [times.pictures]
    if times.answers.painted:
        rows.append(_row(f"the app: {ANSWERS[times.name][1]}, through Python", times.answers, times.peer))
        kept.append(times.answers)
    rows.append(_row("peer: st.slider and a number, through Python", times.peer, times.peer))
    notes = []
    if idle is not None:
        ratios = [median(one.painted) / median(idle.peer.painted) for one in (times.pictures, times.answers)]
        rows.append((*_row("peer while no training ran", idle.peer, times.peer)[:-1], None))
        notes.append("During the training / peer without one: pictures {:.2f}, through Python {:.2f}.".format(*ratios))
    return _times_table(title, rows, [*kept, times.peer], *notes)


def _row(name: str, times: Times, peer: Times) -> tuple[str, float, float, float, float, float | None]:
    changed, painted = median(times.changed), median(times.painted)
    return name, changed, p95(times.changed), painted, p95(times.painted), painted / median(peer.painted)


def _times_table(title: str, rows: list[Any], times: list[Times], *notes: str) -> Table:
    columns = ("", "changed ms", "p95", "painted ms", "p95", "painted / peer")
    samples = {
        f"{row[0]} ({name})": getattr(kept, name)
        for row, kept in zip(rows, times, strict=False)
        for name in ("changed", "painted")
    }
    return Table(f"{title}, n = {len(times[0].changed)}", columns, rows, notes, samples)
