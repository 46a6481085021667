"""What goes wrong in the networks of chapter 7: stacked, bidirectional, with a time skip, from any loss, two states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

import numpy as np

from solutions.misconceptions.catalogue import table
from solutions.misconceptions.chains import ANY_CHAIN, within
from solutions.misconceptions.family import Family
from solutions.misconceptions.rows import only, shifted
from solutions.misconceptions.steps import Step, Twist, after, clash
from solutions.model import Array, Function
from solutions.reference.losses import softmax

ENTRIES = (
    *table(
        "7.1",
        incoming_for_outgoing="You listed where the node's value comes from. "
        "Errors come back from where its value goes to.",
        next_step_missing="One arrow that leaves the node is not on your list. Look to its own next step.",
    ),
    *table(
        "7.4",
        upper_derivative_at_h="What goes down a layer has to be the derivative at the node that the arrow enters. "
        "Which node of the upper layer is that?",
        upper_next_step="The arrow from the lower layer to the upper one takes no time. "
        "At which step does it end?",
    ),
    *table(
        "7.5",
        one_chain_only="There are two chains, and the output reads both. Follow each of them to its far end.",
    ),
    *table(
        "7.6",
        skip_past_dropped="The exercise says which state stands for those before the first step. "
        "What does S multiply at t = 1?",
    ),
    *table(
        "7.8",
        cross_term_late="One of the arrows between the two states stays within a step. "
        "Compare the times at its two ends with yours.",
    ),
)

OUTPUT: Mapping[str, Twist] = {
    "sign-flipped": {"eps": after(lambda _, eps: -eps)},
    "mean-over-time": {"eps": after(lambda r, eps: eps / r.T)},
    "mean-over-outputs": {"eps": after(lambda _, eps: eps / eps.shape[1])},
    "last-output-only": {"eps": after(lambda r, eps: eps * only(r, -1)[:, None])},
    "target-shifted": {"tau": after(lambda _, tau: shifted(tau, 0.0))},
    "softmax-jacobian-forgotten": {"eps": lambda r: -r.tau / r.y},
    "softmax-jacobian-diagonal": {"eps": lambda r: -r.tau * (1 - r.y)},
    "softmax-derivative-twice": {"eps": after(lambda r, eps: through_softmax(r.y, eps))},
}
"""What goes wrong at a softmax with cross entropy, whatever network is below."""

LOSS: Mapping[str, Step] = {
    "T": lambda r: len(r.X),
    "tau": lambda r: r.Tau,
    "y": lambda r: softmax(r.o),
    "eps": lambda r: r.y - r.tau,
    "dc": lambda r: r.eps.sum(axis=0),
}


def through_softmax(y: Array, v: Array) -> Array:
    """The softmax's Jacobian times v, along the last axis."""
    return np.asarray(y * (v - np.sum(y * v, axis=-1, keepdims=True)))


def given(p: Mapping[str, Array], X: Array, Tau: Array) -> dict[str, Any]:
    """The given values of a network with its loss at every step."""
    return {"p": p, "X": X, "Tau": Tau}


ONE_ALONE = (
    *(
        "carry-dh",
        "immediate-only",
        "w-not-transposed",
        "w-missing-in-carry",
        "carry-accumulated",
        "loop-forward",
    ),
    *(
        "fprime-missing",
        "fprime-at-h",
        "fprime-previous-step",
        "dh0-without-wt",
        "dw-current-h",
        "h-wraparound",
    ),
    *("du-previous-x", "outer-swapped", "bias-missing", "h0-ignored"),
)
"""What is likely to be got wrong in one of two chains alone."""


def everywhere(*tags: str, but_for: Iterable[str] = ()) -> dict[str, Twist]:
    """What goes wrong in any chain, in all chains at once and, with two of them, in each alone."""
    twists = {key: within(twist, *tags) for key, twist in ANY_CHAIN.items()}
    if len(tags) > 1:
        twists |= {f"{key}:{tag}": within(ANY_CHAIN[key], tag) for tag in tags for key in ONE_ALONE}
    return {key: twist for key, twist in twists.items() if key not in set(but_for)}


def pairs_of(family: Family, keys: Iterable[str]) -> Mapping[tuple[str, str], Function]:
    """Every two of `keys` that can be held at once."""
    return {
        (one, other): family.twisted(one, other)
        for one, other in combinations(keys, 2)
        if not clash(family.twists[one], family.twists[other])
    }
