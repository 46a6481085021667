"""The figures of chapter 3."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from figures import output_error
from figures.graphs import Sheet
from figures.style import TRANSPOSED, WIDTH, Palette, plot_frame

LAYERS = (3, 4, 4, 3, 2)
"""Units of h⁰ to h⁴ in F3.1."""


def network(palette: Palette) -> Figure:
    """F3.1: four layers, forward above, errors backward below."""
    step, gap = 1.32, 0.4
    sheet = Sheet(palette, 6.2, -1.62, 1.42)
    for layer, units in enumerate(LAYERS):
        x = 0.42 + step * layer
        for unit in range(units):
            y = gap * ((units - 1) / 2 - unit)
            sheet.node(f"{layer}.{unit}", (x, y), "", radius=0.13)
        name = "$h^0 = x$" if layer == 0 else "$h^4 = y$" if layer == 4 else f"$h^{layer}$"
        sheet.text((x, 1.2), name)
        if layer:
            sheet.text((x, 0.9), f"$z^{layer}$", size=11)
            sheet.text((x, -1.05), rf"$\delta^{layer}$", colour=palette.back, size=14)
    for layer in range(1, len(LAYERS)):
        x = 0.42 + step * (layer - 0.5)
        for tail in range(LAYERS[layer - 1]):
            for head in range(LAYERS[layer]):
                sheet.arrow(
                    f"{layer - 1}.{tail}",
                    f"{layer}.{head}",
                    reach=10,
                    color=palette.faint,
                    lw=0.7,
                    mutation_scale=6,
                )
        sheet.text((x, 1.05), f"$W^{layer}$", size=12)
        if layer > 1:
            _back(sheet, x, layer)
    sheet.text((0.05, -1.05), "errors", colour=palette.back, size=10, ha="left")
    return sheet.figure


def _back(sheet: Sheet, x: float, layer: int) -> None:
    """The dashed arrow from one layer's error to the next lower one, with the transposed matrix."""
    sheet.axes.add_patch(
        FancyArrowPatch(
            (x + 0.4, -1.05),
            (x - 0.4, -1.05),
            arrowstyle="-|>",
            color=sheet.palette.back,
            lw=1.2,
            ls=(0, (3, 2)),
            mutation_scale=11,
        )
    )
    text = rf"$(W^{layer}){TRANSPOSED}$"
    sheet.text((x, -1.34), text, colour=sheet.palette.back, size=11.5)


def fan(palette: Palette) -> Figure:
    """F3.2: one hidden unit feeds every unit above it, and hears from all of them."""
    sheet = Sheet(palette, 4.8, -1.5, 1.45)
    sheet.node("z", (0.5, 0.0), "$z_j$")
    sheet.node("h", (1.9, 0.0), "$h_j$")
    for number, y in ((1, 1.0), (2, 0.0), (3, -1.0)):
        sheet.node(f"{number}", (3.7, y), f"$z_{number}$")
        sheet.arrow("h", f"{number}", shift=0.06)
        sheet.back(f"{number}", "h", shift=0.06)
        sheet.text((4.3, y), rf"$\delta_{number}$", colour=palette.back, size=14)
    sheet.arrow("z", "h", shift=0.07)
    sheet.back("h", "z", shift=0.07)
    sheet.text((1.2, 0.27), "$f$", size=12)
    sheet.text((1.2, -0.3), "$f'(z_j)$", colour=palette.back, size=11.5)
    for x, y, number in ((2.62, 0.74, 1), (2.98, 0.22, 2), (2.95, -0.36, 3)):
        sheet.text((x, y), f"$W_{{{number}j}}$", size=11.5)
    sheet.text((0.5, -0.55), r"$\delta_j$", colour=palette.back, size=14)
    return sheet.figure


def outer(palette: Palette) -> Figure:
    """F3.3: the outer product as a table; one entry brought out."""
    rows, columns, side = 3, 4, 0.52
    sheet = Sheet(palette, 4.7, -2.05, 1.1)
    left, top = 1.65, 0.25
    for i in range(rows):
        y = top - side * (i + 0.5)
        sheet.text((left - 0.5, y), rf"$\delta_{i + 1}$", colour=palette.back, size=14)
        for j in range(columns):
            chosen = (i, j) == (1, 2)
            at = (left + side * j, y - side / 2)
            edge = palette.new if chosen else palette.faint
            sheet.axes.add_patch(
                Rectangle(at, side, side, fc="none", ec=edge, lw=2.4 if chosen else 0.9, zorder=3 + chosen)
            )
            text = rf"$\delta_{i + 1}h_{j + 1}$"
            colour = palette.new if chosen else palette.ink
            sheet.text((at[0] + side / 2, y), text, colour=colour, size=10)
    for j in range(columns):
        sheet.text((left + side * (j + 0.5), top + 0.3), f"$h_{j + 1}$", size=13)
    sheet.text((left - 1.0, top - side * 1.5), "row $i$:\nerror", size=9.5)
    sheet.text((left + side * 2, top + 0.68), "column $j$: what the weight multiplied", size=9.5)
    sheet.text((left + side * 2, -1.75), r"$\partial E/\partial W_{23} = \delta_2 h_3$", colour=palette.new)
    return sheet.figure


def saturated(palette: Palette) -> Figure:
    """F3.4 and W3.1, standing still: both errors over z for the target 0, and the squared error's alone."""
    figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    z = np.linspace(-8, 8, 161)
    for axes, curves in ((left, ("entropy", "squared")), (right, ("squared",))):
        for name in curves:
            colour = palette.back if name == "entropy" else palette.new
            error = getattr(output_error, name)
            label = "cross entropy" if name == "entropy" else "half squared error"
            axes.plot(z, error(z, 0.0), color=colour, ls="-" if name == "entropy" else "--", label=label)
            axes.plot([4.0], [float(error(4.0, 0.0))], "o", ms=6, color=colour)
        axes.axhline(0, color=palette.faint, lw=0.8)
        axes.set(xlabel="$z$", xticks=[-8, -4, 0, 4, 8])
    left.set(title=r"$\partial E/\partial z$ for the target 0", ylim=(-0.08, 1.25))
    right.set(title="half squared error alone", ylim=(-0.012, 0.17))
    plot_frame(figure, palette)
    for axes in (left, right):
        axes.title.set_fontsize(10)
    left.legend(frameon=False, labelcolor=palette.ink, fontsize=9, loc="upper left")
    return figure


DEPTHS = ((6.0, "-^"), (4.0, "-o"), (2.0, "-s"), (1.0, "-D"))
"""The weights of W3.2's picture, with their markers."""


def depth(palette: Palette) -> Figure:
    """W3.2, standing still: what ten layers leave, for four weights."""
    figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
    axes = figure.subplots()
    colours = (palette.new, palette.ink, palette.faint, palette.back)
    layers = np.arange(1, 11)
    for (w, marker), colour in zip(DEPTHS, colours, strict=True):
        values = output_error.left(w, 10)
        axes.semilogy(layers, values, marker, color=colour, ms=5, lw=1.2)
        axes.text(10.25, values[-1], f"$w={w:g}$", color=palette.ink, va="center", fontsize=10)
    axes.set(
        xlabel="layers $l$", title=r"what is left of an error: $(w/4)^l$", xticks=layers, xlim=(0.7, 11.2)
    )
    axes.set_yticks([1e-6, 1e-4, 1e-2, 1, 100])
    axes.minorticks_off()
    plot_frame(figure, palette)
    axes.title.set_fontsize(10)
    return figure
