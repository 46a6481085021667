"""Scaled dot-product attention, for one query and in matrices, forward and backward."""

from __future__ import annotations

import numpy as np

from solutions.reference.losses import softmax
from solutions.reference.shapes import Array, Gradients, check_shapes


def scaled_scores(q: Array, K: Array) -> Array:
    """Return e = K q / √d, (S,), for q (d,) and K (S,d); float64. Raises ArrayError. Source: Vaswani et al. 2017."""
    d = check_shapes("q (d) K (S,d)", q, K)["d"]
    return np.asarray(K @ q / np.sqrt(d))


def attend(q: Array, K: Array, Vv: Array) -> tuple[Array, Array]:
    """Return Vvᵀ a (m,) and a = softmax(K q / √d) (S,), for q (d,), K (S,d), Vv (S,m); float64.

    Raises ArrayError. Source: lecture D names attention; Vaswani et al. 2017.
    """
    check_shapes("q (d) K (S,d) Vv (S,m)", q, K, Vv)
    a = softmax(scaled_scores(q, K))
    return Vv.T @ a, a


def attend_backward(q: Array, K: Array, Vv: Array, dout: Array) -> tuple[Array, Array, Array]:
    """Return dq (d,), dK (S,d), dVv (S,m), from dout (m,); float64.

    Raises ArrayError. Source: as `attend`; lecture C (softmax's Jacobian).
    """
    d = check_shapes("q (d) K (S,d) Vv (S,m) dout (m)", q, K, Vv, dout)["d"]
    _, a = attend(q, K, Vv)
    da = Vv @ dout
    de = a * (da - a @ da) / np.sqrt(d)
    return K.T @ de, np.outer(de, q), np.outer(a, dout)


def scaled_dot(Q: Array, K: Array, V: Array) -> tuple[Array, Array]:
    """Return Y = P V (R,m) and P = softmax(Q Kᵀ / √d) by rows (R,S), for Q (R,d), K (S,d), V (S,m); float64.

    Raises ArrayError. Source: Vaswani et al. 2017.
    """
    d = check_shapes("Q (R,d) K (S,d) V (S,m)", Q, K, V)["d"]
    P = softmax(Q @ K.T / np.sqrt(d))
    return P @ V, P


def scaled_dot_backward(Q: Array, K: Array, V: Array, dY: Array) -> Gradients:
    """Return dQ (R,d), dK (S,d), dV (S,m), from dY (R,m); float64.

    Raises ArrayError. Source: as `scaled_dot`; lecture C (softmax's Jacobian).
    """
    d = check_shapes("Q (R,d) K (S,d) V (S,m) dY (R,m)", Q, K, V, dY)["d"]
    _, P = scaled_dot(Q, K, V)
    dP = dY @ V.T
    dE = P * (dP - (P * dP).sum(axis=1, keepdims=True)) / np.sqrt(d)
    return {"dQ": dE @ K, "dK": dE.T @ Q, "dV": P.T @ dY}
