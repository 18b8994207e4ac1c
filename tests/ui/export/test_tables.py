from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.ui.saving import Handed, handed

__all__ = ["handed"]

PAGE = """
from autoencoder.export.table import Table
from ui.export.tables import Offer, offer_tables

offers = [Offer("Scores (all)", lambda: Table(("class",), [["=1"]])), Offer("Errors", lambda: 1 / 0)]
offer_tables(offers, "hourglass-test", key="tables")
"""


def test_every_table_has_a_button_and_a_plain_name_and_is_made_on_demand(tmp_path: Path, handed: Handed) -> None:
    (tmp_path / "page.py").write_text(PAGE)
    tab = AppTest.from_file(tmp_path / "page.py").run()
    assert not tab.exception  # the second would divide by zero
    assert list(handed.files) == ["hourglass-test-scores-all.csv", "hourglass-test-errors.csv"]
    make = handed.files["hourglass-test-scores-all.csv"]
    assert callable(make)
    assert make() == b"class\r\n'=1\r\n"
