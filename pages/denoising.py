"""Denoising: teach a network to turn noisy pictures into clean ones, then slide the noise."""

from ui.lessons.denoising.explore import explore_denoising
from ui.lessons.page import lesson_page
from ui.lessons.table import DENOISING
from ui.shell.presenter import page_header

page_header(
    "Denoising",
    "A denoising autoencoder gets a noisy picture and must paint the clean one. "
    "**Drag the slider**: how much noise is too much?",
)
lesson_page(DENOISING, explore_denoising)
