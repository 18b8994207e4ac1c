from tests.pages.running import App, component, words


def test_the_hourglass_is_drawn_for_the_network_that_is_shown(app: App, no_mnist: object) -> None:
    tab = app.open()
    assert component(tab, "idea hourglass").startswith("<svg")
    assert "reads the 784 pixels" in words(tab)
