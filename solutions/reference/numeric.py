"""Checking a gradient by numbers: central differences and the relative error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from solutions.reference.shapes import Array, Gradients, Params, check_same_shape


def central_difference(E: Callable[[Array], float], theta: Array, eps: float = 1e-5) -> Array:
    """Return (E(θ + eps e_i) − E(θ − eps e_i)) / 2 eps for each entry i of θ, of theta's shape; float64.

    `theta` may have any number of axes, and is left as it was. Its error falls as eps², and rounding adds
    about 1e-16/eps: 1e-5 is near the best of both. Raises ArrayError. Source: chapter 2.
    """
    check_same_shape(theta=theta)
    slope = np.empty(theta.shape)
    for i in np.ndindex(theta.shape):
        nudge = np.zeros(theta.shape)
        nudge[i] = eps
        slope[i] = (E(theta + nudge) - E(theta - nudge)) / (2.0 * eps)
    return slope


def numeric_gradients(E: Callable[[Params], float], p: Params, eps: float = 1e-5) -> Gradients:
    """Return d<name> for every array of p by central differences of E(p); eps as above.

    Raises ArrayError. Source: as above.
    """

    def with_one(name: str) -> Callable[[Array], float]:
        return lambda theta: E({**p, name: theta})

    return {f"d{name}": central_difference(with_one(name), p[name], eps) for name in p}


def relative_error(found: Array, expected: Array) -> float:
    """Return ‖found − expected‖ / max(‖found‖, ‖expected‖), float64: 0 when both are 0, inf if one isn't finite.

    Raises ArrayError. Source: chapter 2.
    """
    check_same_shape(found=found, expected=expected)
    largest = np.abs([found, expected]).max()
    if largest == 0.0:
        return 0.0
    if not np.isfinite(largest):
        return float(np.inf)
    # A gradient that has vanished to 1e-200 still has a size; the square of it hasn't.
    a, b = found / largest, expected / largest
    return float(np.linalg.norm(a - b) / max(np.linalg.norm(a), np.linalg.norm(b)))
