"""What a learner can take along from a page: the trained network, and its run as a script and a notebook."""

import math
from dataclasses import replace
from functools import partial

import streamlit as st

from autoencoder.data.own import for_session
from autoencoder.export.lesson_tables import loss_in_words, losses_table
from autoencoder.export.script import needs_file, notebook, pictures_file, script
from autoencoder.networks.keras_file import portable
from ui.export.figures import Offer, chart_of, download, file_name, save_box, subject_of
from ui.lessons.common.text import history_in_words
from ui.services.services import get_background
from ui.services.trained_run import TrainedRun
from ui.training.progress import losses_of
from ui.training.saved import open_file
from ui.words import read_texts

TEXTS = read_texts("export/downloads.toml")


def take_away(lesson: str, run: TrainedRun) -> None:
    """Draw the downloads: the trained network, its run as a program, and the pictures where the program needs them."""
    settings, snapshot = run.settings, run.snapshot
    name, history = file_name(lesson, settings), " and ".join(history_in_words(snapshot))
    remark = f"That run differs: {history}. Here it goes to its end as it was set." if history else ""
    network = run.folder.keras_file()
    trained = for_session(replace(settings, epochs=max(1, math.ceil(run.epochs))).to_json())  # fewer where stopped
    with st.container(horizontal=True):
        if network:
            download("Network (.keras)", lambda: portable(network.read_bytes(), trained), f"{name}.keras")
        download("Settings (.json)", for_session(settings.to_json()), f"{name}.json", "application/json")
        download("Script (.py)", script(settings, name, remark), f"{name}.py", "text/x-python")
        download("Notebook (.ipynb)", notebook(settings, name, remark), f"{name}.ipynb", "application/x-ipynb+json")
        if needs_file(settings.source):  # made when they are asked for, in the background process: it takes seconds
            background, text = get_background(), settings.to_json()
            made = partial(background.try_submit, pictures_file, text)
            download("Its pictures (.npz)", lambda: made().result(), f"{name}-pictures.npz")
    ordered, gaussian = network and settings.ordered, network and settings.code == "gaussian"
    said = {"missing": not network, "network": network, "ordered": ordered, "gaussian": gaussian, "program": True}
    said["pictures"] = needs_file(settings.source)
    st.caption(" ".join(TEXTS[name].format(settings=settings) for name, holds in said.items() if holds))
    open_file(lesson)
    if snapshot and snapshot.losses:  # none are known of the networks that came with the app
        subject = subject_of(lesson, settings, snapshot)
        chart = replace(losses_of(snapshot), y_label=loss_in_words(settings))
        figure = Offer("The loss", partial(chart_of, chart, subject), "loss")
        table = Offer("Losses", partial(losses_table, snapshot.losses, settings))
        save_box([figure], subject, key=f"loss of {run.key}", tables=[table], label="Losses")
