"""The figures of chapter 5."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figures import unrolled
from figures.scalar import MAPPINGS, run
from figures.style import TRANSPOSED, WIDTH, Palette, plot_frame
from figures.unrolled import Net

STEPS = (1, 2, 3)


def siso(palette: Palette) -> Figure:
    """F5.1: one input, one loss."""
    return unrolled.draw(Net(inputs=(1,), losses=(3,)), palette)


def simo(palette: Palette) -> Figure:
    """F5.2: SISO with an output and a loss at every step."""
    new = {(kind, t) for kind in "VE" for t in (1, 2)}
    return unrolled.draw(Net(inputs=(1,), losses=STEPS, new=new), palette)


def mimo(palette: Palette) -> Figure:
    """F5.3: SIMO with an input at every step."""
    return unrolled.draw(Net(inputs=STEPS, losses=STEPS, new={("U", 2), ("U", 3)}), palette)


def mimo_plain(palette: Palette) -> Figure:
    """The front page's picture: MIMO, with nothing brought out."""
    return unrolled.draw(Net(inputs=STEPS, losses=STEPS), palette)


def many_to_one(palette: Palette) -> Figure:
    """F5.4: SISO with an input at every step."""
    return unrolled.draw(Net(inputs=STEPS, losses=(3,), new={("U", 2), ("U", 3)}), palette)


LOOP_COLUMNS = (0.6, 1.4, 3.4, 5.15, 6.2)
"""Right edges of the columns of `backward_loop`, in inches from its left edge."""


def backward_loop(palette: Palette) -> Figure:
    """F5.5: the loop as a table, one row a step; arrows take the carry from one row to the next."""
    row, T = 0.52, 3
    figure = Figure(figsize=(WIDTH, row * (T + 2) + 0.06))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(-(T + 2) * row - 0.03, 0.03))
    axes.axis("off")
    head = ("step", "1 read", "2 compute", "3 add to the sums", "4 replace")
    _row(axes, palette, -row / 2, head, bold=True)
    axes.axhline(-row, color=palette.ink, lw=1.2)
    for number, t in enumerate(range(T, 0, -1), start=1):
        y = -(number + 0.5) * row
        _row(axes, palette, y, _loop_cells(t, T))
        _carry_arrow(axes, palette, y, row)
    y = -(T + 1.5) * row
    axes.text(
        _centre(1),
        y,
        rf"$W{TRANSPOSED}\delta_1$",
        color=palette.back,
        ha="center",
        va="center",
        fontsize=12.5,
    )
    axes.text(
        _centre(2) - 0.55, y, r"is $\partial E/\partial h_0$", color=palette.ink, va="center", fontsize=12
    )
    return figure


def _loop_cells(t: int, T: int) -> tuple[str, ...]:
    carry = "0" if t == T else rf"$W{TRANSPOSED}\delta_{t + 1}$"
    incoming = rf"V{TRANSPOSED}\epsilon_" + str(t) + ("" if t == T else rf" + W{TRANSPOSED}\delta_{t + 1}")
    delta = rf"$f'(z_{t})\odot({incoming})$"
    sums = rf"$\delta_{t}h_{t - 1}{TRANSPOSED},\ \delta_{t}x_{t}{TRANSPOSED},\ \epsilon_{t}h_{t}{TRANSPOSED}$"
    return (rf"$t={t}$", carry, delta, sums, rf"$W{TRANSPOSED}\delta_{t}$")


def _centre(column: int) -> float:
    left = LOOP_COLUMNS[column - 1] if column else 0.0
    return (left + LOOP_COLUMNS[column]) / 2


def _row(axes: Axes, palette: Palette, y: float, cells: tuple[str, ...], *, bold: bool = False) -> None:
    for column, text in enumerate(cells):
        carry = column in {1, 4} and not bold
        axes.text(
            _centre(column),
            y,
            text,
            color=palette.back if carry else palette.ink,
            ha="center",
            va="center",
            fontsize=10 if bold else 11.5,
            weight="bold" if bold else "normal",
        )


