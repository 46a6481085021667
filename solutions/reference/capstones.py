"""Single steps of the capstones: the adder's cell and its carry, the loss without memory, the error at a gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log

import numpy as np

from solutions.reference.activations import sigmoid, sigmoid_prime
from solutions.reference.errors import RangeError
from solutions.reference.shapes import Array, Params, check_count, check_params, check_shapes


def carry_step(p: Params, a: float, b: float, carry: float) -> tuple[Array, Array]:
    """Return h (d,) and y (2,) = (sum bit, carry) of the adder's cell, for two bits and the carry before; float64.

    p has U (d,3), b (d,), V (2,d), c (2,). Raises ArrayError. Source: lecture C (carry and two bits in).
    """
    check_params("U (d,3) b (d) V (2,d) c (2)", p)
    h = np.tanh(p["U"] @ np.array([a, b, carry]) + p["b"])
    return h, sigmoid(p["V"] @ h + p["c"])


def carry_eps(o: float, U: Array, delta_next: Array) -> float:
    """Return ε_{t,2} = σ'(o_{t,2}) u₃ᵀ δ_{t+1}, the error at the carry's logit o, for U (d,3), delta_next (d,).

    u₃ is U's third column, through which the carry goes on. Float64. Raises ArrayError.
    Source: lecture C (a recurrence through the output), by lecture D's rules.
    """
    check_shapes("U (d,3) delta_next (d)", U, delta_next)
    return float(sigmoid_prime(np.array(o)) * (U[:, 2] @ delta_next))


def floor_of_groups(seen: Sequence[str], wanted: Sequence[object]) -> float:
    """Return the least cross entropy Σ_s Σ_τ n_{sτ} ln(n_s/n_{sτ}) of anybody who sees s and no more.

    n_s counts the examples in which s is seen, n_{sτ} those of them that want τ. `seen` and `wanted` have an
    entry for each example. Raises CountError, RangeError. Source: lecture A, for any task.
    """
    check_count("the number of examples", len(seen))
    if len(wanted) != len(seen):
        raise RangeError("the number of targets", len(wanted), f"{len(seen)}, one for each example")
    alone, together = Counter(seen), Counter(zip(seen, wanted, strict=True))
    return sum(count * log(alone[s] / count) for (s, _), count in together.items())


def gap_eps(y: Array, tau: Array, gap: int, T: int) -> Array:
    """Return ε (T,k): y − τ in the row of the gap, counted from 0, and zeros elsewhere, for y, tau (k,); float64.

    Raises ArrayError, RangeError. Source: lecture C (a gap in a text).
    """
    sizes = check_shapes("y (k) tau (k)", y, tau)
    if not 0 <= gap < T:
        raise RangeError("the place of the gap", gap, f"from 0 to {T - 1}")
    eps = np.zeros((T, sizes["k"]))
    eps[gap] = y - tau
    return eps
