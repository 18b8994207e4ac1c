from dataclasses import replace

import pytest

from autoencoder.training.settings import TrainingSettings
from tests.pages.running import DENOISER, LIKE_PRETRAINED, ROOT
from ui.lessons.table import LESSONS
from ui.training.runs import Lesson

name = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


@pytest.mark.parametrize(
    ("settings", "fitting"),
    [
        (LIKE_PRETRAINED, ["bottleneck", "latent"]),
        (replace(LIKE_PRETRAINED, bottleneck="exact"), ["bottleneck", "latent"]),
        (DENOISER, ["denoising"]),
        (replace(DENOISER, noise="blur", network="dense", bottleneck="exact"), ["denoising"]),
        (replace(LIKE_PRETRAINED, normal_classes=(0,)), ["anomalies"]),
    ],
)
def test_a_run_belongs_to_the_pages_that_look_at_its_kind(settings: TrainingSettings, fitting: list[str]) -> None:
    assert [lesson.name for lesson in LESSONS if lesson.fits(settings)] == fitting


@name
def test_each_lesson_is_a_page_of_that_name_and_title(lesson: Lesson) -> None:
    table = (ROOT / "app.py").read_text()
    assert f'"pages/{lesson.name}.py", title="{lesson.title}"' in table
    assert f'url_path="{lesson.name}"' in table


def test_lessons_that_show_each_others_networks_share_the_run_that_is_shown() -> None:
    kinds: dict[str, set[tuple[bool, ...]]] = {}
    settings = (LIKE_PRETRAINED, DENOISER, replace(LIKE_PRETRAINED, normal_classes=(0,)))
    for lesson in LESSONS:
        kinds.setdefault(lesson.run, set()).add(tuple(lesson.fits(one) for one in settings))
    assert all(len(kind) == 1 for kind in kinds.values())
    assert len(kinds) == len(LESSONS) - 1
