import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pytest

from autoencoder.analysis import denoising, family
from autoencoder.export.script import notebook, render, script
from autoencoder.training.settings import TrainingSettings

DIGITS = TrainingSettings("mnist_sample", bottleneck_size=8, epochs=1, batch_size=64)
KINDS = {
    "ordered": DIGITS,
    "noise": replace(denoising.DEFAULT, source="mnist_sample", epochs=1, batch_size=64),
    "variational": replace(family.settings_of("variational", "mnist_sample"), epochs=1),
}


def code_of(text: str) -> list[str]:
    cells = nbformat.reads(text, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_notebook_with_the_lines_of_the_script(kind: str) -> None:
    text = notebook(KINDS[kind], "hourglass-x")
    nbformat.validate(json.loads(text), relax_add_props=False)
    cells = nbformat.reads(text, as_version=4).cells
    assert [cell.cell_type for cell in cells[:2]] == ["markdown", "code"]
    whole = script(KINDS[kind], "hourglass-x")
    for source in code_of(text)[1:-1]:
        assert source in whole
    assert "import matplotlib.pyplot as plt" in code_of(text)[0]
    assert "pip install" in cells[0].source
    assert "matplotlib" in cells[0].source


def test_a_remark_stands_in_its_first_cell() -> None:
    first = nbformat.reads(notebook(DIGITS, "x", "It was stopped."), as_version=4).cells[0].source
    assert "It was stopped." in " ".join(first.split())


# The cells in their order, without windows; at the end, what the figure shows.
RUN = """
import json, sys
import matplotlib
matplotlib.use("Agg")
scope = {}
for source in json.load(open(sys.argv[1])):
    exec(source, scope)
lines = [[axis.images[0].get_array().shape for axis in line] for line in scope["axes"]]
print("FIGURE", json.dumps([[len(line), list(line[0])] for line in lines]))
"""


def test_its_figure_takes_fewer_than_ten_pictures() -> None:
    import matplotlib.pyplot as plt

    class Copies:
        def predict(self, pictures: np.ndarray, verbose: int) -> np.ndarray:
            return pictures

    plt.switch_backend("Agg")
    scope = {"np": np, "plt": plt, "x_test": np.zeros((3, 8, 8, 1), np.float32), "autoencoder": Copies()}
    exec(render("figure", replace(DIGITS, bottleneck="exact")), scope)
    assert scope["axes"].shape == (2, 3)
    plt.close("all")


@pytest.mark.extended
@pytest.mark.slow
@pytest.mark.parametrize(("kind", "rows"), [("ordered", 3), ("noise", 3)])
def test_its_cells_run_and_end_with_a_figure(tmp_path: Path, kind: str, rows: int) -> None:
    (tmp_path / "cells.json").write_text(json.dumps(code_of(notebook(KINDS[kind], "hourglass-x"))))
    named = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = [sys.executable, "-c", RUN, "cells.json"]
    done = subprocess.run(run, cwd=tmp_path, env=named, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Validation loss: " in done.stdout
    (figure,) = [line.removeprefix("FIGURE ") for line in done.stdout.splitlines() if line.startswith("FIGURE")]
    assert json.loads(figure) == [[10, [28, 28]]] * rows
    assert (tmp_path / "hourglass-x-script.keras").is_file()
