"""Chapter 2's answers that are no functions: dense Jacobians, an order of steps, and the name of a mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solutions.model import AnswerTask, Part, Remark

FUNCTIONS = ("tanh", "sigmoid", "ReLU", "softmax", "layer norm")
DENSE = frozenset({"softmax", "layer norm"})
STEPS = (1e-1, 1e-5, 1e-12)
ORDER = [1e-5, 1e-12, 1e-1]


def _mark_dense(value: frozenset[Any]) -> dict[str, float]:
    # A wrong member takes away what a right one gives, so that naming all five is worth nothing.
    return {"members": max(0.0, (len(value & DENSE) - len(value - DENSE)) / len(DENSE))}


def _remark_dense(value: frozenset[Any]) -> Remark | None:
    if value - DENSE:
        return Remark(
            "dense",
            "One of the functions that you name makes each output from one input. "
            "Nudge a single input of each, and count the outputs that change.",
        )
    if value < DENSE:
        return Remark(
            "softmax-taken-as-elementwise",
            "A function that divides by a sum, or takes off a mean, lets every input act on every output. "
            "Go through the list once more with this in mind.",
        )
    return None


def _mark_order(value: list[Any]) -> dict[str, float]:
    return {"order": float(value == ORDER)}


def _remark_order(value: list[Any]) -> Remark | None:
    if value == sorted(STEPS):
        return Remark(
            "smaller-is-always-better",
            "Two numbers near 1 that differ by 1e-12 agree in all but their last four digits or so. "
            "How many digits does their difference have?",
        )
    if value and value[0] == max(STEPS):
        return Remark(
            "truncation-forgotten",
            "With a step of 0.1 the curve bends between the two points. "
            "Halve the step: by what factor does the error of a central difference fall?",
        )
    if value == [1e-5, 1e-1, 1e-12]:
        return Remark(
            "rounding-overrated",
            "The best step is right. For the other two, estimate the error in numbers: "
            "a multiple of the step squared for the one, 1e-16 divided by the step for the other.",
        )
    return None


WRONG_LETTERS = {
    "A": Remark(
        "missing-2",
        "If the distance of the two points were wrong, every entry would be off by one and the same factor. "
        "Compare the given function's first entry with what it should be.",
    ),
    "B": Remark(
        "step-added-twice",
        "If one point were too far away, the first entry would already be off by a half. "
        "Run the given function on a theta with a single entry.",
    ),
    "D": Remark(
        "all-entries-at-once",
        "If whole rows were nudged, a theta with one axis would come out right. Does it?",
    ),
    "E": Remark(
        "forward-difference",
        "If the difference were one-sided, the first entry would be off as much as the others. Is it?",
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


DENSE_TASK = AnswerTask(
    name="ans_2_5",
    expects=frozenset,
    wording="a frozenset of names of functions",
    parts=(Part("members", 1),),
    mark=_mark_dense,
    remark=_remark_dense,
    answer=DENSE,
    wrong={
        "softmax-taken-as-elementwise": frozenset({"layer norm"}),
        "dense": frozenset({"softmax", "layer norm", "ReLU"}),
    },
)

ORDER_TASK = AnswerTask(
    name="ans_2_6",
    expects=list,
    wording="a list of the three steps, best first",
    parts=(Part("order", 2),),
    mark=_mark_order,
    remark=_remark_order,
    answer=ORDER,
    wrong={
        "smaller-is-always-better": [1e-12, 1e-5, 1e-1],
        "truncation-forgotten": [1e-1, 1e-5, 1e-12],
        "rounding-overrated": [1e-5, 1e-1, 1e-12],
    },
)

BUG_TASK = _letter("bug_2_4", "C", WRONG_LETTERS)
