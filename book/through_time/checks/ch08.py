"""Checks of chapter 8: vanishing and exploding."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from through_time._findings import at
from through_time._forms import names_in_order, numbers, one_of, truth_and_count
from through_time.problems import Array, parameters, weights
from through_time.tasks import AnswerTask, Arguments, Law, Task, Trial, ValueTask

STEP = 1e-5
"""Of the central differences made here."""
NEAR = 1e-7
LETTERS = ("A", "B", "C", "D", "E")
RUNS = ("relu 1.0", "tanh 1.0", "tanh 2.0", "sigmoid 1.0")

Parts = Mapping[str, Array]


def _rng(*sizes: int) -> np.random.Generator:
    return np.random.default_rng([8, *sizes])


def _run(p: Mapping[str, Array], X: Array, h: Array) -> Array:
    """All states of the tanh network from the state h on: h itself, and one after each row of X."""
    states = [h]
    for x in X:
        states.append(np.tanh(p["U"] @ x + p["W"] @ states[-1] + p["b"]))
    return np.array(states)


# Jacobian products


def _last_is_identity(_arguments: Arguments, parts: Parts) -> str:
    J = parts["J"]
    if np.abs(J[-1] - np.eye(J.shape[1])).max() < NEAR:
        return ""
    return f"J[{len(J) - 1}] is what a nudge of h_T does to h_T itself. Yours isn't that."


def _nudged(arguments: Arguments, parts: Parts) -> str:
    """Column j of J[k-1] is what the last state does when entry j of h_k alone is nudged."""
    p, X = arguments
    states, T, d = _run(p, X, p["h0"]), len(X), len(p["h0"])
    for k in range(T - 1, 0, -1):
        for j, e in enumerate(STEP * np.eye(d)):
            ahead, behind = (_run(p, X[k:], states[k] + nudge)[-1] for nudge in (e, -e))
            change, found = (ahead - behind) / (2 * STEP), parts["J"][k - 1, :, j]
            off = np.abs(found - change)
            if not off.max() < NEAR * max(1.0, float(np.abs(change).max())):
                i = int(off.argmax())
                return (
                    f"Nudge entry {j} of h_{k} alone: entry {i} of h_{T} changes by {change[i]:.6g} per step, "
                    f"and J{at((k - 1, i, j))} is {found[i]:.6g}."
                )
    return ""


def _most_stretched(_arguments: Arguments, parts: Parts) -> str:
    """The norm of a matrix is the length of the longest image of a vector of length 1."""
    for k, (J, norm) in enumerate(zip(parts["J"], parts["norms"], strict=True)):
        _, _, directions = np.linalg.svd(J)
        longest = float(np.linalg.norm(J @ directions[0]))
        if norm < longest * (1 - NEAR):
            return (
                f"norms[{k}] is {norm:.6g}, but your J[{k}] takes some vector of length 1 "
                f"to one of length {longest:.6g}."
            )
        if norm > longest * (1 + NEAR) + 1e-300:
            return f"norms[{k}] is {norm:.6g}, and your J[{k}] takes no vector of length 1 to one so long."
    return ""


def _profile_trial(T: int) -> Trial:
    sizes = {"n": 2, "d": 4, "T": T}
    rng = _rng(*sizes.values())
    return Trial(f"T = {T}", sizes, (parameters(rng, 2, 4, 5), weights(rng, T, 2)))


PROFILE = ValueTask(
    name="jacobian_profile",
    arguments=("p", "X"),
    shapes=lambda p, X: {"J": (len(X), *p["W"].shape), "norms": (len(X),)},
    laws=(
        Law(("J",), _last_is_identity),
        Law(("J",), _nudged),
        Law(("norms",), _most_stretched, uses=("J",)),
    ),
    trials=lambda: tuple(map(_profile_trial, (5, 1, 12))),
    returns="tuple",
)

# Powers


def _carried(arguments: Arguments, parts: Parts) -> str:
    """Column j is what the linear network makes of a nudge of entry j in k steps."""
    W, k = arguments
    for j, h in enumerate(np.eye(len(W))):
        for _ in range(k):
            h = W @ h  # noqa: PLW2901  (the state goes on)
        off = np.abs(parts["J"][:, j] - h)
        if not off.max() < NEAR * max(1.0, float(np.abs(h).max())):
            i = int(off.argmax())
            return (
                f"Start at h = 0 with a 1 in entry {j} and go {k} step{'s' if k != 1 else ''} h -> W h: "
                f"entry {i} is {h[i]:.6g} then, and J{at((i, j))} is {parts['J'][i, j]:.6g}."
            )
    return ""


def _power_trial(k: int) -> Trial:
    return Trial(f"k = {k}", {"d": 3}, (weights(_rng(3, k), 3, 3), k))


POWER = ValueTask(
    name="linear_jacobian_fixed",
    arguments=("W", "k"),
    shapes=lambda W, _k: {"J": W.shape},
    laws=(Law(("J",), _carried),),
    trials=lambda: tuple(map(_power_trial, (3, 0, 1, 8))),
    returns="value",
)

BOUNDS = AnswerTask("ans_8_2", "a tuple of three numbers", numbers(3))
ORDER = AnswerTask("ans_8_3", "a list of the four runs, largest factor first", names_in_order(RUNS))
CLIMB = AnswerTask("ans_8_4", "a tuple of True or False and a whole number", truth_and_count())
BUG = AnswerTask("bug_8_5", 'one of the letters "A" to "E"', one_of(LETTERS))

CHECKS: Mapping[str, tuple[Task, ...]] = {
    "8.1": (PROFILE,),
    "8.2": (BOUNDS,),
    "8.3": (ORDER,),
    "8.4": (CLIMB,),
    "8.5": (POWER, BUG),
}
