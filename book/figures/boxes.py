"""Graphs drawn freely: circles for states, rounded boxes for the rest, arrows between them, in inches."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle

from figures.style import Palette

Point = tuple[float, float]

RADIUS = 0.25
BOX = (0.5, 0.38)
"""Width and height of a box."""


class Sketch:
    """A picture of `width` by `height` inches, with its origin at the lower left."""

    def __init__(self, palette: Palette, width: float, height: float) -> None:
        """Begin an empty picture."""
        self.palette = palette
        self.figure = Figure(figsize=(width, height))
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set(xlim=(0, width), ylim=(0, height), aspect="equal")
        self.axes.axis("off")

    def circle(self, at: Point, label: str = "", *, radius: float = RADIUS, colour: str = "") -> None:
        """A state."""
        ink = colour or self.palette.ink
        self.axes.add_patch(Circle(at, radius, ec=ink, fc=self.palette.fill, lw=1.4, zorder=3))
        self.text(at, label, colour=ink, size=13)

    def box(
        self,
        at: Point,
        label: str = "",
        *,
        size: Point = BOX,
        colour: str = "",
        fill: str = "",
        font: float = 13,
    ) -> None:
        """An input, an output, a target or a loss."""
        ink = colour or self.palette.ink
        corner = (at[0] - size[0] / 2, at[1] - size[1] / 2)
        style = "round,pad=0,rounding_size=0.08"
        self.axes.add_patch(
            FancyBboxPatch(
                corner, *size, boxstyle=style, ec=ink, fc=fill or self.palette.fill, lw=1.1, zorder=3
            )
        )
        self.text(at, label, colour=ink, size=font)

    def cell(self, corner: Point, size: Point, *, colour: str = "", fill: str = "none") -> None:
        """A plain rectangle with its lower left `corner`: an entry of an array."""
        edge = colour or self.palette.faint
        self.axes.add_patch(Rectangle(corner, *size, ec=edge, fc=fill, lw=1.0, zorder=2))

    def arrow(
        self,
        start: Point,
        end: Point,
        label: str = "",
        *,
        new: bool = False,
        shrink: Point = (20, 20),
        **style: Any,
    ) -> None:
        """An arrow that stops short of both nodes, with a name beside its middle."""
        colour = style.pop("color", self.palette.new if new else self.palette.ink)
        drawn: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 14, "lw": 2.2 if new else 1.3} | style
        self.axes.add_patch(
            FancyArrowPatch(start, end, shrinkA=shrink[0], shrinkB=shrink[1], color=colour, zorder=2, **drawn)
        )
        if label:
            across = abs(end[0] - start[0]) > abs(end[1] - start[1])
            x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
            self.text((x, y + 0.17) if across else (x - 0.2, y), label, colour=colour, size=13, bold=new)

    def text(
        self,
        at: Point,
        text: str,
        *,
        colour: str = "",
        size: float = 10.5,
        align: str = "center",
        bold: bool = False,
    ) -> None:
        """Words or a formula around a point."""
        if text:
            self.axes.text(
                *at,
                text,
                color=colour or self.palette.ink,
                ha=align,
                va="center",
                fontsize=size,
                weight="bold" if bold else "normal",
                zorder=4,
            )
