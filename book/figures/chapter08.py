"""The figures of chapter 8."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures.factors import SENTENCES, course, hump, log_best, log_factor, shares, terms, word_terms
from figures.graphs import Sheet
from figures.style import TRANSPOSED, WIDTH, Palette, plot_frame


def _legend(axes: Axes, palette: Palette, **style: object) -> None:
    look: dict[str, object] = {"frameon": False, "labelcolor": palette.ink, "fontsize": 9} | style
    axes.legend(**look)


def _powers(axes: Axes, exponents: list[int]) -> None:
    """Ticks at powers of ten of an axis that holds logarithms."""
    axes.set_yticks(exponents, [rf"$10^{{{e}}}$" for e in exponents])


def product(palette: Palette) -> Figure:
    """F8.0: from h_1 to the loss of step 4, with the Jacobian of each step forwards and its transpose back."""
    sheet = Sheet(palette, 6.2, -0.95, 0.95)
    step = 1.24
    names = ["$h_1$", "$h_2$", "$h_3$", "$h_4$", "$E_4$"]
    for i, name in enumerate(names):
        sheet.node(name, (0.6 + i * step, 0.0), name)
    for i in range(4):
        sheet.arrow(names[i], names[i + 1], shift=0.09)
        sheet.back(names[i + 1], names[i], shift=0.09)
        middle = 0.6 + (i + 0.5) * step
        if i < 3:
            sheet.text((middle, 0.42), rf"$J_{i + 2}$")
            sheet.text((middle, -0.42), rf"$J_{i + 2}{TRANSPOSED}$", colour=palette.back)
    sheet.text((3.08, 0.78), r"forwards: $J_4\, J_3\, J_2$ acts on a nudge of $h_1$", size=11)
    t = TRANSPOSED
    sheet.text(
        (3.08, -0.78),
        rf"backwards: $J_2{t} J_3{t} J_4{t}$ acts on the error at $h_4$",
        colour=palette.back,
        size=11,
    )
    return sheet.figure


def three_slopes(palette: Palette) -> Figure:
    """F8.2: the slopes of sigmoid, tanh and ReLU."""
    figure = Figure(figsize=(WIDTH, 2.6), layout="constrained")
    axes = figure.subplots()
    z = np.linspace(-5, 5, 201)
    axes.plot([-5, 0], [0, 0], color=palette.ink, ls=(0, (5, 2)), lw=1.5)
    axes.plot([0, 5], [1, 1], color=palette.ink, ls=(0, (5, 2)), lw=1.5, label="ReLU")
    axes.plot(z, 1 / np.cosh(z) ** 2, color=palette.back, label="tanh")
    axes.plot(z, 1 / (4 * np.cosh(z / 2) ** 2), color=palette.new, ls="-.", label="sigmoid")
    axes.axhline(0.25, color=palette.faint, lw=0.8, ls=":")
    axes.set(xlabel="$z$", title="slope $f'(z)$", ylim=(-0.05, 1.12), xlim=(-5, 5))
    axes.set_yticks([0, 0.25, 0.5, 1], ["0", "1/4", "1/2", "1"])
    plot_frame(figure, palette)
    axes.title.set_fontsize(10)
    _legend(axes, palette, loc="center left")
    return figure


WEIGHTS = np.linspace(-2.5, 2.5, 52)  # without 0, whose logarithm is not a number
LENGTHS = np.arange(1, 101, 3)
LEVELS = [-400, -40, -20, -10, -5, -2, -0.5, 0.5, 2, 5, 10, 20, 400]
"""Exponents at which one shade of the maps ends and the next begins."""


def _map(palette: Palette, kind: str) -> tuple[Figure, Axes]:
    size = log_best if kind == "best case" else log_factor
    values = [[size(float(w), int(T)) for w in WEIGHTS] for T in LENGTHS]
    figure = Figure(figsize=(WIDTH, 3.0), layout="constrained")
    axes = figure.subplots()
    shades = LinearSegmentedColormap.from_list("book", [palette.back, palette.fill, palette.new])
    # As many shades below 1 as above it, so that "about 1" has the colour in the middle.
    norm = BoundaryNorm([-400, -40, -20, -10, -5, -2, -0.5, 0.5, 2, 5, 10, 20, 40, 400], shades.N)
    axes.contourf(WEIGHTS, LENGTHS, values, levels=LEVELS, cmap=shades, norm=norm)
    for w in (-1, 1):
        axes.axvline(w, color=palette.ink, lw=0.9, ls=":")
    title = rf"$|\partial h_T/\partial h_1|$, {kind}"
    axes.set(xlabel="$w_h$", ylabel="$T$", title=title, xticks=[-2, -1, 0, 1, 2], yticks=[1, 25, 50, 75, 100])
    plot_frame(figure, palette)
    axes.title.set_fontsize(10)
    return figure, axes


def _on_the_map(axes: Axes, palette: Palette, at: tuple[float, float], text: str) -> None:
    # On the strong shades the page's own colour reads best.
    page = "#14181d" if palette.ink.startswith("#e") else "#ffffff"
    axes.text(*at, text, ha="center", color=page, size=9)


def best_map(palette: Palette) -> Figure:
    """F8.1: the size of the factor over w_h and T, if every slope is 1."""
    figure, axes = _map(palette, "best case")
    _on_the_map(axes, palette, (0, 70), r"$< 10^{-40}$")
    for w in (-2.15, 2.15):
        _on_the_map(axes, palette, (w, 85), r"$> 10^{20}$")
    return figure


def network_map(palette: Palette) -> Figure:
    """The map of the explorer, standing still at its first setting: tanh, w_h = 0.9, T = 20."""
    figure, axes = _map(palette, "tanh")
    _on_the_map(axes, palette, (0, 70), r"$< 10^{-40}$")
    axes.plot([0.9], [20], "x", color=palette.ink, ms=8, mew=1.8)
    return figure


def explorer(palette: Palette) -> Figure:
    """W8.1, standing still at its first setting: tanh, w_h = 0.9, T = 20."""
    w, T = 0.9, 20
    run = course(w, T)
    figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1.1, 1))
    k = np.arange(T + 1)
    left.plot(k, run.logs, "-o", color=palette.back, ms=3.5, label="this network")
    left.plot(k, (T - k) * np.log10(w), "--", color=palette.faint, label="best case")
    left.set(
        xlabel="$k$", title=r"$|\partial h_T/\partial h_k|$", xticks=[0, 5, 10, 15, 20], ylim=(-9.5, 0.6)
    )
    _powers(left, [0, -2, -4, -6, -8])
    right.bar(k[1:], run.factor, 0.7, color=palette.fill, ec=palette.back, lw=1.0)
    right.axhline(w, color=palette.faint, ls="--", lw=1.2)
    right.set(xlabel="$t$", title=r"factors $w_h f'(z_t)$", xticks=[1, 5, 10, 15, 20], ylim=(0, 1))
    plot_frame(figure, palette)
    for axes in (left, right):
        axes.title.set_fontsize(10)
    _legend(left, palette, loc="lower right")
    return figure


Curve = tuple[NDArray[np.floating], str, str, str]


def _hump_axes(palette: Palette, curves: tuple[Curve, ...]) -> Figure:
    figure = Figure(figsize=(WIDTH, 2.8), layout="constrained")
    axes = figure.subplots()
    for values, colour, look, label in curves:
        axes.plot(range(51), values, look, color=colour, label=label)
    top = float(hump(0.9, 5, 9)[9])
    axes.plot([9], [top], "o", ms=9, mfc="none", mec=palette.ink, mew=1.4)
    axes.annotate(f"$k = 9$: {top:.1f}", (9, top), (12, 19.6), color=palette.ink, fontsize=9.5)
    axes.set(xlabel="$k$", title=r"$\|M^k\|_2$ with spectral radius 0.9", ylim=(-0.6, 22), xlim=(-0.8, 50.8))
    plot_frame(figure, palette)
    axes.title.set_fontsize(10)
    _legend(axes, palette, loc="upper right")
    return figure


def humps(palette: Palette) -> Figure:
    """F8.3: norms of powers with one spectral radius and three couplings."""
    looks = ((5, palette.new, "-"), (2, palette.back, "-."), (0, palette.ink, "--"))
    return _hump_axes(palette, tuple((hump(0.9, g, 50), c, look, f"$g = {g}$") for g, c, look in looks))


def one_hump(palette: Palette) -> Figure:
    """W8.2, standing still at its first setting: 0.9, coupling 5, 50 powers."""
    norms = (hump(0.9, 5, 50), palette.new, "-", r"$\|M^k\|_2$")
    powers = (0.9 ** np.arange(51), palette.ink, "--", r"$\rho^k$")
    return _hump_axes(palette, (norms, powers))


def both_fates(palette: Palette) -> Figure:
    """One weight, w = 1.5, no input, two start states: the states, and how far a nudge of h_0 gets."""
    figure = Figure(figsize=(WIDTH, 2.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    t = np.arange(51)
    for start, colour, look in ((0.0, palette.new, "-"), (0.5, palette.back, "--")):
        run = course(1.5, 50, start=start, driven=False)
        with np.errstate(divide="ignore"):
            size = np.concatenate([[0.0], np.cumsum(np.log10(run.factor))])
        left.plot(t, run.h, look, color=colour, label=f"$h_0 = {start:g}$")
        right.plot(t, size, look, color=colour, label=f"$h_0 = {start:g}$")
    left.set(xlabel="$t$", title="state $h_t$", ylim=(-0.08, 1.05))
    right.set(xlabel="$t$", title=r"$\partial h_t/\partial h_0$", ylim=(-22, 12))
    _powers(right, [-20, -10, 0, 10])
    plot_frame(figure, palette)
    for axes in (left, right):
        axes.title.set_fontsize(10)
    _legend(left, palette, loc="center right")
    _legend(right, palette, loc="lower left")
    return figure


def words(palette: Palette) -> Figure:
    """The three terms of each sentence's gradient, as bars: two long-term ones and a short-term one."""
    figure = Figure(figsize=(WIDTH, 2.5), layout="constrained")
    rows = figure.subplots(1, 3)
    for axes, sentence, values in zip(rows, SENTENCES, word_terms(), strict=True):
        for place, value in enumerate(np.abs(values)):
            last = place == 2
            axes.bar(
                place,
                value,
                0.62,
                color="none" if last else palette.fill,
                ec=palette.new if last else palette.back,
                lw=1.2,
                hatch="///" if last else "",
            )
            text = f"{value:.3f}"
            axes.annotate(
                text,
                (place, value),
                (0, 3),
                textcoords="offset points",
                ha="center",
                color=palette.ink,
                fontsize=8.5,
            )
        axes.set(xticks=range(3), ylim=(0, 1.2 * float(np.abs(values).max())), yticks=[])
        axes.set_xticklabels([f"{word}\n$k={k}$" for k, word in enumerate(sentence.split(), start=1)])
        axes.spines["left"].set_visible(False)
    plot_frame(figure, palette)
    return figure


