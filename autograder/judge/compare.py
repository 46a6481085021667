"""When two values count as equal: norm-relative error per part, and what a part must be to be compared."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TOLERANCE = 1e-6
"""A part is right, and a twist is the student's, below this norm-relative error."""
SHARE = 1e-3
"""A part smaller than this share of the whole answer is measured against the share: it is near zero."""
SMALLEST = 1e-8
"""Against this norm a part is measured where the whole answer is zero."""
LARGEST = 1e300
"""Where an error overflows, this stands for it."""


@dataclass(frozen=True)
class Reading:
    """A returned part as an array, or the end of a sentence that begins with its name and says why not.

    `shows` is the misconception that the part's form gives away, if any.
    """

    array: Array | None
    problem: str = ""
    shape: tuple[int, ...] | None = None
    shows: str = ""


def read(value: Any, shape: tuple[int, ...]) -> Reading:
    """Take what a student returned for a part of this shape as float64, finite or not.

    Numbers count as arrays of shape (), nested lists as arrays. Integers and other float widths pass
    if their values do; truth values, text and ragged lists don't.
    """
    if value is None:
        return Reading(None, "is None")
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "iuf":
            return Reading(None, f"is {kind_of(value)} where numbers belong")
        array = array.astype(np.float64, copy=False)
    except (ValueError, TypeError, OverflowError, RecursionError, MemoryError):
        return Reading(None, f"is {kind_of(value)} that makes no array of numbers")
    if array.shape != shape:
        return Reading(None, f"has shape {array.shape}, expected {shape}", array.shape)
    return Reading(array)


def kind_of(value: Any) -> str:
    """Name a value's type for a sentence: "a list", "an array of dtype bool"."""
    if isinstance(value, np.ndarray):
        return f"an array of dtype {value.dtype}"
    name = type(value).__name__
    names = {"str": "text", "bool": "a truth value", "int": "a whole number", "float": "a number"}
    return names.get(name, f"an {name}" if name[0] in "aeiou" else f"a {name}")


def norm(array: Array) -> float:
    """The Euclidean norm over all entries, inf where it overflows."""
    flat = array.ravel()
    return math.sqrt(flat.dot(flat))


def floor_of(parts: Iterable[Array]) -> float:
    """The norm below which a part of this answer counts as near zero."""
    return float(floors_of([np.asarray(norm(part)) for part in parts]))


def floors_of(norms: Sequence[Array]) -> Array:
    """The same for many answers at once: an array of norms for each part."""
    total = np.sqrt(np.sum(np.square(norms), axis=0))
    return np.where(np.isfinite(total), np.maximum(SHARE * total, SMALLEST), SMALLEST)


def scale_of(expected: Array, floor: float) -> float:
    """What an error of this part is divided by."""
    return max(norm(expected), floor)


def error_of(given: Array, expected: Array, scale: float) -> float:
    """The norm-relative error, finite; `LARGEST` for NaN, inf and overflow.

    Warnings are the caller's care: differences of what a student returned can overflow.
    """
    error = norm(given - expected) / scale
    return min(error, LARGEST) if math.isfinite(error) else LARGEST
