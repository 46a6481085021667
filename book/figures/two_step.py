"""The function of widgets W2.1 and W2.2: a number s_2 on which the weight w acts in two places.

s_1 = tanh(0.2 w + 0.9), s_2 = tanh(w s_1 + 0.1). Pure functions; the figures and the tables use them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

POINT = 0.7
"""Where the widgets differentiate."""


def s_1(w: Array | float) -> Array:
    """The first step; of any shape."""
    return np.tanh(0.2 * np.asarray(w) + 0.9)


def s_2(w: Array | float) -> Array:
    """The second step, into which w enters directly and through s_1."""
    return np.tanh(w * s_1(w) + 0.1)


def explicit(w: Array | float) -> Array:
    """The share of ds_2/dw on the direct path, s_1 being held fixed."""
    return np.asarray((1 - s_2(w) ** 2) * s_1(w))


def implicit(w: Array | float) -> Array:
    """The share on the path through s_1."""
    return np.asarray((1 - s_2(w) ** 2) * w * (1 - s_1(w) ** 2) * 0.2)


def forward(step: float, w: float = POINT) -> float:
    """The one-sided difference."""
    return float((s_2(w + step) - s_2(w)) / step)


def central(step: float, w: float = POINT) -> float:
    """The central difference."""
    return float((s_2(w + step) - s_2(w - step)) / (2 * step))


FORMULAS: dict[str, Callable[[float], float]] = {"forward": forward, "central": central}


def error(formula: str, step: float) -> float:
    """How far "forward" or "central" is from ds_2/dw at POINT."""
    return abs(FORMULAS[formula](step) - float(explicit(POINT) + implicit(POINT)))
