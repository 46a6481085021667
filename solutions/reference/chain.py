"""The chain rule: paths that add up, Jacobians, and derivatives sent back without building them."""

# mypy: disable-error-code="no-any-return"
# NumPy types every sum as Any.

from __future__ import annotations

import math

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.losses import softmax
from solutions.reference.shapes import Array, check_same_shape, check_shapes


def two_paths(x: float, w: float) -> tuple[float, float, float]:
    """Return df/dw and its two shares, for f = tanh(u v), u = w x, v = sin x + w.

    The first share goes along w → u → f, the second along w → v → f; the derivative is their sum.
    Source: lecture C (multivariate chain rule). Raises nothing.
    """
    u, v = w * x, math.sin(x) + w
    slope = 1.0 - math.tanh(u * v) ** 2
    path_u = slope * v * x
    path_v = slope * u
    return path_u + path_v, path_u, path_v


def componentwise_jacobian(z: Array, f: Activation = TANH) -> Array:
    """Return J_ij = ∂h_i/∂z_j = [i = j] f'(z_i) of h = f(z), (d,d), for z (d,); float64.

    Raises ArrayError. Source: lecture C (diagonal Jacobians).
    """
    check_shapes("z (d)", z)
    return np.diag(f.prime(z))


def softmax_jacobian(o: Array) -> Array:
    """Return J_ij = ∂y_i/∂o_j = y_i [i = j] − y_i y_j of y = softmax(o), (k,k), for o (k,); float64.

    Every logit moves every output, so J is dense. Raises ArrayError. Source: lecture C (softmax Jacobian).
    """
    check_shapes("o (k)", o)
    y = softmax(o)
    return np.diag(y) - np.outer(y, y)


def back_through_softmax(y: Array, dY: Array) -> Array:
    """Return ε = Jᵀ ∂E/∂y = y ⊙ (∂E/∂y − Σ_i y_i ∂E/∂y_i), without J, along the last axis; float64.

    `y` and `dY` are (k,) or (T,k). Raises ArrayError. Source: lecture C, as a product that is never built.
    """
    check_same_shape(y=y, dY=dY)
    return y * (dY - (y * dY).sum(axis=-1, keepdims=True))


def back_through_jacobian(J: Array, dh: Array) -> Array:
    """Return ∂E/∂z = Jᵀ ∂E/∂h, (m,), for J (d,m) with J_ij = ∂h_i/∂z_j and dh (d,); float64.

    A row gradient is multiplied from the left instead: its transpose is the same. Raises ArrayError.
    Source: lecture C (∇_z = ∇_h J in rows).
    """
    check_shapes("J (d,m) dh (d)", J, dh)
    return J.T @ dh


def linear_backward(A: Array, h: Array, dz: Array) -> tuple[Array, Array, Array]:
    """Return ∂E/∂A = dz hᵀ (d,m), ∂E/∂h = Aᵀ dz (m,) and ∂E/∂b = dz (d,) of z = A h + b; float64.

    For A (d,m), h (m,), dz = ∂E/∂z (d,). Raises ArrayError. Source: lectures C and D.
    """
    check_shapes("A (d,m) h (m) dz (d)", A, h, dz)
    return np.outer(dz, h), A.T @ dz, dz.copy()
