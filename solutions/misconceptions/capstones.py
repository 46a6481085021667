"""What goes wrong in the capstones: their sentences, and the adder's rows, run and gradient."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np

from solutions.misconceptions.catalogue import table
from solutions.misconceptions.family import Family
from solutions.misconceptions.rows import only, outer
from solutions.misconceptions.steps import Run, Step, Twist, after, clash
from solutions.model import Array, Function
from solutions.reference.activations import sigmoid
from solutions.reference.adder import adder_rows

ENTRIES = (
    *table(
        "12.1",
        half_adder="Add 1 and 1 with a carry of 1 coming in, by hand. What do you write down, and what do you carry?",
        sum_and_carry_exchanged="Which of the two outputs did the exercise put first? Look at the row of a single 1.",
        carry_rounded="The carry that goes on is the output as it comes. What does a step function do to a gradient?",
        carry_has_a_target="Nobody compares the carry with anything. From where does it hear what it should have been?",
        more_of_the_same="Would more sequences of three steps ask for anything that these eight do not ask for?",
        vanishing_while_running="When the trained network adds, is any gradient computed?",
        errors_add_up="Work it out: how often would 65 bits all be right, if each were right with this probability?",
        states_hold_no_bits="The cell of this exercise is made of the same units. For how many bits does it add?",
    ),
    *table(
        "12.2",
        max_len_off_by_one="For max_len = 3 the word has three letters at most. Which of them were given?",
        state_lost_between_letters="Two words with the same last letter come out alike from there on. "
        "What does the network know besides the last letter?",
        floor_of_another_word="Make a list of this word's letters and of what comes after each of them.",
        one_choice_counted="How often does the letter with several successors come? Each time costs something.",
        start_taken_for_floor="That is the loss of somebody who knows nothing, not even the letter just read.",
        floor_is_zero="Take the letter that has several successors, and hide all letters before it. Can you be sure?",
    ),
    *table(
        "12.3",
        three_prove_nothing="Cover all words but the last. Can you still tell the three sentences apart?",
        majority_forgotten="Of the sentences that end in cat, how many have a rat in them? "
        "What is the best guess there?",
        all_27_without_memory="Cover all words but the last in each of the 27. "
        "Are there two that look alike, with different labels?",
    ),
    *table(
        "12.4",
        gap_loss_everywhere="At how many steps of this text is an answer asked for?",
        one_side_only="Change a word on the other side of the gap: your result stays as it was.",
        word_at_the_gap_left_out="At the gap the input is a row of zeros. Is there no step?",
    ),
)


# The adder's rows


def _rows(Y: Any) -> Function:
    def answer() -> dict[str, Array]:
        X, right = adder_rows()
        return {"X": X, "Y": Y(X, right)}

    return answer


ROWS: Mapping[str, Function] = {
    "half-adder": _rows(lambda X, _: np.stack([(X[:, 0] + X[:, 1]) % 2, X[:, 0] * X[:, 1]], axis=1)),
    "sum-and-carry-exchanged": _rows(lambda _, Y: Y[:, ::-1]),
}
"""Wrong versions of adder_rows()."""


# Running the adder


def _added(r: Run) -> Array:
    p, carry, bits = r.params, 0.0, []
    for a, b in r.pairs:
        h = np.tanh(p["U"] @ np.array([a, b, carry]) + p["b"])
        o = p["V"] @ h + p["c"]
        carry = r.kept * float(sigmoid(o[1:])[0])
        bits.append(float(o[0] > 0))
    return np.array(bits)


def _pairs(a: Array, b: Array) -> Array:
    return np.concatenate([np.stack([a, b], axis=1), np.zeros((1, 2))])


RUN = Family(
    {
        "pairs": lambda r: _pairs(r.a, r.b),
        "kept": lambda _: 1.0,
        "bits": _added,
        "g": lambda r: {"bits": r.bits},
    },
    lambda params, a, b: {"params": params, "a": a, "b": b},
    {
        "carry-reset-each-bit": {"kept": lambda _: 0.0},
        "bits-high-first": {"pairs": lambda r: _pairs(r.a[::-1], r.b[::-1])},
        "bits-high-first:both-ways": {
            "pairs": lambda r: _pairs(r.a[::-1], r.b[::-1]),
            "bits": after(lambda _, bits: np.concatenate([bits[-2::-1], bits[-1:]])),
        },
        "bits-high-first:in-the-answer": {"bits": after(lambda _, bits: bits[::-1])},
        "last-carry-dropped": {"bits": after(lambda _, bits: np.concatenate([bits[:-1], [0.0]]))},
    },
)
"""run_adder(params, a, b)."""


# The adder's gradient


def _forward(r: Run) -> dict[str, Array]:
    p, T = r.params, len(r.pairs)
    x, h, o = np.zeros((T, 3)), np.zeros((T, len(p["b"]))), np.zeros((T, 2))
    x[:, :2] = r.pairs
    carry = 0.0
    for t in range(T):
        x[t, 2] = carry
        h[t] = np.tanh(p["U"] @ x[t] + p["b"])
        o[t] = p["V"] @ h[t] + p["c"]
        carry = r.feed(float(sigmoid(o[t, 1:])[0]))
    return {"x": x, "h": h, "o": o}


def _carried(r: Run) -> Array:
    """The errors at the carry's logits, from the last step back."""
    T, V = len(r.pairs), r.params["V"]
    carry_eps = np.zeros(T)
    for t in range(T - 2, -1, -1):
        own, heard = r.own[t + 1], carry_eps[t + 1]
        delta = r.slope[t + 1] * (V[0] * own + V[1] * heard)
        carry_eps[t] = r.passed * r.carry_slope[t] * (r.params["U"][:, 2] @ delta)
    return carry_eps


