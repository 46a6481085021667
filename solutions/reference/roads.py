"""The roads from a decoder's loss to an encoder's state: how long they are, and what arrives over each."""

from __future__ import annotations

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.errors import RangeError
from solutions.reference.jacobians import state_jacobian
from solutions.reference.shapes import Array, Params, check_params, check_shapes


def steps_by_the_joint(S: int, t: int, i: int) -> int:
    """Return t + S − i, the recurrent steps from s_t back to h_i by way of the joint.

    Raises RangeError unless 1 ≤ i ≤ S and t ≥ 0. Source: chapter 11.
    """
    if t < 0 or not 1 <= i <= S:
        raise RangeError("(t, i)", (t, i), f"t ≥ 0 and 1 ≤ i ≤ {S}")
    return t + S - i


def by_the_joint(p: Params, z: Array, zs: Array, ds: Array, i: int, f: Activation = TANH) -> Array:
    """Return what ∂E/∂s_t sends to h_i by way of the joint, (d,): S − i Jacobians, Pᵀ and t Jacobians.

    For W (d,d), P (e,d), Ws (e,e) in p, z (S,d), zs (t,e), ds = ∂E/∂s_t (e,) with t = len(zs); float64.
    Raises ArrayError, RangeError. Source: lectures A and B (the product), on both sides of the joint.
    """
    sizes = check_params("W (d,d) P (e,d) Ws (e,e)", p)
    check_shapes("z (S,d) zs (t,e) ds (e)", z, zs, ds, **sizes)
    decoder = state_jacobian(p["Ws"], zs, len(zs), 0, f)
    encoder = state_jacobian(p["W"], z, len(z), i, f)
    return np.asarray(encoder.T @ (p["P"].T @ (decoder.T @ ds)))


def direct_term(p: Params, s: Array, alpha: Array, de: Array, dkappa: Array) -> Array:
    """Return what one output sends straight to all h_i, (S,d): row i is α_i dκ + de_i Aᵀ s, for bilinear scores.

    For A (e,d) in p, s (e,), alpha and de (S,), dkappa (d,); float64. No recurrent weight is in it.
    Raises ArrayError. Source: Bahdanau et al. 2015, Luong et al. 2015.
    """
    sizes = check_params("A (e,d)", p)
    check_shapes("s (e) alpha (S) de (S) dkappa (d)", s, alpha, de, dkappa, **sizes)
    return np.asarray(np.outer(alpha, dkappa) + np.outer(de, p["A"].T @ s))


def match_weight(S: int, beta: float) -> float:
    """Return e^β / (e^β + S − 1), the weight of one key with score β among S − 1 keys with score 0; float64.

    Raises RangeError for S < 1. Source: chapter 11.
    """
    if S < 1:
        raise RangeError("S", S, "a whole number of at least 1")
    # Divided by e^β, so that no large score overflows.
    return float(1.0 / (1.0 + (S - 1) * np.exp(-beta)))


def own_slope(alpha: Array) -> Array:
    """Return ∂α_i/∂e_i = α_i (1 − α_i), (S,), for alpha (S,): the diagonal of softmax's Jacobian; float64.

    Raises ArrayError. Source: lecture C (softmax's Jacobian).
    """
    check_shapes("alpha (S)", alpha)
    return alpha * (1.0 - alpha)
