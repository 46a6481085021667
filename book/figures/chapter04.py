"""The figures of chapter 4."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from figures.boxes import Sketch
from figures.echo import FAINT, echo
from figures.style import WIDTH, Palette, plot_frame

STEPS = (1, 2, 3)
X0, STEP = 0.5, 1.4
ROWS = {"x": 0.35, "h": 1.3, "o": 2.25, "E": 3.05, "sum": 3.85}


def unrolled(palette: Palette) -> Figure:
    """F4.1: three steps forward, with a loss at each, and what is one matrix drawn three times."""
    sketch = Sketch(palette, X0 + 3 * STEP + 1.35, 4.15)
    middle = X0 + 2 * STEP
    sketch.circle((X0, ROWS["h"]), "$h_0$")
    for t in STEPS:
        x = X0 + t * STEP
        sketch.box((x, ROWS["x"]), rf"$x_{t}$")
        sketch.circle((x, ROWS["h"]), rf"$h_{t}$")
        sketch.box((x, ROWS["o"]), rf"$y_{t}$")
        sketch.box((x, ROWS["E"]), rf"$E_{t}$")
        sketch.arrow((x - STEP, ROWS["h"]), (x, ROWS["h"]), "$W$", new=True)
        sketch.arrow((x, ROWS["x"]), (x, ROWS["h"]), "$U$")
        sketch.arrow((x, ROWS["h"]), (x, ROWS["o"]), "$V$")
        sketch.arrow((x, ROWS["o"]), (x, ROWS["E"]), shrink=(15, 15))
        # The sum collects from all sides, so the arrows end on its rim.
        reach = (16, 24 if t != 2 else 15)
        sketch.arrow((x, ROWS["E"]), (middle, ROWS["sum"]), shrink=reach, lw=1.0)
    sketch.box((middle, ROWS["sum"]), "$E$")
    right = X0 + 3 * STEP + 0.42
    for row, words in (
        ("x", "inputs"),
        ("h", "states"),
        ("o", "outputs"),
        ("E", "losses"),
        ("sum", "their sum"),
    ):
        sketch.text((right, ROWS[row]), words, colour=palette.faint, align="left")
    return sketch.figure


ARRAYS = (("X", "x"), ("z", "z"), ("h", "h"), ("o", "o"), ("y", "y"))


def stored(palette: Palette) -> Figure:
    """F4.2: a column of rows for each stored array; h has one row more than the others."""
    T, width, height, gap = 4, 0.86, 0.36, 0.18
    sketch = Sketch(palette, WIDTH, (T + 1) * height + 0.95)
    left, top = 0.86, (T + 1) * height + 0.12
    for t in range(T + 1):
        y = top - (t + 0.5) * height
        sketch.text((left - 0.16, y), rf"$t = {t}$", colour=palette.faint, align="right")
    for column, (name, letter) in enumerate(ARRAYS):
        x = left + column * (width + gap)
        first = 0 if name == "h" else 1
        for t in range(first, T + 1):
            start = t == 0
            y = top - (t + 1) * height
            colour = palette.new if start else palette.ink
            sketch.cell((x, y), (width, height), colour=colour, fill="none" if start else palette.fill)
            # Arrays count their rows from 0, whatever the step is called.
            row = t - first
            sketch.text((x + 0.27, y + height / 2), rf"${letter}_{t}$", colour=colour, size=12)
            sketch.text((x + 0.6, y + height / 2), f"[{row}]", colour=palette.faint, size=8.5)
        rows = "T + 1" if name == "h" else "T"
        sketch.text((x + width / 2, top + 0.5), f"{name}", size=12, bold=True)
        sketch.text((x + width / 2, top + 0.2), f"{rows} rows", colour=palette.faint, size=9.5)
    return sketch.figure


WORD = (("d", "e"), ("e", "e"), ("e", "p"), ("p", "<stop>"))


def autocompletion(palette: Palette) -> Figure:
    """F4.3: the characters go in one by one; each target is the next character."""
    step, low, middle, high = 1.25, 0.6, 1.5, 2.4
    sketch = Sketch(palette, 0.45 + 4 * step + 0.55, 2.85)
    sketch.circle((0.45, middle), "$h_0$")
    for number, (given, wanted) in enumerate(WORD, start=1):
        x = 0.45 + number * step
        sketch.box((x, low), given, font=12)
        sketch.circle((x, middle), rf"$h_{number}$")
        sketch.box((x, high), wanted, size=(0.78 if len(wanted) > 1 else 0.5, 0.38), font=12)
        sketch.arrow((x - step, middle), (x, middle))
        sketch.arrow((x, low), (x, middle), shrink=(15, 20))
        sketch.arrow((x, middle), (x, high), shrink=(20, 15))
        if number < len(WORD):
            # From a target down to the next input: it is the same character.
            sketch.arrow(
                (x + 0.2, high - 0.16),
                (x + step - 0.2, low + 0.16),
                shrink=(4, 4),
                color=palette.new,
                lw=1.2,
                ls=(0, (3, 2)),
                mutation_scale=10,
            )
    sketch.text((0.05, high), "target", colour=palette.faint, align="left")
    sketch.text((0.05, low), "input", colour=palette.faint, align="left")
    sketch.text(
        (0.45 + 2.5 * step, 0.14), "the next input is the target of this step", colour=palette.new, size=10
    )
    return sketch.figure


def one_echo(palette: Palette) -> Figure:
    """W4.1, standing still at its first setting."""
    figure = Figure(figsize=(WIDTH, 2.4), layout="constrained")
    axes = figure.subplots()
    axes.plot(range(1, 21), echo(0.5, 20), "-o", color=palette.ink, ms=4)
    axes.set(xlabel="$t$", ylabel="$h_t$", ylim=(-0.1, 0.85), xticks=range(1, 21))
    axes.axhspan(-FAINT, FAINT, color=palette.faint, alpha=0.25, lw=0)
    plot_frame(figure, palette)
    return figure


def five_echoes(palette: Palette) -> Figure:
    """The echo for five weights, over 60 steps."""
    figure = Figure(figsize=(WIDTH, 3.0), layout="constrained")
    axes = figure.subplots()
    lines = (
        (1.5, palette.new, "-"),
        (1.1, palette.new, (0, (4, 2))),
        (1.0, palette.ink, "-"),
        (0.9, palette.back, "-"),
        (-0.9, palette.back, (0, (1, 1.5))),
    )
    for w_h, colour, style in lines:
        label = f"{w_h:g}".replace("-", "−")
        axes.plot(range(1, 61), echo(w_h, 60), color=colour, ls=style, lw=1.5, label=label)
    axes.set(xlabel="$t$", ylabel="$h_t$", ylim=(-0.8, 1.0), xlim=(0, 61))
    axes.axhspan(-FAINT, FAINT, color=palette.faint, alpha=0.25, lw=0)
    plot_frame(figure, palette)
    legend = axes.legend(
        frameon=False, labelcolor=palette.ink, fontsize=9.5, title="$w_h$", ncols=5, loc="lower right"
    )
    legend.get_title().set_color(palette.ink)
    return figure


LOGITS = (1.0, 2.0, 3.0, 4.0)


def one_step(palette: Palette) -> Figure:
    """W4.2, standing still: the shares of four logits, and the loss for each class as the true one."""
    o = np.array(LOGITS)
    y = np.exp(o) / np.exp(o).sum()
    names = ("1", "2", "3", "4")
    figure = Figure(figsize=(WIDTH, 2.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for axes, values, colour, title in (
        (left, y, palette.back, "$y$: shares of 1"),
        (right, -np.log(y), palette.new, r"$-\log\,y_c$ if $c$ is the true one"),
    ):
        bars = axes.bar(names, values, color=colour, width=0.6)
        axes.bar_label(bars, [f"{value:.3f}" for value in values], color=palette.ink, fontsize=9, padding=2)
        axes.set(title=title, xlabel="class", ylim=(0, 1.18 * values.max()))
    plot_frame(figure, palette)
    for axes in (left, right):
        axes.title.set_fontsize(10.5)
    return figure
