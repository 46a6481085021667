"""Chapter 8's answers that are no functions: bounds, an order, a climb, and the name of a mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solutions.model import AnswerTask, Part, Remark

ACTIVATIONS = ("sigmoid", "tanh", "ReLU")
BOUNDS = (0.25, 1.0, 1.0)
RUNS = ("relu 1.0", "tanh 1.0", "tanh 2.0", "sigmoid 1.0")
ORDER = ["relu 1.0", "tanh 1.0", "sigmoid 1.0", "tanh 2.0"]
CLIMB = (True, 9)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _mark_bounds(value: tuple[Any, ...]) -> dict[str, float]:
    given = (*value, None, None, None)[:3] if len(value) == 3 else (None, None, None)
    return {
        name: float(_is_number(found) and abs(found - bound) < 1e-9)
        for name, found, bound in zip(ACTIVATIONS, given, BOUNDS, strict=True)
    }


def _remark_bounds(value: tuple[Any, ...]) -> Remark | None:
    if len(value) != 3 or not all(map(_is_number, value)):
        return None
    if value[0] == 1 and value[1:] == BOUNDS[1:]:
        return Remark(
            "sigmoid-bound-of-tanh",
            "One of the three is too large by a factor of four. Write its slope as s(1 - s), with s the function's "
            "value: which s between 0 and 1 makes that largest?",
        )
    if 0 in value:
        return Remark(
            "bound-at-the-edge",
            "Zero is what a slope falls to where the unit is saturated, or off. The question is for the largest slope.",
        )
    return None


def _mark_order(value: list[Any]) -> dict[str, float]:
    swapped = [[*ORDER[:i], ORDER[i + 1], ORDER[i], *ORDER[i + 2 :]] for i in range(len(ORDER) - 1)]
    return {"order": 1.0 if value == ORDER else 0.5 * (value in swapped)}


def _remark_order(value: list[Any]) -> Remark | None:
    if sorted(map(str, value)) != sorted(RUNS):
        return None
    place = {run: value.index(run) for run in RUNS}
    if place["tanh 2.0"] < place["tanh 1.0"]:
        return Remark(
            "larger-weight-keeps-more",
            "With weight 2 the states of tanh lie near 1 or -1 most of the time. What is 2 f'(z) at a z of 2?",
        )
    if place["tanh 2.0"] < place["sigmoid 1.0"]:
        return Remark(
            "sigmoid-below-everything",
            "The sigmoid keeps no more than a quarter per step. Now estimate 2 f'(z) for tanh "
            "at the states that weight 2 leads to: is it more or less than a quarter?",
        )
    return None


def _mark_climb(value: tuple[Any, ...]) -> dict[str, float]:
    exceeds, top = value if len(value) == 2 else (None, None)
    near = isinstance(top, int) and not isinstance(top, bool) and abs(top - CLIMB[1]) <= 1
    return {"exceeds": float(exceeds is CLIMB[0]), "top": float(near)}


def _remark_climb(value: tuple[Any, ...]) -> Remark | None:
    if len(value) == 2 and value[0] is False:
        return Remark(
            "radius-falls-at-once",
            "Multiply M by itself once: its corner becomes 2 times 5 times 0.9. "
            "For how many more steps does such a number grow?",
        )
    return None


WRONG_LETTERS = {
    "A": Remark(
        "w-transposed",
        "For k = 1 the given function returns W as it is. Would it, if it took the transpose?",
    ),
    "C": Remark(
        "power-off-by-one",
        "For k = 1 the given function returns W. Is there a factor more than there should be?",
    ),
    "D": Remark(
        "path-order-reversed",
        "All k factors are one and the same matrix. What changes if you write them in the other order?",
    ),
    "E": Remark(
        "fprime-missing",
        "The network of this exercise is linear. What is the slope of its activation?",
    ),
}


def _letter(name: str, right: str, wrong: Mapping[str, Remark]) -> AnswerTask:
    return AnswerTask(
        name=name,
        expects=str,
        wording='one of the letters "A" to "E"',
        parts=(Part(name, 1),),
        mark=lambda value: {name: float(value.strip().upper() == right)},
        remark=lambda value: wrong.get(value.strip().upper()),
        answer=right,
        wrong={found.misconception: letter for letter, found in wrong.items()},
    )


BOUNDS_TASK = AnswerTask(
    name="ans_8_2",
    expects=tuple,
    wording="a tuple of three numbers",
    parts=tuple(Part(name, 2 / 3) for name in ACTIVATIONS),
    mark=_mark_bounds,
    remark=_remark_bounds,
    answer=BOUNDS,
    wrong={"sigmoid-bound-of-tanh": (1.0, 1.0, 1.0), "bound-at-the-edge": (0.25, 0.0, 0.0)},
)

ORDER_TASK = AnswerTask(
    name="ans_8_3",
    expects=list,
    wording="a list of the four runs, largest factor first",
    parts=(Part("order", 2),),
    mark=_mark_order,
    remark=_remark_order,
    answer=ORDER,
    wrong={
        "larger-weight-keeps-more": ["tanh 2.0", "relu 1.0", "tanh 1.0", "sigmoid 1.0"],
        "sigmoid-below-everything": ["relu 1.0", "tanh 1.0", "tanh 2.0", "sigmoid 1.0"],
    },
)

CLIMB_TASK = AnswerTask(
    name="ans_8_4",
    expects=tuple,
    wording="a tuple of True or False and a whole number",
    parts=(Part("exceeds", 1), Part("top", 1)),
    mark=_mark_climb,
    remark=_remark_climb,
    answer=CLIMB,
    wrong={"radius-falls-at-once": (False, 0)},
)

BUG_TASK = _letter("bug_8_5", "B", WRONG_LETTERS)
