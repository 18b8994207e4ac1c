"""A learner's own pictures on the pages, small and quick to make."""

from streamlit.testing.v1 import AppTest

from tests.data.uploads.corpus import encoded, scene, zipped
from tests.pages.running import BOTTLENECK, PICTURES, App
from ui.uploads.session import MINE, OWN, UploadState


def picture(seed: int) -> bytes:
    return encoded(scene(40, 30, seed), "PNG")


def fruit(*classes: str, each: int = 3) -> bytes:
    """A zip with a folder for each class."""
    names = [(name, number) for name in classes for number in range(each)]
    return zipped({f"{name}/{number}.png": picture(seed) for seed, (name, number) in enumerate(names)})


def upload(tab: AppTest, *files: tuple[str, bytes]) -> AppTest:
    tab.file_uploader[0].set_value([(name, content, "application/octet-stream") for name, content in files])
    tab.run()
    assert not tab.exception
    return tab


def small(tab: AppTest) -> AppTest:
    """Few and small pictures, without variants."""
    tab.select_slider(key="own side").set_value(16)
    tab.toggle(key="own variants").set_value(False)
    return tab.run()


def with_pictures(app: App, *classes: str, each: int = 3) -> AppTest:
    """A tab with pictures of these classes, on their page."""
    tab = upload(app.open(PICTURES), ("fruit.zip", fruit(*classes, each=each)))
    return small(tab)


def to_bottleneck(tab: AppTest) -> AppTest:
    """To the page Bottleneck, with one's own pictures. AppTest stays on no page that a button leads to."""
    tab.switch_page(BOTTLENECK).run()
    return tab.selectbox(key="source").set_value(OWN).run()


def upload_state(tab: AppTest) -> UploadState:
    return tab.session_state[MINE]
