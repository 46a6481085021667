"""What goes wrong with a skip over s steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from solutions.misconceptions.chains import View, chain, gradients
from solutions.misconceptions.family import Family
from solutions.misconceptions.graphs import LOSS, OUTPUT, everywhere, given, pairs_of
from solutions.misconceptions.steps import Run, Step, after
from solutions.model import Array, Function


def _skip_states(r: Run) -> Array:
    h = [r.h0_1]
    for t, x in enumerate(r.X):
        h.append(np.tanh(r.U_1 @ x + r.W_1 @ h[-1] + r.S @ r.reads(h, t) + r.b_1))
    return np.array(h)


def _skip_loop(r: Run) -> tuple[Array, Array]:
    deltas, carry = np.zeros_like(r.z_1), np.zeros_like(r.z_1[0])
    view = r.of_chain
    for t in r.order_1:
        own = r.dH_1[t] + r.long(r, deltas, t)
        deltas[t] = r.meet_1(view, t, own, carry)
        carry = r.hand_on_1(view, t, deltas[t], own, carry)
    return deltas, carry


def _long(ahead: int) -> Step:
    """What comes back over the long arrow, whose head is taken `ahead` steps too far ahead."""

    def back(r: Run, deltas: Array, t: int) -> Any:
        head = t + r.s + ahead
        return deltas[head] @ r.S if head < r.T else 0.0

    return lambda _: back


def _far(back: int) -> Step:
    """The rows that S multiplied, taken `back` steps too far back."""
    return lambda r: np.array([r.h_1[min(max(t + 1 - r.s - back, 0), r.T)] for t in range(r.T)])


_PLAIN = {"U": "U", "W": "W", "b": "b", "h0": "h0"}


def _wrapped(r: Run) -> Array:
    return np.array([r.h_1[(t + 1 - r.s) % (r.T + 1)] for t in range(r.T)])


def _zeros_before(r: Run, h: Array, t: int) -> Array:
    return h[t + 1 - r.s] if t + 1 >= r.s else np.zeros(len(r.p["b"]))


SKIP = Family(
    {
        **LOSS,
        **chain("1", _PLAIN, lambda r: r.X, lambda r: r.eps @ r.p["V"]),
        "of_chain": lambda r: View(r, "1"),
        "S": lambda r: r.given_S,
        "s": lambda r: r.given_s,
        "reads": lambda r: lambda h, t: h[max(t + 1 - r.s, 0)],
        "h_1": _skip_states,
        "z_1": lambda r: np.arctanh(r.h_1[1:]),
        "long": _long(0),
        "loop_1": _skip_loop,
        "far": _far(0),
        "o": lambda r: r.h_1[1:] @ r.p["V"].T + r.p["c"],
        "dV": lambda r: r.eps.T @ r.h_1[1:],
        "dS": lambda r: (r.counts_1[:, None] * r.paired_1).T @ r.far,
        "dh0_1": lambda r: r.deltas_1[0] @ r.W_1 + r.deltas_1[: r.s].sum(axis=0) @ r.S,
        "g": lambda r: {**gradients("1", _PLAIN, r), "dV": r.dV, "dc": r.dc, "dS": r.dS},
    },
    lambda p, S, s, X, Tau: {**given(p, X, Tau), "given_S": S, "given_s": s},
    {
        **everywhere("1", but_for=("dh0-without-wt", "bias-missing", "bias-last-step-only")),
        **OUTPUT,
        "skip-carry-missing": {"long": lambda _: lambda _r, _deltas, _t: 0.0},
        "skip-carry-missing:transposed": {
            "long": lambda _: lambda r, deltas, t: deltas[t + r.s] @ r.S.T if t + r.s < r.T else 0.0
        },
        "skip-off-by-one": {"long": _long(1)},
        "skip-off-by-one:near": {"long": _long(-1)},
        "skip-off-by-one:sum": {"far": _far(1)},
        "skip-off-by-one:sum-near": {"far": _far(-1)},
        "skip-off-by-one:all": {"s": lambda r: r.given_s + 1},
        "skip-off-by-one:all-near": {"s": lambda r: max(r.given_s - 1, 1)},
        "skip-wraparound": {"far": _wrapped},
        "skip-wraparound:of-zeros": {"reads": lambda r: lambda h, t: _zeros_before(r, h, t), "far": _wrapped},
        "skip-past-dropped": {
            "reads": lambda r: lambda h, t: _zeros_before(r, h, t),
            "far": lambda r: np.array([_zeros_before(r, r.h_1, t) for t in range(r.T)]),
            "dh0_1": lambda r: r.deltas_1[0] @ r.W_1 + r.deltas_1[r.s - 1 : r.s].sum(axis=0) @ r.S,
        },
        "skip-past-dropped:sum": {
            "far": lambda r: np.array([_zeros_before(r, r.h_1, t) for t in range(r.T)])
        },
        "dh0-only-from-step-one": {"dh0_1": lambda r: r.deltas_1[0] @ r.W_1},
        "dh0-only-from-step-one:both": {"dh0_1": lambda r: r.deltas_1[0] @ (r.W_1 + r.S)},
        "dh0-only-from-step-one:last": {
            "dh0_1": lambda r: r.deltas_1[0] @ r.W_1 + r.deltas_1[r.s - 1 : r.s].sum(axis=0) @ r.S
        },
        "dh0-without-wt": {"dh0_1": lambda r: r.deltas_1[0] + r.deltas_1[: r.s].sum(axis=0)},
        "outer-swapped:both": {
            "dW_1": after(lambda _, dW: dW.T),
            "dS": after(lambda _, dS: dS.T),
        },
    },
)
"""bptt_skip(p, S, s, X, Tau)."""


def skip_pairs() -> Mapping[tuple[str, str], Function]:
    """Two of the commonest at once."""
    return pairs_of(
        SKIP,
        (
            *("skip-carry-missing", "skip-off-by-one:sum", "skip-wraparound", "dh0-only-from-step-one"),
            *("sign-flipped", "w-not-transposed", "fprime-missing", "h-wraparound", "du-previous-x"),
            *("softmax-derivative-twice", "immediate-only"),
        ),
    )
