from autoencoder.analysis.compression import MEASURED
from tests.pages.running import PRETRAINED, App, component, players, words
from ui.idea import figures


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


def test_it_leads_to_every_lesson_in_the_order_of_the_story(app: App, no_mnist: object) -> None:
    found = app.open().get("page_link")
    links = [link.proto.label for link in found]
    assert all(link.proto.icon for link in found)
    assert links[:5] == ["Bottleneck", "Latent space", "Anomalies", "Denoising", "The family"]
    assert list(dict.fromkeys(links[5:])) == links[:5]


def test_the_story_has_ten_steps_with_a_picture_each(app: App, no_mnist: object) -> None:
    tab = app.open()
    assert [step.value.split(" · ")[0] for step in tab.header] == [str(number) for number in range(1, 11)]
    drawn = [html.proto.body for html in tab.get("html") if "story-figure" in html.proto.body]
    assert len([body for body in drawn if "<img" in body]) == 9
    assert component(tab, "idea hourglass").startswith("<svg")
    assert component(tab, "details idea 001")["follows"] == "idea"


def test_the_pictures_of_the_story_are_worked_out_once(app: App, no_mnist: object) -> None:
    app.open()
    before = figures.banana_figures.cache_info().misses
    app.open()
    assert figures.banana_figures.cache_info().misses == before
