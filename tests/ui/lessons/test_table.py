from dataclasses import replace

import pytest

from autoencoder.training.settings import TrainingSettings
from tests.pages.running import DENOISER, LIKE_PRETRAINED, ROOT
from ui.lessons.table import LESSONS
from ui.training.panel import Lesson

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


@name
def test_only_lessons_with_one_form_show_each_others_runs(lesson: Lesson) -> None:
    assert all(other.form is lesson.form for other in LESSONS if other.run == lesson.run)
