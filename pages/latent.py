"""Latent space: the codes of pictures as places on a plane, and what the decoder makes of the places between them."""

from ui.lessons.latent.explore import explore_latent
from ui.lessons.page import lesson_page
from ui.lessons.table import LATENT
from ui.shell.presenter import page_header

page_header(
    "Latent space",
    "Each point is the **code** of one test picture. **Move the pointer over the points, then between them**: what "
    "does the decoder draw where no picture is?",
)
lesson_page(LATENT, explore_latent)
