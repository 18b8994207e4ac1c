"""What is shown in a training, as lines of NumPy: batches, the noise on them, and how much of a code is kept."""

from autoencoder.data.augmentation import SCALE, SHIFT, SLANT, TURN
from autoencoder.networks.ordered import milestones
from autoencoder.training.settings import TrainingSettings

KEPT = '''def keep_first(sizes):
    """1 for the first numbers of each code, as many as `sizes` says, and 0 for the others."""
    return (np.arange(CODE) < sizes[:, None]).astype(np.float32)


def draw_kept(count):
    """How many numbers of each code pass is drawn anew for every picture, so the first learn the most."""
    powers = rng.choice({milestones}, count)  # half of all: the fewer sizes, the better each is learned
    few = np.exp(rng.uniform(0, np.log(CODE + 1), count)).astype(int)
    kind, any_size = rng.integers(4, size=count), rng.integers(1, CODE + 1, count)
    return keep_first(np.select([kind <= 1, kind == 2], [powers, few], any_size))'''

BATCHES = '''def batches():
    """{about}, without end, in a new order for every epoch."""
    while True:
        order = rng.permutation(len(x_train))
        for first in range(0, len(order) - BATCH + 1, BATCH):
            chosen = order[first : first + BATCH]
{lines}'''

MOVE = f'''def move(pictures):
    """Shifts, turns, slants and scales each picture by a little, drawn anew each time."""
    count, height, width, _ = pictures.shape
    right, down, angle, slant, scale = rng.uniform(-1, 1, (5, count))
    angle, slant, scale = np.radians({TURN}) * angle, {SLANT} * slant, 1 + {SCALE} * scale
    a0, a1 = np.cos(angle) / scale, (np.sin(angle) + slant * np.cos(angle)) / scale
    b0, b1 = -np.sin(angle) / scale, (np.cos(angle) - slant * np.sin(angle)) / scale
    x, y = (width - 1) / 2, (height - 1) / 2  # the middle stays, but for the shift
    a2 = x * (1 - a0) - y * a1 + {SHIFT} * width * right
    b2 = y * (1 - b1) - x * b0 + {SHIFT} * height * down
    maps = np.stack([a0, a1, a2, b0, b1, b2, 0 * a0, 0 * a0], axis=1).astype(np.float32)
    return ops.convert_to_numpy(ops.image.affine_transform(pictures, maps, fill_mode="nearest"))'''

WEIGHTS = """weights = 1 / (0.1 + levels)  # errors grow with the noise, and would drown the rest
yield {shown}, {clean}, (weights / weights.mean())[:, None, None]"""
SLOW_NOISES = ("stains", "blur")  # that take much memory for many pictures at once


def weighted(settings: TrainingSettings) -> bool:
    """Return whether pictures with little noise count more."""
    return settings.fresh_noise and not settings.ordered and settings.noise_high > settings.noise_low


def needs_batches(settings: TrainingSettings, *, few: bool) -> bool:
    """Return whether the batches are made by a function of the script's own; else Keras makes them.

    Args:
        settings: Of the run.
        few: Whether an epoch has so few batches that one that is not full would matter.
    """
    return few or settings.ordered or settings.augmented or (settings.noisy and settings.fresh_noise)


def levels_code(settings: TrainingSettings, count: str, *, drawn: bool) -> str:
    """As many levels of noise as `count` says: drawn, or spread evenly; float32."""
    if settings.noise_low == settings.noise_high:
        return f"np.full({count}, LEVEL, np.float32)"
    return f"rng.uniform(LOW, HIGH, {count})" if drawn else f"np.linspace(LOW, HIGH, {count})"


def batches_code(settings: TrainingSettings, *, few: bool) -> str:
    """The functions that make batches; empty where Keras does."""
    if not needs_batches(settings, few=few):
        return ""
    parts = [KEPT.format(milestones=milestones(settings.bottleneck_size))] if settings.ordered else []
    about = "Batches of noisy pictures and the clean ones" if settings.noisy else "Batches of pictures"
    lines = "\n".join(f"            {line}" for line in _batch(settings))
    return "\n\n\n".join([*parts, BATCHES.format(about=about, lines=lines)])


def _batch(settings: TrainingSettings) -> list[str]:
    """From `chosen`, the places of a batch, to what is yielded."""
    clean = "x_train[chosen]"
    lines, shown = [], clean
    if settings.augmented:
        clean = shown = "moved"
        lines = ["moved = move(x_train[chosen])"]
    if settings.noisy and settings.fresh_noise:
        lines.append(f"levels = {levels_code(settings, 'BATCH', drawn=True)}")
        shown = f"add_noise({clean}, levels)"
    elif settings.noisy:
        shown = "noisy_train[chosen]"
    if settings.ordered:
        return [*lines, f"yield ({shown}, draw_kept(BATCH)), {clean}"]
    if weighted(settings):
        return [*lines, *WEIGHTS.format(shown=shown, clean=clean).split("\n")]
    return [*lines, f"yield {shown}, {clean}"]


def corrupted_code(settings: TrainingSettings) -> str:
    """Noise that stays the same: on the pictures to validate on, and where it is drawn once on those to learn from."""
    if not settings.noisy:
        return ""
    lines = []
    if not settings.fresh_noise:
        lines += [f"levels = {levels_code(settings, 'len(x_train)', drawn=True)}", _noisy_train(settings)]
    levels = levels_code(settings, "len(x_val)", drawn=False)
    return "\n".join([*lines, f"noisy_val = add_noise(x_val, {levels})"])


def _noisy_train(settings: TrainingSettings) -> str:
    if settings.noise not in SLOW_NOISES:
        return "noisy_train = add_noise(x_train, levels)"
    return (
        "parts = zip(np.array_split(x_train, 50), np.array_split(levels, 50), strict=True)  # to spare memory\n"
        "noisy_train = np.concatenate([add_noise(*part) for part in parts if len(part[0])])"
    )
