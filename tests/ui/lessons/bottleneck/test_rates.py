from functools import lru_cache

import pytest

from autoencoder.analysis import rates
from autoencoder.analysis.principal import training_pictures
from autoencoder.analysis.rates import BUDGETS, Comparison, compare, judge, learned, strangers
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.rendering.sprites import to_bytes
from tests.pages.running import BOTTLENECK, PRETRAINED, App, address, component, group, move, players, words
from ui.lessons.bottleneck.rates import (
    decoder_in_words,
    needed_table,
    other_side,
    rate_chart,
    table_sizes,
    verdict,
)

pytestmark = pytest.mark.long

KNOWN, STRANGE = "rates bottleneck sheet", "strange rates bottleneck sheet"


@lru_cache
def comparison(strange: bool = False, sizes: tuple[int, ...] = tuple(range(1, 65))) -> Comparison:
    files, train = PRETRAINED.network(), training_pictures("mnist_sample")
    what, pictures = strangers("mnist_sample", (28, 28, 1)) if strange else ("test pictures", train[-30:])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rates, "QUALITIES", (0, 5, 22, 80))
        sent = to_bytes(pictures[:30])
        own = learned(CompiledNetwork(*files), list(sizes), train[:-30], sent, 10)
        return judge(own, train[:-30], sent, what=what, decoder=(1_062_928, len(files[1])))


def opened(app: App) -> object:
    return app.open(BOTTLENECK, tab="rates")


def answer(app: App, *, strange_too: bool = True) -> None:
    """What the process aside was asked for comes back."""
    for function, arguments, future in app.background.work:
        if function is compare and not future.done() and (strange_too or not arguments[-1]):
            future.set_result(comparison(arguments[-1]))


# The section


def test_nothing_is_worked_out_before_it_is_opened(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    assert not tab.exception
    assert not app.background.asked(compare)
    assert list(players(tab)) == ["sizes bottleneck"]


def test_each_side_is_shown_when_it_is_there(app: App, no_mnist: object) -> None:
    tab = opened(app)
    answer(app, strange_too=False)
    tab.run()
    assert list(players(tab)) == ["sizes bottleneck", KNOWN]
    assert "thousands of files" in words(tab)
    answer(app)
    tab.run()
    assert not tab.exception
    assert list(players(tab)) == ["sizes bottleneck", KNOWN, STRANGE]
    assert "thousands of files" not in words(tab)
    assert [row["label"] for row in players(tab)[KNOWN]["rows"]] == ["Input", "This autoencoder", "PCA", "WebP", "JPEG"]
    assert verdict(comparison(), "sheet") in words(tab)
    assert other_side(comparison(True), "sheet") in words(tab)


def test_the_bytes_can_be_counted_otherwise(app: App, no_mnist: object) -> None:
    tab = opened(app)
    answer(app)
    group(tab, "rates_way").set_value("alone").run()
    assert not tab.exception
    sent = players(tab)["rates bottleneck alone"]
    least = comparison().classical["alone"]["webp"].shown[0]
    assert f"WebP: {least.setting} (its least: {least.rate:.0f} bytes)" in sent["captions"][3]
    assert "its least" not in sent["captions"][-1]
    assert verdict(comparison(), "alone") in words(tab)


def test_an_error_aside_gives_a_sentence(app: App, no_mnist: object) -> None:
    tab = opened(app)
    app.background.answer(compare, error=ValueError("no"))
    tab.run()
    assert not tab.exception
    assert "The comparison could not be worked out." in words(tab)


@pytest.mark.parametrize(("size", "budget"), [(1, 1), (17, 16), (64, 64)])
def test_it_begins_at_the_bytes_of_the_bottleneck(app: App, no_mnist: object, size: int, budget: int) -> None:
    tab = opened(app)
    answer(app)
    move(tab, "size", size)
    tab.run()
    assert component(tab, f"{KNOWN} known")["index"] == BUDGETS.index(budget)


def test_a_link_says_how_many_bytes(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK, tab="rates", bytes="32")
    answer(app)
    tab.run()
    for key in (KNOWN, STRANGE):
        assert component(tab, f"{key} known")["index"] == BUDGETS.index(32)
    assert address(tab, "bytes") == "32"


# The players


def test_the_table_says_what_each_codec_spends_and_reaches(app: App, no_mnist: object) -> None:
    tab = opened(app)
    answer(app)
    tab.run()
    sent = component(tab, f"details {KNOWN} 111")["table"]
    index = BUDGETS.index(16)
    point = comparison().classical["sheet"]["webp"].shown[index]
    assert sent["rows"][2] == "WebP"
    assert sent["cells"][index][4:6] == [f"{point.rate:.1f}", f"{point.psnr:.1f}"]
    assert len(sent["cells"][index]) == len(sent["rows"]) * len(sent["columns"])


def test_no_line_of_the_chart_falls() -> None:
    for line in rate_chart(comparison(), "body").lines:
        assert [y for _, y in line.points] == sorted(y for _, y in line.points)
        assert len(line.points) > 3


# The words


def test_who_wins_is_read_from_the_figures() -> None:
    one = comparison()
    title, rate = one.best_classical("alone", 8) or ("", 0.0)
    assert f"reaches {one.psnr_at(8):.1f} dB" in verdict(one, "alone")
    assert f"{title} needs {rate:.0f} bytes: **{rate / 8:.1f} times as many**" in verdict(one, "alone")
    first = one.ahead_from("alone", "PCA")
    assert (f"PCA from {first} bytes on" in verdict(one, "alone")) == (first is not None)
    assert "**loses**" in verdict(comparison(True), "sheet")


def test_the_table_has_a_line_for_each_size() -> None:
    one = comparison()
    assert table_sizes(one) == [1, 2, 4, 8, 16, 32, 64]
    lines = needed_table(one, "sheet").splitlines()
    assert len(lines) == 4 + 7
    needed = one.needed("sheet", 8)["JPEG"]
    assert needed is not None
    assert lines[7].endswith(f"| {needed / 8:.1f} × |")


def test_an_exact_network_is_told_at_its_only_size() -> None:
    one = comparison(sizes=(5,))
    assert table_sizes(one) == [5]
    assert verdict(one, "sheet").startswith("**With 5 bytes a picture**")


def test_the_decoder_is_not_in_the_bytes() -> None:
    one = comparison()
    said = decoder_in_words(one, "sheet")
    assert f"{one.stored_bytes:,} as stored" in said
    assert f"after {one.pays_after('sheet', 8):,} pictures" in said
    assert "never recouped" in decoder_in_words(comparison(True), "sheet")


def test_the_other_side_names_the_codec_that_does_better() -> None:
    one = comparison(True)
    title, _ = one.best_classical("sheet", 64) or ("", 0)
    assert f"30 bananas in gray come back at {one.psnr_at(64):.1f} dB; {title} at its smallest" in other_side(
        one, "sheet"
    )
