"""How long trainings will take on this computer and how much memory, and the bounds on both.

What a training costs is worked out from its network, its pictures and its batches; `python -m benchmarks estimates`
compares that with what it takes. Trainings that were finished here correct it, of more than one epoch; before there are
any, how fast matrices are multiplied here does.
"""

import heapq
import math
import os
import time
import timeit
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from statistics import median, median_low

import numpy as np
from threadpoolctl import threadpool_limits

from autoencoder.data.sources import get_source
from autoencoder.networks.composition import Composition
from autoencoder.networks.layers import Activate, BatchNormalization, Dropout
from autoencoder.training.capacity import SERVING, cores, memory
from autoencoder.training.executors import DASK
from autoencoder.training.run_state import Snapshot
from autoencoder.training.settings import TrainingSettings

Run = tuple[TrainingSettings, Snapshot]
Trained = tuple[TrainingSettings, Snapshot, float]  # with how long an epoch took after the first, in s
ALIKE: Sequence[Callable[[TrainingSettings], object]] = (  # on which an epoch's time hangs: the nearest are asked first
    attrgetter("source", "network", "batch_size", "optimizer", "noise", "penalty", "composition"),
    lambda settings: (_kind(settings), settings.optimizer),
)
VARIABLE, MOST_MINUTES = "HOURGLASS_MOST_MINUTES", 30
ASK_ABOVE = 300.0  # s of a training, above which a page asks before it begins
BUDGET_VARIABLE, BUDGET = "HOURGLASS_BUDGET", 60  # s from a training's start until its network is there
TRAINED = 5 / 6  # of the budget, at most, is for learning; the rest is to build the network, and to write it down
OFFERED = 2 / 3  # of it are fewer epochs offered for: where the estimate is a fifth too low, all of them still fit
FEWEST = 2  # epochs are offered where not even these fit: of one alone no pace is known, and no estimate corrected
ROUND = 5  # epochs beyond twice as many are offered in steps of so many: estimates vary, and equal settings are shared

CORES, PRODUCT_SECONDS = 2, 0.00172  # of the computer where these were measured; a product of PRODUCT_SIDE on one core
PRODUCT_SIDE, PRODUCTS = 512, 60  # of square matrices, of which the fastest counts: others work here too
MOST_CORES = 4  # small networks make no use of more
AN_EPOCH, A_WEIGHT = 0.08, 4.5e-7  # s for an epoch's preview and losses; once for each weight, compiled and kept
COSTS = {  # network → s until it is compiled, s for a step, s for 10⁹ multiplications
    "dense": (2, 0.003, 0.015),
    "deep": (2.2, 0.0038, 0.018),
    "gated": (2.2, 0.0038, 0.018),
    "convolutional": (2.2, 0.0024, 0.038),
    "shallow": (3, 0.0005, 0.03),
    "linear": (3, 0.0005, 0.03),
    "repairer": (6, 0.001, 0.009),
    "denoiser": (2.8, 0.0027, 0.034),
    "keras_example": (5, 0.005, 0.11),
}
COMPOSED = {  # kind of a composed network → the same, s for a step of 10⁶ weights, s for 10⁶ numbers that are EXTRA
    "dense": (1.5, 0.0003, 0.03, 0.0013, 0.008),
    "conv": (3, 0.0005, 0.06, 0.008, 0.0025),
}
EXTRA = (BatchNormalization, Activate, Dropout)

WORKER = 210  # MB that a worker takes for the smallest network, beyond what SERVING leaves; libraries' files apart
PER_WEIGHT, PER_PICTURE, PER_ACTIVATION = 10.5, 1.5, 2.5  # times what these take as float32
FORWARD = 500  # pictures that are looked at once, without learning


class TooLong(Exception):
    """A training would take longer than one may; the arguments are its seconds, the most, and how many epochs fit."""


class TooLarge(Exception):
    """A training would take more memory than there is: its MB, those there are, and what takes the most of it."""


def most_seconds() -> float:
    """Return how long a training may take, in s: what HOURGLASS_MOST_MINUTES says."""
    named = os.environ.get(VARIABLE, "")
    return 60.0 * (int(named) if named.isdecimal() and int(named) > 0 else MOST_MINUTES)


def check_time(settings: TrainingSettings, seconds: float, an_epoch: float) -> None:
    """Raise a TooLong where a training that takes so many seconds, each epoch `an_epoch` of them, may not begin."""
    if seconds > (most := most_seconds()):
        raise TooLong(seconds, most, _epochs_within(most, settings, seconds, an_epoch))


def budget() -> float:
    """Return how long trainings on few pictures take unless a learner wants more, in s: what HOURGLASS_BUDGET says.

    Where it says 0 it is infinite.
    """
    named = os.environ.get(BUDGET_VARIABLE, "")
    return (float(named) if named.isdecimal() else float(BUDGET)) or math.inf


def bound(settings: TrainingSettings, seconds: float) -> float | None:
    """Return after how many s a training stops by itself that takes about so many; None where nothing bounds it.

    What is estimated to fit the budget keeps to it by the clock, as do FEWEST epochs. What takes longer was chosen so.
    """
    most = TRAINED * budget()
    fits = seconds <= most or settings.epochs <= FEWEST
    return most if settings.few_pictures and fits and most < math.inf else None


def offered_epochs(settings: TrainingSettings, seconds: float, an_epoch: float) -> int:
    """Return how many epochs to offer where so many take `seconds`: all, or of few pictures those that fit the budget.

    See OFFERED, FEWEST and ROUND.
    """
    if not settings.few_pictures or seconds <= TRAINED * budget():
        return settings.epochs
    fit = max(min(FEWEST, settings.epochs), _epochs_within(OFFERED * budget(), settings, seconds, an_epoch))
    return fit - fit % ROUND if fit > 2 * ROUND else fit


