"""Small graphs of dependence: circles for quantities, arrows for what is computed from what."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from figures.style import Palette

RADIUS = 0.27
Point = tuple[float, float]


class Sheet:
    """A drawing area in inches, on which nodes have names and arrows join nodes."""

    def __init__(self, palette: Palette, width: float, bottom: float, top: float) -> None:
        """Make the figure; x runs from 0 to `width`, y from `bottom` to `top`."""
        self.palette = palette
        self.figure = Figure(figsize=(width, top - bottom))
        self.axes: Axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set(xlim=(0, width), ylim=(bottom, top), aspect="equal")
        self.axes.axis("off")
        self._at: dict[str, Point] = {}

    def node(self, name: str, at: Point, text: str, *, radius: float = RADIUS, size: float = 13) -> None:
        """A circle with its text; arrows find it by its name."""
        self._at[name] = at
        edge, fill = self.palette.ink, self.palette.fill
        self.axes.add_patch(Circle(at, radius, ec=edge, fc=fill, lw=1.3, zorder=3))
        self.text(at, text, size=size)

    def arrow(self, tail: str, head: str, *, shift: float = 0.0, reach: float = 21, **style: Any) -> None:
        """An arrow between two nodes, moved sideways by `shift`, that stops `reach` points short of each."""
        (x0, y0), (x1, y1) = self._at[tail], self._at[head]
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        dx, dy = -(y1 - y0) / length * shift, (x1 - x0) / length * shift
        look: dict[str, Any] = {"color": self.palette.ink, "lw": 1.3, "mutation_scale": 14} | style
        self.axes.add_patch(
            FancyArrowPatch(
                (x0 + dx, y0 + dy),
                (x1 + dx, y1 + dy),
                arrowstyle="-|>",
                shrinkA=reach,
                shrinkB=reach,
                zorder=2,
                **look,
            )
        )

    def back(self, tail: str, head: str, *, shift: float = 0.0, reach: float = 21) -> None:
        """The arrow that an error takes, drawn as everywhere in the book."""
        look: dict[str, Any] = {
            "color": self.palette.back,
            "lw": 1.2,
            "ls": (0, (3, 2)),
            "mutation_scale": 10,
        }
        self.arrow(tail, head, shift=shift, reach=reach, **look)

    def text(self, at: Point, text: str, *, colour: str = "", size: float = 12.5, **style: Any) -> None:
        """Words or a formula, centred unless `style` says otherwise."""
        look: dict[str, Any] = {"ha": "center", "va": "center", "zorder": 4} | style
        self.axes.text(*at, text, color=colour or self.palette.ink, fontsize=size, **look)
