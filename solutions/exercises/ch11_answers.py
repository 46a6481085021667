"""Chapter 11's answers that are no functions: a count of steps, and a text that a person marks."""

from __future__ import annotations

from typing import Any

from solutions.model import AnswerTask, Criterion, Part, Remark, WrittenTask
from solutions.reference.roads import steps_by_the_joint

S, ASKS, INPUT = 20, 3, 1
"""Encoder steps, the decoder's state that the road starts from, and the encoder's state where it ends."""
STEPS = (steps_by_the_joint(S, ASKS, INPUT), 0)
_ROADS = ("without", "with")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _mark_steps(value: tuple[Any, ...]) -> dict[str, float]:
    given = value if len(value) == len(STEPS) else (None,) * len(STEPS)
    return {
        road: float(_is_count(found) and found == right)
        for road, found, right in zip(_ROADS, given, STEPS, strict=True)
    }


def _remark_steps(value: tuple[Any, ...]) -> Remark | None:
    if len(value) != len(STEPS) or not all(map(_is_count, value)):
        return None
    without, over = value
    if without == S - INPUT:
        return Remark(
            "steps-of-encoder-only",
            "That is the way from the encoder's last state to its first. Where in the decoder does the road begin?",
        )
    if without in (S, S + 1, S + ASKS):
        return Remark(
            "length-for-steps",
            "Count arrows, not states: how many lead from h_1 to h_3? And the joint is an arrow without a "
            "recurrent weight.",
        )
    if over == 1:
        return Remark(
            "attention-counted-as-step",
            "The one arrow from the attention to the state is no recurrent step: which weight does it pass?",
        )
    if over == ASKS:
        return Remark(
            "detour-by-the-start",
            "Those are the steps from s_3 back to s_0. Which encoder states does s_3 itself attend to?",
        )
    return None


SHORTEST = AnswerTask(
    name="ans_11_3",
    expects=tuple,
    wording="a tuple of two whole numbers",
    parts=tuple(Part(road, 1) for road in _ROADS),
    mark=_mark_steps,
    remark=_remark_steps,
    answer=STEPS,
    wrong={
        "steps-of-encoder-only": (S - INPUT, 0),
        "length-for-steps": (S, 0),
        "attention-counted-as-step": (STEPS[0], 1),
        "detour-by-the-start": (STEPS[0], ASKS),
    },
)

WHY = WrittenTask(
    name="why_11_4",
    rubric=(
        Criterion(
            "the product",
            1,
            "without attention: from E_3 to x_1 in factors, decoder steps, the joint, encoder steps, with slopes and "
            "weights in the right order or, in words, with the right number of each",
            "says that it is a product over all steps, without naming the factors or counting them",
            "no product",
        ),
        Criterion(
            "the direct term",
            1,
            "with attention: a term that goes from E_3 through the context to h_1 with no recurrent weight, alpha_1 "
            "times the error at the context; a score term beside it may be left out",
            "says that there is a short way, without the weight alpha on it",
            "no direct term, or only that attention looks at everything",
        ),
        Criterion(
            "the comparison",
            1,
            "says how each depends on the distance: the product goes with a power of it, the direct term with alpha; "
            "and that the two add up, so the product is still there",
            "compares without the dependence on the distance, or takes the one for a replacement of the other",
            "no comparison",
        ),
        Criterion(
            "the limit",
            1,
            "names something that still vanishes, or is slow, and why: a small alpha, a softmax that has decided, what "
            "has to travel inside the encoder or the decoder itself",
            "says that not everything is cured, without a reason",
            "says that attention removes vanishing everywhere, or names no limit",
        ),
    ),
)
