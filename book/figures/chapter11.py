"""The figures of chapter 11."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figures.boxes import Point, Sketch
from figures.far_states import typical
from figures.reversal import LENGTH, alignment, reversed_words, run, train
from figures.style import WIDTH, Palette, plot_frame

WORD = "badcedbaec"
"""What the network of the last figure reads."""


def match(S: int, beta: float) -> float:
    """The weight of one key with score β among S − 1 keys with score 0."""
    return float(np.exp(beta) / (np.exp(beta) + S - 1))


def _back(palette: Palette, **style: Any) -> dict[str, Any]:
    """How an error's road is drawn, as everywhere in the book."""
    return {"color": palette.back, "ls": (0, (3, 2)), "lw": 1.2, "mutation_scale": 10, **style}


def _both_ways(sketch: Sketch, start: Point, end: Point, label: str = "", **style: Any) -> None:
    """An arrow, and beside it the dashed one of the error."""
    shift = 0.07 if start[0] != end[0] else 0.0
    across = 0.07 - shift
    sketch.arrow((start[0] - across, start[1] + shift), (end[0] - across, end[1] + shift), label, **style)
    sketch.arrow(
        (end[0] + across, end[1] - shift), (start[0] + across, start[1] - shift), **_back(sketch.palette)
    )


def encoder_decoder(palette: Palette) -> Figure:
    """F11.1: three steps of an encoder, the joint, two steps of a decoder, with the errors' roads."""
    sketch = Sketch(palette, 7.4, 3.9)
    low, high, step = 0.55, 1.5, 1.08
    xs = [0.45 + i * step for i in range(7)]
    for i in range(4):
        sketch.circle((xs[i], high), f"$h_{i}$")
        if i:
            sketch.box((xs[i], low), f"$x_{i}$")
            sketch.arrow((xs[i], low), (xs[i], high), "$U$")
            if i > 1:
                _both_ways(sketch, (xs[i - 1], high), (xs[i], high), "$W$")
    sketch.arrow((xs[0], high), (xs[1], high), "$W$")
    for t in range(3):
        x = xs[4 + t]
        sketch.circle((x, high), f"$s_{t}$", colour=palette.new if t == 0 else "")
        if t:
            sketch.box((x, low), f"$u_{t}$")
            sketch.arrow((x, low), (x, high), "$U_s$")
            _both_ways(sketch, (xs[3 + t], high), (x, high), "$W_s$")
            sketch.box((x, 2.5), f"$o_{t}$")
            _both_ways(sketch, (x, high), (x, 2.5), "$V_s$")
            sketch.box((x, 3.4), f"$E_{t}$")
            _both_ways(sketch, (x, 2.5), (x, 3.4))
    _both_ways(sketch, (xs[3], high), (xs[4], high), "$P$", new=True)
    sketch.text((xs[2], low - 0.36), "encoder", size=11)
    sketch.text(((xs[3] + xs[4]) / 2, low - 0.36), "joint", colour=palette.new, size=11)
    sketch.text((0.25, 3.4), "dashed: the error", colour=palette.back, align="left", size=10)
    sketch.text((xs[5] + 0.5 * step, low - 0.36), "decoder", size=11)
    return sketch.figure


def two_feeds(palette: Palette) -> Figure:
    """Teacher forcing above, running free below: where the inputs of three steps come from."""
    sketch = Sketch(palette, 6.2, 4.3)
    for row, base in ((0, 2.45), (1, 0.3)):
        xs = [1.55 + 1.65 * t for t in range(3)]
        for t, x in enumerate(xs, 1):
            sketch.circle((x, base + 0.75), f"$s_{t}$")
            sketch.box((x, base + 1.5), f"$o_{t}$")
            sketch.arrow((x, base + 0.75), (x, base + 1.5), shrink=(20, 15))
            named = "start" if t == 1 else (rf"$\tau_{t - 1}$" if row == 0 else f"$u_{t}$")
            told = row == 0 and t > 1
            sketch.box(
                (x, base),
                named,
                colour=palette.new if told else "",
                size=(0.56, 0.38),
                font=10 if t == 1 else 13,
            )
            sketch.arrow((x, base), (x, base + 0.75), shrink=(15, 20))
            if t > 1:
                sketch.arrow((xs[t - 2], base + 0.75), (x, base + 0.75))
                if row:
                    bend: dict[str, Any] = {
                        "connectionstyle": "arc3,rad=-0.12",
                        "color": palette.new,
                        "lw": 1.6,
                    }
                    sketch.arrow((xs[t - 2], base + 1.5), (x, base), shrink=(19, 19), **bend)
        words = ("teacher\nforcing", "running\nfree")[row]
        sketch.text((0.5, base + 0.75), words, size=10.5)
    return sketch.figure


