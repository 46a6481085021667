"""Output heads: output y_t = g(o_t), loss E_t(o_t, τ_t), and ε_t = ∂E_t/∂o_t beside it.

All functions work on the last axis, so `o` and `tau` may be (k,), (T,k) or (B,T,k).
"""

# mypy: disable-error-code="no-any-return"
# NumPy types every sum as Any.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from solutions.reference.activations import identity, sigmoid, tanh, tanh_prime
from solutions.reference.errors import UnknownNameError
from solutions.reference.shapes import Array, check_same_shape, check_shapes


@dataclass(frozen=True)
class Head:
    """An output function and its loss: y = output(o), E_t = loss(o, tau), ε = eps(o, tau).

    `loss` sums over the outputs (last axis) and over nothing else.
    """

    name: str
    output: Callable[[Array], Array]
    loss: Callable[[Array, Array], Array]
    eps: Callable[[Array, Array], Array]


def softmax(o: Array) -> Array:
    """Return y_i = e^{o_i} / Σ_j e^{o_j}, along the last axis. Shape (...,k) as o, float64.

    Raises ArrayError. Source: lectures A and B.
    """
    check_same_shape(o=o)
    # Shifting all logits by one number changes no ratio; after it, no exponent is positive.
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_sum_exp(o: Array) -> Array:
    """Return log Σ_i e^{o_i} along the last axis, without overflow. Shape (...) for o (...,k), float64.

    Raises ArrayError. Source: chapter 4.
    """
    check_same_shape(o=o)
    m = o.max(axis=-1, keepdims=True)
    return m[..., 0] + np.log(np.exp(o - m).sum(axis=-1))


def half_squared_error(y: Array, tau: Array) -> Array:
    """Return E_t = ½ Σ_i (y_i − τ_i)². Shape (...) for y, tau (...,k), float64.

    Raises ArrayError. Source: lecture D.
    """
    check_same_shape(y=y, tau=tau)
    return 0.5 * ((y - tau) ** 2).sum(axis=-1)


def identity_half_se(o: Array, tau: Array) -> Array:
    """Return E_t = ½ ‖o − τ‖², the output being y = o. Shapes and errors as `half_squared_error`."""
    check_same_shape(o=o, tau=tau)
    return half_squared_error(o, tau)


def eps_identity_half_se(o: Array, tau: Array) -> Array:
    """Return ε = o − τ. Shape (...,k) as o and tau, float64. Raises ArrayError. Source: lecture D."""
    check_same_shape(o=o, tau=tau)
    return o - tau


def tanh_half_se(o: Array, tau: Array) -> Array:
    """Return E_t = ½ ‖tanh o − τ‖². Shapes and errors as `half_squared_error`."""
    check_same_shape(o=o, tau=tau)
    return half_squared_error(tanh(o), tau)


def eps_tanh_half_se(o: Array, tau: Array) -> Array:
    """Return ε = (y − τ) ⊙ (1 − y²), y = tanh o. Shape (...,k) as o and tau, float64.

    Raises ArrayError. Source: lecture D.
    """
    check_same_shape(o=o, tau=tau)
    return (tanh(o) - tau) * tanh_prime(o)


def sigmoid_cross_entropy(o: Array, tau: Array) -> Array:
    """Return E_t = −Σ_i (τ_i log y_i + (1 − τ_i) log(1 − y_i)), y = σ(o). Shape (...), float64.

    Raises ArrayError. Source: lecture D (with its minus sign) and lecture E.
    """
    check_same_shape(o=o, tau=tau)
    # −log y = log(1 + e^−o) and −log(1 − y) = log(1 + e^o) stay finite where y rounds to 0 or 1.
    return (tau * np.logaddexp(0.0, -o) + (1.0 - tau) * np.logaddexp(0.0, o)).sum(axis=-1)


def eps_sigmoid_cross_entropy(o: Array, tau: Array) -> Array:
    """Return ε = σ(o) − τ. Shape (...,k) as o and tau, float64. Raises ArrayError. Source: lecture E."""
    check_same_shape(o=o, tau=tau)
    return sigmoid(o) - tau


def softmax_cross_entropy(o: Array, tau: Array) -> Array:
    """Return E_t = −Σ_i τ_i log y_i, y = softmax(o). Shape (...), float64.

    Raises ArrayError. Source: lectures A and B.
    """
    check_same_shape(o=o, tau=tau)
    # log y_i = o_i − log Σ_j e^{o_j}: no logarithm of a probability that has rounded to 0.
    return tau.sum(axis=-1) * log_sum_exp(o) - (tau * o).sum(axis=-1)


def eps_softmax_cross_entropy(o: Array, tau: Array) -> Array:
    """Return ε = y Σ_i τ_i − τ, which is y − τ when the targets sum to 1. Shape (...,k), float64.

    Raises ArrayError. Source: lecture B, for any targets.
    """
    check_same_shape(o=o, tau=tau)
    return softmax(o) * tau.sum(axis=-1, keepdims=True) - tau


HEADS = {
    h.name: h
    for h in (
        Head("identity-half-se", identity, identity_half_se, eps_identity_half_se),
        Head("tanh-half-se", tanh, tanh_half_se, eps_tanh_half_se),
        Head("sigmoid-ce", sigmoid, sigmoid_cross_entropy, eps_sigmoid_cross_entropy),
        Head("softmax-ce", softmax, softmax_cross_entropy, eps_softmax_cross_entropy),
    )
}


def output_head(name: str) -> Head:
    """Return the head of that name. Raises UnknownNameError."""
    if name not in HEADS:
        raise UnknownNameError("output head", name, HEADS)
    return HEADS[name]


def output_eps(o: Array, tau: Array, head: str) -> Array:
    """Return ε = ∂E_t/∂o of the named head. Shape (...,k) as o and tau, float64.

    Raises UnknownNameError, ShapeError. Source: as its head.
    """
    return output_head(head).eps(o, tau)


def sequence_loss(o: Array, Tau: Array, head: str) -> tuple[float, Array]:
    """Return E = Σ_t E_t and the step losses E_t (T,), for o and Tau (T,k), float64.

    Raises UnknownNameError, ShapeError. Source: lectures A, B and D.
    """
    check_shapes("o (T,k) Tau (T,k)", o, Tau)
    Et = output_head(head).loss(o, Tau)
    return float(Et.sum()), Et
