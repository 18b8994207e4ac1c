"""Bottleneck: train an autoencoder, then drag one slider and see what each size keeps and what it loses."""

from ui.lessons.bottleneck.explore import explore_bottleneck
from ui.lessons.page import lesson_page
from ui.lessons.table import BOTTLENECK
from ui.shell.header import page_header

page_header(
    "Bottleneck",
    "An autoencoder must squeeze a picture through a few numbers and rebuild it from them. "
    "**Train one, then drag the slider**: how many numbers does a picture need?",
)
lesson_page(BOTTLENECK, explore_bottleneck)
