"""What goes wrong in derivatives of chapter 2: numeric gradients, two paths, and Jacobians, each with one twist."""

# mypy: disable-error-code="no-any-return"
# NumPy types every sum as Any.

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from solutions.model import Answer, Array, Function

Loss = Callable[[Array], float]
Numeric = Callable[[Loss, Array, float], Array]
STEP = 1e-5
"""The step where the exercise leaves it out."""


# Numeric gradients


def _entrywise(value: Callable[[Loss, Array, Array, float], float]) -> Numeric:
    """A gradient made entry by entry: `value(f, theta, nudge, eps)` with the entry's nudge, eps long."""

    def slope(f: Loss, theta: Array, eps: float) -> Array:
        found = np.empty(theta.shape)
        for index in np.ndindex(theta.shape):
            nudge = np.zeros(theta.shape)
            nudge[index] = eps
            found[index] = value(f, theta, nudge, eps)
        return found

    return slope


def _all_at_once(f: Loss, theta: Array, eps: float) -> Array:
    return np.full(theta.shape, (f(theta + eps) - f(theta - eps)) / (2 * eps))


def _first_axis_only(f: Loss, theta: Array, eps: float) -> Array:
    found = np.empty(theta.shape)
    for i in range(len(theta)):
        ahead, behind = theta.copy(), theta.copy()
        ahead[i] += eps
        behind[i] -= eps
        found[i] = (f(ahead) - f(behind)) / (2 * eps)
    return found


def _not_restored(f: Loss, theta: Array, eps: float) -> Array:
    work, found = theta.copy(), np.empty(theta.shape)
    for index in np.ndindex(theta.shape):
        work[index] += eps
        ahead = f(work)
        work[index] -= 2 * eps
        found[index] = (ahead - f(work)) / (2 * eps)
    return found


def _in_place(f: Loss, theta: Array, eps: float) -> Array:
    found = np.empty(theta.shape)
    for index in np.ndindex(theta.shape):
        kept = theta[index]
        theta[index] = kept + eps
        ahead = f(theta)
        theta[index] = kept - eps
        found[index] = (ahead - f(theta)) / (2 * eps)
    return found


_NUMERIC: Mapping[str, Numeric] = {
    "forward-difference": _entrywise(lambda f, at, nudge, eps: (f(at + nudge) - f(at)) / eps),
    "forward-difference:backward": _entrywise(lambda f, at, nudge, eps: (f(at) - f(at - nudge)) / eps),
    "missing-2": _entrywise(lambda f, at, nudge, eps: (f(at + nudge) - f(at - nudge)) / eps),
    "missing-2:too-many": _entrywise(lambda f, at, nudge, eps: (f(at + nudge) - f(at)) / (2 * eps)),
    "step-added-twice": _entrywise(lambda f, at, nudge, eps: (f(at + 2 * nudge) - f(at - nudge)) / (2 * eps)),
    "sign-flipped": _entrywise(lambda f, at, nudge, eps: (f(at - nudge) - f(at + nudge)) / (2 * eps)),
    "all-entries-at-once": _all_at_once,
    "all-entries-at-once:by-row": _first_axis_only,
    "parameter-not-restored": _not_restored,
    "writes-to-inputs": _in_place,
}


def _with_parts(slope: Numeric, parts: tuple[str, ...]) -> Function:
    def answer(f: Loss, theta: Array, eps: float = STEP) -> Answer:
        return dict.fromkeys(parts, slope(f, theta, eps))

    return answer


def numeric_twists(*parts: str) -> Mapping[str, Function]:
    """Wrong numeric gradients (f, theta, eps), each the value of all `parts`."""
    return {key: _with_parts(slope, parts) for key, slope in _NUMERIC.items()}


# Two paths


def _two_paths(x: float, w: float, *, slope: Callable[[float], float]) -> tuple[float, float]:
    u, v = w * x, math.sin(x) + w
    return slope(u * v) * v * x, slope(u * v) * u


def _right_slope(z: float) -> float:
    return 1.0 - math.tanh(z) ** 2


