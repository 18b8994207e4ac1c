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
    """Show an SVG drawing of ours, which is put in the page as it is, as wide as its place."""
    _drawing(data=svg, key=key)
