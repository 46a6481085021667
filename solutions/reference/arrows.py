"""The delta rule in one line: what comes back over the arrows that leave a node, and what a weight collects."""

# mypy: disable-error-code="no-any-return"
# NumPy types every sum as Any.

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.shapes import Array, check_count, check_shapes

Arrow = tuple[Array, Array]
"""An arrow that leaves a node: its weight A (m,d), and the error at its head, (m,)."""


def graph_state_gradient(leaving: Sequence[Arrow], d: int) -> Array:
    """Return ∂E/∂v = Σ Aᵀ δ over the arrows (A (m,d), δ (m,)) that leave v, (d,); zeros if none does; float64.

    Raises ArrayError. Source: lecture C (the multivariate chain rule at work).
    """
    found = np.zeros(d)
    for A, delta in leaving:
        check_shapes("A (m,d) delta (m)", A, delta, d=d)
        found += A.T @ delta
    return found


def graph_delta(z: Array, leaving: Sequence[Arrow], f: Activation = TANH) -> Array:
    """Return δ = f'(z) ⊙ Σ Aᵀ δ_head over the arrows that leave the node, (d,), for z (d,); float64.

    Raises ArrayError. Source: lecture D (rule of thumb), as a sum over all arrows.
    """
    sizes = check_shapes("z (d)", z)
    return f.prime(z) * graph_state_gradient(leaving, sizes["d"])


def graph_weight_gradient(uses: Sequence[tuple[Array, Array]]) -> Array:
    """Return ∂E/∂A = Σ δ_head v_tailᵀ over the uses (δ (m,), v (d,)) of a weight A, (m,d); float64.

    Raises ArrayError. Source: lecture D (rule of thumb), lecture C (the sum over time).
    """
    sizes: dict[str, int] = {}
    for delta, tail in uses:
        sizes = check_shapes("delta (m) tail (d)", delta, tail, **sizes)
    return np.sum([np.outer(delta, tail) for delta, tail in uses], axis=0)


def shortest_way(T: int, s: int) -> int:
    """Return the least number of recurrent steps from h_1 to h_T, with arrows over one step and over s.

    Raises CountError for T or s below 1. Source: lecture C (skip connections).
    """
    check_count("T", T)
    check_count("s", s)
    return (T - 1) // s + (T - 1) % s
