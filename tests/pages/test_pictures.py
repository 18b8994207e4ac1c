from tests.pages.own_examples import fruit, upload
from tests.pages.running import PICTURES, App, words


def test_the_page_says_what_becomes_of_the_pictures(app: App) -> None:
    tab = app.open(PICTURES)
    assert not tab.exception
    assert "No other visitor is shown them" in words(tab)
    assert "removed within minutes after you close or reload this tab" in words(tab)
    assert "What the network sees" not in words(tab)


def test_from_files_to_a_set(app: App) -> None:
    said = words(upload(app.open(PICTURES), ("fruit.zip", fruit("ripe", "rotten"))))
    for part in ("**6 pictures**", "It trains on 40 pictures, made from 4 photos", "Classes: ripe, rotten"):
        assert part in said


def test_pictures_are_kept_over_a_visit_of_another_page(app: App) -> None:
    tab = upload(app.open(PICTURES), ("fruit.zip", fruit("ripe", "rotten")))
    tab.switch_page("pages/idea.py").run()
    tab.switch_page(PICTURES).run()
    assert "Classes: ripe, rotten" in words(tab)
