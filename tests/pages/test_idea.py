import pytest

from autoencoder.analysis.compression import MEASURED
from tests.pages.running import PRETRAINED, App, button, component, players, words


def test_the_picture_is_there_at_once_and_starts_at_eight(app: App, no_mnist: object) -> None:
    tab = app.open()
    (player,) = players(tab).values()
    assert player["positions"] == [str(size) for size in range(1, 65)]
    assert [row["label"] for row in player["rows"]] == ["Input", "Reconstruction", "Difference"]
    assert player["names"] == list("0123456789")
    assert component(tab, "idea known")["index"] == 7


def test_errors_in_the_story_are_the_measured_ones(app: App, no_mnist: object) -> None:
    measured = PRETRAINED.measured(MEASURED)
    at = measured["sizes"].index(8)
    said = words(app.open())
    assert f"is {measured['errors'][at]:.4f}." in said
    assert f"has {measured['pca_errors'][measured['pca_sizes'].index(8)]:.4f}." in said


def test_the_story_goes_on_without_measured_errors(app: App, no_mnist: object, monkeypatch: object) -> None:
    monkeypatch.setattr("ui.idea.story.CompressionReport.of", lambda folder: None)
    tab = app.open()
    assert not tab.exception
    assert "mean squared error over all" not in words(tab)


@pytest.mark.parametrize("title", ["Bottleneck", "Denoising", "Anomalies"])
def test_it_leads_to_every_lesson(app: App, no_mnist: object, title: str) -> None:
    tab = button(app.open(), title).click().run()
    assert not tab.exception
    assert [one.value for one in tab.title] == [title]
