"""Small random problems with a known seed: parameters, inputs and targets to try a backward pass on.

The sizes are yours to choose. Take them all different: with n = d = k a swapped pair of axes goes unnoticed,
with d = 1 or a symmetric W so does a forgotten transpose, and with h0 = 0 so does a sum that starts too late.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Parameters = dict[str, Array]


def weights(rng: np.random.Generator, *shape: int) -> Array:
    """Draw an array of `shape`, float64, whose entries lie between 0.2 and 1 in size, with either sign."""
    size = rng.uniform(0.2, 1.0, shape)
    return np.where(rng.random(shape) < 0.5, -size, size)


def parameters(rng: np.random.Generator, n: int, d: int, k: int) -> Parameters:
    """Draw U (d, n), W (d, d), V (k, d), b (d,), c (k,) and h0 (d,), none of them zero, W not symmetric."""
    return {
        "U": weights(rng, d, n),
        "W": weights(rng, d, d),
        "V": weights(rng, k, d),
        "b": weights(rng, d),
        "c": weights(rng, k),
        "h0": weights(rng, d),
    }


def probabilities(rng: np.random.Generator, *shape: int) -> Array:
    """Draw an array of `shape`, float64, whose last axis holds positive numbers that add to 1."""
    share = rng.uniform(0.1, 1.0, shape)
    return np.asarray(share / share.sum(axis=-1, keepdims=True))
