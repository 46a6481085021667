"""Seeded problems in which no two sizes agree, no array is zero and no matrix is symmetric."""

from __future__ import annotations

import numpy as np

from solutions.reference.shapes import Array, Params

SEEDS = (11, 23, 47)
SIZES = {"n": 3, "d": 4, "k": 5, "T": 6}
EQUAL = {"n": 4, "d": 4, "k": 4, "T": 6}
"""Equal sizes: a transposed matrix fits everywhere, so that only its values can give it away."""
ONE_STEP = {**SIZES, "T": 1}
LONG = {**SIZES, "T": 200}

SHORT_CASES = (*((seed, SIZES) for seed in SEEDS), (SEEDS[0], EQUAL), (SEEDS[0], ONE_STEP))
"""Seed and sizes of the problems that every gradient is checked on; LONG has a place of its own."""


def rnn_params(rng: np.random.Generator, n: int, d: int, k: int) -> Params:
    """Return U (d,n), W (d,d), V (k,d), b (d,), c (k,), h0 (d,), of order one and none of them zero."""
    return {
        "U": rng.normal(size=(d, n)),
        "W": rng.normal(size=(d, d)) / np.sqrt(d),
        "V": rng.normal(size=(k, d)),
        "b": rng.normal(size=d) / 2,
        "c": rng.normal(size=k) / 2,
        "h0": rng.normal(size=d),
    }


def one_hot(rng: np.random.Generator, T: int, k: int) -> Array:
    """Return T random rows (T,k) with a single 1 each."""
    rows: Array = np.eye(k)[rng.integers(k, size=T)]
    return rows
