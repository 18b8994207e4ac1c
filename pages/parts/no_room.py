"""Say so where the disk does not take what a learner wished."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from autoencoder.training.room import refusal

Arguments = ParamSpec("Arguments")


def told(function: Callable[Arguments, object]) -> Callable[Arguments, None]:
    """What a button or a field calls; in place of an error of the disk a sentence appears, and stays until closed."""

    @wraps(function)
    def call(*arguments: Arguments.args, **named: Arguments.kwargs) -> None:
        try:
            function(*arguments, **named)
        except OSError as error:
            st.toast(refusal(error), icon=":material/error:", duration="infinite")

    return call