def attention_step(palette: Palette) -> Figure:
    """One decoder step: scores of four states, softmax, context, output."""
    sketch = Sketch(palette, 6.6, 4.5)
    xs = [0.55 + 1.0 * i for i in range(4)]
    state, score, weight, mean = 0.4, 1.5, 2.7, 3.75
    asks = (5.55, 0.4)
    for i, x in enumerate(xs, 1):
        sketch.circle((x, state), f"$h_{i}$")
        sketch.box((x, score), f"$e_{i}$")
        sketch.box((x, weight), rf"$\alpha_{i}$", colour=palette.new)
        sketch.arrow((x, state), (x, score), shrink=(20, 15))
        sketch.arrow((x, score), (x, weight), shrink=(15, 15))
        faint: dict[str, Any] = {"color": palette.faint, "lw": 1.0, "mutation_scale": 10}
        sketch.arrow(asks, (x, score), shrink=(22, 21), **faint)
        sketch.arrow((x, weight), (2.05, mean), shrink=(15, 21), color=palette.new, lw=1.5)
    sketch.circle(asks, "$s_t$")
    sketch.box((2.05, 2.1), "softmax", size=(3.6, 0.34), font=11)
    sketch.circle((2.05, mean), r"$\kappa_t$", colour=palette.new)
    sketch.text((0.8, 3.4), r"$\alpha_1 h_1$", colour=palette.new, size=12)
    sketch.text((3.35, 3.4), r"$\alpha_4 h_4$", colour=palette.new, size=12)
    sketch.box((5.55, mean), "$o_t$")
    sketch.arrow((2.05, mean), (5.55, mean), "$V_c$", shrink=(21, 19))
    sketch.arrow(asks, (5.55, mean), "$V_s$", shrink=(20, 15))
    return sketch.figure


def _legend(axes: Axes, palette: Palette, **style: object) -> None:
    look: dict[str, object] = {"frameon": False, "labelcolor": palette.ink, "fontsize": 9} | style
    axes.legend(**look)