def _epochs_within(most: float, settings: TrainingSettings, seconds: float, an_epoch: float) -> int:
    """Return how many epochs fit so many seconds, 0 where none does; all of them take `seconds`."""
    return max(0, math.floor(settings.epochs - (seconds - most) / an_epoch))


def check_memory(settings: TrainingSettings, workers: int) -> None:
    """Raise a TooLarge where a training does not fit beside as many as run at once. A cluster's memory is not known."""
    if os.environ.get(DASK):
        return
    parts, there_is = memory_parts(settings), (memory() - SERVING) / workers / 1e6
    if (needed := WORKER + sum(parts.values())) > there_is:
        raise TooLarge(round(needed), round(there_is), max(parts, key=lambda name: parts[name]))


def memory_parts(settings: TrainingSettings) -> dict[str, float]:
    """Return what a training takes at its highest beside a worker itself, in MB: for "network", "pictures", "batch"."""
    plan, batch = settings.plan, settings.batch_size
    made = [(math.prod(shape), 1 + 2 * len(getattr(layer, "layers", ()))) for layer, _, shape in plan.steps()]
    learned, seen = sum(count * within for count, within in made), max(count for count, _ in made)
    floats = {
        "network": PER_WEIGHT * (plan.encoder_parameters + plan.decoder_parameters),
        "pictures": PER_PICTURE * get_source(settings.source).training_pictures * plan.pixel_values,
        "batch": PER_ACTIVATION * max(batch * learned, FORWARD * seen),
    }
    return {name: 4 * count / 1e6 for name, count in floats.items()}


def modeled_seconds(settings: TrainingSettings, epochs: float) -> float:
    """Return how long so many epochs take where COSTS were measured, in s."""
    source, plan = get_source(settings.source), settings.plan
    few = settings.normal_classes and settings.source != "bananas"  # whose training pictures are all normal
    pictures = source.training_pictures * (len(settings.normal_classes) / len(source.class_names) if few else 1.0)
    products, extra = 0, 0  # of each layer's weights, at every place of a picture that it uses them
    for layer, read, made in plan.steps():
        products += layer.parameters(read) * min(math.prod(read[:-1]), math.prod(made[:-1]))
        extra += math.prod(made) if isinstance(layer, EXTRA) else 0
    compiling, a_step, a_billion, a_weight, an_extra = _costs(settings)
    weights = plan.encoder_parameters + plan.decoder_parameters
    steps = max(1.0, pictures / settings.batch_size)
    a_picture = a_billion * products / 1e9 + an_extra * extra / 1e6
    an_epoch = AN_EPOCH + steps * (a_step + a_weight * weights / 1e6) + pictures * a_picture
    return compiling + A_WEIGHT * weights + epochs * an_epoch


def _costs(settings: TrainingSettings) -> Sequence[float]:
    """Return what COMPOSED says of a network's kind, and of one that is not composed COSTS, with 0 for what is more."""
    kind = _kind(settings)
    return COMPOSED[kind] if settings.composed else (*COSTS[kind], 0.0, 0.0)


def _kind(settings: TrainingSettings) -> str:
    return Composition.parse(settings.composition).kind if settings.composed else settings.network


def measured_speed() -> float:
    """Return how many times as long trainings take here as where COSTS were measured, by a product on one core."""
    matrix = np.ones((PRODUCT_SIDE, PRODUCT_SIDE), np.float32)
    with threadpool_limits(1):
        times = timeit.repeat(lambda: matrix @ matrix, timer=time.thread_time, repeat=PRODUCTS, number=1)
    return min(times) / PRODUCT_SECONDS * CORES / min(cores(), MOST_CORES)


def seconds_left(run: Run, others: Iterable[Trained], speed: float = 1.0) -> float:
    """Return how long a run will still take, in s: as it says itself, or as runs like it took, or as it is modeled.

    The `others` were trained here; for `speed` see `measured_speed`.
    """
    settings, snapshot = run
    if snapshot.seconds_left is not None:
        return snapshot.seconds_left
    parts = _modeled_parts(settings, settings.epochs - snapshot.epoch)
    trained = list(others)
    for likeness in ALIKE:
        if alike := [run for run in trained if likeness(run[0]) == likeness(settings)]:
            readies, paces = zip(*map(_times_as_modeled, alike), strict=True)
            # One run that waited long for the disk says little: as modeled counts as one more, and of two the lower.
            return parts[0] * median_low([speed, *readies]) + parts[1] * median(paces)
    return sum(parts) * speed


def _modeled_parts(settings: TrainingSettings, epochs: float) -> tuple[float, float]:
    """Return how long getting ready takes where COSTS were measured, and so many epochs then, in s."""
    ready = modeled_seconds(settings, 0)
    return ready, modeled_seconds(settings, epochs) - ready


def _times_as_modeled(trained: Trained) -> tuple[float, float]:
    """Return how many times as long as modeled a run took to get ready, and for an epoch."""
    settings, snapshot, took = trained
    ready, an_epoch = _modeled_parts(settings, 1)
    return max(0.0, snapshot.seconds - snapshot.epoch * took) / ready, took / an_epoch


def seconds_until_start(ahead: Sequence[float], workers: int) -> float:
    """Return when a run can begin that waits for others, in s, where `workers`, at least 1, run at once.

    `ahead` is how long each of those will still take, in the order in which they begin; those under way come first.
    """
    ends: list[float] = []
    for seconds in ahead:
        heapq.heappush(ends, seconds + (heapq.heappop(ends) if len(ends) >= workers else 0.0))
    return heapq.heappop(ends) if len(ends) >= workers else 0.0
