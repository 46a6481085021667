"""The one style of the figures: a palette for light pages, one for dark pages, and SVG that never varies."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure


@dataclass(frozen=True)
class Palette:
    """Colours by meaning. The page shows through: figures have no ground of their own."""

    ink: str  # text, nodes, forward arrows
    faint: str  # lines that only help the eye
    back: str  # whatever runs from the loss backwards
    new: str  # what a figure adds to the one before it
    fill: str  # inside of a node that carries a state


LIGHT = Palette(
    ink="#1f2328",
    faint="#8a929b",
    back="#0a5cc2",
    new="#b34700",
    fill="#e9edf2",
)
DARK = Palette(
    ink="#e4e7eb",
    faint="#8b939c",
    back="#79b8ff",
    new="#ffa657",
    fill="#2b323b",
)
PALETTES = MappingProxyType({"light": LIGHT, "dark": DARK})

WIDTH = 6.2
"""Inches: the width of the text column at 96 pixels an inch."""

TRANSPOSED = r"^{\mathsf{T}}"
"""The sign after a matrix, as on the pages."""

SETTINGS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "mathtext.fontset": "cm",
    "svg.fonttype": "path",  # looks the same where the font is not installed
    "svg.hashsalt": "through-time",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 1.6,
}


def svg(draw: Callable[[Palette], Figure], palette: Palette) -> str:
    """Draw the picture in `palette`. The same code gives the same text, so a rebuild changes nothing."""
    with mpl.rc_context(SETTINGS):
        figure = draw(palette)
        figure.patch.set_alpha(0)
        buffer = io.StringIO()
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    return buffer.getvalue()


def plot_frame(figure: Figure, palette: Palette) -> None:
    """Give all axes of `figure` the palette's colours."""
    for axes in figure.axes:
        axes.tick_params(colors=palette.ink, which="both")
        axes.xaxis.label.set_color(palette.ink)
        axes.yaxis.label.set_color(palette.ink)
        axes.title.set_color(palette.ink)
        axes.set_facecolor("none")
        for spine in axes.spines.values():
            spine.set_color(palette.faint)
