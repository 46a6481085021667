"""Stochastic gradient descent with clipping: the one optimiser of the book."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from solutions.reference.clipping import clip_global, global_norm
from solutions.reference.shapes import Array, Gradients, Params, check_count, check_same_shape

Example = TypeVar("Example")
Objective = Callable[[Params, Sequence[Example]], tuple[float, Gradients]]
"""objective(p, examples): the loss summed over the examples, and its gradients."""


@dataclass(frozen=True)
class Descent:
    """How to descend.

    `eta` is the step size, `limit` the most that the gradient's global norm may be (None: any finite norm),
    `epochs` how often every example is seen, and `batch` how many examples share a step (None: all of them).
    """

    eta: float
    epochs: int
    limit: float | None = None
    batch: int | None = None


def sgd_step(p: Params, g: Gradients, eta: float) -> dict[str, Array]:
    """Return θ − η dE/dθ for every array θ of p that has a gradient d<name> in g, and the others as they are.

    New arrays of the same shapes, float64. Raises ArrayError. Source: lectures D and E.
    """
    moved = dict(p)
    for name, array in p.items():
        if f"d{name}" in g:
            check_same_shape(**{name: array, f"d{name}": g[f"d{name}"]})
            moved[name] = array - eta * g[f"d{name}"]
    return moved


def clipped_step(
    p: Params, g: Gradients, eta: float, limit: float | None = None
) -> tuple[dict[str, Array], float]:
    """Return the parameters after a step with g clipped to the global norm `limit`, and the norm before clipping.

    The step is at most eta·limit long. With None nothing is clipped, but a gradient that isn't finite is still
    refused. New arrays, float64. Raises InputError. Source: lectures B and E; Pascanu et al. 2013.
    Shapes as in p.
    """
    if limit is None:
        return sgd_step(p, g, eta), global_norm(g)
    clipped, norm = clip_global(g, limit)
    return sgd_step(p, clipped, eta), norm


def added(parts: Sequence[Gradients]) -> Gradients:
    """Return the sum of the gradients of several examples, name by name; float64.

    Raises CountError. Source: lecture E (the sum over examples).
    """
    check_count("the number of parts", len(parts))
    return {name: np.sum([g[name] for g in parts], axis=0) for name in parts[0]}


def sgd(
    objective: Objective[Example],
    p: Params,
    examples: Sequence[Example],
    descent: Descent,
    rng: np.random.Generator,
    fixed: Collection[str] = (),
) -> tuple[dict[str, Array], list[float]]:
    """Return the trained parameters, and the loss summed over each epoch, as it was before each of its steps.

    Examples are shuffled by `rng` in every epoch that has more than one batch. Arrays named in `fixed` stay as
    they are. Raises InputError. Source: lectures B, D and E.
    """
    size = len(examples) if descent.batch is None else descent.batch
    check_count("the number of examples", len(examples))
    check_count("batch", size)
    trained, losses = dict(p), []
    for _ in range(descent.epochs):
        total = 0.0
        for batch in _batches(examples, size, rng):
            E, g = objective(trained, batch)
            free = {name: array for name, array in g.items() if name.removeprefix("d") not in fixed}
            trained, _ = clipped_step(trained, free, descent.eta, descent.limit)
            total += E
        losses.append(total)
    return trained, losses


def _batches(examples: Sequence[Example], size: int, rng: np.random.Generator) -> list[Sequence[Example]]:
    if size >= len(examples):
        return [examples]
    order = rng.permutation(len(examples))
    return [[examples[i] for i in order[start : start + size]] for start in range(0, len(order), size)]
