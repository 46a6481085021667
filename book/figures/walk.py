"""The unrolled network on its way back, standing still: what has come in, and what the sums hold so far."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from figures.scalar import run
from figures.style import WIDTH, Palette, plot_frame

W, T, AT = 0.9, 4, 3
"""The weight, the steps, and where the walk back stands."""

ROWS = {"x": 0.0, "h": 0.85, "o": 1.7, "E": 2.4}
STEP = 1.2


def back_at_three(palette: Palette) -> Figure:
    """The widget's first setting: MIMO, w = 0.9, T = 4, and the errors of steps 4 and 3 are known."""
    trace = run("MIMO", W, T)
    figure = Figure(figsize=(WIDTH, 4.7))
    graph = figure.add_axes((0, 0.36, 1, 0.64))
    graph.set(xlim=(-0.6, WIDTH - 0.6), ylim=(-0.3, 2.71), aspect="equal")
    graph.axis("off")
    for t in range(T + 1):
        _column(graph, palette, t)
    shown = range(AT, T + 1)
    for t in shown:
        text = rf"$\delta_{t} = {trace.delta[t - 1]:.2f}$"
        graph.text(t * STEP - 0.22, ROWS["h"] + 0.27, text, color=palette.back, ha="right", fontsize=9.5)
    after = np.append(trace.h_before[1:], np.tanh(0.8 * trace.x[-1] + 0.1 + W * trace.h_before[-1]))
    eps = after - 0.5 * np.cos(0.4 * np.arange(1, T + 1))
    sums = figure.add_axes((0.1, 0.1, 0.87, 0.22))
    terms = (("u", trace.delta * trace.x, palette.back), ("w", trace.delta * trace.h_before, palette.new),
             ("v", eps * after, palette.faint))  # fmt: skip
    for number, (name, values, colour) in enumerate(terms):
        places = [t + 0.25 * (number - 1) for t in shown]
        heights = [values[t - 1] for t in shown]
        sums.bar(places, heights, 0.23, color=colour, label=rf"$\partial E/\partial {name}$")
    sums.axhline(0, color=palette.faint, lw=0.8)
    sums.set(xlim=(0.5, T + 0.5), xticks=range(1, T + 1), xlabel="$t$")
    sums.set_title("terms of the sums so far", fontsize=10)
    sums.legend(frameon=False, labelcolor=palette.ink, fontsize=9, loc="upper left")
    plot_frame(figure, palette)
    return figure


def _column(axes: Axes, palette: Palette, t: int) -> None:
    """All that belongs to step `t`: nodes, arrows forward, and back where the walk has been."""
    x, been = t * STEP, t >= AT
    kinds = ("h",) if t == 0 else ("x", "h", "o", "E")
    for kind in kinds:
        here = kind == "h" and t == AT
        box = {"boxstyle": "circle,pad=0.25", "fc": palette.fill, "ec": palette.new if here else palette.ink,
               "lw": 2.6 if here else 1.1}  # fmt: skip
        axes.text(
            x,
            ROWS[kind],
            rf"${kind}_{t}$",
            color=palette.ink,
            ha="center",
            va="center",
            fontsize=11,
            bbox=box,
        )
    if t == 0:
        return
    steps = [((x, ROWS["x"]), (x, ROWS["h"])), ((x - STEP, ROWS["h"]), (x, ROWS["h"])),
             ((x, ROWS["h"]), (x, ROWS["o"])), ((x, ROWS["o"]), (x, ROWS["E"]))]  # fmt: skip
    for start, end in steps:
        _arrow(axes, start, end, palette.ink, 0.05 if been else 0.0)
    if been:
        for start, end in steps[1:]:
            _arrow(axes, end, start, palette.back, 0.05, dashed=True)


def _arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str,
    aside: float,
    *,
    dashed: bool = False,
) -> None:
    across = start[1] == end[1]
    sign = -1 if dashed else 1
    dx, dy = (0.0, sign * aside) if across else (-sign * aside, 0.0)
    axes.add_patch(
        FancyArrowPatch(
            (start[0] + dx, start[1] + dy),
            (end[0] + dx, end[1] + dy),
            arrowstyle="-|>",
            mutation_scale=10,
            shrinkA=17,
            shrinkB=17,
            color=colour,
            lw=1.2,
            ls=(0, (3, 2)) if dashed else "-",
        )
    )
