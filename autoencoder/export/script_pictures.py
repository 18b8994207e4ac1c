"""Where a script has its pictures from, as lines of NumPy: they end with `x_train`, `x_val` and `x_test`."""

from autoencoder.data.own import token_of
from autoencoder.training.settings import TrainingSettings

MNIST = """if path := os.environ.get("HOURGLASS_MNIST"):  # the same file, where there is no internet
    with np.load(path) as file:
        x_train, y_train, x_test, y_test = (
            file[name] for name in ("x_train", "y_train", "x_test", "y_test")
        )
else:
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = (x[..., None].astype(np.float32) / 255 for x in (x_train, x_test))"""

MNIST_WITHOUT_LABELS = """if path := os.environ.get("HOURGLASS_MNIST"):  # the same file, where there is no internet
    with np.load(path) as file:
        x_train, x_test = file["x_train"], file["x_test"]
else:
    (x_train, _), (x_test, _) = keras.datasets.mnist.load_data()
x_train, x_test = (x[..., None].astype(np.float32) / 255 for x in (x_train, x_test))"""

SAMPLE = """x, y = mnist_data()  # 5,000 digits, all of MNIST's training set
x = x.reshape(-1, 28, 28, 1).astype(np.float32) / 255
split = np.random.default_rng(0)  # 400 of each digit to learn from and 100 to test with
digits = [split.permutation(np.flatnonzero(y == digit)) for digit in range(10)]
train = split.permutation(np.concatenate([indices[:400] for indices in digits]))
test = np.random.default_rng(543).permutation(np.concatenate([indices[400:] for indices in digits]))
x_train, x_test = x[train], x[test]"""

SAMPLE_LABELS = "y_train, y_test = y[train], y[test]"

FROM_FILE = """with np.load("{file}") as file:  # downloaded beside this script
    {names} = ({values} for name in {keys})"""

SPLIT = """order = np.random.default_rng([SEED, 1]).permutation(len(x_train))
held_out = {held_out}
x_val, x_train = x_train[order[:held_out]], x_train[order[held_out:]]"""


def needs_file(source: str) -> bool:
    """Return whether the pictures of this source are taken along as a file, because no library has them."""
    return source not in ("mnist", "mnist_sample")


def pictures_code(settings: TrainingSettings, file: str) -> str:
    """Lines that load the pictures, and split those to learn from.

    Args:
        settings: Of the run.
        file: The name of the file with the pictures, where they need one.
    """
    labeled = bool(settings.normal_classes)
    if token_of(settings.source):  # what is normal was chosen, and what is held out, when the file was written
        return "\n".join([_from_file(file, ["x_train", "x_val", "x_test"], labeled), *_normal_test(settings)])
    if settings.source == "mnist":
        lines = [MNIST if labeled else MNIST_WITHOUT_LABELS]
    elif settings.source == "mnist_sample":
        lines = [SAMPLE, *([SAMPLE_LABELS] if labeled else [])]
    else:  # all training pictures of the bananas are of the one class that is normal
        lines = [_from_file(file, ["x_train", "x_test"], labeled)]
    return "\n".join([*lines, *_normal(settings), SPLIT.format(held_out=_held_out(settings))])


def _from_file(file: str, names: list[str], labeled: bool) -> str:
    many = ", ".join(names)
    keys = "(" + ", ".join(f'"{name}"' for name in names) + ")"
    code = FROM_FILE.format(file=file, names=many, values="file[name].astype(np.float32) / 255", keys=keys)
    return code + ('\n    y_test = file["y_test"]' if labeled else "")


def _normal(settings: TrainingSettings) -> list[str]:
    """Learn from the normal classes alone."""
    if not settings.normal_classes:
        return []
    if settings.source == "bananas":
        return _normal_test(settings)
    classes = f"NORMAL = {list(settings.normal_classes)}  # the classes to learn from"
    return [classes, "x_train = x_train[np.isin(y_train, NORMAL)]", "is_normal = np.isin(y_test, NORMAL)"]


def _normal_test(settings: TrainingSettings) -> list[str]:
    """Return which test pictures are normal, where those to learn from have been chosen."""
    if not settings.normal_classes:
        return []
    return [f"is_normal = np.isin(y_test, {list(settings.normal_classes)})"]


def _held_out(settings: TrainingSettings) -> str:
    """Return how many pictures are held out: a tenth, of many pictures 5,000."""
    if settings.source != "mnist":
        return "round(0.1 * len(x_train))"
    return "min(5000, round(0.1 * len(x_train)))" if settings.normal_classes else "5000"
