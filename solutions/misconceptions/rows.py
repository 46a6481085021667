"""Rows one step off, and which rows count: what wrong indices come to."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions.model import Array


def shifted(rows: Array, first: Array | float) -> Array:
    """Rows one step later; `first` stands in the first one."""
    moved = np.roll(rows, 1, axis=0)
    moved[0] = first
    return moved


def earlier(rows: Array, last: Array | float) -> Array:
    """Rows one step earlier; `last` stands in the last one."""
    moved = np.roll(rows, -1, axis=0)
    moved[-1] = last
    return moved


def only(r: Any, step: int) -> Array:
    """1 for the one step, 0 for the others, (T,)."""
    rows = np.zeros(r.T)
    rows[step] = 1.0
    return rows


def but(r: Any, step: int) -> Array:
    """0 for the one step, 1 for the others, (T,)."""
    rows = np.ones(r.T)
    rows[step] = 0.0
    return rows


def outer(left: Array, right: Array) -> Array:
    """The sum of left rightᵀ over all axes but the last."""
    return np.asarray(left.reshape(-1, left.shape[-1]).T @ right.reshape(-1, right.shape[-1]))
