"""How long an LSTM's cell remembers: products of forget gates, and the bias that keeps them near 1."""

from __future__ import annotations

import numpy as np

from solutions.reference.activations import sigmoid
from solutions.reference.errors import RangeError
from solutions.reference.shapes import Array, check_count, check_shapes


def direct_cell_path(gates: Array) -> Array:
    """Return row k = Π_{j=k+1}^{T} f_j, (T+1,d), for gates (T,4,d); the last row is 1; float64.

    It is ∂c_T/∂c_k along the cell alone, and all of it when Wh = 0. Raises ArrayError.
    Source: lecture D (the conveyor belt), with its forget gates.
    """
    sizes = check_shapes("gates (T,4,d)", gates)
    f = np.concatenate([gates[:, 1], np.ones((1, sizes["d"]))])
    return np.cumprod(f[::-1], axis=0)[::-1].copy()


def kept_share(bias: float, steps: int) -> float:
    """Return σ(bias)^steps: the part of a cell that is left when the forget gate sees its bias alone; a float.

    Raises CountError. Source: Gers, Schmidhuber and Cummins 2000 (the forget gate).
    """
    check_count("steps", steps)
    return float(sigmoid(np.array(bias)) ** steps)


def forget_bias(share: float, steps: int) -> float:
    """Return the bias at which the share of a cell that is left after so many steps is `share`; a float.

    Raises CountError, RangeError: no bias keeps all of a cell, or nothing. Source: `kept_share`, solved.
    """
    check_count("steps", steps)
    if not 0.0 < share < 1.0:
        raise RangeError("share", share, "a number between 0 and 1, both excluded")
    f = share ** (1.0 / steps)
    return float(np.log(f) - np.log1p(-f))
