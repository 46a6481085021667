"""Activations and their slopes: each function, then its derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from solutions.reference.errors import UnknownNameError
from solutions.reference.shapes import Array


@dataclass(frozen=True)
class Activation:
    """A componentwise activation: h = f(z), its slope f'(z), and the largest slope that it can have.

    `f` and `prime` take and return float64 arrays of any one shape.
    """

    name: str
    f: Callable[[Array], Array]
    prime: Callable[[Array], Array]
    steepest: float


def tanh(z: Array) -> Array:
    """Return tanh z. Shape as z, float64. Raises nothing. Source: lectures D and E."""
    return np.tanh(z)


def tanh_prime(z: Array) -> Array:
    """Return the slope 1 − tanh² z, in (0, 1]. Shape as z, float64. Source: lectures D and E.

    Raises nothing.
    """
    return 1.0 - np.tanh(z) ** 2


def sigmoid(z: Array) -> Array:
    """Return σ(z) = 1 / (1 + e^−z), without overflow. Shape as z, float64.

    Raises nothing. Source: lecture D.
    """
    # The exponent is never positive, so nothing overflows; both branches are exact far from zero.
    small = np.exp(-np.abs(z))
    return np.where(z >= 0.0, 1.0, small) / (1.0 + small)


def sigmoid_prime(z: Array) -> Array:
    """Return the slope σ(z) (1 − σ(z)), in (0, 1/4]. Shape as z, float64. Source: lecture B. Raises nothing."""
    return sigmoid(z) * sigmoid(-z)


def relu(z: Array) -> Array:
    """Return max(0, z). Shape as z, float64. Raises nothing. Source: lecture C."""
    return np.maximum(z, 0.0)


def relu_prime(z: Array) -> Array:
    """Return the slope: 1 where z > 0, else 0. Shape as z, float64.

    There is no derivative at 0; the book takes 0 there. Raises nothing. Source: lecture C.
    """
    return np.where(z > 0.0, 1.0, 0.0)


def identity(z: Array) -> Array:
    """Return a copy of z. Shape as z, float64. Raises nothing. Source: chapter 4."""
    return z.copy()


def identity_prime(z: Array) -> Array:
    """Return the slope, 1 everywhere. Shape as z, float64. Raises nothing. Source: chapter 4."""
    return np.ones_like(z)


TANH = Activation("tanh", tanh, tanh_prime, 1.0)
SIGMOID = Activation("sigmoid", sigmoid, sigmoid_prime, 0.25)
RELU = Activation("relu", relu, relu_prime, 1.0)
IDENTITY = Activation("identity", identity, identity_prime, 1.0)

ACTIVATIONS = {f.name: f for f in (IDENTITY, TANH, SIGMOID, RELU)}


def activation(name: str) -> Activation:
    """Return the activation of that name. Raises UnknownNameError."""
    if name not in ACTIVATIONS:
        raise UnknownNameError("activation", name, ACTIVATIONS)
    return ACTIVATIONS[name]
