"""Say so where what is trained is kept for a while only."""

import streamlit as st

from autoencoder.training.home import is_temporary


def say_where_kept() -> None:
    """Warn where the folder for trained networks cannot be written to, and say what to set."""
    if is_temporary():
        st.warning(
            "What is trained here may be lost when the computer that runs this app restarts: its folder for trained "
            "networks cannot be written to. Whoever runs this app can let `HOURGLASS_HOME` name another."
        )
