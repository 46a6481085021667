"""Chapter 4's answers that are no functions: a count, a prediction, and the name of a mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solutions.model import AnswerTask, Part, Remark
from solutions.reference.sequences import parameter_count

RIGHT_COUNT = (parameter_count(3, 4, 5), parameter_count(3, 4, 5))
RIGHT_ORDER = [{0.9, -0.9}, {1.0}, {1.1}]

_WEIGHTS = 3 * 4 + 4 * 4 + 5 * 4
_START = 4


def _mark_count(value: tuple[Any, ...]) -> dict[str, float]:
    pair = value if len(value) == 2 else (None, None)
    return {f"T = {T}": float(pair[i] == RIGHT_COUNT[i]) for i, T in enumerate((6, 12))}


def _remark_count(value: tuple[Any, ...]) -> Remark | None:
    if len(value) != 2:
        return None
    at_6, at_12 = value
    if at_6 != at_12:
        return Remark(
            "weights-per-step",
            "Your count grows with the number of steps. When the sequence becomes longer, which array becomes larger: "
            "one that is learned, or one that is computed?",
        )
    if at_6 == _WEIGHTS:
        return Remark(
            "biases-not-counted",
            "These are the entries of the three matrices. Which other terms stand in z_t and in o_t?",
        )
    if at_6 == RIGHT_COUNT[0] + _START:
        return Remark("start-state-counted", "Read again which of the six arrays the question leaves out.")
    return None


def _groups(value: list[Any]) -> list[frozenset[float]]:
    return [frozenset(float(weight) for weight in group) for group in value]


def _mark_order(value: list[Any]) -> dict[str, float]:
    return {"order": float(_groups(value) == RIGHT_ORDER)}


def _remark_order(value: list[Any]) -> Remark | None:
    groups = _groups(value)
    place = {weight: number for number, group in enumerate(groups) for weight in group}
    if place.get(0.9) != place.get(-0.9):
        return Remark(
            "sign-of-echo",
            "Write down h_1 to h_4 for both signs of the same weight, and compare their sizes.",
        )
    if place.get(1.0) == place.get(1.1) or place.get(1.0) == len(groups) - 1:
        return Remark(
            "one-keeps-everything",
            "With weight 1 the step is h -> tanh h. Start at 0.762 and follow it for a few steps: does it stay?",
        )
    if place.get(1.1) in (0, place.get(1.0), place.get(0.9)):
        return Remark(
            "echo-dies-always",
            "Look for a state that the step gives back unchanged, h = tanh(w_h h), for the largest of the weights.",
        )
    return None


def _bug(name: str, right: str, wrong: Mapping[str, Remark]) -> AnswerTask:
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


COUNT = AnswerTask(
    name="ans_4_4",
    expects=tuple,
    wording="a tuple of two whole numbers",
    parts=(Part("T = 6", 1), Part("T = 12", 1)),
    mark=_mark_count,
    remark=_remark_count,
    answer=RIGHT_COUNT,
    wrong={
        "weights-per-step": (6 * RIGHT_COUNT[0], 12 * RIGHT_COUNT[1]),
        "biases-not-counted": (_WEIGHTS, _WEIGHTS),
        "start-state-counted": (RIGHT_COUNT[0] + _START, RIGHT_COUNT[1] + _START),
    },
)

ECHO = AnswerTask(
    name="ans_4_5",
    expects=list,
    wording="a list of sets of numbers",
    parts=(Part("order", 2),),
    mark=_mark_order,
    remark=_remark_order,
    answer=RIGHT_ORDER,
    wrong={
        "sign-of-echo": [{-0.9}, {0.9}, {1.0}, {1.1}],
        "one-keeps-everything": [{0.9, -0.9}, {1.1}, {1.0}],
        "echo-dies-always": [{1.1}, {1.0}, {0.9, -0.9}],
    },
)

BUG = _bug(
    "bug_4_6",
    right="C",
    wrong={
        "A": Remark(
            "h0-ignored",
            "Print the first row of the h that the given function returns, and compare it with p['h0'].",
        ),
        "B": Remark(
            "late-row-for-state",
            "Row -1 is the row of step T. Print what stands in it at the moment when t = 1 reads it.",
        ),
        "D": Remark(
            "dw-h-two-back",
            "Take the given function's own h_1 and h_2: is h_2 equal to tanh(U x_2 + W h_1 + b)?",
        ),
        "E": Remark(
            "bias-left-out",
            "Call the given function with W = 0: then only x_1 and b are left in z_1. Is it right there?",
        ),
    },
)
