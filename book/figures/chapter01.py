"""The figures of chapter 1."""

from __future__ import annotations

from collections.abc import Collection

from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon

from figures.boxes import Point, Sketch
from figures.style import WIDTH, Palette, plot_frame
from figures.word_order import ORDERS, states

FRAME = 0.62
"""Side of a film frame or a photograph, in inches."""


def static_and_ordered(palette: Palette) -> Figure:
    """F1.1: four frames of a film in two orders, and four photographs with their names in two orders."""
    sketch = Sketch(palette, WIDTH, 2.55)
    _film(sketch, (0.35, 1.85), (1, 2, 3, 4))
    _film(sketch, (3.45, 1.85), (3, 1, 4, 2))
    _photographs(sketch, (0.35, 0.58), (0, 1, 2, 3))
    _photographs(sketch, (3.45, 0.58), (2, 0, 3, 1))
    sketch.text((0.04, 2.36), "frames of a film: a ball falls", align="left", size=10)
    sketch.text((3.14, 2.36), "shuffled: what does it do?", align="left", size=10, colour=palette.new)
    sketch.text((0.04, 1.09), "four photographs, one name each", align="left", size=10)
    sketch.text((3.14, 1.09), "shuffled: nothing is lost", align="left", size=10, colour=palette.back)
    return sketch.figure


def _corners(at: Point) -> list[Point]:
    return [(at[0] + i * (FRAME + 0.08), at[1]) for i in range(4)]


def _film(sketch: Sketch, at: Point, order: tuple[int, ...]) -> None:
    for (x, y), moment in zip(_corners(at), order, strict=True):
        corner = (x - FRAME / 2, y - FRAME / 2)
        sketch.cell(corner, (FRAME, FRAME), colour=sketch.palette.ink, fill=sketch.palette.fill)
        # A falling ball: the way down grows with the square of the time.
        height = 0.22 - 0.44 * ((moment - 1) / 3) ** 2
        ball = Circle((x - 0.18 + 0.12 * (moment - 1), y + height), 0.065, fc=sketch.palette.new, zorder=3)
        sketch.axes.add_patch(ball)


SHAPES: tuple[tuple[str, tuple[Point, ...]], ...] = (
    ("square", ((-1, -1), (1, -1), (1, 1), (-1, 1))),
    ("triangle", ((-1, -0.9), (1, -0.9), (0, 1))),
    ("kite", ((0, -1), (0.8, 0.2), (0, 1), (-0.8, 0.2))),
    ("arrow", ((-1, -0.3), (0.1, -0.3), (0.1, -0.9), (1, 0), (0.1, 0.9), (0.1, 0.3), (-1, 0.3))),
)


def _photographs(sketch: Sketch, at: Point, order: tuple[int, ...]) -> None:
    for (x, y), which in zip(_corners(at), order, strict=True):
        name, points = SHAPES[which]
        corner = (x - FRAME / 2, y - FRAME / 2)
        sketch.cell(corner, (FRAME, FRAME), colour=sketch.palette.ink, fill=sketch.palette.fill)
        outline = [(x + 0.19 * dx, y + 0.19 * dy) for dx, dy in points]
        sketch.axes.add_patch(Polygon(outline, fc=sketch.palette.back, zorder=3))
        sketch.text((x, y - FRAME / 2 - 0.13), name, size=9)


KINDS: tuple[tuple[str, Collection[int], Collection[int], int], ...] = (
    ("one-to-one", (1,), (1,), 1),
    ("SISO", (1,), (3,), 3),
    ("SIMO", (1,), (1, 2, 3), 3),
    ("MIMO", (1, 2, 3), (1, 2, 3), 3),
    ("many-to-one", (1, 2, 3), (3,), 3),
)
"""Name, steps with an input, steps with an output, number of steps."""


def mappings(palette: Palette) -> Figure:
    """F1.2: the five kinds, small: squares below for inputs, circles for states, squares above for outputs."""
    step, top, middle, low = 0.33, 1.5, 1.02, 0.54
    widths = [0.74 if T == 1 else 0.3 + (T - 1) * step for _, _, _, T in KINDS]
    gap = 0.24
    sketch = Sketch(palette, sum(widths) + gap * (len(KINDS) - 1) + 0.66, 1.75)
    sketch.text((0.0, top), "output", colour=palette.faint, align="left", size=9.5)
    sketch.text((0.0, middle), "state", colour=palette.faint, align="left", size=9.5)
    sketch.text((0.0, low), "input", colour=palette.faint, align="left", size=9.5)
    left = 0.6
    for (name, inputs, outputs, T), width in zip(KINDS, widths, strict=True):
        first = left + (width - (T - 1) * step) / 2
        for t in range(1, T + 1):
            x = first + (t - 1) * step
            sketch.circle((x, middle), radius=0.095)
            if t > 1:
                sketch.arrow((x - step, middle), (x, middle), shrink=(7, 7), mutation_scale=9)
            if t in inputs:
                sketch.box((x, low), size=(0.22, 0.2))
                sketch.arrow((x, low), (x, middle), shrink=(8, 7), mutation_scale=9)
            if t in outputs:
                sketch.box((x, top), size=(0.22, 0.2), colour=palette.new)
                sketch.arrow((x, middle), (x, top), shrink=(7, 8), mutation_scale=9, color=palette.new)
        sketch.text((left + width / 2, 0.14), name, size=10.5)
        left += width + gap
    return sketch.figure


