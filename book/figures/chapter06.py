"""The figures of chapter 6."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle
from numpy.typing import NDArray

from figures import path_shares
from figures.boxes import Point, Sketch
from figures.style import WIDTH, Palette, plot_frame

Array = NDArray[np.float64]
MINUS = "\N{MINUS SIGN}"

STEP = 1.25
"""Distance of two steps, in inches."""
STYLES = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))
"""A line of its own for each path, for who can't tell the colours apart."""


def _row(sketch: Sketch, T: int, height: float) -> list[Point]:
    """The states h_0..h_T with faint arrows between them; the points of their centres."""
    centres = [(0.45 + t * STEP, height) for t in range(T + 1)]
    for t, centre in enumerate(centres):
        sketch.circle(centre, f"$h_{t}$")
        if t:
            sketch.arrow(centres[t - 1], centre, color=sketch.palette.faint)
    return centres


def _ways(sketch: Sketch, centres: list[Point], boxes: list[str]) -> None:
    """The loss above the last state, a box below each state, and the ways back from the loss to the boxes.

    A way passes behind the states, each in a lane of its own beside the arrows forward.
    """
    T, palette = len(centres) - 1, sketch.palette
    top, bottom = centres[T][1] + 1.03, centres[T][1] - 0.97
    sketch.box((centres[T][0], top), f"$E_{T}$")
    sketch.arrow(centres[T], (centres[T][0], top), color=palette.faint, shrink=(20, 15))
    for (x, y), label in zip(centres[1:], boxes, strict=True):
        sketch.box((x, bottom), label, size=(0.95, 0.36))
        sketch.arrow((x, bottom), (x, y), color=palette.faint, shrink=(14, 20))
    for number, k in enumerate(range(T, 0, -1)):
        beside, below = 0.07 + 0.05 * number, 0.255 - 0.055 * number
        x_loss, level = centres[T][0] + beside, centres[T][1] - below
        points = [(x_loss, top - 0.19), (x_loss, level), (centres[k][0] + 0.1, level)]
        if k == T:
            points = points[:1]
        _way(sketch, [*points, (points[-1][0], bottom + 0.18)], number)


def _way(sketch: Sketch, points: list[Point], number: int) -> None:
    colour = (sketch.palette.back, sketch.palette.new)[number % 2]
    xs, ys = zip(*points, strict=True)
    sketch.axes.plot(xs, ys, color=colour, lw=1.7, ls=STYLES[number], zorder=2.5)
    x, y = points[-1]
    head: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 11, "color": colour, "zorder": 2.6}
    sketch.axes.add_patch(FancyArrowPatch((x, y + 0.12), (x, y - 0.01), shrinkA=0, shrinkB=0, **head))


def paths_to_W(palette: Palette) -> Figure:
    """F6.1: from E_4 back to the four uses of W."""
    sketch = Sketch(palette, WIDTH, 2.55)
    _ways(sketch, _row(sketch, 4, 1.25), 4 * ["$W$"])
    return sketch.figure


def paths_to_U(palette: Palette) -> Figure:
    """F6.3: from E_3 back to the three uses of U, each beside another input."""
    sketch = Sketch(palette, 4.8, 2.55)
    _ways(sketch, _row(sketch, 3, 1.25), [rf"$U\,x_{t}$" for t in (1, 2, 3)])
    return sketch.figure


def split(palette: Palette) -> Figure:
    """The two ways from W into h_4."""
    sketch = Sketch(palette, 4.9, 2.2)
    before, now = (2.0, 1.5), (3.8, 1.5)
    sketch.circle(before, "$h_3$")
    sketch.circle(now, "$h_4$")
    sketch.box((2.0, 0.4), "$W$")
    sketch.box((3.8, 0.4), "$W$")
    direct: dict[str, Any] = {"color": palette.back, "lw": 2.4}
    through: dict[str, Any] = {"color": palette.new, "lw": 2.4, "ls": (0, (4, 2))}
    sketch.arrow((3.8, 0.4), now, shrink=(15, 20), **direct)
    sketch.arrow((2.0, 0.4), before, shrink=(15, 20), **through)
    sketch.arrow((0.85, 1.5), before, shrink=(8, 20), **through)
    sketch.arrow(before, now, **through)
    sketch.text((0.5, 1.5), r"$\cdots$", size=15, colour=palette.new)
    sketch.text((2.9, 1.72), "$J_4$", size=13, colour=palette.new)
    sketch.text((4.12, 0.96), "explicit", colour=palette.back, align="left")
    sketch.text((1.3, 1.98), "implicit: all uses before", colour=palette.new)
    return sketch.figure


def sum_built(palette: Palette) -> Figure:
    """The four terms of dh_4/dw, each on top of those before it."""
    terms = path_shares.small_uses()[::-1]
    ends = np.cumsum(terms)
    figure = Figure(figsize=(WIDTH, 2.6), layout="constrained")
    axes = figure.subplots()
    for place, (term, end) in enumerate(zip(terms, ends, strict=True)):
        first = place == 0
        axes.bar(
            place,
            term,
            0.55,
            bottom=end - term,
            color=palette.fill,
            ec=palette.back if term > 0 else palette.new,
            hatch="" if term > 0 else "///",
            lw=1.3,
        )
        if not first:
            axes.plot([place - 1 + 0.275, place - 0.275], 2 * [end - term], color=palette.faint, lw=1)
        text = f"{term:+.4f}".replace("-", MINUS)
        low = 0.16 if first else min(end, end - term) - 0.03
        axes.text(place, low, text, ha="center", va="center", color=palette.ink, fontsize=10)
    axes.axhline(ends[-1], color=palette.ink, lw=1, ls=(0, (4, 3)))
    axes.text(3.42, ends[-1] + 0.012, r"$dh_4/dw$", color=palette.ink, ha="left", fontsize=11)
    axes.set_xticks(range(4), [f"$k = {k}$" for k in (4, 3, 2, 1)])
    axes.set(xlim=(-0.5, 4.0), ylim=(0, 0.42), yticks=[0, 0.1, 0.2, 0.3, 0.4])
    plot_frame(figure, palette)
    return figure