def _true_carries(r: Run) -> Array:
    carries, carry = [], 0.0
    for a, b in r.pairs:
        carry = float(a + b + carry >= 2.0)
        carries.append(carry)
    return np.array(carries)


_STEPS: Mapping[str, Step] = {
    "pairs": lambda r: _pairs(r.a, r.b),
    "feed": lambda _: lambda carry: carry,
    "run": _forward,
    "T": lambda r: len(r.pairs),
    "h": lambda r: r.run["h"],
    "y": lambda r: sigmoid(r.run["o"]),
    "loss_at": lambda r: np.ones(r.T),
    "own": lambda r: r.loss_at * (r.y[:, 0] - r.target),
    "slope": lambda r: 1.0 - r.h**2,
    "carry_slope": lambda r: r.y[:, 1] * (1.0 - r.y[:, 1]),
    "passed": lambda _: 1.0,
    "carried": _carried,
    "eps": lambda r: np.stack([r.own, r.carried], axis=1),
    "delta": lambda r: r.slope * (r.eps @ r.params["V"]),
    "counts": lambda r: np.ones(r.T),
    "scale": lambda _: 1.0,
    "dU": lambda r: outer(r.counts[:, None] * r.delta, r.run["x"]),
    "db": lambda r: r.counts @ r.delta,
    "dV": lambda r: outer(r.counts[:, None] * r.eps, r.h),
    "dc": lambda r: r.counts @ r.eps,
    "g": lambda r: {name: r.scale * getattr(r, name) for name in ("dU", "db", "dV", "dc")},
}

_TWISTS: Mapping[str, Twist] = {
    "immediate-only": {"passed": lambda _: 0.0},
    "fprime-missing": {"carry_slope": lambda r: np.ones(r.T)},
    "fprime-missing:tanh": {"slope": lambda r: np.ones_like(r.h)},
    "sigmoid-derivative": {"slope": lambda r: r.h * (1.0 - r.h)},
    "one-minus-h": {"slope": lambda r: 1.0 - r.h},
    "sign-flipped": {"own": after(lambda _, own: -own)},
    "half-forgotten": {"own": after(lambda _, own: 2.0 * own)},
    "output-fprime-spurious": {"own": after(lambda r, own: own * r.y[:, 0] * (1.0 - r.y[:, 0]))},
    "mean-over-time": {"scale": lambda r: 1.0 / r.T},
    "carry-reset-each-bit": {"feed": lambda _: lambda _carry: 0.0},
    "carry-rounded": {"feed": lambda _: lambda carry: float(carry > 0.5)},
    "bits-high-first": {"pairs": lambda r: _pairs(r.a[::-1], r.b[::-1])},
    "last-carry-dropped": {"loss_at": lambda r: 1.0 - only(r, -1)},
    "carry-has-a-target": {
        "eps": after(lambda r, eps: eps + np.stack([0 * r.own, r.y[:, 1] - _true_carries(r)], 1))
    },
    "carry-has-a-target:alone": {"carried": lambda r: r.y[:, 1] - _true_carries(r)},
    "last-output-only": {"loss_at": lambda r: only(r, -1)},
    "assign-not-accumulate": {"counts": lambda r: only(r, 0)},
    "last-step-only": {"counts": lambda r: only(r, -1)},
    "first-step-dropped": {"counts": lambda r: 1.0 - only(r, 0)},
    "bias-missing": {"db": lambda r: np.zeros(len(r.params["b"])), "dc": lambda _: np.zeros(2)},
    "bias-last-step-only": {"db": lambda r: r.delta[-1], "dc": lambda r: r.eps[-1]},
}

ADDER = Family(
    _STEPS,
    lambda params, a, b, target: {"params": params, "a": a, "b": b, "target": target},
    _TWISTS,
)
"""adder_bptt(params, a, b, target)."""

_PAIRED = (
    *("immediate-only", "fprime-missing:tanh", "sign-flipped", "mean-over-time", "carry-reset-each-bit"),
    *("last-carry-dropped", "bias-missing"),
)


def adder_pairs() -> Mapping[tuple[str, str], Function]:
    """Every two of the commonest that can be held at once."""
    return {
        (one, other): ADDER.twisted(one, other)
        for one, other in combinations(_PAIRED, 2)
        if not clash(_TWISTS[one], _TWISTS[other])
    }
