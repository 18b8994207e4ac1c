"""A drawing (SVG) that takes the colors of the theme around it, which a picture in `st.image` cannot."""

import streamlit as st

_drawing = st.components.v2.component(
    "hourglass_drawing",
    html='<div class="drawing"></div>',
    css=".drawing { color: var(--st-text-color); font-family: var(--st-font); }",
    js="""
export default function ({ data, parentElement }) {
  const place = parentElement.querySelector(".drawing");
  if (place.innerHTML !== data) place.innerHTML = data;
}
""",
)


def drawing(svg: str, *, key: str) -> None:
    """Show an SVG drawing, as wide as its place.

    Args:
        svg: Made by `autoencoder.rendering`, from numbers and names of ours alone: it is put in the page as it is.
        key: A name that no other element of the app has.
    """
    _drawing(data=svg, key=key)
