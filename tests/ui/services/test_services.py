import gc

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

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


def test_a_learner_is_a_browser_whose_cookie_is_masked_anew_for_every_tab(monkeypatch: pytest.MonkeyPatch) -> None:
    def named(cookie: str | None) -> str:
        cookies = {} if cookie is None else {"_streamlit_xsrf": cookie}
        monkeypatch.setattr(ContextProxy, "cookies", cookies)
        return services.learner()

    secrets = [bytes(16), bytes(range(16))]
    mine, mine_again, yours = (named(generate_xsrf_token_string(secrets[one], 1)) for one in (0, 0, 1))
    assert mine == mine_again != yours
    assert len({mine, yours, named(None), named("2|nonsense")}) == 3, "without a cookie it is the tab"
    assert secrets[0].hex() not in mine


def test_outside_a_browser_nobody_asks() -> None:
    assert services.watcher() == "nobody"
    assert services.is_alive("anybody")


def test_an_unknown_source_is_named(app: App) -> None:
    with pytest.raises(ValueError, match="Received: 'letters'"):
        services.test_pictures("letters")
