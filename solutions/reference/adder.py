"""Binary addition as a recurrence: the rows to learn, and a network set by hand that makes no error at any length.

Numbers are rows of bits (N,), least significant first, and their sum has N + 1 bits: the extra step lets the
last carry out.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from solutions.reference.activations import Activation
from solutions.reference.rnn import rnn_forward
from solutions.reference.shapes import Array, check_count, check_shapes

STEP = Activation("step", lambda z: np.where(z > 0.0, 1.0, 0.0), np.zeros_like, 0.0)
"""1 above 0, else 0. Its slope is 0 wherever it has one, so no gradient could have found these weights."""


def adder_rows() -> tuple[Array, Array]:
    """Return X (8,3) = (bit, bit, carry in) and Y (8,2) = (sum bit, carry out), all cases of a full adder; float64.

    Source: lecture C (N-bit addition).
    """
    X = np.array(list(product((0.0, 1.0), repeat=3)))
    ones = X.sum(axis=1)
    return X, np.stack([ones % 2.0, np.where(ones >= 2.0, 1.0, 0.0)], axis=1)


def table_rows(N: int) -> int:
    """Return 2^{2N}, the number of pairs that a table (or a network without a state) has to get right.

    Raises CountError. Source: lecture C (exponentially many).
    """
    check_count("N", N)
    return 1 << 2 * N


def to_bits(number: int, N: int) -> Array:
    """Return the N lowest bits of a whole number, least significant first, (N,); float64.

    Raises CountError. Source: chapter 12.
    """
    check_count("N", N)
    return np.array([float(number >> place & 1) for place in range(N)])


def from_bits(bits: Array) -> int:
    """Return the whole number whose bits (N,) are these, least significant first. Takes ints or floats.

    Raises nothing. Source: chapter 12.
    """
    return sum(int(bit) << place for place, bit in enumerate(bits))


def bit_pairs(a: Array, b: Array) -> Array:
    """Return X (N+1,2), one pair of bits a step and a last pair of zeros, for a, b (N,); float64.

    Raises ArrayError. Source: lecture C (a pair of bits a step).
    """
    check_shapes("a (N) b (N)", a, b)
    return np.concatenate([np.stack([a, b], axis=1), np.zeros((1, 2))])


def exact_adder() -> dict[str, Array]:
    """Return the weights U (3,2), W (3,3), V (1,3), b (3,), c (1,), h0 (3,) of the network set by hand; float64.

    Its units say "at least one", "at least two", "three": the second is the carry, and the only one that is
    fed back; the sum bit is the first less the second plus the third. Source: lecture C (exact answers).
    """
    W = np.zeros((3, 3))
    W[:, 1] = 1.0
    return {
        "U": np.ones((3, 2)),
        "W": W,
        "V": np.array([[1.0, -1.0, 1.0]]),
        "b": np.array([-0.5, -1.5, -2.5]),
        "c": np.zeros(1),
        "h0": np.zeros(3),
    }


def add_exactly(a: Array, b: Array, f: Activation = STEP) -> Array:
    """Return the bits of a + b, (N+1,), by the network set by hand, for a, b (N,); float64.

    With another f for the step the same weights may fail: see `sigmoid_of_gain`. Raises ArrayError.
    Source: as `exact_adder`.
    """
    y = rnn_forward(exact_adder(), bit_pairs(a, b), "identity-half-se", f)["y"]
    return np.where(y[:, 0] > 0.5, 1.0, 0.0)


def sigmoid_of_gain(gain: float) -> Activation:
    """Return f(z) = σ(gain·z), which comes to the step as the gain grows, and its slope.

    Raises nothing. Source: chapter 12.
    """

    def f(z: Array) -> Array:
        y: Array = 0.5 + 0.5 * np.tanh(0.5 * gain * z)
        return y

    def prime(z: Array) -> Array:
        y = f(z)
        return gain * y * (1.0 - y)

    return Activation(f"sigmoid of gain {gain}", f, prime, gain / 4.0)
