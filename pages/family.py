"""The family: autoencoders that were asked for different things, side by side on the same pictures."""

from ui.lessons.family.explore import explore_family
from ui.lessons.page import lesson_page
from ui.lessons.table import FAMILY
from ui.shell.header import page_header

page_header(
    "The family",
    "All autoencoders rebuild what they are shown. What else they are asked for makes the difference: **choose a "
    "member, read what it makes small, and see what that costs and buys.**",
)
lesson_page(FAMILY, explore_family)
