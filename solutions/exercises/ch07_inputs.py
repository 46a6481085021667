"""Hidden inputs of chapter 7: parameters of the larger networks, and derivatives by y of several losses."""

from __future__ import annotations

import numpy as np
from through_time.problems import parameters, probabilities, weights

from solutions.exercises.inputs import Make
from solutions.model import Arguments, Array
from solutions.reference.general import mean_and_product_loss, outputs_of

Parameters = dict[str, Array]


def _series(rng: np.random.Generator, n: int, k: int, T: int) -> tuple[Array, Array]:
    return weights(rng, T, n), probabilities(rng, T, k)


def stacked(n: int, d1: int, d2: int, k: int, T: int) -> Make:
    """(p2, X (T, n), Tau (T, k)): two layers of d1 and d2 units."""

    def make(rng: np.random.Generator) -> Arguments:
        lower, upper = parameters(rng, n, d1, k), parameters(rng, d1, d2, k)
        p: Parameters = {}
        for number, layer in enumerate((lower, upper), start=1):
            p |= {f"{letter}{number}": layer[letter] for letter in "UWb"} | {f"h{number}_0": layer["h0"]}
        return {**p, "V": upper["V"], "c": upper["c"]}, *_series(rng, n, k, T)

    return make


def bidirectional(n: int, d: int, e: int, k: int, T: int) -> Make:
    """(pb, X (T, n), Tau (T, k)): a chain of d units with time, one of e units against it."""

    def make(rng: np.random.Generator) -> Arguments:
        p, other = parameters(rng, n, d, k), parameters(rng, n, e, k)
        back = {f"{letter}b": other[letter] for letter in "UWVb"}
        return {**p, **back, "hb0": other["h0"]}, *_series(rng, n, k, T)

    return make


def skip(n: int, d: int, k: int, T: int, s: int) -> Make:
    """(p, S (d, d), s, X (T, n), Tau (T, k))."""

    def make(rng: np.random.Generator) -> Arguments:
        return parameters(rng, n, d, k), weights(rng, d, d), s, *_series(rng, n, k, T)

    return make


def any_dy(n: int, d: int, k: int, T: int) -> Make:
    """(p, X (T, n), dY (T, k)), dY of no loss in particular."""
    return lambda rng: (parameters(rng, n, d, k), weights(rng, T, n), weights(rng, T, k))


def whole_dy(n: int, d: int, k: int, T: int) -> Make:
    """As `any_dy`, with the dY of a loss that takes a product over time: no step has a part of its own."""

    def make(rng: np.random.Generator) -> Arguments:
        p, X = parameters(rng, n, d, k), weights(rng, T, n)
        _, dY = mean_and_product_loss(outputs_of(p, X)["y"], probabilities(rng, k))
        return p, X, dY

    return make


def constant_dy(n: int, d: int, k: int, T: int) -> Make:
    """As `any_dy`, each row of dY a single number k times: outputs that add to 1 can't follow it."""

    def make(rng: np.random.Generator) -> Arguments:
        return parameters(rng, n, d, k), weights(rng, T, n), np.repeat(weights(rng, T, 1), k, axis=1)

    return make


def follower(n: int, d: int, e: int, k: int, T: int) -> Make:
    """(p, X (T, n), Tau (T, k)): a state of d units, and one of e units that follows it within the step."""

    def make(rng: np.random.Generator) -> Arguments:
        h, m = parameters(rng, n, d, k), parameters(rng, d, e, k)
        p = {
            "Uh": h["U"],
            "Whh": h["W"],
            "Whm": weights(rng, d, e),
            "bh": h["b"],
            "h0": h["h0"],
            "Wmh": m["U"],
            "Wmm": m["W"],
            "bm": m["b"],
            "m0": m["h0"],
            "Vh": h["V"],
            "Vm": m["V"],
            "c": h["c"],
        }
        return p, *_series(rng, n, k, T)

    return make
