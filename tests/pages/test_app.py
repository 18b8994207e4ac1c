import subprocess
import sys

import pytest

from autoencoder.training.run_state import RunState
from tests.pages.running import BOTTLENECK, IDEA, LIKE_PRETRAINED, ROOT, App, button, progress, words

PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "pages").glob("*.py"))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_runs_without_mnist_and_asks_for_no_download(app: App, no_mnist: object, page: str) -> None:
    tab = app.open(page)
    assert not tab.exception
    assert len(tab.title) == 1
    assert "not on this computer" not in words(tab)
    assert not any("MNIST" in one.label for one in tab.button)


@pytest.mark.mnist
@pytest.mark.parametrize("page", PAGES)
def test_every_page_runs_with_mnist(app: App, with_mnist: object, page: str) -> None:
    tab = app.open(page)
    assert not tab.exception
    assert len(tab.title) == 1
    assert "not on this computer" not in words(tab)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_runs_with_a_broken_mnist(app: App, broken_mnist: object, page: str) -> None:
    assert not app.open(page).exception


def test_every_page_is_in_the_table_of_pages() -> None:
    table = (ROOT / "app.py").read_text()
    assert [page for page in PAGES if f'"{page}"' not in table] == []


def test_a_server_knows_of_the_table_of_pages_from_its_start() -> None:
    """Or else Streamlit would run the page that it is asked for first alone, as a file of a folder named `pages`."""
    script = "import app, streamlit.runtime.pages_manager as m; assert m.PagesManager.uses_pages_directory is False"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True)


def test_a_training_goes_on_while_another_page_is_looked_at(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    button(tab, "Train").click().run()
    key = tab.session_state["run bottleneck"]
    tab.switch_page(IDEA).run()
    assert progress(tab) == ["Bottleneck: training goes on. Starting"]
    app.prepare(LIKE_PRETRAINED, RunState.RUNNING)
    tab.run()
    assert progress(tab) == ["Bottleneck: training goes on. Epoch 21 of 40"]
    tab.switch_page(BOTTLENECK).run()
    assert tab.session_state["run bottleneck"] == key
    assert progress(tab) == ["Epoch 21 of 40"]


def test_pages_do_not_import_tensorflow() -> None:
    parts = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "ui").rglob("*.py")]
    script = (
        f"import sys, {', '.join(parts)}\n"
        "heavy = {'tensorflow', 'keras', 'sklearn', 'skimage.filters', 'matplotlib'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or None)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
