"""The family: autoencoders that were asked for different things, one at a time and side by side."""

from ui.lessons.family.explore import explore_family
from ui.lessons.page import lesson_page
from ui.lessons.table import FAMILY
from ui.shell.presenter import page_header

page_header(
    "The family",
    "Every autoencoder rebuilds pictures. Each member of this family is asked for something more. "
    "**Choose a member, then add noise**: what does it do better, and what worse?",
)
lesson_page(FAMILY, explore_family)
