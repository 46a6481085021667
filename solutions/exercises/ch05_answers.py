"""Chapter 5's answers that are no functions: a prediction, a count, and the names of two mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solutions.model import AnswerTask, Part, Remark

HEARING = frozenset({"SIMO", "MIMO"})
COUNTS = {"SISO": (1, 5, 1), "SIMO": (1, 5, 5), "MIMO": (5, 5, 5), "many-to-one": (5, 5, 1)}
MAPPINGS = tuple(COUNTS)


def _mark_who_hears(value: frozenset[Any]) -> dict[str, float]:
    # A wrong member takes away what a right one gives, so that naming all four is worth nothing.
    return {"members": max(0.0, (len(value & HEARING) - len(value - HEARING)) / len(HEARING))}


def _remark_who_hears(value: frozenset[Any]) -> Remark | None:
    if value == frozenset(MAPPINGS):
        return Remark(
            "distance-forgotten",
            "In two of the four mappings only E_T sends anything back. "
            "Count the factors f'(z) w_h between step 20 and step 1, and estimate their product.",
        )
    if value in ({"MIMO"}, {"MIMO", "many-to-one"}):
        return Remark(
            "inputs-for-losses",
            "delta_1 is sent back from losses, and inputs send nothing back. "
            "For each mapping ask which loss lies nearest to step 1.",
        )
    if value & {"SISO", "many-to-one"}:
        return Remark(
            "distance-forgotten",
            "One of the mappings that you name has its only loss 19 steps away from z_1. "
            "Estimate the product of 19 factors f'(z) w_h.",
        )
    return None


def _mark_terms(value: dict[Any, Any]) -> dict[str, float]:
    return {mapping: float(_counts(value.get(mapping)) == COUNTS[mapping]) for mapping in MAPPINGS}


def _counts(value: object) -> tuple[Any, ...] | None:
    if not isinstance(value, tuple | list) or not all(isinstance(count, int | float) for count in value):
        return None
    return tuple(value)


def _remark_terms(value: dict[Any, Any]) -> Remark | None:
    given = {mapping: _counts(value.get(mapping)) for mapping in MAPPINGS}
    if all(counts is not None and counts[1:2] == (4,) for counts in given.values()):
        return Remark(
            "zero-start-assumed",
            "The sum for dW has a term at t = 1 as well. Which state does W multiply there, and is it zero?",
        )
    if all(counts == (5, 5, 5) for counts in given.values()):
        return Remark(
            "full-sums-everywhere",
            "Not every sum has a term at every step: at steps without an input x_t is zero, "
            "and at steps without a loss eps_t is zero.",
        )
    return None


WHO_HEARS = AnswerTask(
    name="ans_5_6",
    expects=frozenset,
    wording="a frozenset of names of mappings",
    parts=(Part("members", 2),),
    mark=_mark_who_hears,
    remark=_remark_who_hears,
    answer=HEARING,
    wrong={
        "distance-forgotten": frozenset(MAPPINGS),
        "inputs-for-losses": frozenset({"MIMO"}),
    },
)

TERMS = AnswerTask(
    name="ans_5_7",
    expects=dict,
    wording="a dict from each mapping to its three counts",
    parts=tuple(Part(mapping, 0.75) for mapping in MAPPINGS),
    mark=_mark_terms,
    remark=_remark_terms,
    answer=COUNTS,
    wrong={
        "zero-start-assumed": {name: (u, 4, v) for name, (u, _, v) in COUNTS.items()},
        "full-sums-everywhere": dict.fromkeys(MAPPINGS, (5, 5, 5)),
    },
)


def _bug(name: str, right: str, wrong: Mapping[str, Remark]) -> AnswerTask:
    def remark(value: str) -> Remark | None:
        return wrong.get(value.strip().upper())

    return AnswerTask(
        name=name,
        expects=str,
        wording='one of the letters "A" to "E"',
        parts=(Part(name, 1),),
        mark=lambda value: {name: float(value.strip().upper() == right)},
        remark=remark,
        answer=right,
        wrong={found.misconception: letter for letter, found in wrong.items()},
    )


BUG_A = _bug(
    "bug_5_8",
    right="C",
    wrong={
        "A": Remark(
            "last-step-dropped",
            "If step T were left out, nothing would be added up for T = 1. Try that on the given function.",
        ),
        "B": Remark(
            "loop-forward",
            "If delta_t were made from delta_{t-1}, dh0 would be wrong. "
            "Check the given function's dh0 against central differences.",
        ),
        "D": Remark(
            "last-step-only",
            "If the sums kept only the term of step T, dc would be eps_T. "
            "Compare it with what the given function returns.",
        ),
        "E": Remark(
            "carry-accumulated",
            "If the carry kept growing, dh0 would be wrong for T = 6. "
            "Check the given function's dh0 against central differences.",
        ),
    },
)

BUG_B = _bug(
    "bug_5_9",
    right="D",
    wrong={
        "A": Remark(
            "carry-dh",
            "Run the given function with T = 1: there is no carry yet. Then follow what is carried to step T - 1.",
        ),
        "B": Remark(
            "fprime-recurrent-branch-only",
            "With T = 1 only the own output reaches z_1. Is the slope there in the given function's db?",
        ),
        "C": Remark(
            "fprime-twice",
            "For T = 2 write down the longest path, from E_2 to z_1, "
            "and count how often each slope occurs in the given function.",
        ),
        "E": Remark(
            "fprime-previous-step",
            "Print the slope that the given function uses at step t, and compare it with 1 - h_t**2.",
        ),
    },
)
