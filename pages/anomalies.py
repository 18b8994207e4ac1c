"""Anomalies: train on what is normal alone, and let the reconstruction error tell what is not."""

from functools import partial

from ui.lessons.anomalies.explore import explore_anomalies
from ui.lessons.page import lesson_page
from ui.lessons.table import ANOMALIES
from ui.shell.presenter import page_header

page_header(
    "Anomalies",
    "This network has learned normal pictures only. **Drag the threshold**: from which score on is a picture abnormal?",
)
lesson_page(ANOMALIES, partial(explore_anomalies, ANOMALIES))