def sharpness(palette: Palette) -> Figure:
    """W11.1, standing still at its first setting: S = 10, β = 2."""
    S, beta = 10, 2.0
    figure = Figure(figsize=(WIDTH, 2.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    first = match(S, beta)
    others = (1 - first) / (S - 1)
    left.bar(range(1, S + 1), [first] + [others] * (S - 1), 0.7, color=palette.fill, ec=palette.back, lw=1.0)
    left.set(xlabel="input", title="attention weights", ylim=(0, 1), xticks=[1, 5, 10])
    betas = np.linspace(0, 10, 101)
    alpha = np.array([match(S, one) for one in betas])
    right.plot(betas, alpha, color=palette.back, label=r"$\alpha$")
    right.plot(betas, alpha * (1 - alpha), color=palette.new, ls="-.", label=r"$\alpha(1-\alpha)$")
    right.plot([beta], [first], "o", ms=8, mfc="none", mec=palette.ink, mew=1.4)
    right.set(xlabel=r"$\beta$", title="weight of the match, and its slope", ylim=(-0.03, 1.05))
    plot_frame(figure, palette)
    for axes in (left, right):
        axes.title.set_fontsize(10)
    _legend(right, palette, loc="center right")
    return figure


def roads(palette: Palette) -> Figure:
    """F11.3: from the loss of the decoder's second step to every encoder state, by the joint and straight."""
    sketch = Sketch(palette, 7.4, 3.3)
    xs, low = [0.4 + 0.93 * i for i in range(8)], 0.75
    names = [*(f"$h_{i}$" for i in range(1, 6)), "$s_0$", "$s_1$", "$s_2$"]
    for x, name in zip(xs, names, strict=True):
        sketch.circle((x, low), name)
    for i in range(7):
        sketch.arrow((xs[i], low + 0.06), (xs[i + 1], low + 0.06))
        sketch.arrow((xs[i + 1], low - 0.06), (xs[i], low - 0.06), **_back(palette))
        sketch.text(
            ((xs[i] + xs[i + 1]) / 2, low - 0.27), "$P$" if i == 4 else "$W$" if i < 4 else "$W_s$", size=11
        )
    sketch.box((xs[7], 2.75), "$E_2$")
    sketch.arrow((xs[7] - 0.07, low), (xs[7] - 0.07, 2.75))
    sketch.arrow((xs[7] + 0.07, 2.75), (xs[7] + 0.07, low), **_back(palette))
    ask = (5.5, 2.3)
    sketch.box(ask, r"$\alpha_2$", colour=palette.new)
    sketch.arrow((xs[7], 2.75), ask, shrink=(20, 20), **_back(palette))
    for x in xs[:5]:
        sketch.arrow(ask, (x, low), shrink=(19, 20), **_back(palette, connectionstyle="arc3,rad=0.12"))
    sketch.text((xs[3], 0.14), "by the joint: 4 + 2 recurrent steps to $h_1$", colour=palette.back, size=10.5)
    sketch.text((1.3, 2.6), "by the attention: none", colour=palette.back, size=10.5)
    return sketch.figure


def measured(palette: Palette) -> Figure:
    """The product of chapter 8, and what arrives at h_1 in three cases, over the number of inputs."""
    lengths = [2, 3, 5, 7, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]
    found = [typical(S) for S in lengths]
    figure = Figure(figsize=(WIDTH, 3.1), layout="constrained")
    axes = figure.subplots()
    curves = (
        ("found", "90 % on $h_1$", palette.new, "-", "o"),
        ("equal", "equal weights", palette.new, "--", "s"),
        ("product", r"$\|J_S \cdots J_2\|_2$", palette.ink, ":", "^"),
        ("joint", "no attention", palette.back, "-", "v"),
    )
    for name, label, colour, look, mark in curves:
        sizes = [getattr(each, name) for each in found]
        axes.semilogy(lengths, sizes, look, color=colour, marker=mark, ms=3.5, label=label)
    axes.set(xlabel="number of inputs $S$", title=r"size of $\partial E_1/\partial h_1$, and of the product")
    axes.set_yticks([1e-20, 1e-15, 1e-10, 1e-5, 1])
    axes.minorticks_off()
    plot_frame(figure, palette)
    axes.title.set_fontsize(10)
    _legend(axes, palette, loc="lower left")
    return figure


def _right_by_place(*, attention: bool) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The share of right letters at each place of 500 written words, (T,)."""
    words = reversed_words(np.random.default_rng(99), 500)
    found = run(train(0, attention=attention).p, words)
    return np.asarray((found.y.argmax(axis=-1) == words.Tau.argmax(axis=-1)).mean(axis=0))


def learning(palette: Palette) -> Figure:
    """Loss over the updates and share of right letters by place, without attention and with it."""
    figure = Figure(figsize=(WIDTH, 2.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    for attention, colour, look, label in (
        (False, palette.back, "--", "no attention"),
        (True, palette.new, "-", "attention"),
    ):
        losses = train(0, attention=attention).losses.reshape(-1, 10).mean(axis=1)
        left.plot(10 * np.arange(1, len(losses) + 1), losses, look, color=colour, label=label)
        places = _right_by_place(attention=attention)
        right.plot(range(1, LENGTH + 1), places, look, color=colour, marker="o", ms=3.5, label=label)
    right.axhline(0.2, color=palette.faint, lw=0.9, ls=":")
    right.text(1, 0.22, "chance", color=palette.ink, fontsize=9, va="bottom")
    left.set(xlabel="update", title="loss per letter", ylim=(0, 1.9))
    right.set(
        xlabel="place in the written word",
        title="share of right letters",
        ylim=(0, 1.05),
        xticks=[1, 4, 7, 10],
    )
    plot_frame(figure, palette)
    for axes in (left, right):
        axes.title.set_fontsize(10)
    _legend(left, palette, loc="upper right")
    return figure


def weights(palette: Palette) -> Figure:
    """F11.2: where a trained network looks while it writes a word backwards."""
    alpha = alignment(0, WORD)
    figure = Figure(figsize=(4.6, 3.9), layout="constrained")
    axes = figure.subplots()
    # The strong end is strong on both grounds; nothing at all shows the page.
    shades = LinearSegmentedColormap.from_list("book", [palette.fill, palette.new])
    axes.pcolormesh(alpha, cmap=shades, vmin=0, vmax=1, edgecolors=palette.faint, linewidth=0.3)
    for t in range(len(alpha)):
        place = len(WORD) - 1 - t
        axes.add_patch(Rectangle((place + 0.12, t + 0.12), 0.76, 0.76, fill=False, ec=palette.ink, lw=1.2))
    axes.invert_yaxis()
    middle = np.arange(len(WORD)) + 0.5
    axes.set_xticks(middle, [f"{letter}\n{i}" for i, letter in enumerate(WORD, 1)])
    axes.set_yticks(middle, list(WORD[::-1]))
    axes.set(xlabel="read, and step $i$", ylabel="written")
    axes.set_aspect("equal")
    axes.tick_params(length=0)
    plot_frame(figure, palette)
    return figure
