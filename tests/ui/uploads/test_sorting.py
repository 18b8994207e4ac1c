from tests.pages.own_examples import picture, upload, upload_state, with_pictures
from tests.pages.running import PICTURES, App, button, words


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
