"""Unrolled networks: boxes for inputs, outputs and losses, circles for states, and the arrows both ways."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from figures.style import TRANSPOSED, Palette

STEP, RISE = 1.4, 0.92
"""Distance of two time steps, and of two rows, in inches."""

RADIUS = 0.25
MARGIN = 0.45
ROWS = {"x": 0.0, "h": RISE, "o": 2 * RISE, "E": 2.86 * RISE}

Edge = tuple[str, int]
"""("U", 2) is the arrow of U at step 2; "W", "V" and "E" likewise."""


@dataclass(frozen=True)
class Net:
    """Which steps have an input and which have a loss; `new` holds the arrows to bring out."""

    inputs: Collection[int]
    losses: Collection[int]
    new: Collection[Edge] = field(default_factory=frozenset)
    T: int = 3


def draw(net: Net, palette: Palette) -> Figure:
    """The whole picture, in inches."""
    height = ROWS["E"] + 1.12
    width = net.T * STEP + 2 * MARGIN
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(-MARGIN, width - MARGIN), ylim=(-0.76, height - 0.76), aspect="equal")
    axes.axis("off")
    pen = Pen(axes, palette, net)
    for t in range(net.T + 1):
        pen.column(t)
    pen.key(y=-0.56)
    return figure


class Pen:
    """Draws one column after the other."""

    def __init__(self, axes: Axes, palette: Palette, net: Net) -> None:
        """Keep what every stroke needs."""
        self.axes, self.palette, self.net = axes, palette, net

    def column(self, t: int) -> None:
        """Draw all that belongs to step `t`."""
        x = t * STEP
        self.node("h", t)
        if t == 0:
            return
        self.edge("W", t, (x - STEP, ROWS["h"]), (x, ROWS["h"]))
        self.note(x - 0.37, ROWS["h"] + 0.28, rf"$\delta_{t}$")
        if t in self.net.inputs:
            self.node("x", t)
            self.edge("U", t, (x, ROWS["x"]), (x, ROWS["h"]))
        if t in self.net.losses:
            self.node("o", t)
            self.node("E", t)
            self.edge("V", t, (x, ROWS["h"]), (x, ROWS["o"]))
            self.edge("E", t, (x, ROWS["o"]), (x, ROWS["E"]))
            self.note(x - 0.36, ROWS["o"] + 0.22, rf"$\epsilon_{t}$")

    def node(self, kind: str, t: int) -> None:
        """A circle for a state, a rounded box for anything else."""
        x, y = t * STEP, ROWS[kind]
        edge, fill = self.palette.ink, self.palette.fill
        if kind == "h":
            shape: Circle | FancyBboxPatch = Circle((x, y), RADIUS, ec=edge, fc=fill, lw=1.4, zorder=3)
        else:
            style = "round,pad=0,rounding_size=0.08"
            shape = FancyBboxPatch(
                (x - 0.22, y - 0.19), 0.44, 0.38, boxstyle=style, ec=edge, fc=fill, lw=1.1, zorder=3
            )
        self.axes.add_patch(shape)
        self.axes.text(x, y, rf"${kind}_{t}$", color=edge, ha="center", va="center", fontsize=13, zorder=4)

    def edge(self, kind: str, t: int, start: tuple[float, float], end: tuple[float, float]) -> None:
        """The arrow forward, its weight's name, and beside it the arrow that the error takes back."""
        fresh = (kind, t) in self.net.new
        colour = self.palette.new if fresh else self.palette.ink
        across = start[1] == end[1]
        dx, dy = (0.0, 0.07) if across else (-0.07, 0.0)
        reach = 20 if kind in "UW" else 16
        forward: dict[str, Any] = {"color": colour, "lw": 2.6 if fresh else 1.3, "mutation_scale": 14}
        self.arrow((start[0] + dx, start[1] + dy), (end[0] + dx, end[1] + dy), reach, **forward)
        if kind != "U":
            back: dict[str, Any] = {
                "color": self.palette.back,
                "lw": 1.2,
                "ls": (0, (3, 2)),
                "mutation_scale": 10,
            }
            self.arrow((end[0] - dx, end[1] - dy), (start[0] - dx, start[1] - dy), reach, **back)
        if kind != "E":
            x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
            at = (x, y + 0.19) if across else (x - 0.21, y + (0.07 if kind == "V" else 0.0))
            self.axes.text(
                *at,
                rf"${kind}$",
                color=colour,
                ha="center",
                va="center",
                fontsize=13,
                weight="bold" if fresh else "normal",
            )
            if kind != "U":
                at = (x, y - 0.2) if across else (x + 0.27, y)
                self.note(*at, rf"${kind}{TRANSPOSED}$", size=11.5)

    def arrow(
        self, start: tuple[float, float], end: tuple[float, float], shrink: float, **style: Any
    ) -> None:
        """An arrow that stops short of both nodes."""
        self.axes.add_patch(
            FancyArrowPatch(start, end, arrowstyle="-|>", shrinkA=shrink, shrinkB=shrink, zorder=2, **style)
        )

    def note(self, x: float, y: float, text: str, size: float = 13) -> None:
        """A name that belongs to the backward pass."""
        self.axes.text(x, y, text, color=self.palette.back, ha="center", va="center", fontsize=size, zorder=4)

    def key(self, y: float) -> None:
        """What the three kinds of arrow mean, in one line."""
        lines = [
            ("forward", self.palette.ink, 1.3, "-"),
            ("error, backward", self.palette.back, 1.2, (0, (3, 2))),
        ]
        if self.net.new:
            lines.insert(1, ("new here", self.palette.new, 2.6, "-"))
        x = -0.25
        for text, colour, width, style in lines:
            self.axes.add_line(Line2D([x, x + 0.34], [y, y], color=colour, lw=width, ls=style))
            self.axes.text(x + 0.42, y, text, color=colour, va="center", fontsize=10)
            x += 0.42 + 0.075 * len(text) + 0.35
