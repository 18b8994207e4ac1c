"""Denoising: teach a network to turn noisy pictures into clean ones, then slide the noise."""

from ui.lessons.denoising.explore import explore_denoising
from ui.lessons.denoising.form import keras_example
from ui.lessons.page import lesson_page
from ui.lessons.table import DENOISING
from ui.shell.header import page_header

page_header(
    "Denoising",
    "Show a network noisy pictures and ask for the clean ones: it learns to tell the picture from the noise. "
    "**Slide the noise level** and watch what it makes of it.",
)
lesson_page(DENOISING, explore_denoising)
keras_example()
