"""Numbers to take along, as files of comma-separated values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from autoencoder.export.table import Table
from ui.export.names import ascii_name


@dataclass(frozen=True)
class Offer:
    """A table that can be taken along.

    Args:
        label: What it holds, in a few words.
        make: Makes it from what the page has at hand already; called on another thread, and only when it is asked for.
    """

    label: str
    make: Callable[[], Table]


def offer_tables(offers: Sequence[Offer], name: str, key: str) -> None:
    """A button for every table; nothing is made before it is pressed.

    Args:
        offers: The tables.
        name: How the files' names begin.
        key: A name that no other buttons of the app have.
    """
    with st.container(horizontal=True):
        for offer in offers:
            st.download_button(
                f"{offer.label} (CSV)",
                partial(_file, offer.make),
                f"{name}-{ascii_name(offer.label)}.csv",
                "text/csv",
                key=f"{key} {offer.label}",
                on_click="ignore",
                icon=":material/table:",
            )


def _file(make: Callable[[], Table]) -> bytes:
    return make().to_csv()
