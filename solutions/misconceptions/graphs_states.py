"""What goes wrong with two states, the second of which follows the first within the step.

The chain of h is called h, that of m is called m.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions.misconceptions.chains import ANY_CHAIN, chain, gradients, within
from solutions.misconceptions.family import Family
from solutions.misconceptions.graphs import LOSS, OUTPUT, given
from solutions.misconceptions.steps import Run
from solutions.model import Array

_LEADER = {"U": "Uh", "W": "Whh", "b": "bh", "h0": "h0"}
_FOLLOWER = {"W": "Wmm", "b": "bm", "h0": "m0"}


def _both_states(r: Run) -> tuple[Array, Array]:
    h, m = [r.h0_h], [r.h0_m]
    for x in r.X:
        before = h[-1]
        h.append(np.tanh(r.U_h @ x + r.W_h @ before + r.p["Whm"] @ m[-1] + r.b_h))
        m.append(np.tanh(r.p["Wmh"] @ (h[-1] if r.at_once else before) + r.W_m @ m[-1] + r.b_m))
    return np.array(h), np.array(m)


def _both_deltas(r: Run) -> tuple[Array, Array]:
    """Rows 0 to T of both; the last row is the zero that the loop begins with."""
    dh, dm = (np.zeros((r.T + 1, array.shape[1])) for array in r.states)
    for t in reversed(range(r.T)):
        dm[t] = r.slope_m[t] * (r.eps[t] @ r.p["Vm"] + r.back_m(dm[t + 1]) + r.to_m(dh[t + 1]))
        late = dm[t] if r.at_once_back else dm[t + 1]
        dh[t] = r.slope_h[t] * (r.eps[t] @ r.p["Vh"] + r.back_h(dh[t + 1]) + r.to_h(late))
    return dh[:-1], dm[:-1]


def _nothing(_: Run) -> Any:
    return lambda _delta: 0.0


TWO_STATES = Family(
    {
        **LOSS,
        **chain("h", _LEADER, lambda r: r.X, lambda r: r.eps @ r.p["Vh"]),
        **chain("m", _FOLLOWER, lambda r: r.h_h[1:], lambda r: r.eps @ r.p["Vm"]),
        "U_m": lambda r: r.p["Wmh"],
        "at_once": lambda _: True,
        "at_once_back": lambda r: r.at_once,
        "states": _both_states,
        "h_h": lambda r: r.states[0],
        "h_m": lambda r: r.states[1],
        "z_h": lambda r: np.arctanh(r.h_h[1:]),
        "z_m": lambda r: np.arctanh(r.h_m[1:]),
        "back_h": lambda r: lambda delta: delta @ r.W_h,
        "back_m": lambda r: lambda delta: delta @ r.W_m,
        "to_h": lambda r: lambda delta: delta @ r.p["Wmh"],
        "to_m": lambda r: lambda delta: delta @ r.p["Whm"],
        "both": _both_deltas,
        "deltas_h": lambda r: r.both[0],
        "deltas_m": lambda r: r.both[1],
        "x_m": lambda r: r.h_h[1:] if r.at_once else r.h_h[:-1],
        "o": lambda r: r.h_h[1:] @ r.p["Vh"].T + r.h_m[1:] @ r.p["Vm"].T + r.p["c"],
        "dh0_h": lambda r: r.deltas_h[0] @ r.W_h + (0.0 if r.at_once else r.deltas_m[0] @ r.p["Wmh"]),
        "dh0_m": lambda r: r.deltas_m[0] @ r.W_m + r.deltas_h[0] @ r.p["Whm"],
        "g": lambda r: {
            **gradients("h", _LEADER, r),
            **gradients("m", _FOLLOWER, r),
            "dWhm": r.deltas_h.T @ r.h_m[:-1],
            "dWmh": r.dU_m,
            "dVh": r.eps.T @ r.h_h[1:],
            "dVm": r.eps.T @ r.h_m[1:],
            "dc": r.dc,
        },
    },
    given,
    {
        **OUTPUT,
        **{
            key: within(ANY_CHAIN[key], "h", "m")
            for key in (
                *("fprime-missing", "fprime-at-h", "one-minus-z-squared", "sigmoid-derivative"),
                *("h-wraparound", "dw-current-h", "outer-swapped", "bias-missing", "h0-ignored"),
            )
        },
        "cross-state-term-missing": {"to_h": _nothing, "to_m": _nothing},
        "cross-state-term-missing:h": {"to_h": _nothing},
        "cross-state-term-missing:m": {"to_m": _nothing},
        "immediate-only": {"back_h": _nothing, "back_m": _nothing},
        "w-not-transposed": {
            "back_h": lambda r: lambda delta: delta @ r.W_h.T,
            "back_m": lambda r: lambda delta: delta @ r.W_m.T,
        },
        "cross-term-late": {"at_once_back": lambda _: False},
        "cross-term-late:sum": {"x_m": lambda r: r.h_h[:-1]},
        "cross-term-late:both": {"at_once_back": lambda _: False, "x_m": lambda r: r.h_h[:-1]},
        "cross-term-late:whole": {"at_once": lambda _: False},
    },
)
"""bptt_follower(p, X, Tau)."""
