"""The arguments of an exercise cut to fewer steps, to find the length at which a student goes wrong."""

from __future__ import annotations

from collections.abc import Sequence

from solutions.model import Arguments


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
