"""The loss of lecture E's three sentences for a network of one unit, as a function of two of its weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from figures.word_order import states

SENTENCES = (("cat mat rat", 1), ("rat rat mat", 1), ("mat mat cat", 0))
GRID = np.round(np.arange(-2.0, 2.025, 0.05), 2)


def judged(w_h: float, w_o: float) -> tuple[list[float], float]:
    """The three probabilities of a rat, and the cross entropy summed over the sentences."""
    o = [w_o * states(words.split(), w_h)[-1] for words, _ in SENTENCES]
    signs = [1 if label else -1 for _, label in SENTENCES]
    L = sum(np.logaddexp(0.0, -sign * each) for sign, each in zip(signs, o, strict=True))
    return [float(1 / (1 + np.exp(-each))) for each in o], float(L)


def loss_curve(w_o: float) -> tuple[NDArray[np.floating], list[float]]:
    """The loss at each w_h of the grid."""
    return GRID, [judged(float(w), w_o)[1] for w in GRID]
