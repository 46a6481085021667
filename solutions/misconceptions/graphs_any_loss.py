"""What goes wrong on the way from dE/dy to the gradients: the steps of BPTT, with another beginning."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from solutions.misconceptions import bptt
from solutions.misconceptions.bptt_twists import TWISTS
from solutions.misconceptions.family import Family
from solutions.misconceptions.graphs import pairs_of, through_softmax
from solutions.misconceptions.steps import Twist, after
from solutions.model import Function
from solutions.reference.losses import softmax

_FROM_CORE = (
    *("sign-flipped", "half-forgotten", "mean-over-time", "mean-over-outputs", "last-output-only"),
    *("fprime-missing", "fprime-at-h", "one-minus-z-squared", "fprime-previous-step", "sigmoid-derivative"),
    *("one-minus-h", "fprime-inverted", "fprime-output-branch-only", "fprime-recurrent-branch-only"),
    *("carry-dh", "fprime-twice", "immediate-only", "w-not-transposed", "w-missing-in-carry"),
    *("carry-accumulated", "loop-forward", "delta-shifted", "dh0-without-wt", "dw-current-h"),
    *("dw-h-two-back", "h-wraparound", "h0-ignored", "dw-first-term-dropped", "dv-previous-h", "dv-with-z"),
    *("du-previous-x", "outer-swapped", "assign-not-accumulate", "last-step-only", "first-step-dropped"),
    *("last-step-dropped", "bias-missing", "bias-last-step-only"),
)
_FROM_DY: Mapping[str, Twist] = {
    "softmax-jacobian-forgotten": {"eps_all": lambda r: r.dY},
    "softmax-jacobian-diagonal": {"eps_all": lambda r: r.dY * r.y * (1 - r.y)},
    "softmax-jacobian-diagonal:y": {"eps_all": lambda r: r.dY * r.y},
    "softmax-derivative-twice": {"eps_all": after(lambda r, eps: through_softmax(r.y, eps))},
    # dY = -tau/y was the only loss that this one knows, so tau is read back from it.
    "assumes-cross-entropy": {"eps_all": lambda r: r.y + r.y * r.dY},
    "assumes-cross-entropy:dY-as-target": {"eps_all": lambda r: r.y - r.dY},
    "wrong-axis": {"eps_all": lambda r: r.y * (r.dY - np.sum(r.y * r.dY, axis=0, keepdims=True))},
    "wrong-axis:all": {"eps_all": lambda r: r.y * (r.dY - np.sum(r.y * r.dY))},
}

FROM_DY = Family(
    {
        **bptt.STEPS,
        "eps_all": lambda r: through_softmax(r.y, r.dY),
        "g": lambda r: {"eps": r.eps[:, 0], **{name: getattr(r, name) for name in bptt.GRADIENTS}},
    },
    lambda p, X, dY: {
        "p": p,
        "inputs": X[:, None],
        "dY": dY[:, None],
        "output": softmax,
        "losses": np.ones(len(X)),
    },
    {**{key: TWISTS[key] for key in _FROM_CORE}, **_FROM_DY},
)
"""bptt_from_dy(p, X, dY)."""


def from_dy_pairs() -> Mapping[tuple[str, str], Function]:
    """Two of the commonest at once."""
    return pairs_of(
        FROM_DY,
        (
            *("softmax-jacobian-forgotten", "softmax-jacobian-diagonal", "assumes-cross-entropy"),
            *("sign-flipped", "w-not-transposed", "fprime-missing", "immediate-only", "dw-current-h"),
            *("h-wraparound", "du-previous-x", "outer-swapped", "dh0-without-wt"),
        ),
    )
