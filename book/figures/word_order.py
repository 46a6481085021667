"""Three words in six orders, read by a network whose state is one number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np

WEIGHTS = {"cat": -1.0, "mat": -0.5, "rat": 1.0}
"""What each word adds to the state before tanh."""

ORDERS: tuple[tuple[str, ...], ...] = tuple(permutations(WEIGHTS))


def states(words: Sequence[str], w_h: float) -> list[float]:
    """h_1..h_T: h_t = tanh(w[word t] + w_h h_{t-1}), h_0 = 0."""
    h, found = 0.0, []
    for word in words:
        h = float(np.tanh(WEIGHTS[word] + w_h * h))
        found.append(h)
    return found
