"""The figures of chapter 2."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import two_step
from figures.graphs import Sheet
from figures.style import WIDTH, Palette, plot_frame

Array = NDArray[np.float64]


def diamond(palette: Palette) -> Figure:
    """F2.1: two paths from x to f, through u and through v."""
    sheet = Sheet(palette, 4.4, -1.3, 1.3)
    sheet.node("x", (0.45, 0.0), "$x$")
    sheet.node("u", (2.2, 0.85), "$u$")
    sheet.node("v", (2.2, -0.85), "$v$")
    sheet.node("f", (3.95, 0.0), "$f$")
    for middle, colour, width in (("u", palette.back, 2.0), ("v", palette.new, 2.0)):
        sheet.arrow("x", middle, color=colour, lw=width)
        sheet.arrow(middle, "f", color=colour, lw=width)
    slopes = {
        (1.15, 0.86): (r"$\frac{du}{dx}$", palette.back),
        (3.25, 0.86): (r"$\frac{\partial f}{\partial u}$", palette.back),
        (1.15, -0.86): (r"$\frac{dv}{dx}$", palette.new),
        (3.25, -0.86): (r"$\frac{\partial f}{\partial v}$", palette.new),
    }
    for at, (text, colour) in slopes.items():
        sheet.text(at, text, colour=colour, size=17)
    return sheet.figure


def _heat(axes: Axes, J: Array, palette: Palette, title: str) -> None:
    shades = LinearSegmentedColormap.from_list("book", [palette.new, palette.fill, palette.back])
    axes.imshow(J, cmap=shades, vmin=-0.8, vmax=0.8)
    for (i, j), value in np.ndenumerate(J):
        # On the strong colours the page's own colour reads best, on the others the ink.
        text = "0" if value == 0 else f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
        dark = palette.ink.startswith("#e")
        strong = abs(value) > 0.45
        axes.text(
            j,
            i,
            text,
            ha="center",
            va="center",
            fontsize=10,
            color=("#14181d" if dark else "#ffffff") if strong else palette.ink,
        )
    axes.set(title=title, xticks=range(4), yticks=range(4), xlabel="input $j$", ylabel="output $i$")
    axes.set_xticklabels(list("1234"))
    axes.set_yticklabels(list("1234"))
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


EXAMPLE = np.array([1.0, -0.5, 0.3, -1.2])
"""The vector whose two Jacobians the figure and a cell of the chapter show."""


def jacobians(palette: Palette) -> Figure:
    """F2.2: the Jacobians of tanh and of softmax at the same vector."""
    slope = 1 - np.tanh(EXAMPLE) ** 2
    y = np.exp(EXAMPLE) / np.exp(EXAMPLE).sum()
    figure = Figure(figsize=(WIDTH, 3.1), layout="constrained")
    left, right = figure.subplots(1, 2)
    plot_frame(figure, palette)
    _heat(left, np.diag(slope), palette, r"$h = \tanh z$: diagonal")
    _heat(right, np.diag(y) - np.outer(y, y), palette, r"$y = \mathrm{softmax}(o)$: dense")
    for axes in (left, right):
        axes.title.set_fontsize(11)
    return figure


STEPS = 10.0 ** np.arange(-12, -0.75, 0.5)
"""The settings of widget W2.1."""


def _errors(formula: str) -> list[float]:
    return [two_step.error(formula, float(step)) for step in STEPS]


def _v_curve(axes: Axes, palette: Palette) -> None:
    axes.loglog(STEPS, _errors("forward"), "--^", color=palette.new, ms=4, lw=1.1, label="forward")
    axes.loglog(STEPS, _errors("central"), "-o", color=palette.back, ms=4, lw=1.1, label="central")
    axes.set(xlabel="step $s$", xlim=(3e-13, 0.3), ylim=(3e-13, 0.3))
    axes.set_xticks([1e-12, 1e-9, 1e-6, 1e-3])
    axes.set_yticks([1e-12, 1e-9, 1e-6, 1e-3])
    axes.minorticks_off()


def error_against_step(palette: Palette) -> Figure:
    """F2.3: what the two differences do with a large step, and their errors for all steps."""
    figure = Figure(figsize=(WIDTH, 3.0), layout="constrained")
    left, right = figure.subplots(1, 2)
    w, step = two_step.POINT, 1.2
    around = np.linspace(-0.8, 2.2, 120)
    slope = float(two_step.explicit(w) + two_step.implicit(w))
    left.plot(around, two_step.s_2(around), color=palette.ink)
    near = np.array([w - 1.1, w + 1.1])
    left.plot(near, two_step.s_2(w) + slope * (near - w), color=palette.faint, lw=1.2, label="tangent")
    for start, colour, look, name in (
        (w, palette.new, "--^", "forward"),
        (w - step, palette.back, "-o", "central"),
    ):
        ends = np.array([start, w + step])
        left.plot(ends, two_step.s_2(ends), look, color=colour, ms=5, lw=1.3, label=name)
    left.set(xlabel="$w$", title="$s_2(w)$, with a step of 1.2", xticks=[-0.5, 0.7, 1.9], ylim=(-0.55, 1.7))
    _v_curve(right, palette)
    right.set(title="error of the slope")
    plot_frame(figure, palette)
    for axes in (left, right):
        axes.title.set_fontsize(10)
    left.legend(frameon=False, labelcolor=palette.ink, fontsize=9, loc="upper left")
    right.legend(frameon=False, labelcolor=palette.ink, fontsize=9, loc="upper center")
    return figure


def nudge(palette: Palette) -> Figure:
    """W2.1, standing still at its first setting: central, a step of 0.01."""
    figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
    axes = figure.subplots()
    _v_curve(axes, palette)
    chosen = two_step.error("central", 1e-2)
    axes.plot([1e-2], [chosen], "o", ms=12, mfc="none", mec=palette.ink, mew=1.6)
    axes.annotate(
        f"step 0.01:\nerror {chosen:.1e}".replace("e-0", "e\N{MINUS SIGN}"),
        (1e-2, chosen),
        (2.4e-3, 2e-9),
        color=palette.ink,
        fontsize=9.5,
        arrowprops={"arrowstyle": "-", "color": palette.faint, "shrinkB": 8},
    )
    axes.set(ylabel="error")
    plot_frame(figure, palette)
    axes.legend(frameon=False, labelcolor=palette.ink, fontsize=9, loc="upper center")
    return figure


W2_2_SETTINGS = (-1.5, -0.7, 0.0, 0.7, 1.5)


def two_paths(palette: Palette) -> Figure:
    """W2.2, standing still: the two shares at five settings, and the total."""
    figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
    axes = figure.subplots()
    for place, w in enumerate(W2_2_SETTINGS):
        direct, through = float(two_step.explicit(w)), float(two_step.implicit(w))
        first = place == 0
        axes.bar(
            place,
            direct,
            0.5,
            color=palette.fill,
            ec=palette.back,
            lw=1.1,
            label="explicit path" if first else None,
        )
        axes.bar(
            place,
            through,
            0.5,
            bottom=direct if through > 0 else 0.0,
            fc="none",
            ec=palette.new,
            lw=1.1,
            hatch="///",
            label="implicit path" if first else None,
        )
        axes.plot(
            [place - 0.33, place + 0.33],
            2 * [direct + through],
            color=palette.ink,
            lw=2.2,
            label="sum" if first else None,
        )
    axes.axhline(0, color=palette.faint, lw=0.8)
    axes.set(xlabel="$w$", title=r"the two shares of $ds_2/dw$", ylim=(-0.2, 0.85))
    axes.set_xticks(range(5), [f"{w:g}".replace("-", "\N{MINUS SIGN}") for w in W2_2_SETTINGS])
    plot_frame(figure, palette)
    axes.title.set_fontsize(10)
    axes.legend(frameon=False, labelcolor=palette.ink, fontsize=9, loc="upper left", ncols=3)
    return figure