def triangle(palette: Palette) -> Figure:
    """F6.2: the ten shares of the small network, with the sums of rows and columns."""
    shares = path_shares.small_triangle()
    width, height, left, top = 0.92, 0.46, 0.95, 2.72
    sketch = Sketch(palette, WIDTH, 3.3)
    for t in range(4):
        y = top - (t + 0.5) * height
        sketch.text((left - 0.45, y), rf"$t = {t + 1}$", size=12)
        sketch.text((left + (t + 0.5) * width, top + 0.2), rf"$k = {t + 1}$", size=12)
        for k in range(t + 1):
            corner = (left + k * width, y - height / 2)
            sketch.cell(corner, (width, height), fill=palette.fill, colour=palette.faint)
            sketch.text((corner[0] + width / 2, y), _signed(shares[t, k]), size=10.5)
        sketch.text((left + 4 * width + 0.65, y), _signed(shares[t].sum()), size=10.5, colour=palette.back)
        sketch.text(
            (left + (t + 0.5) * width, top - 4.5 * height - 0.12),
            _signed(shares[:, t].sum()),
            size=10.5,
            colour=palette.new,
        )
    sketch.text((left + 4 * width + 0.65, top + 0.2), r"$dE_t/dw$", size=12, colour=palette.back)
    foot = top - 4.5 * height - 0.12
    sketch.text((left - 0.42, foot), r"$\delta_k h_{k-1}$", size=12, colour=palette.new)
    sketch.text((left + 4 * width + 0.65, foot), _signed(shares.sum()), size=11.5, bold=True)
    right, low = left + 4 * width + 0.12, top - 4 * height - 0.1
    line: dict[str, Any] = {"color": palette.ink, "lw": 1.1}
    sketch.axes.plot([right, right], [top, foot - 0.2], **line)
    sketch.axes.plot([left - 0.1, right + 1.1], [low, low], **line)
    return sketch.figure


def _signed(value: float) -> str:
    return f"{value:.4f}".replace("-", MINUS)


SETTINGS_TRIANGLE = ((0.9, 6), (0.3, 6))


def triangle_map(palette: Palette) -> Figure:
    """W6.2, standing still: the sizes of all shares at two settings."""
    figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
    shades = LinearSegmentedColormap.from_list("book", [palette.fill, palette.back])
    for axes, (w, T) in zip(figure.subplots(1, 2), SETTINGS_TRIANGLE, strict=True):
        _map(axes, path_shares.triangle(w, T), shades, palette)
        axes.set(title=f"$w = {w:g}$", xlabel="loss $t$", ylabel="step $k$")
    plot_frame(figure, palette)
    for axes in figure.axes:
        axes.spines[:].set_visible(False)
    return figure


def _map(axes: Axes, shares: Array, shades: LinearSegmentedColormap, palette: Palette) -> None:
    T, largest = len(shares), np.abs(shares).max()
    for t in range(T):
        for k in range(t + 1):
            size = max(abs(shares[t, k]) / largest, 1e-30)
            depth = max(0.0, 1 + np.log10(size) / 6)
            axes.add_patch(
                Rectangle((t + 0.53, k + 0.53), 0.94, 0.94, fc=shades(depth), ec=palette.faint, lw=0.6)
            )
    axes.set(xlim=(0.4, T + 0.6), ylim=(0.4, T + 0.6), aspect="equal")
    axes.set_xticks(range(1, T + 1))
    axes.set_yticks(range(1, T + 1))
    axes.tick_params(length=0)


SETTINGS_BARS = ((0.9, 3), (1.5, 10))


def path_bars(palette: Palette) -> Figure:
    """W6.1, standing still: the terms of ∂E_T/∂u at two settings."""
    figure = Figure(figsize=(WIDTH, 2.7), layout="constrained")
    for axes, (w, T) in zip(figure.subplots(1, 2, width_ratios=(2, 3)), SETTINGS_BARS, strict=True):
        terms = path_shares.last_loss(w, T)
        colours = [palette.back if term > 0 else palette.new for term in terms]
        axes.bar(range(1, T + 1), terms, 0.7, color=palette.fill, ec=colours, lw=1.3)
        axes.axhline(0, color=palette.faint, lw=0.8)
        axes.axhline(terms.sum(), color=palette.ink, lw=1.2, ls=(0, (4, 3)))
        above = terms.sum() > 0
        axes.annotate(
            f"sum {terms.sum():.3f}".replace("-", MINUS),
            (0.7, terms.sum()),
            xytext=(0, 4),
            textcoords="offset points",
            color=palette.ink,
            fontsize=9.5,
        )
        axes.annotate(
            "last path",
            (T, terms[-1]),
            xytext=(0, 5),
            textcoords="offset points",
            color=palette.ink,
            fontsize=9.5,
            ha="center" if above else "right",
        )
        axes.set(title=f"$w = {w:g}$, $T = {T}$", xlabel="$k$")
        axes.set_xticks(range(1, T + 1))
        axes.locator_params(axis="y", nbins=4)
        axes.margins(y=0.18)
    plot_frame(figure, palette)
    for axes in figure.axes:
        axes.title.set_fontsize(11)
    return figure
