import pytest

from tests.pages.own_examples import fruit, picture, upload, upload_state, with_pictures
from tests.pages.running import PICTURES, App, button, group, words
from ui.uploads.panel import CAMERA, FILES, FOLDER


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
    assert "each of at most 40 MB, a zip of 100. A JPEG photo may have 64 megapixels" in words(app.open(PICTURES))


def test_every_file_that_is_not_used_can_be_listed(app: App) -> None:
    tab = upload(app.open(PICTURES), ("a.png", picture(0)), *((f"note{number}.txt", b"words") for number in range(19)))
    assert "“note18.txt”" not in words(tab)
    (show,) = [toggle for toggle in tab.toggle if toggle.label == "Show all 19"]
    show.set_value(True).run()
    assert [number for number in range(19) if f"“note{number}.txt”" not in words(tab)] == []


# Sorted and removed


def test_pictures_are_put_into_a_class(app: App) -> None:
    tab = upload(app.open(PICTURES), *((f"{seed}.png", picture(seed)) for seed in range(3)))
    assert button(tab, "Put them into this class").disabled
    for indices, label in (([0, 1], "<b>"), ([2], "ripe")):
        tab.multiselect[0].set_value(indices)
        tab.text_input(key="own other class").set_value(label)
        tab.run()
        button(tab, "Put them into this class").click().run()
        assert not tab.exception
    assert upload_state(tab).gathered.labels == ("<b>", "<b>", "ripe")
    assert tab.multiselect[0].options == ["0.png · <b>", "1.png · <b>", "2.png · ripe"]
    assert "Classes: &#60;b&#62;, ripe" in words(tab)


def test_some_are_removed_and_the_others_are_not_chosen_in_their_place(app: App) -> None:
    tab = with_pictures(app, "a", "b", each=2)
    tab.multiselect[0].set_value([0, 3]).run()
    button(tab, "Remove them").click().run()
    assert not tab.exception
    assert upload_state(tab).gathered.labels == ("a", "b")
    assert tab.multiselect[0].value == []
    assert "**2 pictures**" in words(tab)


def test_all_are_removed(app: App) -> None:
    tab = with_pictures(app, "a", "b")
    button(tab, "Remove all").click().run()
    assert not tab.exception
    assert not tab.multiselect
    assert "There are no pictures of yours here now." in words(tab)
