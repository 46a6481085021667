"""Chapter 5, backpropagation through time by unrolling: exercises 5.1 to 5.9, 40 points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solutions.exercises import inputs
from solutions.exercises.alternatives import alternatives_for
from solutions.exercises.inputs import audible
from solutions.exercises.simpler import (
    PROBES,
    shorter_batch,
    shorter_both,
    shorter_inputs,
    shorter_simo,
    shorter_siso,
)
from solutions.misconceptions.bptt import pairs_for, twists_for
from solutions.model import AnswerTask, Case, Exercise, FunctionTask, Part, Remark
from solutions.reference.bptt import bptt_batch, bptt_many_to_one, bptt_mimo, bptt_simo, bptt_siso

ASSIGNMENT = "ch05-bptt-unrolled"

# All sizes differ, and T differs from k, since a mean over one must not look like a mean over the other.
_STD = {"n": 3, "d": 4, "k": 5, "T": 6}
_EQ = {"n": 4, "d": 4, "k": 4, "T": 6}
_T1 = _STD | {"T": 1}


def _parts(**points: float) -> tuple[Part, ...]:
    return tuple(Part(name, share) for name, share in points.items())


SISO = FunctionTask(
    name="bptt_siso",
    signature="bptt_siso(p, x (n,), tau (k,), T) -> dict of dU, dW, dV, db, dc, dh0",
    arguments=("p", "x", "tau", "T"),
    parts=_parts(dU=1, dW=2, dV=1, db=0.5, dc=0.5, dh0=1),
    cases=(
        Case("STD", audible(inputs.siso(**_STD), bptt_siso), draws=3),
        Case("EQ", audible(inputs.siso(**_EQ), bptt_siso)),
        Case("T1", inputs.siso(**_T1), diagnostic=False),
    ),
    reference=bptt_siso,
    twists=twists_for("siso"),
    pairs=pairs_for("siso"),
    alternatives=alternatives_for("siso"),
    probes=PROBES,
    prefixes=shorter_siso,
)

SIMO = FunctionTask(
    name="bptt_simo",
    signature="bptt_simo(p, x (n,), Tau (T, k)) -> dict of dU, dW, dV, db, dc, dh0",
    arguments=("p", "x", "Tau"),
    parts=_parts(dU=1, dW=2, dV=1, db=0.5, dc=0.5, dh0=1),
    cases=(
        Case("STD", audible(inputs.simo(**_STD), bptt_simo), draws=3),
        Case("EQ", audible(inputs.simo(**_EQ), bptt_simo)),
        Case("T1", inputs.simo(**_T1), diagnostic=False),
    ),
    reference=bptt_simo,
    twists=twists_for("simo"),
    pairs=pairs_for("simo"),
    alternatives=alternatives_for("simo"),
    probes=PROBES,
    prefixes=shorter_simo,
)

MIMO = FunctionTask(
    name="bptt_mimo",
    signature="bptt_mimo(p, X (T, n), Tau (T, k)) -> dict of dU, dW, dV, db, dc, dh0",
    arguments=("p", "X", "Tau"),
    parts=_parts(dU=2, dW=2, dV=1, db=1, dc=1, dh0=1),
    cases=(
        Case("STD", audible(inputs.mimo(**_STD), bptt_mimo), draws=3),
        Case("EQ", audible(inputs.mimo_one_hot(**_EQ), bptt_mimo)),
        Case("T1", inputs.mimo(**_T1), diagnostic=False),
        # y has exact zeros there, so a derivative by y is infinite and no twist of it can be compared.
        Case("BIG", inputs.mimo_large_logits(**_STD), diagnostic=False),
    ),
    reference=bptt_mimo,
    twists=twists_for("mimo"),
    pairs=pairs_for("mimo"),
    alternatives=alternatives_for("mimo"),
    probes=PROBES,
    prefixes=shorter_both,
)

MANY_TO_ONE = FunctionTask(
    name="bptt_many_to_one",
    signature="bptt_many_to_one(p, X (T, n), tau (1,)) -> dict of dU, dW, dV, db, dc, dh0",
    arguments=("p", "X", "tau"),
    parts=_parts(dU=1, dW=1, dV=0.5, db=0.5, dc=0.5, dh0=0.5),
    cases=(
        Case("STD", audible(inputs.many_to_one(n=3, d=4, T=6), bptt_many_to_one), draws=3),
        Case("EQ", audible(inputs.many_to_one_label(n=4, d=4, T=6), bptt_many_to_one)),
        Case("T1", inputs.many_to_one(n=3, d=4, T=1), diagnostic=False),
    ),
    reference=bptt_many_to_one,
    twists=twists_for("many-to-one"),
    pairs=pairs_for("many-to-one"),
    alternatives=alternatives_for("many-to-one"),
    probes=PROBES,
    prefixes=shorter_inputs,
)

BATCH = FunctionTask(
    name="bptt_batch",
    signature="bptt_batch(p, X (B, T, n), Tau (B, T, k)) -> dict of dU, dW, dV, db, dc, dh0",
    arguments=("p", "X", "Tau"),
    parts=_parts(dU=1, dW=1, dV=1, db=0.5, dc=0.5, dh0=1),
    cases=(
        Case("BATCH", audible(inputs.batch(B=2, **_STD), bptt_batch), draws=3),
        Case("EQ", audible(inputs.batch(B=2, **_EQ), bptt_batch)),
        # Equal lengths of batch and time: swapped axes then go unnoticed by their shapes.
        Case("B=T", audible(inputs.batch(B=6, **_STD), bptt_batch)),
        Case("B1", inputs.batch(B=1, **_STD), diagnostic=False),
    ),
    reference=bptt_batch,
    twists=twists_for("batch"),
    pairs=pairs_for("batch"),
    alternatives=alternatives_for("batch"),
    probes=PROBES,
    prefixes=shorter_batch,
)


def _fixed(name: str, **points: float) -> FunctionTask:
    # Arrays that the given function gets right carry no points: handing it back unchanged must earn nothing.
    return FunctionTask(
        name=name,
        signature=f"{name}(p, X (T, n), Tau (T, k)) -> dict of dU, dW, dV, db, dc, dh0",
        arguments=("p", "X", "Tau"),
        parts=_parts(**points),
        cases=(
            Case("STD", audible(inputs.mimo(**_STD), bptt_mimo), draws=3),
            Case("EQ", audible(inputs.mimo_one_hot(**_EQ), bptt_mimo)),
        ),
        reference=bptt_mimo,
        # No case here has logits that overflow: that mistake is exercise 5.3's.
        twists={key: twist for key, twist in twists_for("mimo").items() if key != "softmax-overflow"},
        pairs=pairs_for("mimo"),
        alternatives=alternatives_for("mimo"),
        probes=PROBES,
        prefixes=shorter_both,
    )


WHO_HEARS = frozenset({"SIMO", "MIMO"})
TERMS = {"SISO": (1, 5, 1), "SIMO": (1, 5, 5), "MIMO": (5, 5, 5), "many-to-one": (5, 5, 1)}
MAPPINGS = tuple(TERMS)


def _mark_who_hears(value: frozenset[Any]) -> dict[str, float]:
    # A wrong member takes away what a right one gives, so that naming all four is worth nothing.
    return {"members": max(0.0, (len(value & WHO_HEARS) - len(value - WHO_HEARS)) / len(WHO_HEARS))}


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
    return {mapping: float(_counts(value.get(mapping)) == TERMS[mapping]) for mapping in MAPPINGS}


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


def _bug(name: str, right: str, wrong: Mapping[str, Remark]) -> AnswerTask:
    def remark(value: str) -> Remark | None:
        return wrong.get(value.strip().upper())

    return AnswerTask(
        name=name,
        expects=str,
        wording='one of the letters "A" to "E"',
        parts=_parts(**{name: 1}),
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

EXERCISES: Mapping[str, Exercise] = {
    exercise.id: exercise
    for exercise in (
        Exercise("5.1", "SISO", "code", "5.3", (SISO,)),
        Exercise("5.2", "SIMO", "code", "5.4", (SIMO,)),
        Exercise("5.3", "MIMO", "code", "5.5", (MIMO,)),
        Exercise("5.4", "Many-to-one", "code", "5.6", (MANY_TO_ONE,)),
        Exercise("5.5", "Batch", "code", "5.8", (BATCH,)),
        Exercise(
            "5.6",
            "Who still hears?",
            "predict",
            "5.7",
            (
                AnswerTask(
                    name="ans_5_6",
                    expects=frozenset,
                    wording="a frozenset of names of mappings",
                    parts=_parts(members=2),
                    mark=_mark_who_hears,
                    remark=_remark_who_hears,
                    answer=WHO_HEARS,
                    wrong={
                        "distance-forgotten": frozenset(MAPPINGS),
                        "inputs-for-losses": frozenset({"MIMO"}),
                    },
                ),
            ),
        ),
        Exercise(
            "5.7",
            "Count the terms",
            "conceptual",
            "5.2",
            (
                AnswerTask(
                    name="ans_5_7",
                    expects=dict,
                    wording="a dict from each mapping to its three counts",
                    parts=_parts(**dict.fromkeys(MAPPINGS, 0.75)),
                    mark=_mark_terms,
                    remark=_remark_terms,
                    answer=TERMS,
                    wrong={
                        "zero-start-assumed": {name: (u, 4, v) for name, (u, _, v) in TERMS.items()},
                        "full-sums-everywhere": dict.fromkeys(MAPPINGS, (5, 5, 5)),
                    },
                ),
            ),
        ),
        # The given function keeps one term of every sum: all arrays but dh0 are wrong.
        Exercise(
            "5.8",
            "One sign short",
            "bug",
            "5.2",
            (_fixed("bptt_mimo_fixed_a", dU=0.4, dW=0.4, dV=0.4, db=0.4, dc=0.4), BUG_A),
        ),
        # The given function has the right eps, hence the right dV and dc, and wrong deltas.
        Exercise(
            "5.9",
            "Half a bracket",
            "bug",
            "5.4",
            (_fixed("bptt_mimo_fixed_b", dU=0.5, dW=0.5, db=0.5, dh0=0.5), BUG_B),
        ),
    )
}
