"""Hidden inputs: makers of arguments, each drawing from the generator that it is given.

All numbers are of order 1, h0 and the biases are not zero, W is not symmetric. What a function returns takes a
generator and gives the arguments of one call, so that it can be the `make` of a `Case`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from through_time.problems import parameters, probabilities, weights

from solutions.model import Arguments, Function

Make = Callable[[np.random.Generator], Arguments]

AUDIBLE = 1e-3
"""Share of the whole gradient's norm below which an array is too quiet to show a mistake."""


def audible(make: Make, reference: Function) -> Make:
    """As `make`, drawn again until every array of the reference's gradient has its share of the norm.

    With one loss at the end, about one draw in ten lets the signal die on its way to h0. A mistake that shows
    in the first steps alone would pass there.
    """

    def again(rng: np.random.Generator) -> Arguments:
        while True:
            arguments = make(rng)
            norms = np.array([np.linalg.norm(array) for array in reference(*arguments).values()])
            if norms.min() > AUDIBLE * np.linalg.norm(norms):
                return arguments

    return again


def siso(n: int, d: int, k: int, T: int) -> Make:
    """(p, x (n,), tau (k,), T)."""
    return lambda rng: (parameters(rng, n, d, k), weights(rng, n), weights(rng, k), T)


def simo(n: int, d: int, k: int, T: int) -> Make:
    """(p, x (n,), Tau (T, k))."""
    return lambda rng: (parameters(rng, n, d, k), weights(rng, n), weights(rng, T, k))


def mimo(n: int, d: int, k: int, T: int) -> Make:
    """(p, X (T, n), Tau (T, k)), each row of Tau a probability vector without zeros."""
    return lambda rng: (parameters(rng, n, d, k), weights(rng, T, n), probabilities(rng, T, k))


def mimo_one_hot(n: int, d: int, k: int, T: int) -> Make:
    """(p, X (T, n), Tau (T, k)), each row of Tau one-hot."""

    def make(rng: np.random.Generator) -> Arguments:
        return parameters(rng, n, d, k), weights(rng, T, n), np.eye(k)[rng.integers(k, size=T)]

    return make


def mimo_large_logits(n: int, d: int, k: int, T: int) -> Make:
    """As `mimo`, with logits near 1000 at two outputs and near -1000 at the others."""

    def make(rng: np.random.Generator) -> Arguments:
        p = parameters(rng, n, d, k)
        # Two outputs share the top: with one alone y would be exactly one-hot, and the softmax untested.
        top = rng.choice(k, size=2, replace=False)
        p["c"] += np.where(np.isin(np.arange(k), top), 1000.0, -1000.0)
        return p, weights(rng, T, n), probabilities(rng, T, k)

    return make


def many_to_one(n: int, d: int, T: int) -> Make:
    """(p, X (T, n), tau (1,)) with k = 1 and tau strictly between 0 and 1."""
    return lambda rng: (parameters(rng, n, d, 1), weights(rng, T, n), rng.uniform(0.1, 0.9, 1))


def many_to_one_label(n: int, d: int, T: int) -> Make:
    """As `many_to_one`, with tau 0 or 1."""
    return lambda rng: (parameters(rng, n, d, 1), weights(rng, T, n), rng.integers(2, size=1).astype(float))


def batch(B: int, n: int, d: int, k: int, T: int) -> Make:
    """(p, X (B, T, n), Tau (B, T, k)), each row of Tau a probability vector; one h0 for all sequences."""
    return lambda rng: (parameters(rng, n, d, k), weights(rng, B, T, n), probabilities(rng, B, T, k))


def outputs(head: str, k: int, T: int) -> Make:
    """(o (T, k), Tau (T, k), head), each row of Tau a probability vector where `head` has a softmax."""

    def make(rng: np.random.Generator) -> Arguments:
        targets = probabilities if head == "softmax-ce" else weights
        return weights(rng, T, k), targets(rng, T, k), head

    return make


def large_outputs(k: int, T: int) -> Make:
    """As `outputs` with a softmax, two of the logits of every row near 1000 and the others near -1000."""

    def make(rng: np.random.Generator) -> Arguments:
        top = rng.permuted(np.broadcast_to(np.arange(k) < 2, (T, k)), axis=1)
        return weights(rng, T, k) + np.where(top, 1000.0, -1000.0), probabilities(rng, T, k), "softmax-ce"

    return make


def logits(*shape: int, about: tuple[float, float] = (0.0, 0.0)) -> Make:
    """(o of `shape`,), two entries of every row near the first of `about`, the others near the second."""

    def make(rng: np.random.Generator) -> Arguments:
        top = rng.permuted(np.broadcast_to(np.arange(shape[-1]) < 2, shape), axis=-1)
        return (weights(rng, *shape) + np.where(top, *about),)

    return make
