import gc

import pytest

from tests.pages.running import App
from ui.services import services


def test_all_learners_share_one_object_of_trainings(app: App, no_mnist: object) -> None:
    app.open()
    app.open()
    assert len(app.made) == 1


def test_imports_are_taken_from_the_collector() -> None:
    before = gc.get_freeze_count()
    try:
        services.keep_from_collector()
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()


def test_outside_a_browser_nobody_asks() -> None:
    assert services.watcher() == "nobody"
    assert services.is_alive("anybody")


def test_an_unknown_source_is_named(app: App) -> None:
    with pytest.raises(ValueError, match="Received: 'letters'"):
        services.test_pictures("letters")
