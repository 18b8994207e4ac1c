"""Anomalies: train on what is normal alone, and let the reconstruction error tell what is not."""

from ui.lessons.anomalies.explore import explore_anomalies
from ui.lessons.page import lesson_page
from ui.lessons.table import ANOMALIES
from ui.shell.header import page_header

page_header(
    "Anomalies",
    "A network that has seen ripe bananas alone, and learned to paint over what does not belong there, paints ripe "
    "bananas. Show it a rotten one, subtract, and the rot lights up. **Drag the threshold**: which difference is still "
    "normal?",
)
lesson_page(ANOMALIES, explore_anomalies)
