import pytest

from tests.pages.own_examples import fruit, picture, upload, upload_state
from tests.pages.running import PICTURES, App, group, words
from ui.uploads.add import CAMERA, FILES, FOLDER


def test_good_pictures_are_counted_and_the_others_named_harmlessly(app: App) -> None:
    files = [("a.png", picture(0)), ("b.png", picture(0)), ("**x**.png", picture(1)[:50]), ("[l](u).txt", b"words")]
    said = words(upload(app.open(PICTURES), *files))
    assert "**1 picture**; 1 picture came twice and counted once." in said
    assert said.count("\n- ") + said.count("\n\n- ") >= 1
    assert "**x**" not in said
    assert "[l](u)" not in said


def test_what_cannot_be_used_at_all_is_named_too(app: App) -> None:
    tab = upload(app.open(PICTURES), ("notes.txt", b"words"))
    assert "There are no pictures of yours here now." in words(tab)
    assert "notes.txt" in words(tab)
    assert "What the network sees" not in words(tab)


def test_a_class_is_given_to_pictures_without_a_folder(app: App) -> None:
    tab = app.open(PICTURES)
    tab.text_input(key="own class").set_value("ripe")
    upload(tab, ("a.png", picture(50)))
    tab.text_input(key="own class").set_value("*rotten*")
    upload(tab, ("b.png", picture(51)), ("fruit.zip", fruit("x", "y", each=1)))
    assert sorted(upload_state(tab).gathered.labels) == ["*rotten*", "ripe", "x", "y"]
    assert "&#42;rotten&#42;" in words(tab)


@pytest.mark.parametrize(("how", "directory"), [(FILES, False), (FOLDER, True)])
def test_files_and_folders_have_their_field(app: App, how: str, directory: bool) -> None:
    tab = app.open(PICTURES)
    group(tab, "own from").set_value(how).run()
    (field,) = tab.file_uploader
    assert field.accept_directory is directory
    assert field.accept_multiple_files


def test_the_camera_has_its_field(app: App) -> None:
    tab = app.open(PICTURES)
    group(tab, "own from").set_value(CAMERA).run()
    assert len(tab.get("camera_input")) == 1
    assert not tab.file_uploader


def test_the_limits_are_said(app: App) -> None:
    assert "Each has at most 40 MB and 50 megapixels. At most 2,000 pictures" in words(app.open(PICTURES))
