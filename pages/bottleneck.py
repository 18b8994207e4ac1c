"""Bottleneck: drag one slider and see what each size of the code keeps, and what it loses."""

from ui.lessons.bottleneck.explore import compared, explore_bottleneck
from ui.lessons.page import lesson_page
from ui.lessons.table import BOTTLENECK
from ui.shell.presenter import page_header

page_header(
    "Bottleneck",
    "An autoencoder squeezes a picture into a few numbers and rebuilds it. **Drag the slider: how many are enough?**",
)
lesson_page(BOTTLENECK, explore_bottleneck, compared)
