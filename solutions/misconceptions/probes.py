"""Simpler questions about a backward pass, to see whether an error without a name is gone there.

Each probe takes one thing away that a mistake may need: a start state, an asymmetry, the bend of tanh.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from solutions.misconceptions.bptt import forward
from solutions.model import Arguments, Array, Probe

TINY = 1e-7
"""States of this size: tanh z and z then differ by less than what counts as an error, for a dozen steps."""


def _parameters(**changes: Callable[[Array], Array]) -> Callable[[Arguments], Arguments]:
    def change(arguments: Arguments) -> Arguments:
        p, *rest = arguments
        return ({**p, **{name: change(p[name]) for name, change in changes.items()}}, *rest)

    return change


def _smaller(array: Array) -> Array:
    return TINY * array


SYMMETRIC = Probe(
    "symmetric W",
    _parameters(W=lambda W: (W + W.T) / 2),
    "With a symmetric W, {parts} would be right: look for a W that should be transposed, or the other way.",
)
ZERO_START = Probe(
    "h0 = 0",
    _parameters(h0=np.zeros_like),
    "With h0 = 0, {parts} would be right: look at what happens at t = 1.",
)
LINEAR = Probe(
    "linear f",
    _parameters(U=_smaller, b=_smaller, h0=_smaller),
    "With tiny states, where tanh is a straight line, {parts} would be right: look at the slopes.",
)
NO_CARRY = Probe(
    "W = 0",
    _parameters(W=np.zeros_like),
    "With W = 0, {parts} would be right: look at what travels from step t + 1 to step t.",
)


def _same_input(axis: int) -> Probe:
    """X gets the first step's input at every step; time is axis `axis` of X."""

    def change(arguments: Arguments) -> Arguments:
        p, X, *rest = arguments
        return (p, np.repeat(np.take(X, [0], axis), X.shape[axis], axis), *rest)

    return Probe(
        "constant X",
        change,
        "With the same input at every step, {parts} would be right: look at which input goes with which delta.",
    )


def _last_loss(mapping: str) -> Probe:
    """Every target but the last becomes the output, so that the last step alone has a loss."""

    def change(arguments: Arguments) -> Arguments:
        *others, Tau = arguments
        y = forward(mapping, *arguments)
        y[..., -1, :] = Tau[..., -1, :]
        return (*others, y)

    return Probe(
        "one loss",
        change,
        "With a loss at the last step only, {parts} would be right: "
        "look at how a step's own loss joins what comes from later steps.",
    )


def _one_example(arguments: Arguments) -> Arguments:
    p, X, Tau = arguments
    return p, X[:1], Tau[:1]


ONE_EXAMPLE = Probe(
    "B = 1",
    _one_example,
    "For a batch of one, {parts} would be right: look at how the sequences are put together.",
)


def probes_for(mapping: str) -> tuple[Probe, ...]:
    """The probes of a mapping; what a symmetric W or h0 = 0 heals is told before what W = 0 does."""
    extra: Mapping[str, tuple[Any, ...]] = {
        "siso": (),
        "simo": (_last_loss("simo"),),
        "mimo": (_same_input(0), _last_loss("mimo")),
        "many-to-one": (_same_input(0),),
        "batch": (ONE_EXAMPLE, _same_input(1), _last_loss("batch")),
    }
    return (SYMMETRIC, ZERO_START, *extra[mapping], LINEAR, NO_CARRY)