def _combined(
    combine: Callable[[float, float], tuple[float, float, float]],
    slope: Callable[[float], float] = _right_slope,
) -> Function:
    def answer(x: float, w: float) -> Answer:
        total, path_u, path_v = combine(*_two_paths(x, w, slope=slope))
        return {"total": total, "path_u": path_u, "path_v": path_v}

    return answer


TWO_PATHS: Mapping[str, Function] = {
    "one-path-only": _combined(lambda u, v: (u, u, v)),
    "one-path-only:v": _combined(lambda u, v: (v, u, v)),
    "one-path-only:no-v": _combined(lambda u, _v: (u, u, 0.0)),
    "one-path-only:no-u": _combined(lambda _u, v: (v, 0.0, v)),
    "product-of-paths": _combined(lambda u, v: (u * v, u, v)),
    "fprime-missing": _combined(lambda u, v: (u + v, u, v), slope=lambda _z: 1.0),
    "sigmoid-derivative": _combined(
        lambda u, v: (u + v, u, v), slope=lambda z: math.tanh(z) * (1.0 - math.tanh(z))
    ),
    "one-minus-z-squared": _combined(lambda u, v: (u + v, u, v), slope=lambda z: 1.0 - z**2),
}


# Jacobians


def _jacobian(make: Callable[[Array], Array], name: str) -> Function:
    return lambda z: {name: make(z)}


def _softmax(o: Array) -> Array:
    e = np.exp(o - o.max())
    return e / e.sum()


def _overflowing(o: Array) -> Array:
    y = np.exp(o) / np.exp(o).sum()
    return np.diag(y) - np.outer(y, y)


def _sigmoid_slope(z: Array) -> Array:
    return np.tanh(z) * (1.0 - np.tanh(z))


JAC_TANH: Mapping[str, Function] = {
    "returns-vector": _jacobian(lambda z: 1.0 - np.tanh(z) ** 2, "J_tanh"),
    "fprime-at-h": _jacobian(lambda z: np.diag(1.0 - np.tanh(np.tanh(z)) ** 2), "J_tanh"),
    "one-minus-z-squared": _jacobian(lambda z: np.diag(1.0 - z**2), "J_tanh"),
    "sigmoid-derivative": _jacobian(lambda z: np.diag(_sigmoid_slope(z)), "J_tanh"),
    "one-minus-h": _jacobian(lambda z: np.diag(1.0 - np.tanh(z)), "J_tanh"),
    "dense": _jacobian(lambda z: np.tile(1.0 - np.tanh(z) ** 2, (len(z), 1)), "J_tanh"),
    "dense:rows": _jacobian(lambda z: np.tile((1.0 - np.tanh(z) ** 2)[:, None], len(z)), "J_tanh"),
    "dense:outer": _jacobian(
        lambda z: np.diag(1.0 - np.tanh(z) ** 2) - (1 - np.eye(len(z))) * np.outer(np.tanh(z), np.tanh(z)),
        "J_tanh",
    ),
}

JAC_SOFTMAX: Mapping[str, Function] = {
    "returns-vector": _jacobian(lambda o: _softmax(o) * (1.0 - _softmax(o)), "J_softmax"),
    "jacobian-diagonal-only": _jacobian(lambda o: np.diag(_softmax(o) * (1.0 - _softmax(o))), "J_softmax"),
    "jacobian-diagonal-only:y": _jacobian(lambda o: np.diag(_softmax(o)), "J_softmax"),
    "sign-off-diagonal": _jacobian(
        lambda o: np.where(
            np.eye(len(o)) > 0,
            np.diag(_softmax(o) * (1.0 - _softmax(o))),
            np.outer(_softmax(o), _softmax(o)),
        ),
        "J_softmax",
    ),
    "sign-off-diagonal:all": _jacobian(
        lambda o: np.diag(_softmax(o)) + np.outer(_softmax(o), _softmax(o)), "J_softmax"
    ),
    "sign-flipped": _jacobian(
        lambda o: np.outer(_softmax(o), _softmax(o)) - np.diag(_softmax(o)), "J_softmax"
    ),
    "softmax-overflow": _jacobian(_overflowing, "J_softmax"),
}
