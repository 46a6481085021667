"""Checks of chapter 10: the LSTM."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from through_time._findings import at
from through_time._forms import number
from through_time.numeric import central_difference
from through_time.problems import Array, Parameters, weights
from through_time.tasks import AnswerTask, Arguments, Law, Task, Trial, ValueTask

NEAR = 1e-6
GATES = ("i", "f", "g", "o")

Parts = Mapping[str, Array]


def _rng(*sizes: int) -> np.random.Generator:
    return np.random.default_rng([10, *sizes])


def _parameters(rng: np.random.Generator, n: int, d: int) -> Parameters:
    shapes = {"Wx": (4 * d, n), "Wh": (4 * d, d), "bz": (4 * d,), "h0": (d,), "c0": (d,)}
    return {name: weights(rng, *shape) for name, shape in shapes.items()}


def _opened(q: Mapping[str, Array], x: Array, h: Array) -> Array:
    """The gates (4, d) in the order i, f, g, o."""
    blocks = (q["Wx"] @ x + q["Wh"] @ h + q["bz"]).reshape(4, -1)
    gates = 0.5 * (1 + np.tanh(0.5 * blocks))
    gates[2] = np.tanh(blocks[2])
    return np.asarray(gates)


def _off(found: Array, wanted: Array) -> tuple[int, ...] | None:
    """Where two arrays differ first; None if they don't."""
    off = np.argwhere(np.abs(found - wanted) > NEAR * (1 + np.abs(wanted)))
    return tuple(map(int, off[0])) if len(off) else None


# One step: each array has to fit the student's others.


def _gates_fault(arguments: Arguments, parts: Parts) -> str:
    q, x, h, _ = arguments
    wanted = _opened(q, x, h)
    for block, name in enumerate(GATES):
        where = _off(parts["gates"][block], wanted[block])
        if where is not None:
            function = "tanh" if name == "g" else "the sigmoid"
            return (
                f"gates[{block}] is {name}, and not {function} of its own block of d rows of Wx x + Wh h + bz "
                f"at entry {where[0]}. The blocks have the order i, f, g, o."
            )
    return ""


def _cell_fault(arguments: Arguments, parts: Parts) -> str:
    *_, c = arguments
    i, f, g, _ = parts["gates"]
    where = _off(parts["c2"], f * c + i * g)
    if where is None:
        return ""
    return f"c2{at(where)} is not what your own gates keep of c and write into it."


def _shown_fault(_arguments: Arguments, parts: Parts) -> str:
    where = _off(parts["h2"], parts["gates"][3] * np.tanh(parts["c2"]))
    return "" if where is None else f"h2{at(where)} is not what your own o shows of your own c2."


def _step_trial(n: int, d: int, size: float = 1.0) -> Trial:
    rng = _rng(n, d, int(size))
    q = _parameters(rng, n, d)
    q["bz"] *= size
    name = "biases near 1000" if size > 1 else f"d = {d}"
    return Trial(name, {"n": n, "d": d}, (q, weights(rng, n), weights(rng, d), weights(rng, d)))


STEP = ValueTask(
    name="lstm_step",
    arguments=("q", "x", "h", "c"),
    shapes=lambda _q, _x, h, _c: {"h2": h.shape, "c2": h.shape, "gates": (4, len(h))},
    laws=(
        Law(("gates",), _gates_fault),
        Law(("c2",), _cell_fault, uses=("gates",)),
        Law(("h2",), _shown_fault, uses=("gates", "c2")),
    ),
    trials=lambda: (_step_trial(2, 3), _step_trial(3, 3), _step_trial(2, 5, size=1000.0)),
    returns="tuple",
)

# Backward: E = sum of dH * h has the gradient dH from outside, and can be computed by going forward alone.


def _loss(q: Mapping[str, Array], X: Array, dH: Array) -> float:
    h, c, E = q["h0"], q["c0"], 0.0
    for x, dh in zip(X, dH, strict=True):
        i, f, g, o = _opened(q, x, h)
        c = f * c + i * g
        h = o * np.tanh(c)
        E += float(dh @ h)
    return E


def _slope(name: str, arguments: Arguments) -> Array:
    q, X, dH = arguments
    if name == "X":
        return central_difference(lambda moved: _loss(q, moved, dH), X)
    return central_difference(lambda moved: _loss({**q, name: moved}, X, dH), q[name])


def _gradient(name: str) -> Law:
    """The law that the part d<name> is the derivative of E by the array `name`."""

    def fault(arguments: Arguments, parts: Parts) -> str:
        slope, found = _slope(name, arguments), parts[f"d{name}"]
        off = np.abs(found - slope)
        if not float(np.linalg.norm(off)) > NEAR * float(np.linalg.norm(slope)):
            return ""
        where = tuple(map(int, np.unravel_index(off.argmax(), off.shape)))
        return (
            f"d{name}{at(where)} is {found[where]:.6g}. Nudge that entry of {name} alone: "
            f"the sum of dH * h changes by {slope[where]:.6g} per step."
        )

    return Law((f"d{name}",), fault)


def _shapes(q: Mapping[str, Array], X: Array, _dH: Array) -> dict[str, tuple[int, ...]]:
    arrays = {"Wx": q["Wx"], "Wh": q["Wh"], "bz": q["bz"], "X": X, "h0": q["h0"], "c0": q["c0"]}
    return {f"d{name}": array.shape for name, array in arrays.items()}


def _backward_trial(n: int, d: int, T: int) -> Trial:
    rng = _rng(n, d, T)
    arguments = (_parameters(rng, n, d), weights(rng, T, n), weights(rng, T, d))
    return Trial(f"T = {T}", {"n": n, "d": d, "T": T}, arguments)


BACKWARD = ValueTask(
    name="lstm_backward",
    arguments=("q", "X", "dH"),
    shapes=_shapes,
    laws=tuple(map(_gradient, ("Wx", "Wh", "bz", "X", "h0", "c0"))),
    trials=lambda: (_backward_trial(2, 3, 5), _backward_trial(2, 3, 1), _backward_trial(3, 2, 12)),
)

BIAS = AnswerTask("ans_10_3", "a number", number())

CHECKS: Mapping[str, tuple[Task, ...]] = {"10.1": (STEP,), "10.2": (BACKWARD,), "10.3": (BIAS,)}
