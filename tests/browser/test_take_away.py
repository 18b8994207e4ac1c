"""A network that was trained here, taken along: Keras alone reads it, the script is Python, the notebook a notebook."""

import ast
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import button, expect_own_network, go, settled, tab, train, until
from tests.browser.serving import SHORT, Server

pytestmark = [pytest.mark.browser, pytest.mark.extended]

PLAIN = """
import sys, keras, numpy as np
model = keras.saving.load_model(sys.argv[1])
np.save("rebuilt.npy", model.predict(np.load("pictures.npy"), verbose=0))
"""


def download(page: Page, label: str, folder: Path) -> Path:
    """Press a button, and keep what it gives under the name that the browser is told."""
    with page.expect_download() as begun:
        button(page, label).click()
    path = folder / begun.value.suggested_filename
    begun.value.save_as(path)
    return path


def test_what_was_trained_here_is_taken_along(server: Server, page: Page, tmp_path: Path) -> None:
    go(page, server.address(settings=SHORT))
    key = train(page)
    until(page, lambda: server.snapshot(key).state == "finished", "the end of the training")
    expect_own_network(page)
    settled(page)
    tab(page, "Take along")
    expect(button(page, "Network (.keras)")).to_be_enabled()
    settled(page)
    network, script, notebook = (
        download(page, label, tmp_path) for label in ("Network (.keras)", "Script (.py)", "Notebook (.ipynb)")
    )
    assert [path.name for path in (network, script, notebook)] == [
        f"hourglass-bottleneck-mnist-sample-dense.{ending}" for ending in ("keras", "py", "ipynb")
    ]
    trained = server.run(key).settings()
    assert f"EPOCHS, BATCH, RATE = 0, {trained.epochs}, {trained.batch_size}, 0.003" in script.read_text()
    ast.parse(script.read_text())
    nbformat.validate(nbformat.read(notebook, as_version=4))
    _check_network(server, key, network)


def _check_network(server: Server, key: str, network: Path) -> None:
    """Keras rebuilds with it what the pages show."""
    from autoencoder.networks.compiled import CompiledNetwork

    pictures = np.random.default_rng(0).random((3, 28, 28, 1), np.float32)
    np.save(network.parent / "pictures.npy", pictures)
    subprocess.run([sys.executable, "-c", PLAIN, network.name], cwd=network.parent, check=True, capture_output=True)
    ours = CompiledNetwork(*server.run(key).network())
    rebuilt = np.load(network.parent / "rebuilt.npy")
    np.testing.assert_allclose(rebuilt, ours.decode(ours.encode(pictures)), rtol=0, atol=1e-4)
