"""Simpler questions about a backward pass, asked when a mistake has no name: W = 0, h0 = 0, fewer steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from solutions.model import Arguments, Array, Probe


def _with(name: str, change: Callable[[Array], Array]) -> Callable[[Arguments], Arguments]:
    def changed(arguments: Arguments) -> Arguments:
        p, *rest = arguments
        return ({**p, name: change(p[name])}, *rest)

    return changed


PROBES = (
    Probe(
        "symmetric W",
        _with("W", lambda W: (W + W.T) / 2),
        "With a symmetric W, {parts} would be right: look for a W that should be transposed, or the other way.",
    ),
    Probe(
        "h0 = 0",
        _with("h0", np.zeros_like),
        "With h0 = 0, {parts} would be right: look at what happens at t = 1.",
    ),
    Probe(
        "W = 0",
        _with("W", np.zeros_like),
        "With W = 0, {parts} would be right: look at what travels from step t + 1 to step t.",
    ),
)
"""In this order: what vanishes with a symmetric W or h0 = 0 is told more exactly than with W = 0."""


def shorter_siso(arguments: Arguments) -> Sequence[Arguments]:
    """The arguments (p, x, tau, T) for 1, 2, ..., T steps."""
    p, x, tau, T = arguments
    return [(p, x, tau, t) for t in range(1, T + 1)]


def shorter_simo(arguments: Arguments) -> Sequence[Arguments]:
    """The arguments (p, x, Tau) for 1, 2, ..., T steps."""
    p, x, Tau = arguments
    return [(p, x, Tau[:t]) for t in range(1, len(Tau) + 1)]


def shorter_both(arguments: Arguments) -> Sequence[Arguments]:
    """The arguments (p, X, Tau) for 1, 2, ..., T steps."""
    p, X, Tau = arguments
    return [(p, X[:t], Tau[:t]) for t in range(1, len(X) + 1)]


def shorter_inputs(arguments: Arguments) -> Sequence[Arguments]:
    """The arguments (p, X, tau) for 1, 2, ..., T steps; the loss stays at the last."""
    p, X, tau = arguments
    return [(p, X[:t], tau) for t in range(1, len(X) + 1)]


def shorter_batch(arguments: Arguments) -> Sequence[Arguments]:
    """The arguments (p, X, Tau) of a batch for 1, 2, ..., T steps."""
    p, X, Tau = arguments
    return [(p, X[:, :t], Tau[:, :t]) for t in range(1, X.shape[1] + 1)]
