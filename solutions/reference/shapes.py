"""The shape and dtype check that every public function of the reference begins with.

A specification is written as the docstrings write it: `check_shapes("W (d,d) h (T+1,d)", W, h)`. A letter
stands for the size that it first meets; a size already known is given by keyword: `d=4`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from solutions.reference.errors import CountError, DtypeError, MissingArrayError, ShapeError

Array = NDArray[np.float64]
Params = Mapping[str, Array]
Gradients = dict[str, Array]
Sizes = dict[str, int]

_Dim = tuple[str, int]
"""A letter and what is added to it: T+1 is ("T", 1), a plain 3 is ("", 3)."""


def check_shapes(spec: str, *arrays: Array, **sizes: int) -> Sizes:
    """Check each array against its entry in `spec`, and return the size of every letter.

    Raises ShapeError or DtypeError, naming the array.
    """
    for (name, dims), array in zip(_parse(spec), arrays, strict=True):
        _check_dtype(name, array)
        if len(array.shape) != len(dims) or not _fits(array.shape, dims, sizes):
            raise ShapeError(name, _written(dims), array.shape, _hint(array.shape, dims, sizes))
    return sizes


def check_params(spec: str, p: Params, **sizes: int) -> Sizes:
    """Check the arrays of the dict `p` that `spec` names, and return the size of every letter.

    Raises MissingArrayError, ShapeError or DtypeError, naming the array.
    """
    names = [name for name, _ in _parse(spec)]
    for name in names:
        if name not in p:
            raise MissingArrayError(name, names)
    return check_shapes(spec, *(p[name] for name in names), **sizes)


def check_count(name: str, value: object) -> None:
    """Check that a number of steps is an int of at least 1. Raises CountError."""
    if not isinstance(value, int | np.integer) or value < 1:
        raise CountError(name, value)


def check_same_shape(**arrays: Array) -> None:
    """Check that all arrays have the shape of the first, which has at least one axis.

    Raises ShapeError or DtypeError, naming the array.
    """
    (first_name, first), *others = arrays.items()
    _check_dtype(first_name, first)
    if not first.shape or 0 in first.shape:
        raise ShapeError(first_name, "at least one axis, and no empty one", first.shape)
    for name, array in others:
        _check_dtype(name, array)
        if array.shape != first.shape:
            raise ShapeError(name, str(first.shape), array.shape, f", the shape of {first_name}")


def _fits(shape: tuple[int, ...], dims: tuple[_Dim, ...], sizes: Sizes) -> bool:
    """Whether each size is the one that its letter stands for; a new letter takes the size that it meets."""
    for size, (letter, added) in zip(shape, dims, strict=True):
        expected = sizes.setdefault(letter, size - added) if letter else 0
        if size != expected + added or expected < bool(letter):
            return False
    return True


def _check_dtype(name: str, array: object) -> None:
    dtype = getattr(array, "dtype", None)
    if dtype != np.float64 or not hasattr(array, "shape"):
        raise DtypeError(name, f"of type {type(array).__name__}" if dtype is None else f"of dtype {dtype}")


@cache
def _parse(spec: str) -> tuple[tuple[str, tuple[_Dim, ...]], ...]:
    entries = re.findall(r"(\w+) \(([^)]*)\)", spec)
    return tuple((name, tuple(_dim(text) for text in dims.split(",") if text)) for name, dims in entries)


def _dim(text: str) -> _Dim:
    if text.isdigit():
        return "", int(text)
    letter, _, added = text.partition("+")
    return letter, int(added or 0)


def _written(dims: tuple[_Dim, ...]) -> str:
    sizes = [letter + (f"+{added}" if added else "") if letter else str(added) for letter, added in dims]
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"


def _hint(shape: tuple[int, ...], dims: tuple[_Dim, ...], sizes: Sizes) -> str:
    """Return the end of the message: an empty axis if there is one, else the sizes that are known."""
    if len(shape) == len(dims) and any(
        n <= added for n, (letter, added) in zip(shape, dims, strict=True) if letter
    ):
        return ", every letter at least 1"
    letters = dict.fromkeys(letter for letter, _ in dims if letter in sizes)
    if not letters:
        return ""
    return " with " + ", ".join(f"{letter} = {sizes[letter]}" for letter in letters)
