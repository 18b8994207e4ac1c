"""A run as a notebook for Jupyter: the sections of the script as cells, and a figure of what comes back.

The format is that of nbformat 4.5, https://nbformat.readthedocs.io/en/latest/format_description.html.
"""

import json
from typing import Any

from autoencoder.export.script import Section, about, imports_of, render, sections
from autoencoder.training.settings import TrainingSettings


def notebook(settings: TrainingSettings, name: str, remark: str = "") -> str:
    """Return a notebook that trains as a run did, saves the network and shows pictures, as JSON; see `script`."""
    parts = [*sections(settings, name), Section("Test pictures", "", render("figure", settings).strip("\n"))]
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


def _cell(kind: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
