"""The figures of chapter 9."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from figures.graphs import Sheet
from figures.remedies import (
    by_norm,
    by_value,
    cliff,
    start_lengths,
    three_runs,
    turned,
    window_figures,
)
from figures.style import WIDTH, Palette, plot_frame


def _legend(axes: Axes, palette: Palette, **style: object) -> None:
    look: dict[str, object] = {"frameon": False, "labelcolor": palette.ink, "fontsize": 9} | style
    axes.legend(**look)


def _finish(figure: Figure, palette: Palette) -> Figure:
    plot_frame(figure, palette)
    for axes in figure.axes:
        axes.title.set_fontsize(10)
    return figure


def two_clips(palette: Palette) -> Figure:
    """F9.1 and W9.1, standing still: the gradient (8, 0.6) clipped at 1 by its norm and by its entries."""
    figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
    axes = figure.subplots()
    g = np.array([8.0, 0.6])
    axes.add_patch(Circle((0, 0), 1, fc="none", ec=palette.faint, lw=1.0))
    axes.add_patch(Rectangle((-1, -1), 2, 2, fc="none", ec=palette.faint, lw=1.0))
    looks = (
        (2.4 * g / np.linalg.norm(g), palette.ink, (0, (4, 2)), "g, on to (8, 0.6)", (1.75, 0.3)),
        (by_norm(g, 1.0), palette.back, "-", "by norm (0.997, 0.075)", (1.08, -0.22)),
        (
            by_value(g, 1.0),
            palette.new,
            "-",
            f"by value (1, 0.6): {turned(g, by_value(g, 1.0)):.1f}°",
            (1.08, 0.66),
        ),
    )
    for tip, colour, line, text, at in looks:
        head: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 13, "shrinkA": 0, "shrinkB": 0}
        axes.add_patch(FancyArrowPatch((0, 0), tuple(tip), color=colour, lw=1.6, ls=line, **head))
        axes.text(*at, text, color=colour, fontsize=9.5, ha="left", va="center")
    axes.set(xlim=(-1.15, 3.1), ylim=(-1.15, 1.15), aspect="equal", xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    return _finish(figure, palette)


def cliffs(palette: Palette) -> Figure:
    """F9.2: the loss of one tanh unit over its weight, for three lengths."""
    figure = Figure(figsize=(WIDTH, 2.8), layout="constrained")
    axes = figure.subplots()
    ws = np.linspace(1, 4, 1501)
    for T, colour, look in ((5, palette.ink, "--"), (20, palette.back, "-."), (50, palette.new, "-")):
        axes.plot(ws, [cliff(float(w), T)[0] for w in ws], look, color=colour, label=f"$T = {T}$")
    axes.set(xlabel="$w$", title="loss $E$", xlim=(1, 4), ylim=(-0.03, 1.1))
    _legend(axes, palette, loc="upper right")
    return _finish(figure, palette)


def one_cliff(palette: Palette) -> Figure:
    """W9.3, standing still near its first setting: T = 20, the two steps from the cliff."""
    figure = Figure(figsize=(WIDTH, 2.8), layout="constrained")
    axes = figure.subplots()
    ws = np.linspace(1, 4.2, 1601)
    axes.plot(ws, [cliff(float(w), 20)[0] for w in ws], color=palette.back)
    w = 1.643
    E, slope = cliff(w, 20)
    far = w - 0.01 * slope
    head: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 13, "shrinkA": 2, "shrinkB": 2}
    axes.add_patch(
        FancyArrowPatch((w, E), (far, cliff(far, 20)[0]), color=palette.new, lw=1.5, ls=(0, (4, 2)), **head)
    )
    axes.plot([w], [E], "o", color=palette.new, ms=6)
    axes.text(2.6, 0.42, "one step, not clipped", color=palette.new, fontsize=9.5)
    axes.text(
        1.72, E + 0.03, "start; clipped, the step is\nshorter than this dot", color=palette.ink, fontsize=9.5
    )
    axes.set(xlabel="$w$", title=r"loss $E$, $T = 20$, $\eta = 0.01$", xlim=(1, 4.2), ylim=(-0.03, 1.1))
    return _finish(figure, palette)


def chunks(palette: Palette) -> Figure:
    """F9.3: six steps in chunks of two; forward arrows cross the cut, backward ones stop at it."""
    sheet = Sheet(palette, 6.2, -1.0, 0.95)
    step = 0.93
    at = [(0.35 + i * step, 0.0) for i in range(7)]
    for i, place in enumerate(at):
        sheet.node(f"h{i}", place, f"$h_{i}$", radius=0.23, size=11.5)
    for i in range(6):
        sheet.arrow(f"h{i}", f"h{i + 1}", shift=0.08, reach=18)
        if i % 2 == 1 or i == 0:
            sheet.back(f"h{i + 1}", f"h{i}", shift=0.08, reach=18)
    for i in (2, 4):
        x = (at[i][0] + at[i + 1][0]) / 2
        sheet.axes.plot([x, x], [-0.62, 0.6], color=palette.new, lw=1.4, ls=(0, (4, 2)))
    for chunk, i in enumerate((1, 3, 5), start=1):
        x = (at[i][0] + at[i + 1][0]) / 2
        sheet.text((x, 0.55), f"chunk {chunk}", size=10.5)
    sheet.text((3.1, 0.84), "forwards the state passes every cut", size=10.5)
    sheet.text((3.1, -0.84), "backwards the error stops there", colour=palette.back, size=10.5)
    return sheet.figure


def truncate(palette: Palette) -> Figure:
    """W9.2, standing still: cosine and size of the truncated gradient over the window, for three weights."""
    figure = Figure(figsize=(WIDTH, 2.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    k = np.arange(1, 16)
    for w, colour, look in ((0.5, palette.ink, "--"), (1.0, palette.back, "-"), (1.2, palette.new, "-.")):
        cosines, ratios = window_figures(w)
        left.plot(k, cosines[:15], look, color=colour, marker="o", ms=3, label=f"$w = {w}$")
        right.plot(k, ratios[:15], look, color=colour, marker="o", ms=3, label=f"$w = {w}$")
    left.set(xlabel="window $k$", title="cosine with the full gradient", ylim=(0.5, 1.03))
    right.set(xlabel="window $k$", title="size, full gradient = 1", ylim=(0, 1.45))
    right.axhline(1, color=palette.faint, lw=0.8, ls=":")
    _legend(left, palette, loc="lower right")
    return _finish(figure, palette)


def starts(palette: Palette) -> Figure:
    """W9.4, standing still: lengths over 50 products, for the three kinds and two gains."""
    figure = Figure(figsize=(WIDTH, 2.8), layout="constrained")
    axes = figure.subplots()
    k = np.arange(51)
    for kind, gain, colour, look in (
        ("Gaussian", 1.1, palette.new, "-."),
        ("Gaussian", 1.0, palette.new, "-"),
        ("orthogonal", 1.0, palette.ink, "-"),
        ("orthogonal", 0.9, palette.back, "--"),
    ):
        lengths = start_lengths(kind, gain, 50)
        axes.plot(k, lengths, look, color=colour, label=f"{kind}, gain {gain:g}")
    axes.set(xlabel="$k$", title=r"$\|(gM)^{\mathsf{T}k} v\|\, /\, \|v\|$", yscale="log", ylim=(2e-3, 2e3))
    axes.minorticks_off()
    _legend(axes, palette, loc="upper left", ncols=2)
    return _finish(figure, palette)


def runs(palette: Palette) -> Figure:
    """F9.4: three training runs, the loss above and the norm of the gradient below."""
    figure = Figure(figsize=(WIDTH, 3.6), layout="constrained")
    rows = figure.subplots(2, 3, sharex=True)
    steps = np.arange(1, 301)
    for column, (name, course) in enumerate(three_runs().items()):
        above, below = rows[:, column]
        above.plot(steps, course.E, color=palette.back, lw=1.4)
        below.plot(steps, course.norm, color=palette.new, lw=1.4)
        above.set(title=f"run {name}: loss", ylim=(-0.03, 1.12))
        below.set(
            title="norm of the gradient", yscale="log", ylim=(1e-4, 1e3), xlabel="step", xticks=[1, 150, 300]
        )
        below.minorticks_off()
        if column:
            above.set_yticklabels([])
            below.set_yticklabels([])
    return _finish(figure, palette)
