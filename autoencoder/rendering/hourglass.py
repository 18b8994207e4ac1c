"""A small drawing of the network: one bar a layer, as high as it has numbers, narrow in the middle."""

import math
from html import escape

from autoencoder.networks.plan import Plan

WIDTH, HEIGHT = 520, 190
MIDDLE, TALLEST = 84, 120
BAR = 22


def hourglass_svg(plan: Plan, size: int) -> str:
    """Return an SVG drawing of a network whose bottleneck lets `size` numbers pass.

    The heights grow with the logarithm of the widths, because 784 and 8 do not fit on one linear scale. Text and
    lines take the color of the page around them.
    """
    widths = [(name, size if name == "code" else width) for name, width in plan.widths]
    gap = WIDTH / len(widths)
    most = math.log2(1 + max(width for _, width in plan.widths))
    heights = [TALLEST * math.log2(1 + width) / most for _, width in widths]
    centers = [gap * (number + 0.5) for number in range(len(widths))]
    bars = [_bar(*layer, x, height) for layer, x, height in zip(widths, centers, heights, strict=True)]
    above = [f"{x:.1f},{MIDDLE - height / 2:.1f}" for x, height in zip(centers, heights, strict=True)]
    below = [f"{x:.1f},{MIDDLE + height / 2:.1f}" for x, height in zip(centers, heights, strict=True)]
    outline = f'<polygon points="{" ".join(above + below[::-1])}" fill="currentColor" fill-opacity="0.07"/>'
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(describe(plan, size))}" '
        'style="width:100%;max-width:640px;height:auto;display:block;margin:0 auto" xmlns="http://www.w3.org/2000/svg">'
        f"{outline}{''.join(bars)}</svg>"
    )


def describe(plan: Plan, size: int) -> str:
    """Return the drawing in words, for a screen reader."""
    inner = " → ".join(f"{size if name == 'code' else width:,}" for name, width in plan.widths)
    return f"The network as an hourglass. Numbers in each layer: {inner}."


def _bar(name: str, width: int, x: float, height: float) -> str:
    fill = "var(--st-primary-color, #0072b2)" if name == "code" else "currentColor"
    opacity = {"picture": 0.85, "code": 1.0}.get(name, 0.35)
    label = {"picture": "pixels", "code": "code"}.get(name, "")
    return (
        f'<rect x="{x - BAR / 2:.1f}" y="{MIDDLE - height / 2:.1f}" width="{BAR}" height="{height:.1f}" rx="3" '
        f'fill="{fill}" fill-opacity="{opacity}"/>'
        f'<text x="{x:.1f}" y="{MIDDLE + TALLEST / 2 + 20}" text-anchor="middle" font-size="14" '
        f'fill="currentColor">{width:,}</text>'
        f'<text x="{x:.1f}" y="{MIDDLE + TALLEST / 2 + 38}" text-anchor="middle" font-size="12" '
        f'fill="currentColor" fill-opacity="0.7">{label}</text>'
    )
