"""Right answers to chapter 2's exercises in other styles, which a grader must take."""

# mypy: disable-error-code="no-any-return"
# NumPy types every sum as Any.

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from solutions.misconceptions.derivatives import STEP
from solutions.model import Answer, Array, Function

Loss = Callable[[Array], float]


def _flat(f: Loss, theta: Array, eps: float) -> Array:
    """Run over the flattened entries, and restore each before the next."""
    work, slope = theta.astype(float).ravel(), np.zeros(theta.size)
    for i in range(theta.size):
        kept = work[i]
        work[i] = kept + eps
        ahead = f(work.reshape(theta.shape))
        work[i] = kept - eps
        behind = f(work.reshape(theta.shape))
        work[i] = kept
        slope[i] = (ahead - behind) / (2 * eps)
    return slope.reshape(theta.shape)


def _unit_vectors(f: Loss, theta: Array, eps: float) -> Array:
    nudges = eps * np.eye(theta.size).reshape(theta.size, *theta.shape)
    return np.array([f(theta + nudge) - f(theta - nudge) for nudge in nudges]).reshape(theta.shape) / (
        2 * eps
    )


def numeric_styles(*parts: str) -> Mapping[str, Function]:
    """Numeric gradients (f, theta, eps), each the value of all `parts`."""

    def style(slope: Callable[[Loss, Array, float], Array]) -> Function:
        def answer(f: Loss, theta: Array, eps: float = STEP) -> Answer:
            return dict.fromkeys(parts, slope(f, theta, eps))

        return answer

    return {"flat, restored": style(_flat), "unit vectors": style(_unit_vectors)}


def _written_out(x: float, w: float) -> Answer:
    """f = tanh(w x sin x + w² x), differentiated as a whole; the shares by 1/cosh²."""
    slope = 1.0 / math.cosh(w * x * (math.sin(x) + w)) ** 2
    total = slope * (x * math.sin(x) + 2 * w * x)
    path_v = slope * w * x
    return {"total": total, "path_u": total - path_v, "path_v": path_v}


TWO_PATHS_STYLES: Mapping[str, Function] = {"written out": _written_out}


def _tanh_loop(z: Array) -> Answer:
    J = np.zeros((len(z), len(z)))
    for i in range(len(z)):
        J[i, i] = 1 / np.cosh(z[i]) ** 2
    return {"J_tanh": J}


def _softmax_loop(o: Array) -> Answer:
    top = o.max()
    y = np.exp(o - top - np.log(np.exp(o - top).sum()))
    J = np.empty((len(o), len(o)))
    for i in range(len(o)):
        for j in range(len(o)):
            J[i, j] = y[i] * ((1.0 if i == j else 0.0) - y[j])
    return {"J_softmax": J}


JAC_TANH_STYLES: Mapping[str, Function] = {
    "entry by entry": _tanh_loop,
    "identity scaled": lambda z: {"J_tanh": np.eye(len(z)) * (1 - np.tanh(z) ** 2)},
}
JAC_SOFTMAX_STYLES: Mapping[str, Function] = {"entry by entry": _softmax_loop}
