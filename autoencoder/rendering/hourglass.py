"""A small drawing of the network: one bar a layer, as high as it has numbers, narrow in the middle."""

import math
from html import escape

from autoencoder.networks.plan import Plan

WIDTH, HEIGHT = 520, 190
MIDDLE, TALLEST = 84, 120
BAR = 22
FILL = {"code": "var(--st-primary-color, #0072b2)"}  # every other layer has the color of the page's text
OPACITY = {"picture": 0.85, "code": 1.0}
SHORTCUT = "+ linear shortcut"
LABEL = {"picture": "pixels", "code": "code"}


def hourglass_svg(plan: Plan, size: int) -> str:
    """Return an SVG drawing of a network whose bottleneck lets `size` numbers pass, in the colors of the page around.

    A line over the bars is a linear map from the picture to the code, where the encoder has one.
    The heights grow with the logarithm of the widths, because 784 and 8 do not fit on one linear scale.
    """
    gap = WIDTH / len(plan.widths)
    most = math.log2(1 + max(width for _, width in plan.widths))
    bars, above, below = [], [], []
    for number, (name, whole) in enumerate(plan.widths):
        width = size if name == "code" else whole
        x, height = gap * (number + 0.5), TALLEST * math.log2(1 + width) / most
        above.append(f"{x:.1f},{MIDDLE - height / 2:.1f}")
        below.append(f"{x:.1f},{MIDDLE + height / 2:.1f}")
        bars.append(
            f'<rect x="{x - BAR / 2:.1f}" y="{MIDDLE - height / 2:.1f}" width="{BAR}" height="{height:.1f}" rx="3" '
            f'fill="{FILL.get(name, "currentColor")}" fill-opacity="{OPACITY.get(name, 0.35)}"/>'
            f'<text x="{x:.1f}" y="{MIDDLE + TALLEST / 2 + 20}" text-anchor="middle" font-size="14" '
            f'fill="currentColor">{width:,}</text>'
            f'<text x="{x:.1f}" y="{MIDDLE + TALLEST / 2 + 38}" text-anchor="middle" font-size="12" '
            f'fill="currentColor" fill-opacity="0.7">{LABEL.get(name, "")}</text>'
        )
        if name == "code" and plan.shortcut:
            start, top = above[0].split(",")
            bars.append(
                f'<path d="M{start} {top}C{start} 2 {x:.1f} 2 {x:.1f} {MIDDLE - height / 2:.1f}" fill="none" '
                'stroke="currentColor" stroke-width="2" stroke-dasharray="5 3"/>'
                f'<text x="{x + 8:.1f}" y="16" font-size="12" fill="currentColor">{SHORTCUT}</text>'
            )
    outline = f'<polygon points="{" ".join(above + below[::-1])}" fill="currentColor" fill-opacity="0.07"/>'
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(describe(plan, size))}" '
        'style="width:100%;max-width:640px;height:auto;display:block;margin:0 auto" xmlns="http://www.w3.org/2000/svg">'
        f"{outline}{''.join(bars)}</svg>"
    )


def describe(plan: Plan, size: int) -> str:
    """Return the drawing in words, for a screen reader."""
    inner = " → ".join(f"{size if name == 'code' else width:,}" for name, width in plan.widths)
    beside = " A linear shortcut leads from the picture straight to the code." if plan.shortcut else ""
    return f"The network as an hourglass. Numbers in each layer: {inner}.{beside}"
