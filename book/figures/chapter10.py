"""The figures of chapter 10."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from figures.boxes import Point, Sketch
from figures.long_lag import LAG, reach
from figures.style import TRANSPOSED, WIDTH, Palette, plot_frame

SMALL = 0.15
"""Radius of the circle in which two arrays are multiplied or added."""


def _line(sketch: Sketch, points: list[Point], *, head: bool = True, **style: Any) -> None:
    """A line with corners, and an arrowhead at its end."""
    look: dict[str, Any] = {"color": sketch.palette.ink, "lw": 1.3} | style
    xs, ys = zip(*points, strict=True)
    sketch.axes.plot(xs, ys, zorder=1.5, solid_capstyle="butt", **look)
    if head:
        sketch.axes.add_patch(
            FancyArrowPatch(
                points[-2],
                points[-1],
                arrowstyle="-|>",
                mutation_scale=12,
                shrinkA=0,
                shrinkB=0,
                color=look["color"],
                lw=0,
                zorder=2,
            )
        )


def _operation(sketch: Sketch, at: Point, sign: str) -> None:
    sketch.circle(at, radius=SMALL)
    if sign == "+":
        sketch.text(at, "+", size=13)
    else:
        sketch.axes.plot(*at, "o", ms=3.2, color=sketch.palette.ink, zorder=5)


GATES = {"f": 1.35, "i": 2.15, "g": 2.95, "o": 3.75}
"""Where the four blocks stand."""
TOP, MIDDLE, ROW, BUS = 2.55, 1.85, 1.15, 0.5


def cell(palette: Palette) -> Figure:
    """F10.1: one step of an LSTM; the cell's road runs straight along the top."""
    sketch = Sketch(palette, WIDTH, 3.05)
    write, out = (2.55, TOP), (5.0, MIDDLE)
    keep, new = (GATES["f"], TOP), (2.55, MIDDLE)
    strong: dict[str, Any] = {"color": palette.new, "lw": 2.6}
    _line(sketch, [(0.62, TOP), (5.5, TOP)], **strong)
    sketch.text((0.35, TOP), "$c_{t-1}$", colour=palette.new, size=14)
    sketch.text((5.78, TOP), "$c_t$", colour=palette.new, size=14)
    _line(sketch, [(0.62, BUS), (GATES["o"], BUS)], head=False)
    sketch.text((0.35, BUS), "$h_{t-1}$", size=14)
    _line(sketch, [(0.9, 0.12), (0.9, BUS)], head=False)
    sketch.text((0.72, 0.14), "$x_t$", size=14)
    for name, x in GATES.items():
        _line(sketch, [(x, BUS), (x, ROW - 0.2)])
        sketch.box((x, ROW), f"${name}_t$", size=(0.5, 0.4), font=14)
        function = r"$\tanh$" if name == "g" else r"$\sigma$"
        sketch.text((x + 0.08, ROW - 0.38), function, size=10.5, align="left")
    _line(sketch, [(GATES["f"], ROW + 0.2), (GATES["f"], TOP - SMALL)])
    _line(sketch, [(GATES["i"], ROW + 0.2), (GATES["i"], MIDDLE), (2.55 - SMALL, MIDDLE)])
    _line(sketch, [(GATES["g"], ROW + 0.2), (GATES["g"], MIDDLE), (2.55 + SMALL, MIDDLE)])
    _line(sketch, [(2.55, MIDDLE + SMALL), (2.55, TOP - SMALL)])
    _line(sketch, [(GATES["o"], ROW + 0.2), (GATES["o"], MIDDLE), (5.0 - SMALL, MIDDLE)])
    _line(sketch, [(5.0, TOP), (5.0, MIDDLE + SMALL)])
    sketch.box((5.0, 2.2), r"$\tanh$", size=(0.56, 0.26), font=10.5)
    _line(sketch, [(5.0, MIDDLE - SMALL), (5.0, BUS), (5.5, BUS)])
    sketch.text((5.78, BUS), "$h_t$", size=14)
    for at, sign in ((keep, "."), (write, "+"), (new, "."), (out, ".")):
        _operation(sketch, at, sign)
    for at, word in (((1.35, 2.88), "keep"), ((2.55, 2.88), "write"), ((5.42, MIDDLE), "show")):
        sketch.text(at, word, size=10)
    return sketch.figure


