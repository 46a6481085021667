"""Chapter 3's answers that are no functions: a ratio, a choice, and the name of a mistake."""

from __future__ import annotations

import math
from collections.abc import Mapping

from solutions.model import AnswerTask, Part, Remark

RATIO = 0.017663
"""y (1 - y) of the sigmoid at z = 4."""
NEAR = 1e-3
DIVERGES = "B"


def _mark_ratio(value: float) -> dict[str, float]:
    return {"ratio": float(math.isfinite(value) and abs(value - RATIO) < NEAR)}


def _remark_ratio(value: float) -> Remark | None:
    if abs(value - 1) < NEAR:
        return Remark(
            "saturation-forgotten",
            "The two losses do not send back the same error: one of them has a factor more. "
            "How steep is the sigmoid at z = 4?",
        )
    if abs(value * RATIO - 1) < NEAR:
        return Remark(
            "ratio-inverted",
            "The exercise asks for the squared error's part divided by the cross entropy's. "
            "Which of the two is the smaller?",
        )
    if abs(value - 0.25) < NEAR:
        return Remark(
            "steepest-slope-taken",
            "1/4 is the slope of the sigmoid at its steepest point. Where on the curve is z = 4?",
        )
    return None


CHOICES: Mapping[str, Remark] = {
    "A": Remark(
        "sign-is-harmless",
        "Descent follows the gradient, and the gradient of -E points the other way. "
        "Take one step at y = 0.3 and t = 1 and see where y goes.",
    ),
    "C": Remark(
        "only-slower",
        "The size of the step has not changed, only its direction. "
        "Take one step at y = 0.3 and t = 1 and see where y goes.",
    ),
    "D": Remark(
        "no-gradient",
        "A sign in front does not make a gradient zero. Work out the derivative by z at y = 0.3 and t = 1.",
    ),
}

WRONG_LETTERS: Mapping[str, Remark] = {
    "A": Remark(
        "sign-flipped",
        "If the step went uphill, the loss would grow for a tiny lr. Try lr = 1e-6 with the given function.",
    ),
    "C": Remark(
        "outer-swapped",
        "Between layers of different sizes a swapped outer product could not be subtracted at all. "
        "Does the given function run there?",
    ),
    "D": Remark(
        "fprime-at-h",
        "A slope at the wrong point would show for a tiny lr as well. "
        "Compare (old - new) / lr with the gradient for lr = 1e-6.",
    ),
    "E": Remark(
        "writes-to-inputs",
        "Print Ws[0] before and after a call of the given function: is it still what it was?",
    ),
}


def _letter(name: str, right: str, wrong: Mapping[str, Remark], points: float, letters: str) -> AnswerTask:
    return AnswerTask(
        name=name,
        expects=str,
        wording=f'one of the letters "A" to "{letters}"',
        parts=(Part(name, points),),
        mark=lambda value: {name: float(value.strip().upper() == right)},
        remark=lambda value: wrong.get(value.strip().upper()),
        answer=right,
        wrong={found.misconception: letter for letter, found in wrong.items()},
    )


RATIO_TASK = AnswerTask(
    name="ans_3_5",
    expects=float,
    wording="a number",
    parts=(Part("ratio", 2),),
    mark=_mark_ratio,
    remark=_remark_ratio,
    answer=RATIO,
    wrong={"saturation-forgotten": 1.0, "ratio-inverted": 56.6, "steepest-slope-taken": 0.25},
)

CHOICE_TASK = _letter("ans_3_6", DIVERGES, CHOICES, 2, "D")
BUG_TASK = _letter("bug_3_4", "B", WRONG_LETTERS, 1, "E")
