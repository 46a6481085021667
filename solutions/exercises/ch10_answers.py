"""Chapter 10's answer that is no function: the forget bias for a wished length of memory."""

from __future__ import annotations

import math

from solutions.model import AnswerTask, Part, Remark
from solutions.reference.cell_memory import forget_bias

STEPS = 100
SHARE = 0.5
BIAS = forget_bias(SHARE, STEPS)
NEAR = 0.05
GATE = SHARE ** (1 / STEPS)
TANH_BIAS = math.atanh(GATE)
"""The bias if a gate were a tanh."""

REMARKS = (
    (
        GATE,
        Remark(
            "gate-for-bias",
            "This is what the gate has to be, as a share that stays per step. Which bias makes a sigmoid so large?",
        ),
    ),
    (
        -BIAS,
        Remark(
            "bias-sign-flipped",
            "With a bias below 0 the gate is below 1/2. How much is left after ten such steps?",
        ),
    ),
    (
        TANH_BIAS,
        Remark(
            "gate-as-tanh",
            "Your bias would do if the gate were a tanh. By which function does an LSTM open its gates?",
        ),
    ),
    (
        0.0,
        Remark(
            "half-per-step",
            "That gate leaves a half after one step. The question is for a half after a hundred.",
        ),
    ),
)


def _remark(value: float) -> Remark | None:
    return next((remark for wrong, remark in REMARKS if abs(value - wrong) < 0.005), None)


BIAS_TASK = AnswerTask(
    name="ans_10_3",
    expects=float,
    wording="a number",
    parts=(Part("ans_10_3", 2),),
    mark=lambda value: {"ans_10_3": float(abs(value - BIAS) <= NEAR)},
    remark=_remark,
    answer=round(BIAS, 3),
    wrong={remark.misconception: wrong for wrong, remark in REMARKS},
)
