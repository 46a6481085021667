"""The figures of chapter 7."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap
from matplotlib.figure import Figure

from figures.boxes import Point, Sketch
from figures.reach import influence
from figures.style import TRANSPOSED, WIDTH, Palette, plot_frame

DASHES = (0, (3, 2))
BACK: dict[str, Any] = {"lw": 1.2, "ls": DASHES, "mutation_scale": 10}


def _both_ways(
    sketch: Sketch, start: Point, end: Point, *, shrink: Point = (20, 20), apart: float = 0.06
) -> None:
    """The arrow forward, and beside it the one that the error takes back."""
    (x0, y0), (x1, y1) = start, end
    length = float(np.hypot(x1 - x0, y1 - y0))
    dx, dy = -(y1 - y0) / length * apart, (x1 - x0) / length * apart
    sketch.arrow((x0 + dx, y0 + dy), (x1 + dx, y1 + dy), shrink=shrink)
    sketch.arrow(
        (x1 - dx, y1 - dy), (x0 - dx, y0 - dy), shrink=shrink[::-1], color=sketch.palette.back, **BACK
    )


def node(palette: Palette) -> Figure:
    """F7.1: a node with two arrows in and three out; only those out bring an error back."""
    sketch = Sketch(palette, 5.9, 3.3)
    v = (2.3, 1.65)
    for tail, at in (("$u_1$", (0.5, 2.25)), ("$u_2$", (0.5, 1.05))):
        sketch.circle(at, tail)
        sketch.arrow(at, v, color=palette.faint)
    sketch.circle(v, "$v$")
    for number, (weight, y) in enumerate((("A", 2.9), ("B", 1.65), ("C", 0.4)), start=1):
        at = (4.9, y)
        sketch.circle(at, f"$w_{number}$")
        _both_ways(sketch, v, at)
        x, middle = v[0] + 0.68 * (at[0] - v[0]), v[1] + 0.68 * (y - v[1])
        sketch.text((x, middle + 0.24), f"${weight}$", size=13)
        sketch.text(
            (x, middle - 0.27), rf"${weight}{TRANSPOSED}\delta_{number}$", size=11.5, colour=palette.back
        )
        sketch.text((5.42, y), rf"$\delta_{number}$", size=12.5, colour=palette.back)
    sketch.text((2.3, 1.12), "$v = f(z_v)$", size=11.5)
    return sketch.figure


def whole_loss(palette: Palette) -> Figure:
    """A loss that has no part of its own for any step: one box above all outputs."""
    sketch = Sketch(palette, 5.2, 2.95)
    xs = (1.3, 2.6, 3.9)
    sketch.circle((0.35, 0.4), "$h_0$")
    before: Point = (0.35, 0.4)
    sketch.box((2.6, 2.55), "$E(y_1, y_2, y_3)$", size=(3.4, 0.42))
    for t, x in enumerate(xs, start=1):
        h, y = (x, 0.4), (x, 1.45)
        sketch.circle(h, f"$h_{t}$")
        _both_ways(sketch, before, h)
        sketch.box(y, f"$y_{t}$")
        _both_ways(sketch, h, y, shrink=(20, 15))
        _both_ways(sketch, y, (x, 2.55), shrink=(15, 17))
        sketch.text((x + 0.43, 2.0), rf"$\partial E/\partial y_{t}$", size=11, colour=palette.back)
        before = h
    return sketch.figure


def stacked(palette: Palette) -> Figure:
    """F7.2: two layers over three steps, arrows both ways."""
    sketch = Sketch(palette, 5.7, 4.5)
    rows = {"x": 0.35, "1": 1.35, "2": 2.55, "o": 3.6}
    starts: dict[str, Point] = {}
    for layer in "12":
        starts[layer] = (0.45, rows[layer])
        sketch.circle(starts[layer], f"$h^{layer}_0$")
    for t, x in enumerate((1.9, 3.35, 4.8), start=1):
        at = {kind: (x, y) for kind, y in rows.items()}
        sketch.box(at["x"], f"$x_{t}$")
        sketch.box(at["o"], f"$o_{t}$")
        sketch.arrow(at["x"], at["1"], shrink=(15, 20))
        for layer in "12":
            sketch.circle(at[layer], f"$h^{layer}_{t}$")
            _both_ways(sketch, starts[layer], at[layer])
            middle = (x + starts[layer][0]) / 2
            sketch.text((middle, rows[layer] + 0.22), f"$W^{layer}$", size=11.5)
            sketch.text(
                (x - 0.36, rows[layer] + 0.33), rf"$\delta^{layer}_{t}$", size=12, colour=palette.back
            )
            starts[layer] = at[layer]
        _both_ways(sketch, at["1"], at["2"])
        _both_ways(sketch, at["2"], at["o"], shrink=(20, 15))
        sketch.text((x + 0.28, 1.95), "$U^2$", size=11.5)
        sketch.text((x + 0.25, 3.1), "$V$", size=11.5)
        sketch.text((x + 0.24, 0.83), "$U^1$", size=11.5)
        sketch.text((x + 0.2, 4.1), rf"$\epsilon_{t}$", size=12, colour=palette.back)
        sketch.arrow((x, 4.5), (x, 3.6), shrink=(2, 15), color=palette.back, **BACK)
    return sketch.figure


def bidirectional(palette: Palette) -> Figure:
    """F7.3: one chain to the right, one to the left, and outputs that hear both."""
    sketch = Sketch(palette, WIDTH, 3.9)
    xs, rows = (1.6, 3.1, 4.6), {"x": 0.35, "h": 1.3, "b": 2.3, "o": 3.5}
    left, right = (0.35, rows["h"]), (5.85, rows["b"])
    sketch.circle(left, "$h_0$")
    sketch.circle(right, r"$\bar h_4$")
    before = left
    for t, x in enumerate(xs, start=1):
        at = {kind: (x, y) for kind, y in rows.items()}
        sketch.box(at["x"], f"$x_{t}$")
        sketch.box(at["o"], f"$o_{t}$")
        sketch.circle(at["h"], f"$h_{t}$")
        sketch.circle(at["b"], rf"$\bar h_{t}$", colour=palette.new)
        sketch.arrow(before, at["h"], "$W$")
        sketch.arrow(at["x"], at["h"], shrink=(15, 20))
        sketch.arrow(at["b"], at["o"], shrink=(20, 15), color=palette.new)
        sketch.arrow(at["x"], at["b"], shrink=(15, 20), color=palette.new, connectionstyle="arc3,rad=0.45")
        sketch.arrow(at["h"], at["o"], shrink=(20, 15), connectionstyle="arc3,rad=0.35")
        before = at["h"]
    ahead = right
    for x in reversed(xs):
        sketch.arrow(ahead, (x, rows["b"]), color=palette.new)
        sketch.text(((ahead[0] + x) / 2, rows["b"] + 0.19), r"$\bar W$", size=13, colour=palette.new)
        ahead = (x, rows["b"])
    return sketch.figure


def time_skip(palette: Palette) -> Figure:
    """F7.4: ten states with arrows over one step and over three; the shortest way from 1 to 10 is brought out."""
    sketch = Sketch(palette, WIDTH, 1.75)
    xs = [0.32 + 0.61 * t for t in range(10)]
    y = 0.5
    for t, x in enumerate(xs):
        sketch.circle((x, y), f"${t + 1}$", radius=0.19)
        if t:
            sketch.arrow((xs[t - 1], y), (x, y), shrink=(15, 15), color=palette.faint)
        if t >= 3:
            way = t % 3 == 0
            look: dict[str, Any] = {"color": palette.new, "lw": 2.3} if way else {"color": palette.faint}
            sketch.arrow(
                (xs[t - 3], y + 0.05),
                (x, y + 0.05),
                shrink=(14, 14),
                connectionstyle="arc3,rad=-0.48",
                **look,
            )
    sketch.text((3.1, 1.6), "$S$, over three steps", colour=palette.new)
    sketch.text((3.1, 0.13), "$W$, over one step")
    return sketch.figure


def two_states(palette: Palette) -> Figure:
    """F7.5: two states, each of which hears both of the step before."""
    sketch = Sketch(palette, 4.6, 2.5)
    low, high = 0.5, 1.95
    xs = (0.5, 2.3, 4.1)
    for t, x in zip(("t-1", "t", "t+1"), xs, strict=True):
        sketch.circle((x, low), f"$h_{{{t}}}$", radius=0.31)
        sketch.circle((x, high), f"$m_{{{t}}}$", radius=0.31)
    for start, end in ((xs[0], xs[1]), (xs[1], xs[2])):
        sketch.arrow((start, low), (end, low), "$W_{hh}$", shrink=(24, 24))
        sketch.arrow((start, high), (end, high), "$W_{mm}$", shrink=(24, 24))
        sketch.arrow((start, high), (end, low), shrink=(24, 24), color=palette.new)
        sketch.arrow((start, low), (end, high), shrink=(24, 24), color=palette.back)
    sketch.text((4.02, 1.46), "$W_{mh}$", size=12, colour=palette.back)
    sketch.text((4.02, 0.98), "$W_{hm}$", size=12, colour=palette.new)
    return sketch.figure


def feedback(palette: Palette) -> Figure:
    """The network of section 7.8: each output enters the next step."""
    sketch = Sketch(palette, 5.6, 3.9)
    rows = {"x": 0.35, "h": 1.3, "y": 2.4, "E": 3.5}
    xs = (1.7, 3.3, 4.9)
    before: Point = (0.35, rows["h"])
    last: Point = (0.35, rows["y"])
    sketch.circle(before, "$h_0$")
    sketch.box(last, "$y_0$")
    for t, x in enumerate(xs, start=1):
        at = {kind: (x, y) for kind, y in rows.items()}
        sketch.box(at["x"], f"$x_{t}$")
        sketch.circle(at["h"], f"$h_{t}$")
        sketch.box(at["y"], f"$y_{t}$")
        sketch.box(at["E"], f"$E_{t}$")
        sketch.arrow(at["x"], at["h"], shrink=(15, 20))
        _both_ways(sketch, before, at["h"])
        sketch.text(((before[0] + x) / 2, rows["h"] - 0.24), "$W$", size=12.5)
        _both_ways(sketch, at["h"], at["y"], shrink=(20, 15))
        _both_ways(sketch, at["y"], at["E"], shrink=(15, 15))
        sketch.arrow(last, at["h"], new=True, shrink=(17, 21))
        sketch.arrow(
            (at["h"][0] - 0.1, at["h"][1] - 0.02),
            (last[0] - 0.02, last[1] - 0.12),
            shrink=(21, 17),
            color=palette.back,
            **BACK,
        )
        sketch.text(((last[0] + x) / 2 + 0.12, 2.0), "$R$", size=13, colour=palette.new)
        sketch.text((x + 0.26, 1.85), "$V$", size=12.5)
        before, last = at["h"], at["y"]
    return sketch.figure


LEVELS = [-40.0, -4.0, -3.0, -2.0, -1.5, -1.0, -0.5, 0.0, 1.0]
"""Exponents at which one shade of the heat maps ends and the next begins."""


def reach(palette: Palette) -> Figure:
    """W7.1, standing still: how strongly y_t hears x_j in four graphs, w = 0.9 and T = 6."""
    names = (("plain", 3), ("stacked", 3), ("bidirectional", 3), ("time skip", 3))
    figure = Figure(figsize=(WIDTH, 2.35), layout="constrained")
    shades = LinearSegmentedColormap.from_list("book", [palette.fill, palette.back])
    norm = BoundaryNorm(LEVELS, shades.N)
    for axes, (name, s) in zip(figure.subplots(1, 4), names, strict=True):
        size = np.abs(influence(name, 6, 0.9, s))
        with np.errstate(divide="ignore"):
            logs = np.where(size > 0, np.maximum(np.log10(size), -39.0), np.nan)
        axes.pcolormesh(np.arange(0.5, 7), np.arange(0.5, 7), logs, cmap=shades, norm=norm, ec="none")
        axes.set(xticks=range(1, 7), yticks=range(1, 7), aspect="equal", xlabel="$j$", title=name)
        axes.tick_params(labelsize=8.5, length=0)
        if name == "plain":
            axes.set_ylabel("$t$")
    plot_frame(figure, palette)
    for axes in figure.axes:
        axes.title.set_fontsize(10)
    return figure