def carries(palette: Palette) -> Figure:
    """F10.2: what goes back from step t+1 to step t, on its two roads."""
    sketch = Sketch(palette, WIDTH, 2.6)
    left, right = 1.3, 4.6
    top, low = 1.95, 0.72
    for x, index in ((left, "t"), (right, "t+1")):
        sketch.circle((x, top), f"$c_{{{index}}}$", radius=0.31)
        sketch.circle((x, low), f"$h_{{{index}}}$", radius=0.31)
    back: dict[str, Any] = {"color": palette.back, "lw": 1.6, "ls": (0, (4, 2))}
    sketch.arrow((right, top), (left, top), shrink=(24, 24), **back)
    sketch.text((2.95, top + 0.22), r"$f_{t+1}\,\odot$", colour=palette.back, size=13.5)
    sketch.box((3.35, low), r"$\delta_{t+1}$", size=(0.66, 0.42), font=13)
    sketch.arrow((right, low), (3.68, low), shrink=(24, 1), **back)
    sketch.arrow((right - 0.1, top - 0.1), (3.5, low + 0.2), shrink=(22, 2), **back)
    sketch.text((3.62, 1.5), "slopes", colour=palette.back, size=10)
    sketch.arrow((3.02, low), (left, low), shrink=(1, 24), **back)
    sketch.text((2.3, low - 0.24), rf"$W_h{TRANSPOSED}$", colour=palette.back, size=13.5)
    for x in (left, right):
        sketch.arrow((x, low), (x, top), shrink=(24, 24), **back)
        sketch.arrow((x, 0.02), (x, low), shrink=(0, 24), **back)
    sketch.text((left + 0.12, 0.16), "$dH$", colour=palette.back, size=11, align="left")
    sketch.text((right + 0.12, 0.16), "$dH$", colour=palette.back, size=11, align="left")
    sketch.text(
        (right + 0.1, 1.33), r"$o \odot \tanh'(c)\,\odot$", colour=palette.back, size=12, align="left"
    )
    sketch.text((2.95, 2.45), "no weight and no slope on this road", colour=palette.back, size=10)
    return sketch.figure


def _powers(axes: Axes, exponents: list[int]) -> None:
    axes.set_yticks(exponents, [rf"$10^{{{e}}}$" for e in exponents])


def _finish(figure: Figure, axes: Axes, palette: Palette, **legend: Any) -> Figure:
    plot_frame(figure, palette)
    axes.title.set_fontsize(10)
    axes.legend(frameon=False, labelcolor=palette.ink, fontsize=9, **legend)
    return figure


def forget_bias(palette: Palette) -> Figure:
    """W10.1, standing still at its first setting: b_f = 1, T = 50, beside 0.9 to the same powers."""
    figure = Figure(figsize=(WIDTH, 2.6), layout="constrained")
    axes = figure.subplots()
    t = np.arange(51)
    axes.plot(t, -t * np.log10(1 + np.exp(-1.0)), color=palette.new, label=r"$\sigma(1)^t$")
    axes.plot(t, t * np.log10(0.9), "--", color=palette.ink, label="$0.9^t$")
    axes.set(xlabel="$t$", title="what is left after $t$ steps", ylim=(-7.2, 0.3))
    _powers(axes, [0, -2, -4, -6])
    return _finish(figure, axes, palette, loc="lower left")


BIASES = (5, 3, 1, 0)


def memories(palette: Palette) -> Figure:
    """What is left of a cell over 200 steps, for four biases, on a plain axis."""
    figure = Figure(figsize=(WIDTH, 2.6), layout="constrained")
    axes = figure.subplots()
    t = np.arange(201)
    looks = ((palette.new, "-"), (palette.back, "-."), (palette.ink, "--"), (palette.faint, ":"))
    for bias, (colour, look) in zip(BIASES, looks, strict=True):
        axes.plot(t, (1 + np.exp(-bias)) ** -t, look, color=colour, label=f"$b_f = {bias}$")
    axes.axhline(0.5, color=palette.faint, lw=0.8, ls=":")
    axes.set(xlabel="$t$", title=r"$\sigma(b_f)^t$", ylim=(-0.02, 1.05), xlim=(-2, 202))
    axes.set_yticks([0, 0.5, 1], ["0", "1/2", "1"])
    return _finish(figure, axes, palette, loc="upper right")