def _carry_arrow(axes: Axes, palette: Palette, y: float, row: float) -> None:
    """Take the carry that a row leaves to the row below, along the line between the two."""
    right, left, line = _centre(4), _centre(1), y - row / 2
    style: dict[str, Any] = {"color": palette.back, "lw": 1.1, "ls": (0, (3, 2))}
    axes.plot([right, right, left], [y - 0.16, line, line], **style)
    axes.annotate(
        "",
        (left, line - 0.13),
        (left, line),
        arrowprops={"arrowstyle": "-|>", "color": palette.back, "lw": 1.1},
    )


def who_feeds(palette: Palette) -> Figure:
    """F5.6: a square for each step and sum, filled if that step adds a term."""
    T, side = 4, 0.24
    figure = Figure(figsize=(WIDTH, 2.5))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(-2.3, 0.2), aspect="equal")
    axes.axis("off")
    lefts = (1.35, 3.05, 4.75)
    for left, name in zip(lefts, ("U", "W", "V"), strict=True):
        title = rf"$\partial E/\partial {name}$"
        axes.text(
            left + 2 * side + 0.06, 0.0, title, color=palette.ink, ha="center", va="center", fontsize=12.5
        )
    for number, (mapping, (every_input, every_loss)) in enumerate(MAPPINGS.items()):
        y = -0.5 - 0.46 * number
        axes.text(0.0, y, mapping, color=palette.ink, va="center", fontsize=11)
        steps = {"U": range(1, T + 1) if every_input else (1,), "W": range(1, T + 1)}
        steps["V"] = range(1, T + 1) if every_loss else (T,)
        for left, name in zip(lefts, ("U", "W", "V"), strict=True):
            _squares(axes, palette, (left, y), side, set(steps[name]), T)
    return figure


def _squares(
    axes: Axes, palette: Palette, at: tuple[float, float], side: float, filled: set[int], T: int
) -> None:
    left, y = at
    for t in range(1, T + 1):
        on = t in filled
        axes.add_patch(
            Rectangle(
                (left + (t - 1) * (side + 0.04), y - side / 2),
                side,
                side,
                fc=palette.back if on else "none",
                ec=palette.back if on else palette.faint,
                lw=1.0,
            )
        )
    count = "T" if len(filled) == T else "1"
    right = left + T * (side + 0.04) + 0.06
    axes.text(right, y, rf"${count}$", color=palette.ink, va="center", fontsize=12)


def delta_back(palette: Palette) -> Figure:
    """W5.1, standing still at its first setting: MIMO, w = 1, T = 8."""
    trace = run("MIMO", 1.0, 8)
    t = list(range(1, 9))
    figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(t, abs(trace.delta), "-o", color=palette.ink, ms=5, label=r"$|\delta_t|$")
    left.plot(t, abs(trace.own), "s", color=palette.new, ms=5, label="from own output")
    left.plot(t[:-1], abs(trace.from_next[:-1]), "^", color=palette.back, ms=5, label="from next step")
    ticks = [0.02, 0.05, 0.1, 0.2, 0.5, 1]
    left.set(
        xlabel="$t$",
        title="error of each step, and its two sources",
        xticks=t,
        yscale="log",
        ylim=(0.004, 1.1),
    )
    left.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    left.minorticks_off()
    sums = ((trace.x, palette.new, "-s", "u"), (trace.h_before, palette.back, "-^", "w"))
    for factor, colour, marker, name in sums:
        running = (trace.delta * factor)[::-1].cumsum()[::-1]
        right.plot(t, running, marker, color=colour, ms=5, label=rf"$\partial E/\partial {name}$")
    right.axhline(0, color=palette.faint, lw=0.8)
    right.set(xlabel="$t$", title="the two sums, filled from $t=8$ down", xticks=t)
    plot_frame(figure, palette)
    for axes in (left, right):
        axes.title.set_fontsize(10)
        axes.legend(frameon=False, labelcolor=palette.ink, fontsize=9)
    return figure
