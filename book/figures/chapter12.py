"""The figures of chapter 12."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures import capstone_data as data
from figures import capstone_runs as runs
from figures.boxes import Sketch
from figures.capstones import Array, forward
from figures.landscape import SENTENCES, judged, loss_curve
from figures.style import WIDTH, Palette, plot_frame


def _legend(axes: Axes, palette: Palette, **style: object) -> None:
    look: dict[str, object] = {"frameon": False, "labelcolor": palette.ink, "fontsize": 9} | style
    axes.legend(**look)


def adder_cell(palette: Palette) -> Figure:
    """F12.1: two bits and a carry go into a cell, a sum bit and a carry come out, and the carry goes on."""
    sketch = Sketch(palette, WIDTH, 2.35)
    xs, y = (1.4, 3.2, 5.0), 1.15
    for t, x in enumerate(xs, start=1):
        sketch.box((x, y), f"$h_{t}$", size=(0.86, 0.6))
        sketch.box((x - 0.25, 0.24), f"$a_{t}$", size=(0.4, 0.34))
        sketch.box((x + 0.25, 0.24), f"$b_{t}$", size=(0.4, 0.34))
        for side in (-0.25, 0.25):
            sketch.arrow((x + side, 0.24), (x + side, y), shrink=(13, 22))
        sketch.box((x, 2.05), f"sum bit $y_{{{t},1}}$", size=(1.2, 0.36), font=10.5)
        sketch.arrow((x, y), (x, 2.05), shrink=(22, 14))
    ends = (0.05, *xs, WIDTH - 0.05)
    for t, (start, end) in enumerate(pairwise(ends)):
        left, right = (0 if t == 0 else 31), (0 if t == 3 else 31)
        sketch.arrow((start, y), (end, y), new=True, shrink=(left, right))
        label = rf"$\kappa_{t}$" + (" $= 0$" if t == 0 else "")
        sketch.text(
            ((start + end) / 2 + (-0.2 if t == 0 else 0.15 if t == 3 else 0), y + 0.2),
            label,
            colour=palette.new,
            size=12,
        )
    return sketch.figure


def _seeds(axes: Axes, x: Sequence[int], rows: Array, colour: str, look: str, label: str) -> None:
    """A thin line for each seed, one name for all."""
    for number, row in enumerate(rows):
        axes.plot(x, row, look, color=colour, lw=1.1, alpha=0.85, label=label if number == 0 else None)


def adder_lengths(palette: Palette) -> Figure:
    """Sums that are right, over the length of the numbers: three ways to learn, eight seeds each."""
    figure = Figure(figsize=(WIDTH, 2.8), layout="constrained")
    axes = figure.subplots()
    lengths = (2, 4, 8, 16, 32, 64, 128, 256)
    ways = (
        ("12 bits", palette.ink, "--", "free state, 32 pairs of 12 bits"),
        (runs.FREE, palette.new, "-.", "free state, 8 sequences"),
        (runs.CARRY, palette.back, "-", "carry as the state, 8 rows"),
    )
    for cell, colour, look, label in ways:
        shares = np.array([runs.sums_of(cell, N) for N in lengths]).T
        _seeds(axes, lengths, 100 * shares, colour, look, label)
    axes.set_xscale("log", base=2)
    axes.set_xticks(lengths, [str(N) for N in lengths])
    axes.minorticks_off()
    axes.set(xlabel="bits $N$", title="sums right in every bit, %", ylim=(-4, 104))
    plot_frame(figure, palette)
    axes.title.set_fontsize(10)
    _legend(axes, palette, loc=(0.52, 0.5))
    return figure


def deep_loss(palette: Palette) -> Figure:
    """F12.2: the loss of "deep" with and without W, and the floor of the second; eight seeds each."""
    figure = Figure(figsize=(WIDTH, 2.7), layout="constrained")
    axes = figure.subplots()
    steps = list(range(0, 301, 3))
    for memory, colour, look, label in (
        (True, palette.back, "-", "with $W$"),
        (False, palette.new, "-.", "without $W$"),
    ):
        _seeds(axes, steps, runs.deep(memory=memory).losses[steps].T, colour, look, label)
    floor = 2 * np.log(2)
    axes.axhline(floor, color=palette.ink, lw=1.2, ls=":")
    axes.annotate(
        r"$2 \ln 2 = 1.386$", (300, floor), (0, 5), textcoords="offset points", ha="right", color=palette.ink
    )
    axes.set(xlabel="steps", title='loss of "deep"', ylim=(0, 6), xlim=(0, 300))
    plot_frame(figure, palette)
    axes.title.set_fontsize(10)
    _legend(axes, palette, loc="upper right")
    return figure


def lengths(palette: Palette) -> Figure:
    """F12.3: sentences that come out right, over their length, for two and for four units; eight seeds each."""
    figure = Figure(figsize=(WIDTH, 2.6), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, units, colour in ((left, 2, palette.back), (right, 4, palette.new)):
        shares = np.array([runs.share_of_length(units, length) for length in runs.LENGTHS]).T
        _seeds(axes, runs.LENGTHS, 100 * shares, colour, "-o", "")
        for line in axes.lines:
            line.set_markersize(3)
        axes.set(xlabel="words", title=f"$d = {units}$", ylim=(-4, 106), xticks=(3, 6, 12, 20, 30))
    left.set_ylabel("sentences right, %")
    plot_frame(figure, palette)
    for axes in (left, right):
        axes.title.set_fontsize(10)
    return figure


def gap(palette: Palette) -> Figure:
    """One chain reads up to the gap, the other down to it, and they meet in the output there."""
    sketch = Sketch(palette, WIDTH, 2.6)
    words = ("the king", "built a", "___", "for his", "wife")
    xs = [0.65 + 1.22 * i for i in range(5)]
    for i, (x, word) in enumerate(zip(xs, words, strict=True)):
        missing = i == 2
        sketch.text((x, 0.2), word, colour=palette.new if missing else "", size=10.5, bold=missing)
        for y, used in ((0.75, i <= 2), (1.4, i >= 2)):
            ink = palette.ink if used else palette.faint
            sketch.circle((x, y), "", radius=0.19, colour=ink)
    for i in range(4):
        ahead, behind = palette.ink if i < 2 else palette.faint, palette.ink if i >= 2 else palette.faint
        sketch.arrow((xs[i], 0.75), (xs[i + 1], 0.75), shrink=(15, 15), color=ahead)
        sketch.arrow((xs[i + 1], 1.4), (xs[i], 1.4), shrink=(15, 15), color=behind)
    sketch.box((xs[2], 2.2), "palace?", size=(0.95, 0.4), font=11, colour=palette.new)
    sketch.arrow((xs[2], 1.4), (xs[2], 2.2), shrink=(15, 16), new=True)
    sketch.arrow(
        (xs[2], 0.75), (xs[2], 2.2), shrink=(14, 18), new=True, connectionstyle="arc3,rad=-0.45", lw=1.8
    )
    return sketch.figure


def add(palette: Palette) -> Figure:
    """W12.1, standing still at its first setting: two numbers of 8 bits, their carries, their sum, the answer."""
    bits, carries, answer = runs.widget_sum(8)
    a, b, total = bits[:, 0], bits[:, 1], answer
    rows = (("a", a), ("b", b), ("carry", carries), ("sum", total), ("answer", answer))
    sketch = Sketch(palette, WIDTH, 2.35)
    for i, (name, values) in enumerate(rows):
        y = 1.85 - 0.38 * i
        sketch.text((0.85, y), name, align="right", size=10.5)
        for t, value in enumerate(values):
            x = 1.05 + 0.5 * t
            fill = palette.back if value else palette.fill
            sketch.cell((x, y - 0.16), (0.44, 0.32), fill=fill)
            page = "#14181d" if palette.ink.startswith("#e") else "#ffffff"
            sketch.text((x + 0.22, y), f"{value:.0f}", size=10.5, colour=page if value else palette.ink)
    sketch.text((1.05, 2.2), "lowest bit first", align="left", size=9.5, colour=palette.faint)
    sketch.text((1.05 + 0.5 * 9 - 0.06, 2.2), "last carry", align="right", size=9.5, colour=palette.faint)
    return sketch.figure


def deep(palette: Palette) -> Figure:
    """W12.2, standing still at its first setting: before any training, the loss to come, and four equal shares."""
    run = runs.deep_of_the_widget()
    figure = Figure(figsize=(WIDTH, 2.7), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(range(501), run.losses[:501, 0], color=palette.back, label="$E$")
    left.axhline(2 * np.log(2), color=palette.ink, ls=":", lw=1.2, label=r"$2 \ln 2$")
    left.plot([0], run.losses[:1, 0], "o", color=palette.new)
    left.set(xlabel="steps", title="loss $E$", ylim=(0, 6))
    o = forward(data.widget_starts((2,), 2, 4, 4, 0.1), data.word("deep").X)[1][:, 0, 0]
    y = np.exp(o) / np.exp(o).sum(axis=1, keepdims=True)
    colours = (palette.back, palette.new, palette.ink, palette.faint)
    for i, (symbol, colour) in enumerate(zip(("d", "e", "p", "stop"), colours, strict=True)):
        right.bar(np.arange(4) + 0.2 * (i - 1.5), y[:, i], 0.18, color=colour, label=symbol)
    right.set(title="next letter; wanted: e e p stop", ylim=(0, 1), xlabel="letter read")
    right.set_xticks(range(4), ["d", "e", "e", "p"])
    plot_frame(figure, palette)
    for axes in (left, right):
        axes.title.set_fontsize(10)
    _legend(left, palette, loc="upper right")
    _legend(right, palette, loc="upper right", ncols=2)
    return figure


def landscape(palette: Palette) -> Figure:
    """W12.3, standing still at its first setting, w_h = 0.5 and w_o = 2: three outputs, and the loss over w_h."""
    figure = Figure(figsize=(WIDTH, 2.6), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.2))
    y, L = judged(0.5, 2.0)
    left.bar(range(3), y, 0.6, color=palette.fill, ec=palette.back, lw=1.1)
    for place, value in enumerate(y):
        left.annotate(
            f"{value:.3f}",
            (place, value),
            (0, 3),
            textcoords="offset points",
            ha="center",
            color=palette.ink,
            fontsize=9,
        )
    left.set(title=r"$\hat y$; wanted: 1, 1, 0", ylim=(0, 1))
    left.set_xticks(range(3), ["".join(word[0] for word in words.split()) for words, _ in SENTENCES])
    grid, losses = loss_curve(2.0)
    right.plot(grid, losses, color=palette.back)
    right.plot([0.5], [L], "o", color=palette.new)
    right.set(title="loss $L$", xlabel="$w_h$", xticks=[-2, -1, 0, 1, 2])
    plot_frame(figure, palette)
    for axes in (left, right):
        axes.title.set_fontsize(10)
    return figure
