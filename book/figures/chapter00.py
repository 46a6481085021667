"""The figures of chapter 0."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure

from figures.boxes import Point, Sketch
from figures.style import WIDTH, Palette

SYMBOLS: Mapping[str, tuple[str, ...]] = {
    "book": ("x_t", "z_t", "h_t", "o_t", "y_t", r"\tau_t", "E_t", "U", "W", "V"),
    "A": ("x_i", "", "s_t", "", "y_t", "c", r"\mathcal{L}_t", "U", "W", "V"),
    "B": ("x_t", "", "h_t", "z_t", r"\hat{y}_t", "y_t", "E_t", "U", "W", "V"),
    "C": (
        "h^{0,t}",
        "z^{l,t}",
        "h^{l,t}",
        "z^{L,t}",
        "h^{L,t}",
        "t_t",
        r"\mathcal{L}",
        "W^0",
        "W^{11}",
        "W^{L-1}",
    ),
    "D": ("a^{i,t}", "z^{1,t}", "a^{1,t}", "z^{o,t}", "a^{o,t}", "t^t", "c^t", "U", "W", "V"),
    "E": ("x_{it}", "", "o_t", r"o_3\cdot w_o", r"\hat{y}", "y_i", "", "w_i", "w_h", "w_o"),
}
"""Who writes what, in the order of the book's symbols; nothing where a lecture has no letter for it."""

TRAPS = {("B", 3), ("B", 5), ("E", 2), ("E", 5)}
"""Letters that mean something else in this book."""


def symbol_map(palette: Palette) -> Figure:
    """F0.1: a column for each of the book's symbols, the lectures' names under it."""
    columns, row, left = len(SYMBOLS["book"]), 0.42, 0.95
    width = (WIDTH - left - 0.06) / columns
    sketch = Sketch(palette, WIDTH, row * len(SYMBOLS) + 0.1)
    for number, (who, names) in enumerate(SYMBOLS.items()):
        y = row * (len(SYMBOLS) - number - 0.5) + 0.05
        ours = who == "book"
        label = "this book" if ours else f"lecture {who}"
        sketch.text((0.05, y), label, align="left", size=10, bold=ours)
        for column, name in enumerate(names):
            x = left + (column + 0.5) * width
            trap = (who, column) in TRAPS
            if ours or trap:
                edge = palette.new if trap else palette.back
                sketch.cell((x - 0.46 * width, y - 0.17), (0.92 * width, 0.34), colour=edge)
            shown = rf"${name}$" if name else "–"
            colour = palette.new if trap else (palette.ink if name else palette.faint)
            sketch.text((x, y), shown, colour=colour, size=10.5 if len(name) < 8 else 8.5)
    return sketch.figure


UNIT = 0.22
"""Side of one entry of an array, in inches."""
N, D = 3, 4


def shapes(palette: Palette) -> Figure:
    """F0.2: z_t = U x_t + W h_{t-1} + b as boxes of entries; sizes that must agree have one colour."""
    sketch = Sketch(palette, 5.2, 1.8)
    middle = 1.0
    x = 0.3
    x = _array(sketch, (x, middle), (D, 1), "$z_t$", ("d", ""))
    x = _sign(sketch, x, middle, "=")
    x = _array(sketch, (x, middle), (D, N), "$U$", ("d", "n"))
    x = _array(sketch, (x + 0.22, middle), (N, 1), "$x_t$", ("n", ""))
    x = _sign(sketch, x, middle, "+")
    x = _array(sketch, (x, middle), (D, D), "$W$", ("d", "d"))
    x = _array(sketch, (x + 0.22, middle), (D, 1), "$h_{t-1}$", ("d", ""))
    x = _sign(sketch, x, middle, "+")
    _array(sketch, (x, middle), (D, 1), "$b$", ("d", ""))
    return sketch.figure


def _array(sketch: Sketch, at: Point, size: tuple[int, int], name: str, letters: tuple[str, str]) -> float:
    """Draw an array with its left edge at `at`; return its right edge."""
    rows, columns = size
    left, bottom = at[0], at[1] - rows * UNIT / 2
    for i in range(rows):
        for j in range(columns):
            corner = (left + j * UNIT, bottom + i * UNIT)
            sketch.cell(corner, (UNIT, UNIT), colour=sketch.palette.ink, fill=sketch.palette.fill)
    colours = {"n": sketch.palette.new, "d": sketch.palette.back}
    tall, wide = letters
    sketch.text((left - 0.11, at[1]), f"${tall}$", colour=colours[tall], size=12)
    if wide:
        sketch.text(
            (left + columns * UNIT / 2, bottom + rows * UNIT + 0.12),
            f"${wide}$",
            colour=colours[wide],
            size=12,
        )
    sketch.text((left + columns * UNIT / 2, 0.22), name, size=13)
    return left + columns * UNIT


def _sign(sketch: Sketch, x: float, y: float, sign: str) -> float:
    sketch.text((x + 0.22, y), sign, size=14)
    return x + 0.57
