"""Say so where the disk does not take, or give, what a learner wished."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from autoencoder.training.disk_errors import refusal
from autoencoder.training.run_folder import DamagedRun

Arguments = ParamSpec("Arguments")


def show_errors(function: Callable[Arguments, object]) -> Callable[Arguments, None]:
    """What a button or a field calls; trouble with the disk or a run becomes a sentence, which stays until closed."""

    @wraps(function)
    def call(*arguments: Arguments.args, **named: Arguments.kwargs) -> None:
        try:
            function(*arguments, **named)
        except (OSError, DamagedRun) as error:
            sentence = refusal(error) if isinstance(error, OSError) else str(error)
            st.toast(sentence, icon=":material/error:", duration="infinite")

    return call
