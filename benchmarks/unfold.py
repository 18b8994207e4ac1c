"""How the latent space unfolds: how smoothly a thousand points move, and what it costs a training to keep their codes.

In Chromium, the times between the frames of the page while Play runs, beside those of the page at rest. Then trainings
with all that is kept in them, tiles of weights and codes, and without, as in `benchmarks.inside`; and how much of their
time the codes and the tiles take.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from statistics import median
from typing import Any

import numpy as np

from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import Loss, RunState, Snapshot
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.unfolding import MOST_PICTURES, pack
from benchmarks import inside
from benchmarks.browser import chromium, new_page
from benchmarks.fresh import Fresh
from benchmarks.options import ROOT, Options
from benchmarks.servers import APP, serve
from benchmarks.table import Cell, Table
from benchmarks.timing import p95, take_turns

BOUND = 20.0  # ms: what the p95 may be
MOMENTS = 24
PAUSE = 0.5  # s between two trainings
TRAININGS = inside.TRAININGS | {
    "dense, exact": {"bottleneck": "exact", "bottleneck_size": 64, "epochs": 10},
    "dense, 40 epochs": {"epochs": 40},
}
FRAMES = """
(count) => new Promise((resolve) => {
  const times = [];
  const next = (now) => (times.push(now), times.length > count ? resolve(times) : requestAnimationFrame(next));
  requestAnimationFrame(next);
})
"""
PLAY = "[aria-label=Play]"


def measure(options: Options) -> Iterator[Table]:
    """The frames, then the trainings."""
    yield _frames(options)
    yield _trainings(options)


def _frames(options: Options) -> Table:
    rows: list[tuple[Cell, ...]] = []
    with serve(APP) as app, chromium() as browser, new_page(browser) as page:
        key = _made_up_run(app.home)
        app.settle()
        page.goto(f"{app.url}/latent?source=mnist_sample&run={key}&tab=unfold")
        plot = page.locator(".unfold[data-time]")
        plot.wait_for()
        page.wait_for_timeout(3000)
        plot.scroll_into_view_if_needed()
        for name, plays in (("at rest", False), ("while it plays", True)) * options.count(3, 1):
            if plays:
                plot.locator(PLAY).click()
            times = page.evaluate(FRAMES, 240)
            if plays and plot.get_attribute("data-time") == f"{MOMENTS - 1}.00":
                raise RuntimeError("Expected points that move all the time. Received: the end before it.")
            between = [after - before for before, after in itertools.pairwise(times)]
            rows.append((name, median(between), p95(between), max(between)))
            page.wait_for_function("root => root.dataset.time % 1 === 0", arg=plot.element_handle())
            plot.get_by_role("slider").press("Home")
    note = f"A p95 of at most {BOUND:.0f} ms is asked for, which is 60 frames a second."
    title = f"Between two frames, {MOST_PICTURES:,} points, {MOMENTS} moments, ms"
    return Table(title, ("", "median", "p95", "most"), rows, [note])


def _made_up_run(home: Any) -> str:
    """Have a run, as a worker leaves it, whose codes move at random; return its key."""
    settings = TrainingSettings("mnist_sample", epochs=MOMENTS)
    folder, like = RunFolder(home / "runs" / settings.key), RunFolder(ROOT / "assets" / "pretrained" / "bottleneck")
    folder.create(settings)
    generator, reconstructions = np.random.default_rng(0), np.zeros((7, 10, 28, 28, 1), np.uint8)
    for number in range(MOMENTS):
        codes = generator.normal(scale=10, size=(MOST_PICTURES, 2)).astype(np.float32)
        folder.write_preview(number, reconstructions, pack(codes))
    epochs = tuple(map(float, range(1, MOMENTS + 1)))
    snapshot = Snapshot(RunState.FINISHED, MOMENTS, epochs[-1], losses=(Loss(1, 0.1, 0.1),), previews=epochs)
    folder.write_snapshot(snapshot)
    folder.write_network(*like.network())
    return settings.key


def trainings(keeps: bool, **settings: Any) -> Iterator[list[float]]:
    """Give what `inside.trainings` does but for the last, and the s that codes took, and tiles."""
    from autoencoder.training.trainer import Trainer

    taken = {"codes": 0.0, "tiles": 0.0}

    def clocked(name: str, look: Callable[..., Any]) -> Callable[..., Any]:
        def look_and_note(*given: Any) -> Any:
            begin = time.perf_counter()
            found = look(*given)
            taken[name] += time.perf_counter() - begin
            return found

        return look_and_note

    codes = Trainer.codes if keeps else lambda *given: None
    Trainer.codes = clocked("codes", codes)  # type: ignore[method-assign]
    Trainer.tiles = clocked("tiles", Trainer.tiles)  # type: ignore[method-assign]
    inside._added = lambda *given: 0.0  # it would call these too
    for processor, whole, size, _ in inside.trainings(keeps, **settings):
        yield [processor, whole, size, *taken.values()]
        taken.update(codes=0.0, tiles=0.0)


def _trainings(options: Options) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name, settings in TRAININGS.items():
        with ExitStack() as stack:
            fresh = {keeps: stack.enter_context(Fresh(trainings, keeps=keeps, **settings)) for keeps in (True, False)}
            size, without = (fresh[keeps].ask()[2] for keeps in (True, False))  # TensorFlow compiles
            answers: dict[bool, list[list[float]]] = {True: [], False: []}

            def ask(process: Fresh, answers: list[list[float]]) -> float:
                answers.append(process.ask())
                return answers[-1][0]

            turns = {str(keeps): partial(ask, one, answers[keeps]) for keeps, one in fresh.items()}
            taken = take_turns(turns, options.count(7, 2), PAUSE)
        pairs = [one / other for one, other in zip(taken["True"], taken["False"], strict=True)]
        shares = [median(answer[part] / answer[1] for answer in answers[True]) for part in (3, 4)]
        rows.append((name, median(pairs), *shares, (size - without) / 1e6))
    columns = ("", "with / without, of pairs", "share of codes", "share of tiles", "MB more")
    note = "The first column is of the processor's time; the shares are of the seconds until the export."
    return Table("A training on the MNIST sample with all that is kept, and without", columns, rows, [note])
