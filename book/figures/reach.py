"""Which inputs an output depends on, and how strongly, in four scalar graphs: the numbers of widget W7.1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

GRAPHS = ("plain", "stacked", "bidirectional", "time skip")
U, B, START = 0.8, 0.1, 0.2
"""Input weight, bias and start state of the book's scalar network; the output weight is 1."""


def _chain(x: Sequence[complex], w: float, skip: int = 0) -> list[complex]:
    """The states after the start; with a skip, a second arrow with the same weight from `skip` steps back."""
    h: list[complex] = [START]
    for t, value in enumerate(x, start=1):
        far = w * h[max(t - skip, 0)] if skip else 0.0
        h.append(complex(np.tanh(U * value + w * h[-1] + far + B)))
    return h[1:]


def outputs(graph: str, x: Sequence[complex], w: float, s: int = 3) -> list[complex]:
    """y_1, ..., y_T of the named graph."""
    first = _chain(x, w, s if graph == "time skip" else 0)
    if graph == "stacked":
        return _chain(first, w)
    if graph == "bidirectional":
        back = _chain(x[::-1], w)[::-1]
        return [one + other for one, other in zip(first, back, strict=True)]
    return first


def influence(graph: str, T: int, w: float, s: int = 3) -> Array:
    """∂y_t/∂x_j as (T, T), row t - 1 and column j - 1; exact to rounding, by a nudge along the imaginary axis."""
    x = np.sin(0.7 * np.arange(1, T + 1))
    columns = [outputs(graph, list(x + 1e-30j * nudge), w, s) for nudge in np.eye(T)]
    return np.imag(np.array(columns)).T / 1e-30


def reached(graph: str, T: int, t: int) -> list[int]:
    """The j for which y_t depends on x_j."""
    return [int(j) + 1 for j in np.flatnonzero(influence(graph, T, 0.9)[t - 1])]


def steps(graph: str, T: int, s: int = 3) -> int:
    """The least number of recurrent steps between x_1 and y_T."""
    return (T - 1) // s + (T - 1) % s if graph == "time skip" else T - 1
