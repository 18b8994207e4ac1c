import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.url.codecs import FLAG, UrlCodec, decimal, named, one_of, some_of, span, whole_from

RATES = (0.0001, 0.003, 0.01, 1.0)
STEP = 0.05
LEVELS = span(0.0, 1.0, STEP)
NAMES = some_of({"0": "ripe", "1": "rotten", "2": "green"})


@pytest.mark.parametrize(
    ("spelling", "value"),
    [
        *((one_of(RATES), rate) for rate in RATES),
        *((one_of(["cat", "dog"]), name) for name in ("cat", "dog")),
        (named({"each": "One of each", "3": 3}), "One of each"),
        (named({"each": "One of each", "3": 3}), 3),
        (NAMES, []),
        (NAMES, ["green", "ripe"]),
        (whole_from(0, 2**32 - 1), 2**32 - 1),
        (LEVELS, (0.15, 0.6)),
        (decimal(-3.0, 4.0), -1.25),
        (FLAG, True),
        (FLAG, False),
    ],
)
def test_what_is_written_is_read_again(spelling: UrlCodec, value: object) -> None:
    assert spelling.read(spelling.write(value)) == value


@given(st.integers(0, 20), st.integers(0, 20))
def test_every_pair_of_levels_is_read_again_in_its_order(low: int, high: int) -> None:
    pair = (round(low * STEP, 2), round(high * STEP, 2))
    assert LEVELS.read(LEVELS.write(pair)) == tuple(sorted(pair))


@pytest.mark.parametrize(("text", "rate"), [("1e-4", 0.0001), ("3e-3", 0.003), ("1", 1.0), ("1.0", 1.0)])
def test_a_number_may_be_written_otherwise(text: str, rate: float) -> None:
    assert one_of(RATES).read(text) == rate


def test_a_number_between_two_steps_is_put_on_the_closest() -> None:
    assert decimal(0, 1, 0.1).read("0.34") == 0.3
    assert LEVELS.read("0.32-0.58") == (0.3, 0.6)


@pytest.mark.parametrize(
    "spelling",
    [one_of(RATES), one_of(["cat"]), NAMES, whole_from(1, 64), LEVELS, decimal(0, 1), FLAG],
    ids=["rates", "names", "some", "whole", "levels", "decimal", "flag"],
)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "nan",
        "inf",
        "-inf",
        "1e999",
        "-1",
        "65",
        "1-",
        "-",
        "0.1-0.2-0.3",
        "0.1-nan",
        "7.8",
        "٣",
        "9" * 5000,
    ],
)
def test_what_means_nothing_is_refused(spelling: UrlCodec, text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        spelling.read(text)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for spelling in (one_of(RATES), NAMES, whole_from(1, 64), LEVELS, decimal(0, 1)):
        try:
            value = spelling.read(text)
        except ValueError:
            continue
        assert spelling.read(spelling.write(value)) == value
