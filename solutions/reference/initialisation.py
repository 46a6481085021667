"""Start values for the recurrent matrix."""

from __future__ import annotations

import math

import numpy as np

from solutions.reference.errors import RangeError, UnknownNameError
from solutions.reference.jacobians import spectral_radius
from solutions.reference.shapes import Array, check_count


def identity(d: int, gain: float, rng: np.random.Generator) -> Array:  # noqa: ARG001 - one signature for all kinds
    """Return gain · I, (d,d); float64. With ReLU, active units keep their derivative. Source: lecture E.

    Raises nothing.
    """
    return gain * np.eye(d)


def orthogonal(d: int, gain: float, rng: np.random.Generator) -> Array:
    """Return gain · Q, (d,d), QᵀQ = I, every direction as likely as any other; float64.

    ‖Q^t‖ is 1 for every t. Source: Saxe, McClelland and Ganguli 2014. Raises nothing.
    """
    Q, R = np.linalg.qr(rng.normal(size=(d, d)))
    # A QR routine fixes the signs as it likes; with those of R's diagonal the draw is uniform.
    signs: Array = np.sign(np.diag(R))
    return gain * Q * signs


def gaussian(d: int, gain: float, rng: np.random.Generator) -> Array:
    """Return independent normal entries of deviation gain/√d, (d,d); float64: on average lengths are kept.

    Raises nothing. Source: chapter 9.
    """
    return gain * rng.normal(size=(d, d)) / math.sqrt(d)


KINDS = {"identity": identity, "orthogonal": orthogonal, "gaussian": gaussian}


def init_recurrent(d: int, kind: str, gain: float, rng: np.random.Generator) -> Array:
    """Return W (d,d) of the kind "identity", "orthogonal" or "gaussian"; float64.

    Raises RangeError, UnknownNameError. Source: lecture E (identity), chapter 9.
    """
    check_count("d", d)
    if kind not in KINDS:
        raise UnknownNameError("kind of start value", kind, KINDS)
    return KINDS[kind](d, gain, rng)


def scaled_to_radius(W: Array, radius: float) -> Array:
    """Return W · radius/ρ(W), (d,d), whose spectral radius is the wanted one; float64.

    Raises ArrayError, and RangeError when W has no eigenvalue but 0. Source: chapter 9.
    """
    found = spectral_radius(W)
    if found == 0.0:
        raise RangeError("the spectral radius of W", found, "above 0: no scaling changes it")
    return W * (radius / found)
