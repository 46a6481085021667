"""Exercise 6.3's table of paths: what its factors multiply to on numbers, and what a wrong path shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from through_time.problems import parameters, probabilities, weights

from solutions.model import Array, Remark
from solutions.reference.numeric import relative_error
from solutions.reference.paths import path_terms
from solutions.reference.rnn import rnn_forward

PATHS = ((1, 1), (2, 1), (2, 2), (3, 1), (3, 2), (3, 3))
"""(t, k): from E_t to the use of U at step k."""
_TOKEN = re.compile(r"(eps|D|x)_([123])|VT|WT")
_SAME = 1e-9

Table = Mapping[Any, Any]


def right_path(t: int, k: int) -> list[str]:
    """The factors from left to right, D_k WT D_{k+1} … D_t VT eps_t x_k."""
    slopes = [factor for j in range(k, t + 1) for factor in (f"D_{j}", "WT")]
    return [*slopes[:-1], "VT", f"eps_{t}", f"x_{k}"]


RIGHT = {path: right_path(*path) for path in PATHS}


@cache
def _problems() -> tuple[tuple[Mapping[str, Array], Array], ...]:
    """Factors by their tokens, and the share of each path, for three networks with all sizes different."""
    return tuple(_problem(np.random.default_rng(seed)) for seed in (11, 23, 47))


def _problem(rng: np.random.Generator) -> tuple[Mapping[str, Array], Array]:
    p, X, Tau = parameters(rng, 3, 4, 5), weights(rng, 3, 3), probabilities(rng, 3, 5)
    run = rnn_forward(p, X)
    factors = {"VT": p["V"].T, "WT": p["W"].T}
    for t in (1, 2, 3):
        factors[f"eps_{t}"] = (run["y"][t - 1] - Tau[t - 1])[:, None]
        factors[f"D_{t}"] = np.diag(1.0 - run["h"][t] ** 2)
        factors[f"x_{t}"] = X[t - 1][None, :]
    return factors, path_terms(p, X, Tau, "U")


def tokens_of(value: object) -> list[str] | None:
    """A path as it was written; None if it is no sequence of known factors."""
    if not isinstance(value, list | tuple) or not value:
        return None
    if not all(isinstance(token, str) and _TOKEN.fullmatch(token) for token in value):
        return None
    return list(value)


def is_right(path: tuple[int, int], value: object) -> bool:
    """Whether the product of the factors, in their order, is the path's share of the gradient, on numbers."""
    tokens = tokens_of(value)
    return tokens is not None and all(
        _is_share(_product(factors, tokens), shares[path[0] - 1, path[1] - 1])
        for factors, shares in _problems()
    )


def _product(factors: Mapping[str, Array], tokens: Sequence[str]) -> Array | None:
    product = factors[tokens[0]]
    for token in tokens[1:]:
        if product.shape[1] != factors[token].shape[0]:
            return None
        product = product @ factors[token]
    return product


def _is_share(product: Array | None, share: Array) -> bool:
    return product is not None and product.shape == share.shape and relative_error(product, share) < _SAME


def mark(value: Table) -> dict[str, float]:
    """1 for each path that multiplies to its share."""
    return {name_of(path): float(is_right(path, value.get(path))) for path in PATHS}


def name_of(path: tuple[int, int]) -> str:
    """The part's name, "(3, 1)"."""
    return f"({path[0]}, {path[1]})"


def remark(value: Table) -> Remark | None:
    """What the first wrong path shows, the shortest paths first."""
    for path in sorted(PATHS, key=lambda path: (path[0] - path[1], path)):
        if not is_right(path, value.get(path)):
            return _remark(path, value.get(path))
    return None


def _remark(path: tuple[int, int], value: object) -> Remark | None:
    t, k = path
    if value is None:
        return Remark(
            "path-left-out", f"The table has no path {name_of(path)}: does U at step {k} act on E_{t}?"
        )
    tokens = tokens_of(value)
    if tokens is None:
        return None
    slopes = [int(token[2:]) for token in tokens if token.startswith("D_")]
    wrong = _in_number(path, tokens, slopes) or _in_place(path, tokens, slopes)
    return Remark(wrong[0], f"In path {name_of(path)}: {wrong[1]}") if wrong else None


def _in_number(path: tuple[int, int], tokens: list[str], slopes: list[int]) -> tuple[str, str] | None:
    """Too few or too many factors of a kind."""
    t, k = path
    weights_passed = tokens.count("WT")
    if weights_passed < t - k:
        return (
            "path-weight-missing",
            "from one z back to the one before you pass a matrix. Count the steps back.",
        )
    if weights_passed > t - k:
        return "path-weight-extra", "you pass more matrices than there are steps back to step k."
    if len(slopes) < t - k + 1:
        return "path-slope-missing", "each node z on the path has a slope. How many such nodes are there?"
    return None


def _in_place(path: tuple[int, int], tokens: list[str], slopes: list[int]) -> tuple[str, str] | None:
    """The right number, at the wrong place or in the wrong order."""
    t, k = path
    ends = [token for token in tokens if token.startswith(("eps_", "x_"))]
    if sorted(ends) != [f"eps_{t}", f"x_{k}"]:
        return "path-wrong-ends", "which loss does it begin at, and with which input does it end?"
    if sorted(slopes) != list(range(k, t + 1)):
        return "path-slope-misplaced", "at which nodes z do your slopes sit, and at which should they?"
    if _unfit(tokens):
        one, other = _unfit(tokens)
        return (
            "path-factors-unfit",
            f"{one} and {other} stand side by side and can't be multiplied in this order.",
        )
    return "path-order-reversed", "the factors are the right ones. Which of them stands next to the error?"


def _unfit(tokens: list[str]) -> tuple[str, ...]:
    """Two neighbours whose shapes don't fit, if there are any."""
    factors, _ = _problems()[0]
    for one, other in pairwise(tokens):
        if factors[one].shape[1] != factors[other].shape[0]:
            return one, other
    return ()
