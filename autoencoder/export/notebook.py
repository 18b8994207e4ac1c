"""A run as a notebook for Jupyter: the sections of the script as cells, and a figure of what comes back.

The format is that of nbformat 4.5, https://nbformat.readthedocs.io/en/latest/format_description.html.
"""

import json
from typing import Any

from autoencoder.export.script import about, sections
from autoencoder.export.sections import Section, imports_of
from autoencoder.networks.ordered import milestones
from autoencoder.training.settings import TrainingSettings

FIGURE = """shown = x_test[:10]
{rows}
figure, axes = plt.subplots(len(rows), len(shown), figsize=(len(shown), len(rows)), squeeze=False)
for line, (name, pictures) in zip(axes, rows.items(), strict=True):
    line[0].set_title(name, loc="left", fontsize=9)
    for axis, picture in zip(line, pictures, strict=True):
        axis.imshow(np.clip(picture, 0, 1).squeeze(), cmap="gray", vmin=0, vmax=1)
        axis.axis("off")
plt.show()"""


def notebook(settings: TrainingSettings, name: str, remark: str = "") -> str:
    """A notebook that trains as a run with these settings did, saves the network and shows pictures, as JSON.

    Args:
        settings: Of the run.
        name: Of the files that go with it, without an ending; plain ASCII.
        remark: A sentence on what the settings do not say of the run.
    """
    parts = [*sections(settings, name), Section("Test pictures", "", figure_code(settings))]
    title, _, words = about(settings, name, remark, "matplotlib").partition("\n")
    cells = [_cell("markdown", f"# {title.rstrip('.')}\n{words}")]
    cells.append(_cell("code", imports_of("\n".join(part.code for part in parts))))
    for part in parts:
        cells += [_cell("markdown", f"## {part.title}\n\n{part.words}".strip()), _cell("code", part.code)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about_it = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return json.dumps({"cells": cells, "metadata": about_it, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def figure_code(settings: TrainingSettings) -> str:
    """Lines that show up to ten test pictures and what the network makes of them."""
    if settings.ordered:
        sizes = milestones(settings.bottleneck_size)[1::2] or [1]
        lines = [
            'rows = {"Input": shown}',
            f"for size in {sizes}:",
            "    kept_of_size = keep_first(np.full(len(shown), size))",
            "    rebuilt = decoder.predict([encoder.predict(shown, verbose=0), kept_of_size], verbose=0)",
            '    rows[f"From {size} numbers"] = rebuilt',
        ]
        return FIGURE.format(rows="\n".join(lines))
    if settings.noisy:
        level = "LEVEL" if settings.noise_low == settings.noise_high else "HIGH"
        lines = [
            f"noisy = add_noise(shown, np.full(len(shown), {level}))",
            'rows = {"Clean": shown, "Noisy": noisy, "Rebuilt": autoencoder.predict(noisy, verbose=0)}',
        ]
        return FIGURE.format(rows="\n".join(lines))
    return FIGURE.format(rows='rows = {"Input": shown, "Rebuilt": autoencoder.predict(shown, verbose=0)}')


def _cell(kind: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
