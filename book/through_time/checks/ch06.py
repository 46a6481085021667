"""Checks of chapter 6: paths from a loss to U, dE/dU, and derivatives of the states by W."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from through_time import losses
from through_time._findings import at
from through_time._forms import counts, one_of
from through_time._gradients import value_fault
from through_time._text import kind, listing, shown
from through_time.numeric import central_difference
from through_time.problems import Array, Parameters, parameters, probabilities, weights
from through_time.tasks import AnswerTask, Arguments, Law, Task, Trial, ValueTask

LETTERS = ("A", "B", "C", "D", "E")
LONG = 100
"""Above this number of steps only dU is compared: every other difference would take two runs over all of them."""

Parts = Mapping[str, Array]


def _problem(*sizes: int, large: bool = False) -> tuple[Parameters, Array, Array]:
    """Parameters, X (T, n) and Tau (T, k) for n, d, k, T."""
    n, d, k, T = sizes
    rng = np.random.default_rng([6, *sizes])
    p = parameters(rng, n, d, k)
    X, Tau = weights(rng, T, n), probabilities(rng, T, k)
    if T > LONG:
        # A state that forgets: a rounding error must not grow into a difference.
        p["W"] *= 0.7 / np.linalg.norm(p["W"], 2)
    if large:
        p["c"] += np.where(np.arange(k) < 2, 1000.0, -1000.0)
        Tau[:, 2:] = 0.0
        Tau[:, :2] /= Tau[:, :2].sum(axis=1, keepdims=True)
    return p, X, Tau


def _sizes(*sizes: int) -> dict[str, int]:
    return dict(zip("ndkT", sizes, strict=True))


def _states(p: Parameters, X: Array, U_each: Array, nudges: Array) -> Array:
    """The states h_1, ..., h_T with a U of its own at each step, and z_t nudged by its row of `nudges`."""
    h, rows = p["h0"], []
    for x, U, nudge in zip(X, U_each, nudges, strict=True):
        h = np.tanh(U @ x + p["W"] @ h + p["b"] + nudge)
        rows.append(h)
    return np.array(rows)


def _loss(p: Parameters, h: Array, Tau: Array) -> float:
    """The cross entropies of the steps whose states are the rows of h, added up."""
    return sum(
        losses.one_output(p["V"] @ row + p["c"], tau, "softmax-ce") for row, tau in zip(h, Tau, strict=True)
    )


# The three paths from E_3 to U


def _three(*sizes: int) -> Trial:
    p, X, Tau = _problem(*sizes, 3)
    name = "n = d = k = 4" if len(set(sizes)) == 1 else f"n = {sizes[0]}, d = {sizes[1]}, k = {sizes[2]}"
    return Trial(name, {}, (p, X, Tau[2]))


def _path(k: int) -> Law:
    """Nudge only the copy of U that step k uses."""

    def fault(arguments: Arguments, parts: Parts) -> str:
        p, X, tau = arguments
        copies, still = np.tile(p["U"], (3, 1, 1)), np.zeros((3, len(p["b"])))

        def E_3(U: Array) -> float:
            U_each = np.concatenate([copies[: k - 1], U[None], copies[k:]])
            return _loss(p, _states(p, X, U_each, still)[-1:], tau[None])

        return value_fault(f"paths[{k - 1}]", parts["paths"][k - 1], central_difference(E_3, p["U"]))

    return Law(("paths",), fault)


def _sum_of_paths(_arguments: Arguments, parts: Parts) -> str:
    difference = np.abs(parts["total"] - parts["paths"].sum(axis=0))
    if difference.max() < 1e-9 * max(1.0, float(np.abs(parts["paths"]).max())):
        return ""
    worst = np.unravel_index(int(difference.argmax()), difference.shape)
    return (
        f"total isn't the sum of your paths: total{at(worst)} is {parts['total'][worst]:.6g}, "
        f"and the three add up to {parts['paths'].sum(axis=0)[worst]:.6g}."
    )


def _whole_U(arguments: Arguments, parts: Parts) -> str:
    p, X, tau = arguments
    still = np.zeros((3, len(p["b"])))

    def E_3(U: Array) -> float:
        return _loss(p, _states(p, X, np.tile(U, (3, 1, 1)), still)[-1:], tau[None])

    return value_fault("total", parts["total"], central_difference(E_3, p["U"]))


THREE = ValueTask(
    name="dE3_dU_paths",
    arguments=("p", "X", "tau"),
    shapes=lambda p, _X, _tau: {"total": p["U"].shape, "paths": (3, *p["U"].shape)},
    laws=(
        *(_path(k) for k in (3, 2, 1)),
        Law(("total",), _whole_U),
        Law(("total",), _sum_of_paths, uses=("paths",)),
    ),
    trials=lambda: (_three(2, 4, 5), _three(4, 4, 4)),
    returns="tuple",
)

# dE/dU for any T


def _any_T(T: int, *, large: bool = False) -> Trial:
    sizes = (2, 4, 5, T)
    name = "logits near 1000 and -1000" if large else f"T = {T}"
    seconds = 2.0 if T > LONG else float("inf")
    return Trial(name, _sizes(*sizes), _problem(*sizes, large=large), seconds=seconds)


def _gradient_by_U(arguments: Arguments, parts: Parts) -> str:
    p, X, Tau = arguments
    return value_fault(
        "dU", parts["dU"], central_difference(lambda U: losses.mimo({**p, "U": U}, X, Tau), p["U"])
    )


def _errors_at_z(arguments: Arguments, parts: Parts) -> str:
    p, X, Tau = arguments
    if len(X) > LONG:
        return ""
    copies = np.tile(p["U"], (len(X), 1, 1))
    expected = central_difference(
        lambda nudges: _loss(p, _states(p, X, copies, nudges), Tau), np.zeros_like(parts["deltas"])
    )
    return value_fault("deltas", parts["deltas"], expected)


ANY_T = ValueTask(
    name="dE_dU",
    arguments=("p", "X", "Tau"),
    shapes=lambda p, X, _Tau: {"dU": p["U"].shape, "deltas": (len(X), len(p["b"]))},
    laws=(Law(("dU",), _gradient_by_U), Law(("deltas",), _errors_at_z)),
    trials=lambda: (_any_T(3), _any_T(1), _any_T(3, large=True), _any_T(2000)),
    returns="tuple",
)

# The table of paths

PATHS = tuple((t, k) for t in (1, 2, 3) for k in range(1, t + 1))
_FACTOR = re.compile(r"(eps|D|x)_[123]|VT|WT")


def _table_fault(value: object) -> str:
    if not isinstance(value, dict):
        return f"it is {kind(value)}, not a dict"
    strange = [key for key in value if key not in PATHS]
    if strange:
        return f"{shown(strange[0])} in it is no pair (t, k) with t up to 3 and k up to t"
    missing = [str(path) for path in PATHS if path not in value]
    if missing:
        return f"it lacks {listing(missing)}"
    faults = (_factors_fault(path, value[path]) for path in PATHS)
    return next(filter(None, faults), "")


def _factors_fault(path: tuple[int, int], factors: object) -> str:
    if not isinstance(factors, list) or not factors:
        return f"{path} holds {shown(factors)}, not a list of factors"
    for factor in factors:
        if not isinstance(factor, str) or not _FACTOR.fullmatch(factor):
            return f"{shown(factor)} in {path} is none of the factors"
    return ""


# Immediate and total derivatives by W


def _by_W(h: Array, entries: Array, name: str) -> str:
    """Compare h(W) differentiated by numbers, `h` at [a, b, ...], with entries [..., a, b]."""
    expected = np.moveaxis(h, (0, 1), (-2, -1))
    errors = np.abs(entries - expected)
    if float(errors.max()) < 1e-8:
        return ""
    worst = np.unravel_index(int(errors.argmax()), errors.shape)
    where = f"h_{worst[0] + 1}[{worst[1]}]" if len(worst) == 4 else f"h[{worst[0]}]"
    return (
        f"Nudge W{at(worst[-2:])} alone: {where} changes by {expected[worst]:.6g} per step, "
        f"and {name}{at(worst)} is {entries[worst]:.6g}."
    )


def _slopes_by_W(states: Callable[[Array], Array], W: Array) -> Array:
    """d states / d W_ab at [a, b, ...]; `states` takes a W."""
    step, rows = 1e-5, []
    for index in np.ndindex(W.shape):
        nudge = np.zeros(W.shape)
        nudge[index] = step
        rows.append((states(W + nudge) - states(W - nudge)) / (2 * step))
    return np.array(rows).reshape(*W.shape, *rows[0].shape)


def _one_step(*sizes: int) -> Trial:
    p, X, _ = _problem(*sizes, 1)
    h_prev = weights(np.random.default_rng([6, *sizes]), sizes[1])
    return Trial(f"n = {sizes[0]}, d = {sizes[1]}", {}, (p, h_prev, X[0]))


def _state_held(arguments: Arguments, parts: Parts) -> str:
    p, h_prev, x = arguments
    slopes = _slopes_by_W(lambda W: np.tanh(p["U"] @ x + W @ h_prev + p["b"]), p["W"])
    return _by_W(slopes, parts["D"], "D")


HELD = ValueTask(
    name="immediate_dh_dW",
    arguments=("p", "h_prev", "x"),
    shapes=lambda _p, h_prev, _x: {"D": 3 * h_prev.shape},
    laws=(Law(("D",), _state_held),),
    trials=lambda: (_one_step(2, 4, 5), _one_step(3, 3, 3)),
    returns="value",
)


def _inputs_only(T: int) -> Trial:
    sizes = (2, 4, 5, T)
    return Trial(f"T = {T}", _sizes(*sizes), _problem(*sizes)[:2])


def _nothing_held(arguments: Arguments, parts: Parts) -> str:
    p, X = arguments
    copies, still = np.tile(p["U"], (len(X), 1, 1)), np.zeros((len(X), len(p["b"])))
    slopes = _slopes_by_W(lambda W: _states({**p, "W": W}, X, copies, still), p["W"])
    return _by_W(slopes, parts["dh"], "dh")


MOVED = ValueTask(
    name="total_dh_dW",
    arguments=("p", "X"),
    shapes=lambda p, X: {"dh": (len(X), *3 * p["b"].shape)},
    laws=(Law(("dh",), _nothing_held),),
    trials=lambda: (_inputs_only(3), _inputs_only(1), _inputs_only(6)),
    returns="value",
)

CHECKS: Mapping[str, tuple[Task, ...]] = {
    "6.1": (THREE,),
    "6.2": (ANY_T,),
    "6.3": (AnswerTask("table_6_3", "a dict from pairs (t, k) to lists of factors", _table_fault),),
    "6.4": (HELD,),
    "6.5": (MOVED,),
    "6.6": (AnswerTask("ans_6_6", "a tuple of three whole numbers", counts(3)),),
    "6.7": (AnswerTask("ans_6_7", 'one of the letters "A" to "C"', one_of(LETTERS[:3])),),
    "6.8": (
        replace(MOVED, name="dh_dW_fixed"),
        AnswerTask("bug_6_8", 'one of the letters "A" to "E"', one_of(LETTERS)),
    ),
}
