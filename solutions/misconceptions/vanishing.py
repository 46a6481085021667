"""What goes wrong in chapter 8: products of Jacobians and powers of a matrix, each with one twist or two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations

import numpy as np

from solutions.misconceptions.catalogue import table
from solutions.misconceptions.family import Family
from solutions.misconceptions.rows import shifted
from solutions.misconceptions.steps import Run, Step, Twist, after, clash
from solutions.model import Array, Function
from solutions.reference.rnn import rnn_forward

ENTRIES = (
    *table(
        "8.1",
        jacobian_transposed="Row i of a Jacobian belongs to component i of what is differentiated. "
        "To which of the two states do your rows belong?",
        jacobian_of_z="You went from one z to another. The exercise asks for the way from h to h: "
        "what comes first on it, the weight or the slope?",
        slope_on_columns="Nudge one component of z_t: which single component of h_t moves? "
        "Your slope stands in a column.",
        profile_reversed="Your last matrix is not the identity. Which step does the last row of J belong to?",
    ),
    *table(
        "8.3",
        sigmoid_bound_of_tanh="The slope of a sigmoid is s(1 - s), with s between 0 and 1. "
        "At which s is this product largest?",
        bound_at_the_edge="You give the slope where the curve is flat. Where is it steepest?",
        larger_weight_keeps_more="A larger weight also makes larger states. What is the slope of tanh out there?",
        sigmoid_below_everything="One of the two is bounded by 1/4 per step. Estimate the other one's factor "
        "in numbers, too: the states there are close to 1 or -1.",
    ),
    *table(
        "8.4",
        frobenius_for_norm="The norm that was asked for is 1 for an identity matrix of any size.",
        radius_falls_at_once="The spectral radius says how the powers behave in the end. "
        "Multiply the matrix by itself once, and look at its corner.",
        power_off_by_one="For k = 0 and for k = 1 you know the answer without computing. Try both.",
    ),
)


def _joined(r: Run) -> Array:
    """J_T ... J_{k+1} for k = T, ..., 1, in the order of the steps."""
    products, factors = [r.first], r.factors
    for t in range(len(factors) - 1, 0, -1):
        products.append(r.join(products[-1], factors[t if r.from_last else t - 1]))
    return np.array(products[::-1])


_STEPS: Mapping[str, Step] = {
    "start": lambda r: r.p["h0"],
    "run": lambda r: rnn_forward({**r.p, "h0": r.start}, r.X),
    "z": lambda r: r.run["z"],
    "h": lambda r: r.run["h"][1:],
    "W": lambda r: r.p["W"],
    "slopes": lambda r: 1.0 - r.h**2,
    "factors": lambda r: r.slopes[:, :, None] * r.W,
    "from_last": lambda _: True,
    "first": lambda r: np.eye(len(r.W)),
    "join": lambda _: lambda J, factor: J @ factor,
    "J": _joined,
    "norms": lambda r: np.linalg.norm(r.J, 2, axis=(1, 2)),
    "g": lambda r: {"J": r.J, "norms": r.norms},
}


def _entrywise(J: Array, factor: Array) -> Array:
    """Entry times entry; from the identity on, which a student would begin with the first factor."""
    return factor.copy() if np.array_equal(J, np.eye(len(J))) else J * factor


def _slope(change: Callable[[Run], Array]) -> Twist:
    return {"slopes": change}


_TWISTS: Mapping[str, Twist] = {
    "path-order-reversed": {"join": lambda _: lambda J, factor: factor @ J},
    "w-transposed": {"W": lambda r: r.p["W"].T},
    "jacobian-transposed": {"J": after(lambda _, J: J.transpose(0, 2, 1))},
    "jacobian-of-z": {"factors": lambda r: r.W * shifted(r.slopes, 1.0)[:, None, :]},
    "slope-on-columns": {"factors": lambda r: r.W * r.slopes[:, None, :]},
    "fprime-missing": _slope(lambda r: np.ones_like(r.z)),
    "fprime-previous-step": _slope(lambda r: shifted(1.0 - r.h**2, 1.0)),
    "fprime-at-h": _slope(lambda r: 1.0 - np.tanh(r.h) ** 2),
    "one-minus-z-squared": _slope(lambda r: 1.0 - r.z**2),
    "sigmoid-derivative": _slope(lambda r: r.h * (1.0 - r.h)),
    "one-minus-h": _slope(lambda r: 1.0 - r.h),
    "elementwise-power": {"join": lambda _: _entrywise},
    "elementwise-power:from-the-identity": {"join": lambda _: lambda J, factor: J * factor},
    "identity-missing": {"first": lambda r: r.factors[-1], "from_last": lambda _: False},
    "profile-reversed": {"J": after(lambda _, J: J[::-1])},
    "h0-ignored": {"start": lambda r: np.zeros_like(r.p["h0"])},
    "spectral-radius-for-norm": {"norms": lambda r: np.abs(np.linalg.eigvals(r.J)).max(axis=1)},
    "frobenius-for-norm": {"norms": lambda r: np.linalg.norm(r.J, axis=(1, 2))},
}

PROFILE = Family(_STEPS, lambda p, X: {"p": p, "X": X}, _TWISTS)
"""jacobian_profile(p, X)."""

_PAIRED = (
    *("path-order-reversed", "w-transposed", "jacobian-transposed", "fprime-missing", "fprime-previous-step"),
    *("elementwise-power", "identity-missing", "profile-reversed"),
    *("spectral-radius-for-norm", "frobenius-for-norm"),
)


# Without slopes all factors are W: their order does not matter, and to transpose each is to transpose the product.
_SAME = ({"path-order-reversed", "fprime-missing"}, {"jacobian-transposed", "fprime-missing"})


def profile_pairs() -> Mapping[tuple[str, str], Function]:
    """Every two of the commonest that can be held at once, and show."""
    return {
        (one, other): PROFILE.twisted(one, other)
        for one, other in combinations(_PAIRED, 2)
        if {one, other} not in _SAME and not clash(_TWISTS[one], _TWISTS[other])
    }


def _power(change: Callable[[Array, int], Array]) -> Function:
    return lambda W, k: {"J": change(W, k)}


POWER: Mapping[str, Function] = {
    "elementwise-power": _power(lambda W, k: W**k),
    "w-transposed": _power(lambda W, k: np.linalg.matrix_power(W.T, k)),
    "power-off-by-one": _power(lambda W, k: np.linalg.matrix_power(W, k + 1)),
    "power-off-by-one:too-few": _power(lambda W, k: np.linalg.matrix_power(W, max(k - 1, 0))),
    "power-off-by-one:from-one": _power(lambda W, k: np.linalg.matrix_power(W, max(k, 1))),
}
"""Wrong versions of linear_jacobian_fixed(W, k)."""
