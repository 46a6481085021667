"""Chapter 0, how to read this book: exercise 0.1, 2 points, a trial hand-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solutions.model import AnswerTask, Exercise, Part, Remark

ASSIGNMENT = "ch00-notation"

SHAPES = {"U": (4, 3), "W": (4, 4), "V": (5, 4), "dU": (4, 3), "dh_dz": (4, 4), "eps": (5,)}
"""For n = 3, d = 4, k = 5."""


def _shape(value: Any) -> tuple[Any, ...] | None:
    return tuple(value) if isinstance(value, tuple | list) else None


def _mark(value: dict[Any, Any]) -> dict[str, float]:
    return {name: float(_shape(value.get(name)) == shape) for name, shape in SHAPES.items()}


def _remark(value: dict[Any, Any]) -> Remark | None:
    given = {name: _shape(value.get(name)) for name in SHAPES}
    if given["U"] == SHAPES["U"][::-1] or given["V"] == SHAPES["V"][::-1]:
        return Remark(
            "row-convention",
            "U x has to have as many entries as z. Write down the shapes of U and x beside each other: "
            "which two sizes meet?",
        )
    if given["dU"] == SHAPES["dU"][::-1]:
        return Remark(
            "transposed-gradient",
            "How many entries of U are there in a row, and how many derivatives do you want in a row?",
        )
    if given["dh_dz"] in ((4,), (4, 1), (1, 4)):
        return Remark(
            "returns-vector",
            "There is a derivative of each component of h by each component of z. How many are these?",
        )
    if given["eps"] in ((5, 1), (1, 5)):
        return Remark(
            "vector-with-two-axes",
            "eps is a vector. How many axes has the NumPy array of a vector in this book?",
        )
    return None


TASK = AnswerTask(
    name="ans_0_1",
    expects=dict,
    wording="a dict from each of the six names to a shape",
    parts=tuple(Part(name, 1 / 3) for name in SHAPES),
    mark=_mark,
    remark=_remark,
    answer=SHAPES,
    wrong={
        "row-convention": {**SHAPES, "U": (3, 4), "V": (4, 5)},
        "transposed-gradient": {**SHAPES, "dU": (3, 4)},
        "returns-vector": {**SHAPES, "dh_dz": (4,)},
        "vector-with-two-axes": {**SHAPES, "eps": (5, 1)},
    },
)

EXERCISES: Mapping[str, Exercise] = {"0.1": Exercise("0.1", "Shapes", "conceptual", "0.2", (TASK,))}
