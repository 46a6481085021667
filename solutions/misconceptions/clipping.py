"""Clipping with one twist: by the norm of all arrays together, as the others do it wrong."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from solutions.misconceptions.family import Family
from solutions.misconceptions.steps import Run, Step
from solutions.model import Array


def _clipped_alone(r: Run) -> dict[str, Array]:
    return {name: part * min(1.0, r.limit / max(_norm(part), 1e-300)) for name, part in r.gradients.items()}


def _norm(part: Array) -> float:
    return float(np.sqrt(np.sum(part**2)))


_STEPS: Mapping[str, Step] = {
    "norm": lambda r: float(np.sqrt(sum(_norm(part) ** 2 for part in r.gradients.values()))),
    "factor": lambda r: r.limit / r.norm if r.norm > r.limit else 1.0,
    "clipped": lambda r: {name: r.factor * part for name, part in r.gradients.items()},
    "g": lambda r: {**r.clipped, "norm": r.norm},
}

CLIP = Family(
    _STEPS,
    lambda gradients, limit: {"gradients": gradients, "limit": limit},
    {
        "clip-by-value": {
            "clipped": lambda r: {
                name: np.clip(part, -r.limit, r.limit) for name, part in r.gradients.items()
            }
        },
        "clip-per-tensor": {"clipped": _clipped_alone},
        "always-rescales": {"factor": lambda r: r.limit / r.norm if r.norm else 1.0},
        "norm-of-norms-summed": {"norm": lambda r: sum(_norm(part) for part in r.gradients.values())},
        "zero-division": {"factor": lambda r: min(1.0, r.limit / r.norm) if r.norm else np.nan},
    },
)
"""clip_global(g, limit), answers the clipped arrays by their names, and norm, the norm before."""
