"""How soon a training is seen to learn: from the click on Train to the first pictures that random weights did not make.

On the page Bottleneck with its first settings, in a browser of 1280 by 720. Warm: the server and its worker have come
to rest with the page open. Restarted: a new server, which has trained here before, and whose button Train is clicked as
soon as it is there. New: the same on a computer where nothing was trained yet. The peer is a plain script of Keras that
builds the same layers, fits the batches up to the first preview and predicts ten pictures: in a process that has
imported TensorFlow, and, beside new servers, from the start of its process. App and peer take turns.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from autoencoder.data.sources import get_source
from autoencoder.training.backend import import_tensorflow
from autoencoder.training.jobs import WARM_OTHER
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.training_loop import preview_steps
from benchmarks.browser import chromium, new_page
from benchmarks.fresh import Fresh, once
from benchmarks.options import Options
from benchmarks.peers import keras_first_pictures
from benchmarks.servers import APP, serve
from benchmarks.table import Cell, Table
from benchmarks.timing import p95

Samples = dict[str, list[float]]
NETWORK = "gated"
PAGE = f"/bottleneck?network={NETWORK}"
SOURCE, BATCH, LEARNED, EPOCHS = "mnist_sample", 32, 3600, 40  # as the page begins where the full MNIST is not
VIEWPORT = {"width": 1280, "height": 720}
PARTS = ("the run is there", "its untrained pictures", "its first learned pictures", "painted")

# Notes the click on Train, and the first reconstructions after it that were learned, in the page and its shadow roots.
WATCH = """
window.seen = {};
addEventListener("click", ({ target }) => {
  if (target.closest("button")?.textContent.includes("Train")) Object.assign(seen, { click: performance.now() });
}, true);
const learned = /^Reconstruction: .* after (?!0 )[\\d.]+ epochs? of training/;
const look = ([...changes]) => {
  if (seen.click && !seen.found && changes.some(({ target }) => learned.test(target.ariaLabel))) {
    seen.found = true;
    window.painted().then((now) => Object.assign(seen, { painted: now, origin: performance.timeOrigin }));
  }
};
const watch = (root) => new MutationObserver(look).observe(root, { subtree: true, attributeFilter: ["aria-label"] });
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  const root = attach.call(this, options);
  watch(root);
  return root;
};
"""


def measure(options: Options) -> Iterator[Table]:
    """A warm server, then servers that have just started, then what a worker does, part by part."""
    with chromium() as browser:
        yield _table("Warm server", *_warm(browser, options.count(7, 2)))
        yield from _started(browser, options.count(5, 1))
    yield _parts(options.count(5, 1))


def _warm(browser: Any, rounds: int) -> tuple[list[Samples], list[float]]:
    times, peers = [], []
    with serve(APP) as app, Fresh(keras_first_pictures, **_peer()) as peer:
        peer.ask()
        for seed in range(rounds):
            with new_page(browser, WATCH) as page:
                page.goto(f"{app.url}{PAGE}&seed={seed}")
                page.get_by_role("button", name="Train", exact=True).wait_for()
                time.sleep(WARM_OTHER)  # the page before this one had another network made ahead
                app.settle()
                times.append(_click(page, app.home))
                page.get_by_role("button", name="Stop", exact=True).click()
                page.get_by_text("Network shown: yours").wait_for()
            app.settle()
            peers.append(peer.ask())
    return times, peers


def _started(browser: Any, rounds: int) -> Iterator[Table]:
    times: dict[str, list[Samples]] = {"New": [], "Restarted": []}
    peers: list[float] = []
    for _ in range(rounds):
        home = Path(tempfile.mkdtemp(prefix="benchmark-"))
        for number, samples in enumerate(times.values()):
            with serve(APP, HOURGLASS_HOME=str(home)) as app, new_page(browser, WATCH) as page:
                page.goto(f"{app.url}{PAGE}&seed={number}")
                samples.append(_click(page, home))
        shutil.rmtree(home)
        begin = time.perf_counter()
        once(keras_first_pictures, **_peer(), imports=False)
        peers.append(time.perf_counter() - begin)
    for name, samples in times.items():
        yield _table(f"{name} server", samples, peers)


def _peer() -> dict[str, Any]:
    steps = LEARNED // BATCH
    pictures = preview_steps(steps, steps * EPOCHS)[0] * BATCH
    return {"source": SOURCE, "network": NETWORK, "pictures": pictures, "batch_size": BATCH}


def _click(page: Any, home: Path) -> Any:
    """Return the seconds from the click until each of PARTS."""
    before = _runs(home)
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function("() => window.seen.painted", polling=20)
    seen = page.evaluate("window.seen")
    (run,) = _runs(home) - before
    clicked = seen["origin"] + seen["click"]
    written = [run / "settings.json", run / "moments/0000.npz", run / "moments/0001.npz"]
    moments = [*(path.stat().st_mtime * 1e3 for path in written), seen["origin"] + seen["painted"]]
    return {name: [(moment - clicked) / 1e3] for name, moment in zip(PARTS, moments, strict=True)}


def _runs(home: Path) -> set[Path]:
    return {path for path in (home / "runs").glob("[!.]*") if RunFolder(path).exists()}


def _table(title: str, times: list[Samples], peers: list[float]) -> Table:
    samples = {name: [one[name][0] for one in times] for name in PARTS} | {"peer: plain Keras": peers}
    peer = median(peers)
    rows = [(name, median(values), p95(values), median(values) / peer) for name, values in samples.items()]
    return Table(
        f"{title}: click on Train → …, n = {len(times)}", ("", "median s", "p95 s", "/ peer"), rows, (), samples
    )


# What takes the time


def _parts(rounds: int) -> Table:
    """The parts of a worker's way to the first learned pictures, alone, without and with compiled code on the disk."""
    new: list[dict[str, tuple[float, float]]] = []
    again: list[dict[str, tuple[float, float]]] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="benchmark-") as home:
            for taken in (new, again):
                with Fresh(worker_parts, environment={"HOURGLASS_HOME": home}, home=home) as fresh:
                    taken.append(fresh.ask())
    rows: list[tuple[Cell, ...]] = []
    for name in new[0]:
        times = [[one[name][clock] for one in some] for some in (new, again) for clock in (0, 1)]
        rows.append((name, *map(median, times)))
    columns = ("", "s", "of the processor", "compiled before: s", "of the processor")
    return Table(f"A worker alone, part by part, median of {rounds}", columns, rows, ())


def worker_parts(home: str) -> Iterator[dict[str, tuple[float, float]]]:
    """What a worker does until the first learned pictures are there: seconds by the clock, and of the processor."""
    taken, clocks = {}, (time.perf_counter, time.process_time)
    begin = [clock() for clock in clocks]

    def take(name: str) -> None:
        now = [clock() for clock in clocks]
        taken[name] = (now[0] - begin[0], now[1] - begin[1])
        begin[:] = now

    import_tensorflow()
    take("TensorFlow and Keras imported")
    from autoencoder.training.trainer import Trainer

    pictures = get_source(SOURCE).load()
    take("pictures loaded")
    settings = TrainingSettings(SOURCE, NETWORK, epochs=EPOCHS, batch_size=BATCH, augmentation="affine")
    trainer = Trainer(settings, pictures)
    take("pictures held out, network built")
    learn, validate = trainer.trace()
    take("traced")
    learn()
    take("learning compiled")
    validate()
    take("validation compiled")
    trainer.advance(preview_steps(trainer.steps_per_epoch, trainer.total_steps)[0])
    take("the first batches learned")
    trainer.validation_loss()
    RunFolder(Path(home)).write_preview(1, trainer.show(), trainer.tiles())
    take("the preview written")
    yield taken
