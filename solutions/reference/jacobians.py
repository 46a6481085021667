"""How a state acts on a later one: Jacobian products, their sizes, and what bounds them."""

from __future__ import annotations

import math

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.errors import RangeError
from solutions.reference.rnn import rnn_forward
from solutions.reference.shapes import Array, Params, check_shapes


def step_jacobian(W: Array, z: Array, f: Activation = TANH) -> Array:
    """Return J_t = ∂⁺h_t/∂h_{t−1} = diag(f'(z_t)) W, (d,d), for W (d,d) and z (d,); float64.

    Raises ArrayError. Source: lectures A, B and E.
    """
    check_shapes("W (d,d) z (d)", W, z)
    return f.prime(z)[:, None] * W


def state_jacobian(W: Array, z: Array, t: int, k: int, f: Activation = TANH) -> Array:
    """Return ∂h_t/∂h_k = J_t J_{t−1} ⋯ J_{k+1}, (d,d): t − k factors, falling; I for t = k; float64.

    For W (d,d), z (T,d) and 0 ≤ k ≤ t ≤ T. Raises ArrayError, RangeError. Source: lectures A and B.
    """
    sizes = check_shapes("W (d,d) z (T,d)", W, z)
    if not 0 <= k <= t <= sizes["T"]:
        raise RangeError("(k, t)", (k, t), f"0 ≤ k ≤ t ≤ {sizes['T']}")
    J = np.eye(sizes["d"])
    for j in range(t, k, -1):
        J = J @ step_jacobian(W, z[j - 1], f)
    return J


def jacobian_profile(p: Params, X: Array, f: Activation = TANH) -> tuple[Array, Array]:
    """Return J (T,d,d) with J[k−1] = ∂h_T/∂h_k, and the 2-norm of each, (T,), for X (T,n); float64.

    Raises ArrayError. Source: lectures A and B.
    """
    z = rnn_forward(p, X, f=f)["z"]
    J = [np.eye(z.shape[1])]
    for z_t in z[:0:-1]:
        J.append(J[-1] @ step_jacobian(p["W"], z_t, f))
    profile = np.array(J[::-1])
    return profile, np.linalg.norm(profile, 2, axis=(1, 2))


def linear_jacobian(W: Array, k: int) -> Array:
    """Return ∂h_{t+k}/∂h_t = W^k of a linear network, (d,d): the matrix power, I for k = 0; float64.

    Raises ArrayError, RangeError. Source: lecture B.
    """
    check_shapes("W (d,d)", W)
    if k < 0:
        raise RangeError("k", k, "a whole number of at least 0")
    return np.linalg.matrix_power(W, k)


def spectral_norm(M: Array) -> float:
    """Return ‖M‖₂, the most that M (m,n) lengthens a vector; float64. Raises ArrayError. Source: chapter 8."""
    check_shapes("M (m,n)", M)
    return float(np.linalg.norm(M, 2))


def spectral_radius(W: Array) -> float:
    """Return the largest size of an eigenvalue of W (d,d): the growth per step in the long run; float64.

    It says nothing about the first steps, nor about a network with an activation. Raises ArrayError.
    Source: chapter 8.
    """
    check_shapes("W (d,d)", W)
    return float(np.abs(np.linalg.eigvals(W)).max())


def norm_bound(W: Array, steps: int, f: Activation = TANH) -> float:
    """Return (γ ‖W‖₂)^{t−k} ≥ ‖∂h_t/∂h_k‖₂, γ the steepest slope of f, for W (d,d), steps = t − k; float64.

    Below 1 the gradient must vanish; above 1 it may do either. Raises ArrayError, RangeError.
    Source: Pascanu, Mikolov and Bengio 2013.
    """
    if steps < 0:
        raise RangeError("steps", steps, "a whole number of at least 0")
    return float((f.steepest * spectral_norm(W)) ** steps)


def scalar_factor(w: float, z: Array, f: Activation = TANH) -> float:
    """Return ∂h_T/∂h_1 = Π_{t=2}^T w f'(z_t) of a scalar network, T − 1 factors, for z (T,) = z_1 … z_T; float64.

    Raises ArrayError. Source: lecture E (the product over 100 steps, which has 99 factors).
    """
    check_shapes("z (T)", z)
    return float(np.prod(w * f.prime(z[1:])))


def steps_to_factor(rate: float, factor: float) -> int:
    """Return the fewest steps after which rate^steps has reached the factor, e.g. 66 for 0.9 and 1/1000.

    Raises RangeError when the rate never gets there. Source: chapter 8.
    """
    if not (0.0 < rate < 1.0 and factor <= 1.0) and not (rate > 1.0 and factor >= 1.0):
        raise RangeError("rate", rate, f"one whose powers come to {factor}")
    return math.ceil(math.log(factor) / math.log(rate))
