"""The twists of the MLP as chapter 3's exercises hand them over: lists joined to parts, and heads told apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from solutions.misconceptions import mlp, softmax
from solutions.misconceptions.family import Family
from solutions.misconceptions.steps import Run, Twist, clash
from solutions.model import Answer, Array, Function

Join = Callable[[Mapping[str, Array]], Answer]
"""Flat answers, such as dW1, dW2, ..., db1, ..., to the exercise's parts."""


def _with(family: Family, more: Mapping[str, Twist]) -> Family:
    return Family(family.steps, family.given, {**family.twists, **more})


def _spurious(r: Run) -> Array:
    return np.asarray((r.zs[-1] - r.tau) * (1 - np.tanh(r.zs[-1]) ** 2))


_BESIDES: Mapping[str, Twist] = {
    "output-fprime-spurious": {"eps": _spurious},
    "bias-missing:forward": {"affine": lambda _: lambda _r, W, _b, h: W @ h},
}

FORWARD = _with(
    mlp.FORWARD,
    # A row times the matrix: between layers of one size it runs.
    {"row-convention": {"affine": lambda _: lambda _r, W, b, h: h @ W + b}},
)
BACKWARD = _with(mlp.BACKWARD, _BESIDES)
TRAIN_STEP = _with(mlp.TRAIN_STEP, _BESIDES)


def _joined(twisted: Function, join: Join, *arguments: Any) -> Answer:
    return join(twisted(*arguments))


def twists(family: Family, join: Join) -> Mapping[str, Function]:
    """Every twist of the family, its answer joined to parts."""
    return {key: partial(_joined, function, join) for key, function in family.all().items()}


def pairs(family: Family, join: Join) -> Mapping[tuple[str, str], Function]:
    """Every two twists with plain names that can be held at once, joined to parts."""
    keys = [key for key in family.twists if ":" not in key]
    return {
        (one, other): partial(_joined, family.twisted(one, other), join)
        for one, other in combinations(keys, 2)
        if not clash(family.twists[one], family.twists[other])
    }


def step_in_place(Ws: list[Array], bs: list[Array], x: Array, tau: Array, lr: float, join: Join) -> Answer:
    """A right step of training, made in the arrays that were passed in."""
    new = join(TRAIN_STEP.twisted()(Ws, bs, x, tau, lr))
    for array in (*Ws, *bs):
        np.multiply(array, 0.5, out=array)
    return new


# The error at the output: one part for each head


def _by_y(r: Run) -> Array:
    """The derivative of the two-class cross entropy by y."""
    return np.asarray(-r.tau / r.y + (1 - r.tau) / (1 - r.y))


_HEADS: Mapping[str, Family] = {name: softmax.head(name) for name in softmax.HEADS} | {
    "sigmoid-ce": _with(softmax.head("sigmoid-ce"), {"output-fprime-missing": {"eps": _by_y}})
}


def _eps(key: str, heads: frozenset[str], o: Array, tau: Array, head: str) -> Answer:
    """The twist in `heads`, the right answer in the others; as the part of every head."""
    keys = [key] if head in heads else []
    return dict.fromkeys(softmax.HEADS, _HEADS[head].twisted(*keys)(o, tau, head)["eps"])


def eps_twists() -> Mapping[str, Function]:
    """Wrong `output_eps` functions: a mistake in all heads where it can be made, or in a single one of them."""
    found: dict[str, Function] = {}
    for key in dict.fromkeys(key for family in _HEADS.values() for key in family.twists):
        named = [name for name, family in _HEADS.items() if key in family.twists]
        found[key] = partial(_eps, key, frozenset(named))
        if len(named) > 1:
            found |= {f"{key}:{name}": partial(_eps, key, frozenset({name})) for name in named}
    return found