def folded(palette: Palette) -> Figure:
    """F1.3: one network unit by unit, folded in space, and folded in time as well."""
    sketch = Sketch(palette, WIDTH, 3.15)
    _all_units(sketch, x=0.85)
    _unrolled(sketch, left=2.1)
    _loop(sketch, x=5.4)
    notes = (
        (0.85, "every unit,\none step"),
        (3.3, "folded in space:\na circle for a layer"),
        (5.4, "folded in\ntime, too"),
    )
    for x, words in notes:
        sketch.text((x, 0.22), words, size=9.5, colour=palette.faint)
    return sketch.figure


LOW, MIDDLE, TOP = 0.85, 1.75, 2.65


def _all_units(sketch: Sketch, x: float) -> None:
    inputs = [(x + dx, LOW) for dx in (-0.3, 0.3)]
    states = [(x + dx, MIDDLE) for dx in (-0.55, 0.0, 0.55)]
    outputs = [(x + dx, TOP) for dx in (-0.3, 0.3)]
    for lower, upper in ((inputs, states), (states, outputs)):
        for start in lower:
            for end in upper:
                sketch.arrow(start, end, shrink=(9, 9), lw=0.8, mutation_scale=8)
    for place in inputs + outputs:
        sketch.box(place, size=(0.22, 0.22))
    for place in states:
        sketch.circle(place, radius=0.13)


def _unrolled(sketch: Sketch, left: float) -> None:
    step = 0.95
    for t in (1, 2, 3):
        x = left + (t - 0.75) * step
        sketch.box((x, LOW), f"$x_{t}$")
        sketch.circle((x, MIDDLE), f"$h_{t}$")
        sketch.box((x, TOP), f"$y_{t}$")
        sketch.arrow((x, LOW), (x, MIDDLE), "$U$", shrink=(15, 20))
        sketch.arrow((x, MIDDLE), (x, TOP), "$V$", shrink=(20, 15))
        if t > 1:
            sketch.arrow((x - step, MIDDLE), (x, MIDDLE), "$W$", new=True)


def _loop(sketch: Sketch, x: float) -> None:
    sketch.box((x, LOW), "$x_t$")
    sketch.circle((x, MIDDLE), "$h_t$")
    sketch.box((x, TOP), "$y_t$")
    sketch.arrow((x, LOW), (x, MIDDLE), "$U$", shrink=(15, 20))
    sketch.arrow((x, MIDDLE), (x, TOP), "$V$", shrink=(20, 15))
    sketch.arrow(
        (x + 0.16, MIDDLE + 0.2),
        (x + 0.16, MIDDLE - 0.2),
        new=True,
        shrink=(2, 2),
        connectionstyle="arc3,rad=-2.1",
    )
    sketch.text((x + 0.5, MIDDLE + 0.34), "$W$", colour=sketch.palette.new, size=13)


def six_orders(palette: Palette) -> Figure:
    """W1.1, standing still at its first setting: three states of cat mat rat, and six last states."""
    figure = Figure(figsize=(WIDTH, 2.7), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.6))
    words = ORDERS[0]
    left.bar(words, states(words, 0.5), color=palette.back, width=0.55)
    left.set(title="states while reading", ylim=(-1, 1))
    names = ["".join(word[0] for word in order) for order in ORDERS]
    last = [states(order, 0.5)[-1] for order in ORDERS]
    bars = right.bar(names, last, color=palette.new, width=0.6)
    labels = [f"{value:.3f}".replace("-", "−") for value in last]
    right.bar_label(bars, labels, color=palette.ink, fontsize=9, padding=2)
    right.set(title="last state of the six orders", ylim=(-1, 1))
    for axes in (left, right):
        axes.axhline(0, color=palette.faint, lw=0.8)
    plot_frame(figure, palette)
    for axes in (left, right):
        axes.title.set_fontsize(10.5)
    return figure
