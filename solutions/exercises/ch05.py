"""Chapter 5, backpropagation through time by unrolling: exercises 5.1 to 5.9, 40 points."""

from __future__ import annotations

from collections.abc import Mapping

from solutions.exercises import inputs
from solutions.exercises.alternatives import alternatives_for
from solutions.exercises.ch05_answers import BUG_A, BUG_B, TERMS, WHO_HEARS
from solutions.exercises.inputs import audible
from solutions.exercises.simpler import (
    shorter_batch,
    shorter_both,
    shorter_inputs,
    shorter_simo,
    shorter_siso,
)
from solutions.misconceptions.bptt import pairs_for, twists_for
from solutions.misconceptions.probes import probes_for
from solutions.model import Case, Exercise, FunctionTask, Part
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
    probes=probes_for("siso"),
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
    probes=probes_for("simo"),
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
        # Only what stands next to the softmax is at stake: an overflow spoils all arrays, but it is one mistake.
        Case("BIG", inputs.mimo_large_logits(**_STD), diagnostic=False, parts=("dV", "dc")),
    ),
    reference=bptt_mimo,
    twists=twists_for("mimo"),
    pairs=pairs_for("mimo"),
    alternatives=alternatives_for("mimo"),
    probes=probes_for("mimo"),
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
    probes=probes_for("many-to-one"),
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
    probes=probes_for("batch"),
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
        probes=probes_for("mimo"),
        prefixes=shorter_both,
    )


EXERCISES: Mapping[str, Exercise] = {
    exercise.id: exercise
    for exercise in (
        Exercise("5.1", "SISO", "code", "5.3", (SISO,)),
        Exercise("5.2", "SIMO", "code", "5.4", (SIMO,)),
        Exercise("5.3", "MIMO", "code", "5.5", (MIMO,)),
        Exercise("5.4", "Many-to-one", "code", "5.6", (MANY_TO_ONE,)),
        Exercise("5.5", "Batch", "code", "5.8", (BATCH,)),
        Exercise("5.6", "Who still hears?", "predict", "5.7", (WHO_HEARS,)),
        Exercise("5.7", "Count the terms", "conceptual", "5.2", (TERMS,)),
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