def short_and_long(palette: Palette) -> Figure:
    """W8.3, standing still at its first setting: the sizes of the terms, and their shares."""
    w, T = 0.9, 10
    figure = Figure(figsize=(WIDTH, 2.8), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1.15, 1))
    left.plot(range(1, T + 1), np.log10(np.abs(terms(w, T))), "-o", color=palette.back, ms=4.5)
    left.set(xlabel="$k$", title="size of each term", xticks=[1, 4, 7, 10])
    _powers(left, [0, -1, -2, -3, -4])
    last, far = (100 * share for share in shares(w, T))
    names = ("far half", "near,\nnot last", "last path")
    for place, value in enumerate((far, 100 - far - last, last)):
        right.bar(place, value, 0.6, color=palette.fill, ec=palette.back, lw=1.1)
        text = f"{value:.2g} %"
        right.annotate(
            text,
            (place, value),
            (0, 3),
            textcoords="offset points",
            ha="center",
            color=palette.ink,
            fontsize=9,
        )
    right.set(title="share of the sizes", ylim=(0, 75), yticks=[])
    right.set_xticks(range(3), names)
    plot_frame(figure, palette)
    for axes in (left, right):
        axes.title.set_fontsize(10)
    return figure


def far_half(palette: Palette) -> Figure:
    """F8.4: the share of the far half as T grows, for three weights."""
    figure = Figure(figsize=(WIDTH, 2.7), layout="constrained")
    axes = figure.subplots()
    lengths = np.arange(2, 41)
    for w, colour, look in ((1.2, palette.new, "-."), (0.9, palette.back, "-"), (0.5, palette.ink, "--")):
        sizes = [np.log10(shares(w, int(n))[1]) for n in lengths]
        axes.plot(lengths, sizes, look, color=colour, label=f"$w_h = {w}$")
    axes.set(xlabel="$T$", title="share of the far half", xticks=[2, 10, 20, 30, 40], ylim=(-12.5, 0.4))
    _powers(axes, [0, -3, -6, -9, -12])
    plot_frame(figure, palette)
    axes.title.set_fontsize(10)
    _legend(axes, palette, loc="lower left")
    return figure
