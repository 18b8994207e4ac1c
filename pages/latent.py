"""Latent space: the codes of pictures as places on a plane, and what the decoder makes of the places between them."""

from ui.lessons.latent.explore import explore_latent
from ui.lessons.page import lesson_page
from ui.lessons.table import LATENT
from ui.shell.header import page_header

page_header(
    "Latent space",
    "The encoder turns every picture into a **code**, a few numbers: a place on a plane, or in a space of more "
    "directions. **Move the pointer over the points, and between them**: what does the decoder make of a place where "
    "no picture is?",
)
lesson_page(LATENT, explore_latent)
