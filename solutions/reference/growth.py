"""What a long product comes to: a state that settles, a matrix that grows before it shrinks, shares of a sum."""

from __future__ import annotations

import math

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.errors import RangeError
from solutions.reference.shapes import Array, check_shapes


def settled_state(w: float, h0: float, steps: int, f: Activation = TANH) -> float:
    """Return h after so many steps h ← f(w h) from h0, no input and no bias: near a fixed point, or h0; float64.

    Raises RangeError for steps < 0. Source: chapter 8.
    """
    if steps < 0:
        raise RangeError("steps", steps, "a whole number of at least 0")
    h = np.array(h0, dtype=float)
    for _ in range(steps):
        h = f.f(w * h)
    return float(h)


def settled_factor(w: float, h: float, f: Activation = TANH) -> float:
    """Return w f'(w h), what one step multiplies a nudge by where the state stays at h = f(w h); float64.

    Raises nothing. Source: chapter 8.
    """
    return float(w * f.prime(np.array(w * h)))


def shear_power(rho: float, g: float, k: int) -> Array:
    """Return M^k = [[ρ^k, k g ρ^(k−1)], [0, ρ^k]] for M = [[ρ, g], [0, ρ]], (2,2), I for k = 0; float64.

    Raises RangeError for k < 0. Source: chapter 8.
    """
    if k < 0:
        raise RangeError("k", k, "a whole number of at least 0")
    corner = k * g * rho ** (k - 1) if k else 0.0
    return np.array([[rho**k, corner], [0.0, rho**k]])


def shear_norm(rho: float, g: float, k: int) -> float:
    """Return ‖M^k‖₂ = (|c| + √(c² + 4a²)) / 2 with a = ρ^k, c = k g ρ^(k−1), M as in `shear_power`; float64.

    Raises RangeError for k < 0. Source: chapter 8.
    """
    (a, c), _ = np.abs(shear_power(rho, g, k))
    return float((c + math.hypot(c, 2.0 * a)) / 2.0)


def far_share(terms: Array) -> float:
    """Return the share that the first ⌊T/2⌋ of the terms (T,) have in the sum of their sizes; float64.

    Raises ArrayError. Source: lecture E (short-term and long-term part).
    """
    check_shapes("terms (T)", terms)
    sizes = np.abs(terms)
    return float(sizes[: len(sizes) // 2].sum() / sizes.sum())


def linear_loss_slope(w: float, T: int) -> float:
    """Return dE/dw = T w^(2T−1) for E = ½ h_T², h_t = w h_{t−1}, h_0 = 1; float64.

    Raises RangeError for T < 1. Source: chapter 8.
    """
    if T < 1:
        raise RangeError("T", T, "a whole number of at least 1")
    return float(T * np.float64(w) ** (2 * T - 1))


def back_over_steps(J: Array, dh: Array) -> Array:
    """Return ∂E/∂h_k = (∂h_T/∂h_k)ᵀ ∂E/∂h_T, (d,), for J = ∂h_T/∂h_k (d,d) and dh = ∂E/∂h_T (d,); float64.

    Raises ArrayError. Source: lectures A and B, in columns.
    """
    check_shapes("J (d,d) dh (d)", J, dh)
    return np.asarray(J.T @ dh)
