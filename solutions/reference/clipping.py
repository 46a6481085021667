"""Gradient clipping: by the norm of all arrays together, or value by value."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from solutions.reference.errors import NonFiniteError, RangeError
from solutions.reference.shapes import Array, Gradients


def global_norm(g: Mapping[str, Array]) -> float:
    """Return ‖G‖, the 2-norm of all entries of all arrays of g as one vector; float64.

    Raises NonFiniteError. Source: Pascanu, Mikolov and Bengio 2013. The arrays may have any shapes.
    """
    for name, array in g.items():
        if not np.isfinite(array).all():
            raise NonFiniteError(name)
    largest = max((np.abs(array).max() for array in g.values()), default=0.0)
    if largest == 0.0:
        return 0.0
    # Gradients that explode are the reason for clipping: their squares may overflow, so they are scaled first.
    squares = [np.sum((array / largest) ** 2) for array in g.values()]
    return float(largest * np.sqrt(np.sum(squares)))


def clip_global(g: Mapping[str, Array], limit: float) -> tuple[Gradients, float]:
    """Return g · min(1, limit/‖G‖), new arrays of the same shapes, and the norm ‖G‖ before; float64.

    The direction of G as a whole is kept. Raises NonFiniteError, RangeError.
    Source: Pascanu, Mikolov and Bengio 2013; lectures B and E name it.
    """
    _check_limit(limit)
    norm = global_norm(g)
    if norm <= limit:
        return {name: array.copy() for name, array in g.items()}, norm
    # Divided before multiplied: limit/norm could underflow.
    return {name: array / norm * limit for name, array in g.items()}, norm


def clip_by_value(g: Mapping[str, Array], limit: float) -> Gradients:
    """Return every entry moved into [−limit, limit], new arrays of the same shapes; float64.

    It turns the direction unless nothing is clipped. Raises NonFiniteError, RangeError. Source: lecture E.
    """
    _check_limit(limit)
    global_norm(g)
    return {name: np.clip(array, -limit, limit) for name, array in g.items()}


def _check_limit(limit: float) -> None:
    if not 0.0 < limit < np.inf:
        raise RangeError("limit", limit, "a finite number above 0")
