"""What goes wrong in the homework of chapter 6: the three paths from E_3 to U, and dE/dU for any T."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

import numpy as np

from solutions.misconceptions import bptt
from solutions.misconceptions.bptt_twists import CARRIES, CORE, TWISTS, applies
from solutions.misconceptions.catalogue import table
from solutions.misconceptions.family import Family
from solutions.misconceptions.rows import shifted
from solutions.misconceptions.steps import Run, Step, Twist, after, clash
from solutions.model import Answer, Array, Function
from solutions.reference.rnn import rnn_forward

ENTRIES = (
    *table(
        "6.2",
        sum_over_wrong_index="dh/dW has three indices, all of one length, so no shape tells them apart. "
        "Over which of them does a product with a Jacobian sum?",
    ),
    *table(
        "6.4",
        path_left_out="Some way from a loss back to U is missing. At which steps does U act on E_t?",
        paths_doubled="Write the ways from E_3 to U down, one by one. Does each step double their number?",
        paths_squared="A loss hears no step after its own. Which squares of the table of losses and steps are empty?",
    ),
    *table(
        "6.6",
        path_slope_missing="On the way from one z to the one before lies an activation. "
        "Count the slopes on each path, and the steps.",
        path_slope_misplaced="The number of slopes is right. At which node does each of them sit?",
        path_weight_missing="Going one step back in time passes one matrix. Count the steps of the path.",
        path_weight_extra="You pass more matrices than the path has steps. Where does it leave the state?",
        path_wrong_ends="A path begins at its own loss and ends at the input of its own step.",
        path_factors_unfit="Write the shape below each factor, from left to right: two neighbours don't fit.",
    ),
    *table(
        "6.8",
        paths_in_reverse="The three paths are right, and stand in another order than the exercise says.",
        last_path_only="A single path is not the derivative. What do the others contribute, and with which sign?",
        last_path_trusted="Go to the setting that the question names, and read both numbers with their signs.",
    ),
)


def _path_deltas(r: Run) -> Array:
    """δ_k^(T) for k = 1..T, (T,d), from the loss back."""
    delta = [r.slopes[-1] * r.own]
    for k in range(r.T - 2, -1, -1):
        delta.insert(0, r.back(r, k, delta))
    return np.array(delta)


def _in_order_of_time(r: Run) -> Array:
    """The Jacobians on each path multiplied as they come in time: J_{k+1} first from the left."""
    deltas = []
    for k in range(r.T):
        J = np.eye(len(r.W))
        for j in range(k + 1, r.T):
            J = J @ (r.slopes[j][:, None] * r.W)
        deltas.append(r.slopes[k] * (r.own @ J))
    return np.array(deltas)


_STEPS: Mapping[str, Step] = {
    "start": lambda r: r.p["h0"],
    "b": lambda r: r.p["b"],
    "c": lambda r: r.p["c"],
    "run": lambda r: rnn_forward({**r.p, "h0": r.start, "b": r.b, "c": r.c}, r.X),
    "z": lambda r: r.run["z"],
    "h": lambda r: r.run["h"],
    "y": lambda r: r.run["y"][-1],
    "T": lambda r: len(r.X),
    "eps": lambda r: r.y - r.tau,
    "W": lambda r: r.p["W"],
    "slopes": lambda r: 1.0 - r.h[1:] ** 2,
    "own": lambda r: r.p["V"].T @ r.eps,
    "back": lambda _: lambda r, k, later: r.slopes[k] * (r.W.T @ later[0]),
    "deltas": _path_deltas,
    "x": lambda r: r.X,
    "paths": lambda r: r.deltas[:, :, None] * r.x[:, None, :],
    "total": lambda r: r.paths.sum(axis=0),
    "g": lambda r: {"total": r.total, **{f"paths[{k}]": path for k, path in enumerate(r.paths)}},
}


def _slope(slope: Callable[[Run], Array]) -> Twist:
    return {"slopes": slope}


def _from_state_to_state(r: Run, k: int, later: list[Array]) -> Array:
    """What is carried is dE/dh of the step after, with no slope on the way."""
    carry = r.own
    for _ in range(len(later)):
        carry = r.W.T @ carry
    return np.asarray(r.slopes[k] * carry)


_TWISTS: Mapping[str, Twist] = {
    "sign-flipped": {"eps": after(lambda _, eps: -eps)},
    "softmax-derivative-twice": {"eps": after(lambda r, eps: r.y * (eps - r.y @ eps))},
    "softmax-jacobian-forgotten": {"eps": lambda r: -r.tau / r.y},
    "softmax-jacobian-diagonal": {"eps": lambda r: -r.tau * (1.0 - r.y)},
    "output-fprime-spurious": {"eps": after(lambda r, eps: eps * r.y * (1.0 - r.y))},
    "immediate-only": {"back": lambda _: lambda _r, _k, later: np.zeros_like(later[0])},
    "w-not-transposed": {"back": lambda _: lambda r, k, later: r.slopes[k] * (r.W @ later[0])},
    "w-missing-in-carry": {"back": lambda _: lambda r, k, later: r.slopes[k] * later[0]},
    "carry-accumulated": {
        "back": lambda _: lambda r, k, later: r.slopes[k] * (r.W.T @ np.sum(later, axis=0))
    },
    "carry-dh": {"back": lambda _: _from_state_to_state},
    "fprime-twice": {
        "back": lambda _: lambda r, k, later: r.slopes[k] * (r.W.T @ (r.slopes[k + 1] * later[0]))
    },
    "fprime-missing": _slope(lambda r: np.ones_like(r.z)),
    "fprime-missing:at-the-end": {
        "slopes": after(lambda _, slopes: np.vstack([slopes[:-1], np.ones_like(slopes[:1])]))
    },
    "fprime-missing:on-the-way": {"back": lambda _: lambda r, _k, later: r.W.T @ later[0]},
    "fprime-previous-step": _slope(lambda r: 1.0 - r.h[:-1] ** 2),
    "fprime-previous-step:first-one": _slope(lambda r: shifted(1.0 - r.h[1:] ** 2, 1.0)),
    "fprime-previous-step:wrapped": _slope(lambda r: np.roll(1.0 - r.h[1:] ** 2, 1, axis=0)),
    "fprime-at-h": _slope(lambda r: 1.0 - np.tanh(r.h[1:]) ** 2),
    "one-minus-z-squared": _slope(lambda r: 1.0 - r.z**2),
    "sigmoid-derivative": _slope(lambda r: r.h[1:] * (1.0 - r.h[1:])),
    "one-minus-h": _slope(lambda r: 1.0 - r.h[1:]),
    "fprime-inverted": _slope(lambda r: 1.0 / (1.0 - r.h[1:] ** 2)),
    "du-previous-x": {"x": lambda r: shifted(r.X, 0.0)},
    "du-previous-x:wrapped": {"x": lambda r: np.roll(r.X, 1, axis=0)},
    "path-order-reversed": {"deltas": _in_order_of_time, "back": lambda _: None},
    "total-for-immediate": {"paths": after(lambda _, paths: np.cumsum(paths, axis=0))},
    "outer-swapped": {"paths": after(lambda _, paths: paths.swapaxes(1, 2))},
    "paths-in-reverse": {"paths": after(lambda _, paths: paths[::-1])},
    "h0-ignored": {"start": lambda r: np.zeros_like(r.p["h0"])},
    "bias-left-out": {"b": lambda r: np.zeros_like(r.p["b"]), "c": lambda r: np.zeros_like(r.p["c"])},
}

THREE_PATHS = Family(_STEPS, lambda p, X, tau: {"p": p, "X": X, "tau": tau}, _TWISTS)
"""dE3_dU_paths(p, X, tau)."""

_PAIRED = (
    *("sign-flipped", "w-not-transposed", "w-missing-in-carry", "fprime-twice", "fprime-missing"),
    *("fprime-previous-step", "du-previous-x", "total-for-immediate", "paths-in-reverse"),
)


def three_paths_pairs() -> Mapping[tuple[str, str], Function]:
    """Every two of the commonest that can be held at once."""
    return {
        (one, other): THREE_PATHS.twisted(one, other)
        for one, other in combinations(_PAIRED, 2)
        if not clash(_TWISTS[one], _TWISTS[other])
    }


# dE/dU for any T: the twists of BPTT, as far as they show in dU and in the deltas.

_USED = {
    *("X", "tau", "T", "W", "b", "c", "h0", "h", "z", "o", "y", "head_slope", "loss_at", "eps_all", "eps"),
    *("slope", "own", "meet", "hand_on", "order", "loop", "deltas", "weights_delta", "x", "counts_dU", "dU"),
}
"""The steps of BPTT that dU and the deltas are made of."""
LONG = 200
"""A twist that works on every pair of steps has no answer above this length: a class would wait for it."""


def _shows(key: str) -> bool:
    _, _, variant = key.partition(":")
    # Ranges of several sums at once, and ways to dh0, give the same dU as the plain one.
    alone = variant == "dU" or not (
        {"dU", "dW", "dV", "db", "dc"} & set(variant.split("-")) or "dh0" in variant
    )
    return alone and applies(key, "mimo") and bool(_USED & TWISTS[key].keys())


_SAME_HERE = ("h0-ignored:dh0-zero", "h-wraparound:forward", "last-step-only", "assign-not-accumulate:dU")
"""With dU and the deltas alone these are other twists once more."""
_ANY_T = [key for key in TWISTS if _shows(key) and key not in _SAME_HERE]


def _given(p: Mapping[str, Array], X: Array, Tau: Array) -> dict[str, Any]:
    return bptt.given_mimo(p, X, Tau)


ANY_T = Family(
    # A shifted delta is handed over as it is used.
    {**bptt.STEPS, "g": lambda r: {"dU": r.dU, "deltas": r.weights_delta[:, 0]}},
    _given,
    {key: TWISTS[key] for key in _ANY_T},
)
"""dE_dU(p, X, Tau)."""


def _short_only(function: Function) -> Function:
    def answer(p: Mapping[str, Array], X: Array, Tau: Array) -> Answer:
        if len(X) > LONG:
            raise ValueError("too many steps for a twist that looks at every pair of them")
        return function(p, X, Tau)

    return answer


def any_t_twists() -> Mapping[str, Function]:
    """Every twist that shows, by its key."""
    slow = "elementwise-power"
    return {
        key: _short_only(function) if key.startswith(slow) else function
        for key, function in ANY_T.all().items()
    }


def any_t_pairs() -> Mapping[tuple[str, str], Function]:
    """Every two of BPTT's core list that show here and can be held at once."""
    keys = [key for key in CORE if key in ANY_T.twists and key != "elementwise-power" and key not in CARRIES]
    return {
        (one, other): ANY_T.twisted(one, other)
        for one, other in combinations(keys, 2)
        # The softmax's Jacobian put where it was forgotten is right.
        if {one, other} != {"softmax-derivative-twice", "softmax-jacobian-forgotten"}
        and not clash(TWISTS[one], TWISTS[other])
    }