ROADS = (("LSTM", 5.0), ("RNN", 0.0), ("LSTM", 1.0), ("LSTM", 0.0))
"""What the picture of the long lag compares, with the forget bias."""


def lag(palette: Palette) -> Figure:
    """F10.3: how much of the error at step 50 arrives at each step before, in networks that are not trained yet."""
    figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
    axes = figure.subplots()
    t = np.arange(1, LAG + 1)
    looks = ((palette.new, "-"), (palette.ink, "--"), (palette.back, "-."), (palette.faint, ":"))
    for (kind, bias), (colour, look) in zip(ROADS, looks, strict=True):
        label = f"LSTM, $b_f = {bias:g}$" if kind == "LSTM" else "RNN, orthogonal $W$"
        axes.plot(t, np.log10(reach(kind, bias)), look, color=colour, label=label)
    axes.axvspan(1, 10, color=palette.fill, zorder=0)
    axes.text(5.5, -10.6, "marked\nnumber", ha="center", color=palette.ink, fontsize=9)
    axes.set(xlabel="step $t$", title="share of the error at step 50 that arrives", ylim=(-16, 1.5))
    axes.set_xticks([1, 10, 20, 30, 40, 50])
    _powers(axes, [0, -5, -10, -15])
    return _finish(figure, axes, palette, loc="lower right")


def gru(palette: Palette) -> Figure:
    """The GRU: one road, on which the update gate mixes the old state with the candidate."""
    sketch = Sketch(palette, 5.2, 2.7)
    top, row, bus, inputs = 2.3, 1.2, 0.58, 0.2
    at = {"u": 1.55, "r": 2.4, "m": 3.95}
    strong: dict[str, Any] = {"color": palette.new, "lw": 2.6}
    _line(sketch, [(0.62, top), (4.62, top)], **strong)
    sketch.text((0.35, top), "$h_{t-1}$", colour=palette.new, size=14)
    sketch.text((4.86, top), "$h_t$", colour=palette.new, size=14)
    _line(sketch, [(0.95, top), (0.95, bus), (at["m"] + 0.1, bus), (at["m"] + 0.1, row - 0.2)])
    _line(sketch, [(0.62, inputs), (at["m"] - 0.1, inputs), (at["m"] - 0.1, row - 0.2)])
    sketch.text((0.4, inputs), "$x_t$", size=14)
    for name, x in at.items():
        sketch.box((x, row), f"${name}_t$", size=(0.5, 0.4), font=14)
        function = r"$\tanh$" if name == "m" else r"$\sigma$"
        sketch.text((x + 0.17, row - 0.33), function, size=10.5, align="left")
        if name != "m":
            _line(sketch, [(x - 0.1, inputs), (x - 0.1, row - 0.2)])
            _line(sketch, [(x + 0.1, bus), (x + 0.1, row - 0.2)])
    reset = (3.2, bus)
    _line(sketch, [(at["r"], row + 0.2), (at["r"], 1.6), (reset[0], 1.6), (reset[0], bus + SMALL)])
    _line(sketch, [(at["u"], row + 0.2), (at["u"], top - SMALL)])
    _line(sketch, [(at["u"], 1.92), (at["m"] - SMALL, 1.92)])
    _line(sketch, [(at["m"], row + 0.2), (at["m"], 1.92 - SMALL)])
    _line(sketch, [(at["m"], 1.92 + SMALL), (at["m"], top - SMALL)])
    for where, sign in (((at["u"], top), "."), ((at["m"], top), "+"), ((at["m"], 1.92), "."), (reset, ".")):
        _operation(sketch, where, sign)
    sketch.text((at["u"] - 0.1, 2.08), r"$1 - u_t$", size=10.5, align="right")
    sketch.text((2.8, 2.05), "$u_t$", size=10.5)
    return sketch.figure
