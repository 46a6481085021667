"""Softmax and the output heads with one twist: the function, its Jacobian, and the ways to eps."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from solutions.misconceptions.family import Family
from solutions.misconceptions.steps import Run, Step, Twist, after
from solutions.model import Array
from solutions.reference.activations import sigmoid

_SOFTMAX: Mapping[str, Step] = {
    "axis": lambda _: -1,
    "highest": lambda r: r.o.max(axis=r.axis, keepdims=True),
    "e": lambda r: np.exp(r.o - r.highest),
    "y": lambda r: r.e / r.e.sum(axis=r.axis, keepdims=True),
}

VALUES = Family(
    {**_SOFTMAX, "g": lambda r: {"y": r.y}},
    lambda o: {"o": o},
    {
        "softmax-overflow": {"highest": lambda _: 0.0},
        "wrong-axis": {"axis": lambda _: 0},
        "wrong-axis:last-but-one": {"axis": lambda r: -2 if r.o.ndim > 1 else -1},
        "wrong-axis:all": {"axis": lambda r: tuple(range(r.o.ndim))},
    },
)
"""softmax(o) for o (...,k)."""

MAX_OVER_ALL = Family(VALUES.steps, VALUES.given, {"max-over-all": {"highest": lambda r: r.o.max()}})
"""Another way that is to be accepted: one maximum for all rows."""

JACOBIAN = Family(
    {
        **_SOFTMAX,
        "diagonal": lambda r: np.diag(r.y),
        "outer": lambda r: np.outer(r.y, r.y),
        "J": lambda r: r.diagonal - r.outer,
        "g": lambda r: {"J": r.J},
    },
    lambda o: {"o": o},
    {
        "jacobian-diagonal-only": {"J": lambda r: np.diag(r.y * (1 - r.y))},
        "returns-vector": {"J": lambda r: r.y * (1 - r.y)},
        "sign-off-diagonal": {"J": lambda r: np.abs(r.diagonal - r.outer)},
        "softmax-overflow": {"highest": lambda _: 0.0},
    },
)
"""jac_softmax(o) for o (k,)."""

FROM_DY = Family(
    {
        **_SOFTMAX,
        "eps": lambda r: _through_jacobian(r.y, r.dY),
        "g": lambda r: {"eps": r.eps},
    },
    lambda o, dY: {"o": o, "dY": dY},
    {
        "softmax-jacobian-forgotten": {"eps": lambda r: r.dY},
        "softmax-jacobian-diagonal": {"eps": lambda r: r.dY * r.y * (1 - r.y)},
        "softmax-derivative-twice": {"eps": after(lambda r, eps: _through_jacobian(r.y, eps))},
        # dY = -tau/y was the only loss that this one knows, so tau is read back from it.
        "assumes-cross-entropy": {"eps": lambda r: r.y + r.y * r.dY},
    },
)
"""eps from dY = dE/dy for logits o, both (T,k) or (k,)."""

HEADS = ("identity-half-se", "tanh-half-se", "sigmoid-ce", "softmax-ce")


def _through_jacobian(y: Array, v: Array) -> Array:
    return np.asarray(y * (v - np.sum(y * v, axis=-1, keepdims=True)))


def _output(r: Run) -> Array:
    plain: dict[str, Callable[[Array], Array]] = {
        "identity-half-se": lambda o: o,
        "tanh-half-se": np.tanh,
        "sigmoid-ce": sigmoid,
    }
    return np.asarray(plain[r.head](r.o) if r.head in plain else r.softmax)


_HEAD_STEPS: Mapping[str, Step] = {
    "softmax": lambda r: Run(_SOFTMAX, {"o": r.o}).y,
    "y": _output,
    "slope": lambda r: 1 - r.y**2 if r.head == "tanh-half-se" else 1.0,
    "eps": lambda r: (r.y - r.tau) * r.slope,
    "g": lambda r: {"eps": r.eps},
}

_ANY_HEAD: Mapping[str, Twist] = {
    "sign-flipped": {"eps": after(lambda _, eps: -eps)},
    "half-forgotten": {"eps": after(lambda _, eps: 2 * eps)},
    "mean-over-outputs": {"eps": after(lambda _, eps: eps / eps.shape[-1])},
}
_ONE_HEAD: Mapping[str, Mapping[str, Twist]] = {
    "identity-half-se": {},
    "tanh-half-se": {
        "output-fprime-missing": {"slope": lambda _: 1.0},
        "one-minus-z-squared": {"slope": lambda r: 1 - r.o**2},
        "fprime-at-h": {"slope": lambda r: 1 - np.tanh(r.y) ** 2},
    },
    "sigmoid-ce": {"output-fprime-spurious": {"slope": lambda r: r.y * (1 - r.y)}},
    "softmax-ce": {
        "output-fprime-spurious": {"slope": lambda r: r.y * (1 - r.y)},
        "softmax-derivative-twice": {"eps": after(lambda r, eps: _through_jacobian(r.y, eps))},
        "softmax-jacobian-forgotten": {"eps": lambda r: -r.tau / r.y},
        "softmax-jacobian-diagonal": {"eps": lambda r: -r.tau * (1 - r.y)},
        "softmax-overflow": {"softmax": lambda r: np.exp(r.o) / np.exp(r.o).sum(axis=-1, keepdims=True)},
    },
}


def head(name: str) -> Family:
    """output_eps(o, tau, head) for one of `HEADS`; a twist of another head changes nothing here."""
    return Family(
        _HEAD_STEPS, lambda o, tau, head: {"o": o, "tau": tau, "head": head}, {**_ANY_HEAD, **_ONE_HEAD[name]}
    )
