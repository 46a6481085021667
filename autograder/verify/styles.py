"""Right answers that look different: what comes back has another layout, width, or company.

Each style changes what the reference returns, whatever the exercise; other ways to compute are the
exercise's own `alternatives`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.model import Answer, Function

Parts = dict[str, Any]


def _each(change: Callable[[NDArray[Any]], Any]) -> Callable[[Parts], Parts]:
    return lambda parts: {name: change(np.asarray(part)) for name, part in parts.items()}


def _strided(array: NDArray[Any]) -> NDArray[Any]:
    """The same values, every second one of a larger array, backwards in memory."""
    if array.ndim == 0:
        return array
    wide = np.repeat(array[::-1], 2, axis=0)
    return wide[::-2]


def _rounded(array: NDArray[Any], size: float) -> NDArray[Any]:
    """As from central differences: an error of this size relative to the norm, always the same."""
    noise = np.random.default_rng(0).standard_normal(array.shape)
    scale = float(np.linalg.norm(noise)) or 1.0
    return np.asarray(array + size * float(np.linalg.norm(array)) * noise / scale)


STYLES: Mapping[str, Callable[[Parts], Parts]] = {
    "Fortran order": _each(lambda array: np.asarray(array, order="F")),
    "not contiguous": _each(_strided),
    "longdouble": _each(lambda array: array.astype(np.longdouble)),
    "float from longdouble": _each(lambda array: array.astype(np.longdouble).astype(np.float64)),
    "nested lists": _each(lambda array: array.tolist()),
    "keys in another order": lambda parts: dict(reversed(parts.items())),
    "extra keys": lambda parts: {"E": 1.5, "deltas_too": np.zeros((2, 3)), "note": "mine", **parts},
    "rounding error 1e-9": _each(lambda array: _rounded(array, 1e-9)),
    "finite differences, error 1e-7": _each(lambda array: _rounded(array, 1e-7)),
}
ONLY_FOR_DICTS = ("keys in another order", "extra keys")


def styled(reference: Function, change: Callable[[Parts], Parts]) -> Function:
    """The reference, its result changed by a style."""

    def answer(*arguments: Any) -> Answer:
        return change(dict(reference(*arguments)))

    return answer
