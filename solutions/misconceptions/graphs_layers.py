"""What goes wrong in a stack of two layers, and with two chains in opposite directions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from solutions.misconceptions.chains import ANY_CHAIN, CARRY, array, chain, gradients, within
from solutions.misconceptions.family import Family
from solutions.misconceptions.graphs import LOSS, OUTPUT, everywhere, given, pairs_of
from solutions.misconceptions.rows import earlier, only
from solutions.misconceptions.steps import after
from solutions.model import Function

# Stacked: two layers, the lower one called 1 and the upper one 2

_LOWER = {"U": "U1", "W": "W1", "b": "b1", "h0": "h1_0"}
_UPPER = {"U": "U2", "W": "W2", "b": "b2", "h0": "h2_0"}

STACKED = Family(
    {
        **LOSS,
        **chain("1", _LOWER, lambda r: r.X, lambda r: r.deltas_2 @ r.U_2),
        **chain("2", _UPPER, lambda r: r.h_1[1:], lambda r: r.eps @ r.p["V"]),
        "o": lambda r: r.h_2[1:] @ r.p["V"].T + r.p["c"],
        "dV": lambda r: r.eps.T @ r.h_2[1:],
        "g": lambda r: {
            **gradients("1", _LOWER, r),
            **gradients("2", _UPPER, r),
            "dV": r.dV,
            "dc": r.dc,
        },
    },
    given,
    {
        **everywhere("1", "2", but_for=("immediate-only:1", "du-previous-x:2")),
        **OUTPUT,
        "lower-layer-carry-missing": within(CARRY["immediate-only"], "1"),
        "upper-branch-missing": {"dH_1": after(lambda r, dH: dH * only(r, -1)[:, None])},
        "upper-derivative-at-h": {"dH_1": lambda r: (r.deltas_2 / r.slope_2) @ r.U_2},
        "upper-next-step": {"dH_1": lambda r: earlier(r.deltas_2, 0.0) @ r.U_2},
        "layer-inputs-mixed": {"dU_2": lambda r: r.deltas_2.T @ r.X},
        "layer-inputs-mixed:late": {"x_2": lambda r: r.h_1[:-1]},
        "layer-inputs-mixed:lower": {"dU_1": lambda r: r.deltas_1.T @ r.h_1[1:]},
        "dv-previous-h": {"dV": lambda r: r.eps.T @ r.h_2[:-1]},
        "bias-missing:with-c": {
            **within(ANY_CHAIN["bias-missing"], "1", "2"),
            "dc": lambda r: np.zeros(len(r.p["c"])),
        },
    },
)
"""bptt_stacked(p2, X, Tau)."""


def stacked_pairs() -> Mapping[tuple[str, str], Function]:
    """Two of the commonest at once."""
    keys = (
        *(
            "lower-layer-carry-missing",
            "upper-branch-missing",
            "upper-derivative-at-h",
            "layer-inputs-mixed:late",
        ),
        *("sign-flipped", "w-not-transposed:2", "fprime-missing:1", "h-wraparound", "dh0-without-wt"),
        *("outer-swapped", "bias-missing", "softmax-derivative-twice"),
    )
    # Without its carry the lower layer's dh0 has nothing to say about it.
    return pairs_of(STACKED, keys)


# Bidirectional: the chain with time is called f, the one against it b, whose rows stand in its own order

_FORTH = {"U": "U", "W": "W", "b": "b", "h0": "h0"}
_BACK = {"U": "Ub", "W": "Wb", "b": "bb", "h0": "hb0"}

BIDIRECTIONAL = Family(
    {
        **LOSS,
        **chain("f", _FORTH, lambda r: r.X, lambda r: r.eps @ r.p["V"]),
        **chain("b", _BACK, lambda r: r.X[::-1], lambda r: (r.eps @ r.p["Vb"])[::-1]),
        "seen_b": lambda r: r.h_b[:0:-1],
        "o": lambda r: r.h_f[1:] @ r.p["V"].T + r.seen_b @ r.p["Vb"].T + r.p["c"],
        "dV": lambda r: r.eps.T @ r.h_f[1:],
        "dVb": lambda r: r.eps.T @ r.seen_b,
        "g": lambda r: {
            **gradients("f", _FORTH, r),
            **gradients("b", _BACK, r),
            "dV": r.dV,
            "dVb": r.dVb,
            "dc": r.dc,
        },
    },
    given,
    {
        **everywhere("f", "b", but_for=("loop-forward", "loop-forward:b")),
        **OUTPUT,
        "backward-chain-time-not-reversed": {"order_b": lambda r: range(r.T)},
        "backward-chain-time-not-reversed:whole": {
            "inputs_b": lambda r: r.X,
            "dH_b": lambda r: r.eps @ r.p["Vb"],
            "seen_b": lambda r: r.h_b[1:],
        },
        "backward-chain-time-not-reversed:states": {
            "dH_b": lambda r: r.eps @ r.p["Vb"],
            "seen_b": lambda r: r.h_b[1:],
        },
        "backward-chain-time-not-reversed:errors": {"dH_b": lambda r: r.eps @ r.p["Vb"]},
        "backward-chain-time-not-reversed:inputs": {"x_b": lambda r: r.X},
        "both-from-h0": {"dh0_b": lambda r: r.deltas_b[-1] @ r.W_b},
        "shared-weights": {f"{letter}_b": array(key) for letter, key in _FORTH.items() if letter != "h0"},
        "shared-weights:carry": {
            "hand_on_b": lambda _: lambda c, _t, delta, _own, _carry: delta @ c.p["W"],
        },
        "dv-previous-h": {"dV": lambda r: r.eps.T @ r.h_f[:-1]},
        "dv-previous-h:b": {"dVb": lambda r: r.eps.T @ r.h_b[-2::-1]},
    },
)
"""bptt_bidirectional(pb, X, Tau)."""


def bidirectional_pairs() -> Mapping[tuple[str, str], Function]:
    """Two of the commonest at once."""
    return pairs_of(
        BIDIRECTIONAL,
        (
            *("backward-chain-time-not-reversed", "both-from-h0", "loop-forward:f", "sign-flipped"),
            *("w-not-transposed:f", "fprime-missing", "du-previous-x:b", "dh0-without-wt:f", "outer-swapped"),
            *("dv-previous-h:b", "softmax-derivative-twice"),
        ),
    )
