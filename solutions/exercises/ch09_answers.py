"""Chapter 9's answers that are no functions: an angle, a match, the name of a mistake, and three curves to read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from solutions.model import AnswerTask, Criterion, Part, Remark, WrittenTask

ANGLE = math.degrees(math.atan2(0.6, 1.0) - math.atan2(0.6, 8.0))
NEAR = 0.5

SYMPTOMS = ("jumps", "deaf", "memory", "swings")
REMEDIES = tuple("ABCDE")
MATCH = {"jumps": "A", "deaf": "C", "memory": "D", "swings": "B"}


def _mark_angle(value: float) -> dict[str, float]:
    return {"angle": float(abs(value - ANGLE) <= NEAR)}


def _remark_angle(value: float) -> Remark | None:
    if value == 0:
        return Remark(
            "value-keeps-direction",
            "Write down what becomes of each entry. Is the second one still the same fraction of the first?",
        )
    if abs(value - math.radians(ANGLE)) < 0.01:
        return Remark("radians-for-degrees", "That is an angle in radians. The question is for degrees.")
    if abs(value - math.degrees(math.atan2(0.6, 1.0))) <= NEAR:
        return Remark(
            "angle-to-the-axis",
            "That is the angle between the clipped arrow and the axis. Did the arrow lie on the axis before?",
        )
    return None


def _mark_match(value: Mapping[str, Any]) -> dict[str, float]:
    return {symptom: float(value.get(symptom) == letter) for symptom, letter in MATCH.items()}


def _remark_match(value: Mapping[str, Any]) -> Remark | None:
    if value.get("deaf") == "A":
        return Remark(
            "clipping-for-vanishing",
            "One of your remedies shortens a gradient that is too short already. "
            "What does clipping do below its limit?",
        )
    if value.get("deaf") == "B":
        return Remark(
            "small-step-for-vanishing",
            "A learning rate multiplies the terms from near and from far by the same number. "
            "Which of your symptoms is about their ratio?",
        )
    if "E" in [value.get(symptom) for symptom in SYMPTOMS]:
        return Remark(
            "sigmoid-as-remedy",
            "One of the five makes every symptom of a long product worse. "
            "What is the largest slope of a sigmoid?",
        )
    if value.get("jumps") == "B" and value.get("swings") == "A":
        return Remark(
            "swings-taken-for-jumps",
            "In one of two symptoms the norm of the gradient is ordinary at every step. "
            "What would clipping change there?",
        )
    return None


ANGLE_TASK = AnswerTask(
    name="ans_9_4",
    expects=float,
    wording="a number of degrees",
    parts=(Part("angle", 2),),
    mark=_mark_angle,
    remark=_remark_angle,
    answer=26.67,
    wrong={"value-keeps-direction": 0.0, "radians-for-degrees": 0.4655, "angle-to-the-axis": 30.96},
)

MATCH_TASK = AnswerTask(
    name="ans_9_5",
    expects=dict,
    wording="a dict from the four symptoms to letters",
    parts=tuple(Part(symptom, 0.5) for symptom in SYMPTOMS),
    mark=_mark_match,
    remark=_remark_match,
    answer=MATCH,
    wrong={
        "clipping-for-vanishing": MATCH | {"deaf": "A"},
        "small-step-for-vanishing": MATCH | {"deaf": "B"},
        "sigmoid-as-remedy": MATCH | {"deaf": "E"},
        "swings-taken-for-jumps": MATCH | {"jumps": "B", "swings": "A"},
    },
)

WRONG_LETTERS = {
    "A": Remark(
        "clip-by-value",
        "Call the given function with g = {'dU': np.array([3.0, 4.0])} and limit 1. "
        "Has the direction of this one array changed?",
    ),
    "C": Remark(
        "always-rescales",
        "Call the given function with g = {'dU': np.array([0.3, 0.4])} and limit 1. Does it come back longer?",
    ),
    "D": Remark(
        "writes-to-inputs",
        "Print the array that you passed in, before and after the call of the given function.",
    ),
    "E": Remark(
        "norm-of-norms-summed",
        "With a single array in g there is nothing to sum. For two arrays, look at which norm each is divided by.",
    ),
}

BUG_TASK = AnswerTask(
    name="bug_9_6",
    expects=str,
    wording='one of the letters "A" to "E"',
    parts=(Part("bug_9_6", 1),),
    mark=lambda value: {"bug_9_6": float(value.strip().upper() == "B")},
    remark=lambda value: WRONG_LETTERS.get(value.strip().upper()),
    answer="B",
    wrong={found.misconception: letter for letter, found in WRONG_LETTERS.items()},
)


def _curve(name: str, cause: str, evidence: str, remedy: str) -> Criterion:
    return Criterion(
        name,
        1,
        f"cause: {cause}; and a remedy that fits it: {remedy}; reads it off the table, such as {evidence}",
        "the cause is right, and the remedy does not fit it or is missing",
        "another cause, or a list of remedies without one",
    )


CURVES = WrittenTask(
    name="curves_9_7",
    rubric=(
        _curve(
            "run A",
            "the steps are too small; nothing else is wrong",
            "a loss that falls in every row, with an ordinary norm and a reach of about 1",
            "a larger learning rate, or simply more steps",
        ),
        _curve(
            "run B",
            "a single step from a cliff, an exploded gradient, not bad data",
            "the norm of 143 at step 237, a hundred times that of any step before, and next to nothing after it",
            "clipping by the global norm (a smaller learning rate as a second best)",
        ),
        _curve(
            "run C",
            "vanishing: the network learns nothing of x_1, it has not converged to the best that can be had",
            "a reach of 5e-12 beside a loss that stays at 0.5, the loss of an output of 0",
            "one that changes the product: another start, another activation, skip connections, gates",
        ),
        Criterion(
            "evidence is named",
            1,
            "each of the three causes is tied to a number of the table that another cause would not explain",
            "that is so for one or two of the runs",
            "no number of the table is used",
        ),
    ),
)
