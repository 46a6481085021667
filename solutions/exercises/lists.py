"""Parts that a student hands over in a tuple of lists of arrays: one part is a stretch of one list, end to end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from solutions.model import Arguments, Array, Misfit, Packing

Shapes = Sequence[tuple[int, ...]]


@dataclass(frozen=True)
class Stretch:
    """A part: `place` of its list in the tuple, and which of its arrays; `stop` None is the end of the list."""

    place: int
    start: int = 0
    stop: int | None = None


def joined(arrays: Sequence[Array]) -> Array:
    """All entries one after another, (m,); none for no arrays."""
    return np.concatenate([np.zeros(0), *(np.ravel(array) for array in arrays)])


def lists(
    wording: str,
    stretches: Mapping[str, Stretch],
    shapes: Callable[[Arguments], Sequence[Shapes]],
) -> Packing:
    """A tuple of lists; `shapes` gives the shapes of the arrays in each list for the arguments of a call."""

    def unpack(value: Any, arguments: Arguments) -> Mapping[str, Any] | None:
        wanted = shapes(arguments)
        if not isinstance(value, tuple | list) or len(value) != len(wanted):
            return None
        return {name: _stretch(value[s.place], wanted[s.place], s) for name, s in stretches.items()}

    def pack(parts: Mapping[str, Any], arguments: Arguments) -> tuple[list[Any], ...]:
        wanted = shapes(arguments)
        result: tuple[list[Any], ...] = tuple([None] * len(each) for each in wanted)
        for name, s in stretches.items():
            result[s.place][s.start : s.stop] = _split(parts[name], wanted[s.place][s.start : s.stop])
        return result

    return Packing(wording, unpack, pack)


def _stretch(found: Any, wanted: Shapes, stretch: Stretch) -> Array | Misfit:
    if not isinstance(found, list | tuple):
        return Misfit("is no list")
    if len(found) != len(wanted):
        return Misfit(f"is in a list of {len(found)}, expected {len(wanted)}")
    arrays = []
    for number in range(len(wanted))[stretch.start : stretch.stop]:
        try:
            array = np.asarray(found[number], dtype=np.float64)
        except (ValueError, TypeError):
            return Misfit(f"holds something at [{number}] that is no array of numbers")
        if array.shape != wanted[number]:
            return Misfit(f"has shape {array.shape} at [{number}], expected {wanted[number]}")
        arrays.append(array)
    return joined(arrays)


def _split(part: Any, wanted: Shapes) -> list[Any]:
    """The arrays of these shapes, in the order of their entries, and of the kind that the part is."""
    whole, arrays, start = np.asarray(part), [], 0
    for shape in wanted:
        stop = start + int(np.prod(shape))
        array = whole[start:stop].reshape(shape)
        arrays.append(array.tolist() if isinstance(part, list) else array)
        start = stop
    return arrays
