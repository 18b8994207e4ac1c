"""Hourglass: the table of pages, and what every page shares."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from ui.components.bridge import let_components_renew, read_assets
from ui.drawing.answers import DrawingAnswers
from ui.glossary.terms import glossary_words
from ui.lessons.common.drawing import pen
from ui.lessons.table import LESSONS
from ui.services.errors import explain, guard
from ui.services.services import get_jobs, get_upload_sessions
from ui.shell.headers import guards
from ui.shell.presenter import presenter
from ui.shell.share import hide_parts, offer_all, share
from ui.training.progress import training_status
from ui.uploads.arriving import UploadsToDisk
from ui.url.state import load_url_state, sync_url

ICON = str(Path(__file__).parent / "assets" / "icon.png")


def pages() -> list[st.Page]:
    """Return the table of pages."""
    return [
        st.Page("pages/idea.py", title="The idea", icon=":material/hourglass_empty:", default=True),
        st.Page("pages/bottleneck.py", title="Bottleneck", icon=":material/compress:", url_path="bottleneck"),
        st.Page("pages/latent.py", title="Latent space", icon=":material/bubble_chart:", url_path="latent"),
        st.Page("pages/denoising.py", title="Denoising", icon=":material/blur_on:", url_path="denoising"),
        st.Page("pages/anomalies.py", title="Anomalies", icon=":material/search:", url_path="anomalies"),
        st.Page("pages/family.py", title="The family", icon=":material/family_history:", url_path="family"),
        st.Page("pages/pictures.py", title="Your pictures", icon=":material/add_a_photo:", url_path="pictures"),
        st.Page("pages/teacher.py", title="For teachers", icon=":material/school:", url_path="teacher"),
        st.Page("pages/glossary.py", title="Glossary", icon=":material/menu_book:", url_path="glossary"),
    ]


def main() -> None:
    """Draw the page that a visitor asks for."""
    st.set_page_config(page_title="Hourglass", page_icon=ICON, layout="wide", initial_sidebar_state="auto")
    st.html(f"<style>{read_assets('shell/page.css')}</style>")
    page = st.navigation(pages(), position="top")
    load_url_state(page.url_path)
    hide_parts()
    with st.container(horizontal=True, horizontal_alignment="right", gap="small", key="tools"):
        presenter(page.url_path, is_slide=page.url_path in ("", *(lesson.name for lesson in LESSONS)))
        share()
        if page.url_path in [lesson.name for lesson in LESSONS]:
            pen()  # last, so that what stands before it is not drawn anew where another page has none
    get_jobs()
    get_upload_sessions()  # which will remove what a server that was killed has left of its learners' pictures
    training_status(page.url_path, LESSONS)
    glossary_words()
    let_components_renew()
    not_understood = st.container()
    with guard(page.title):
        page.run()
    offer_all()
    if wrong := sync_url():
        not_understood.warning(wrong)


def end_as_by_ctrl_c() -> None:
    """Have SIGTERM pause trainings and remove uploads first: uvicorn, which listens to it, ends the process at once."""
    listener = signal.getsignal(signal.SIGTERM)
    if callable(listener):
        signal.signal(signal.SIGTERM, lambda number, frame: listener(signal.SIGINT, frame))


@asynccontextmanager
async def lifespan(server: st.App) -> AsyncIterator[None]:
    """Have a worker import TensorFlow as soon as the server runs, before there is a page."""
    get_jobs()
    yield


if __name__ == "__main__":  # run by Streamlit, for every visitor and every click
    main()
else:  # imported by `streamlit run app.py`, once
    end_as_by_ctrl_c()
    PagesManager.uses_pages_directory = False  # as `st.navigation` has it: else the first page asked for runs alone
    middleware = [*guards(), Middleware(DrawingAnswers), Middleware(UploadsToDisk)]
    app = st.App(__file__, lifespan=lifespan, middleware=middleware, on_script_error=explain)
