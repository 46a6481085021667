"""Checks of chapter 3: layered networks, forward and backward."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from through_time import losses
from through_time._findings import at
from through_time._forms import number, one_of
from through_time._gradients import value_fault
from through_time.functions import Known
from through_time.numeric import central_difference, relative_error
from through_time.problems import Array, probabilities, weights
from through_time.tasks import AnswerTask, Arguments, Law, Task, Trial, ValueTask

HEADS = ("identity-half-se", "tanh-half-se", "sigmoid-ce", "softmax-ce")
LETTERS = ("A", "B", "C", "D", "E")
LAYERS = 3
"""Of the largest network that is tried."""
STEP_SIZE = 0.1

Parts = Mapping[str, Array]
Shapes = dict[str, tuple[int, ...]]


def _rng(*sizes: int) -> np.random.Generator:
    return np.random.default_rng([3, *sizes])


def _network(rng: np.random.Generator, sizes: Sequence[int]) -> tuple[list[Array], list[Array]]:
    shapes = [(rows, columns) for columns, rows in pairwise(sizes)]
    return [weights(rng, *shape) for shape in shapes], [weights(rng, rows) for rows, _ in shapes]


def _named(sizes: Sequence[int]) -> str:
    return f"layers of {'-'.join(map(str, sizes))}"


def _numbered(name: str, arrays: Sequence[Array]) -> Shapes:
    return {f"{name}[{i}]": np.shape(array) for i, array in enumerate(arrays)}


# Forward


def _forward_trial(*sizes: int, f: str = "tanh") -> Trial:
    rng = _rng(*sizes)
    Ws, bs = _network(rng, sizes)
    return Trial(_named(sizes), {}, (weights(rng, sizes[0]), Ws, bs, Known(f)))


def _picking_trial(*sizes: int) -> Trial:
    """Each row of each W holds a single 1: a unit takes one entry of the layer below, and its bias."""
    rng = _rng(*sizes, 0)
    _, bs = _network(rng, sizes)
    # A later unit takes an earlier entry, so that no W is symmetric.
    Ws = [np.eye(columns)[(np.arange(rows) + 1) % columns] for columns, rows in pairwise(sizes)]
    name = f"{_named(sizes)}, a single 1 in every row of W"
    return Trial(name, {}, (weights(rng, sizes[0]), Ws, bs, Known("tanh")))


def _forward_shapes(x: Array, _Ws: Any, bs: Sequence[Array], _f: Any) -> Shapes:
    return {**_numbered("zs", bs), **_numbered("hs", [x, *bs])}


def _starts_with_x(arguments: Arguments, parts: Parts) -> str:
    return "" if np.array_equal(parts["hs[0]"], arguments[0]) else "hs[0] isn't x."


def _activated(layer: int) -> Law:
    z, h = f"zs[{layer}]", f"hs[{layer + 1}]"

    def fault(arguments: Arguments, parts: Parts) -> str:
        expected = arguments[3](parts[z])
        return "" if relative_error(parts[h], expected) < 1e-12 else f"{h} isn't f({z})."

    return Law((h,), fault, uses=(z,))


def _picked(layer: int) -> Law:
    z, below = f"zs[{layer}]", f"hs[{layer}]"

    def fault(arguments: Arguments, parts: Parts) -> str:
        W, b = arguments[1][layer], arguments[2][layer]
        if not np.isin(W, (0.0, 1.0)).all():
            return ""
        expected = parts[below][W.argmax(axis=1)] + b
        if relative_error(parts[z], expected) < 1e-12:
            return ""
        worst = int(np.abs(parts[z] - expected).argmax())
        column = int(W[worst].argmax())
        return (
            f"Row {worst} of Ws[{layer}] has its single 1 in column {column}, so {z}{at(worst)} should be "
            f"{below}{at(column)} + bs[{layer}]{at(worst)} = {expected[worst]:.6g}; it is {parts[z][worst]:.6g}."
        )

    return Law((z,), fault, uses=(below,))


FORWARD = ValueTask(
    name="mlp_forward",
    arguments=("x", "Ws", "bs", "f"),
    shapes=_forward_shapes,
    laws=(
        Law(("hs[0]",), _starts_with_x),
        *(_picked(layer) for layer in range(LAYERS)),
        *(_activated(layer) for layer in range(LAYERS)),
    ),
    trials=lambda: (
        _forward_trial(4, 3, 5, 2),
        _picking_trial(4, 3, 5, 2),
        _picking_trial(3, 3, 3, 3),
        _forward_trial(2, 4, f="sigmoid"),
    ),
    returns="lists",
)

# The error at the output


def _head_trial(head: str, k: int, size: float = 1.0) -> Trial:
    rng = _rng(HEADS.index(head), k)
    tau = {"softmax-ce": probabilities, "sigmoid-ce": lambda rng, k: rng.uniform(0.1, 0.9, k)}
    # With size 5000 no logit is nearer to 0 than 1000: whatever their signs, a plain softmax overflows.
    o = weights(rng, k) * size
    large = f", logits up to {size:g}" if size > 1 else ""
    return Trial(f'"{head}" with k = {k}{large}', {}, (o, tau.get(head, weights)(rng, k), head))


def _slope_of_the_loss(arguments: Arguments, parts: Parts) -> str:
    o, tau, head = arguments
    expected = central_difference(lambda o: losses.one_output(o, tau, head), o)
    if np.abs(parts["eps"] - expected).max() < 1e-6 * max(1.0, float(np.abs(expected).max())):
        return ""
    return value_fault("eps", parts["eps"], expected)


EPS = ValueTask(
    name="output_eps",
    arguments=("o", "tau", "head"),
    shapes=lambda o, _tau, _head: {"eps": o.shape},
    laws=(Law(("eps",), _slope_of_the_loss),),
    trials=lambda: (
        *(_head_trial(head, 4) for head in HEADS),
        *(_head_trial(head, 1) for head in HEADS[:3]),
        _head_trial("sigmoid-ce", 5, 5000.0),
        _head_trial("softmax-ce", 5, 5000.0),
    ),
    returns="value",
)

# Backward


def _with(arrays: Sequence[Array], place: int, array: Array) -> list[Array]:
    return [*arrays[:place], array, *arrays[place + 1 :]]


def _slopes(Ws: list[Array], bs: list[Array], x: Array, tau: Array, name: str, place: int) -> Array:
    """Central differences of E by Ws[place] or bs[place]."""
    if name == "W":
        return central_difference(lambda W: losses.layers(_with(Ws, place, W), bs, x, tau), Ws[place])
    return central_difference(lambda b: losses.layers(Ws, _with(bs, place, b), x, tau), bs[place])


def _gradient_law(name: str, place: int) -> Law:
    part = f"d{name}s[{place}]"

    def fault(arguments: Arguments, parts: Parts) -> str:
        x, Ws, bs, tau = arguments
        return value_fault(part, parts[part], _slopes(Ws, bs, x, tau, name, place))

    return Law((part,), fault)


def _each_layer(law: Callable[[str, int], Law]) -> tuple[Law, ...]:
    return tuple(law(name, place) for name in "Wb" for place in range(LAYERS))


def _backward_trial(*sizes: int) -> Trial:
    rng = _rng(*sizes, 1)
    Ws, bs = _network(rng, sizes)
    return Trial(_named(sizes), {}, (weights(rng, sizes[0]), Ws, bs, weights(rng, sizes[-1])))


BACKWARD = ValueTask(
    name="mlp_backward",
    arguments=("x", "Ws", "bs", "tau"),
    shapes=lambda _x, Ws, bs, _tau: {**_numbered("dWs", Ws), **_numbered("dbs", bs)},
    laws=_each_layer(_gradient_law),
    trials=lambda: (_backward_trial(4, 3, 5, 2), _backward_trial(3, 3, 3, 3), _backward_trial(2, 4)),
    returns="lists",
)

# A step of training


def _step_law(name: str, place: int) -> Law:
    part = f"{name}s[{place}]"

    def fault(arguments: Arguments, parts: Parts) -> str:
        Ws, bs, x, tau, lr = arguments
        before = (Ws if name == "W" else bs)[place]
        slope = _slopes(Ws, bs, x, tau, name, place)
        error = relative_error((before - parts[part]) / lr, slope)
        if error < 1e-6:
            return ""
        return (
            f"{part} isn't what a step of size {lr:g} against the gradient of E gives: "
            f"(old - new) / lr is off by {error:.2g} of the gradient's norm."
        )

    return Law((part,), fault)


def _step_trial(*sizes: int) -> Trial:
    x, Ws, bs, tau = _backward_trial(*sizes).arguments
    return Trial(_named(sizes), {}, (Ws, bs, x, tau, STEP_SIZE))


TRAIN_STEP = ValueTask(
    name="train_step_fixed",
    arguments=("Ws", "bs", "x", "tau", "lr"),
    shapes=lambda Ws, bs, _x, _tau, _lr: {**_numbered("Ws", Ws), **_numbered("bs", bs)},
    laws=_each_layer(_step_law),
    trials=lambda: (_step_trial(4, 3, 5, 2), _step_trial(3, 3, 3, 3), _step_trial(2, 4)),
    returns="lists",
)

CHECKS: Mapping[str, tuple[Task, ...]] = {
    "3.1": (FORWARD,),
    "3.2": (EPS,),
    "3.3": (BACKWARD,),
    "3.4": (TRAIN_STEP, AnswerTask("bug_3_4", 'one of the letters "A" to "E"', one_of(LETTERS))),
    "3.5": (AnswerTask("ans_3_5", "a number", number()),),
    "3.6": (AnswerTask("ans_3_6", 'one of the letters "A" to "D"', one_of(LETTERS[:4])),),
}
