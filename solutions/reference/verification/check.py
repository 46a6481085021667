"""What a check is, and the checks that every gradient goes through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import autograd
import autograd.numpy
import numpy as np

from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.shapes import Gradients, Params

CENTRAL_BOUND = 1e-7
AUTOGRAD_BOUND = 1e-12
COMPLEX_STEP_BOUND = 1e-12
EXACT_BOUND = 1e-12
"""For two formulas of ours that must give the same numbers."""

Arguments = Mapping[str, Any]
OracleLoss = Callable[..., Any]
"""oracle(xp, p, **arguments): a loss written a second time, plainly, with the functions of the module xp."""


@dataclass(frozen=True)
class Problem:
    """Numbers for one formula: the parameters to differentiate by, and the other arguments by name."""

    name: str
    p: Params
    arguments: Arguments


Witness = Callable[[Problem], Gradients]


@dataclass(frozen=True)
class Check:
    """One formula against one oracle: `errors()` does the work and yields a relative error per problem."""

    formula: str
    oracle: str
    bound: float
    errors: Callable[[], Iterable[float]]

    def worst(self) -> float:
        """Return the largest error; infinity when one is no number, or when there is no problem at all."""
        errors = [error if np.isfinite(error) else np.inf for error in self.errors()]
        return float(max(errors, default=np.inf))


def gradient_checks(
    formula: str,
    gradients: Callable[..., Gradients],
    loss: Callable[..., float],
    oracle: OracleLoss,
    problems: Sequence[Problem],
    *,
    too_small_for_differences: Sequence[Problem] = (),
) -> Iterator[Check]:
    """Yield the checks of a gradient: differences of our loss, and derivatives of a loss written anew.

    `gradients` and `loss` are called with (p, **arguments), `oracle` with (xp, p, **arguments). An array of p
    without a `d<name>` among the gradients is left out. The complex step runs the loss once for every entry, so
    it keeps to the short problems.
    """

    def errors(witness: Witness, on: Sequence[Problem]) -> Callable[[], Iterator[float]]:
        return lambda: (worst_error(gradients(q.p, **q.arguments), witness(q)) for q in on)

    def central(q: Problem) -> Gradients:
        return numeric_gradients(lambda p: loss(p, **q.arguments), q.p)

    def value_errors() -> Iterator[float]:
        for q in every:
            ours, anew = loss(q.p, **q.arguments), oracle(np, q.p, **q.arguments)
            yield abs(ours - anew) / abs(anew)

    every = [*problems, *too_small_for_differences]
    yield Check(formula, "loss written anew", EXACT_BOUND, value_errors)
    yield Check(formula, "central differences", CENTRAL_BOUND, errors(central, problems))
    yield Check(formula, "autograd", AUTOGRAD_BOUND, errors(partial(by_autograd, oracle), every))
    yield Check(
        formula, "complex step", COMPLEX_STEP_BOUND, errors(partial(by_complex_step, oracle), problems)
    )


def by_autograd(oracle: OracleLoss, problem: Problem) -> Gradients:
    """Return d<name> of the oracle's loss for every array of the problem, by reverse-mode differentiation."""
    found = autograd.grad(lambda p: oracle(autograd.numpy, p, **problem.arguments))(dict(problem.p))
    return {f"d{name}": found[name] for name in problem.p}


def by_complex_step(oracle: OracleLoss, problem: Problem, step: float = 1e-30) -> Gradients:
    """Return d<name> as Im E(θ + i·step) / step: no difference is taken, so the step may be tiny."""
    g = {}
    for name, theta in problem.p.items():
        slope = np.empty(theta.shape)
        for i in np.ndindex(theta.shape):
            nudged = theta.astype(complex)
            nudged[i] += 1j * step
            slope[i] = np.imag(oracle(np, {**problem.p, name: nudged}, **problem.arguments)) / step
        g[f"d{name}"] = slope
    return g


def worst_error(found: Gradients, expected: Gradients) -> float:
    """Return the largest relative error of the arrays of `found`, each of which `expected` must have."""
    return max(relative_error(found[name], expected[name]) for name in found)
