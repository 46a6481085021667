"""Chapter 7, any recurrent graph: exercises 7.1 to 7.7, 29 points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from solutions.exercises import ch07_inputs as inputs
from solutions.exercises import ch07_styles as styles
from solutions.exercises.ch07_answers import ARROWS, DERIVATION, INPUTS
from solutions.exercises.inputs import audible
from solutions.exercises.simpler import shorter_both
from solutions.misconceptions.graphs_any_loss import FROM_DY, from_dy_pairs
from solutions.misconceptions.graphs_layers import (
    BIDIRECTIONAL,
    STACKED,
    bidirectional_pairs,
    stacked_pairs,
)
from solutions.misconceptions.graphs_skip import SKIP, skip_pairs
from solutions.misconceptions.graphs_states import TWO_STATES
from solutions.misconceptions.probes import LINEAR, NO_CARRY, SYMMETRIC, ZERO_START
from solutions.model import Answer, Arguments, Array, Case, Exercise, FunctionTask, Part, Probe
from solutions.reference.bidirectional import bptt_bidirectional
from solutions.reference.follower import bptt_follower
from solutions.reference.general import bptt_from_dy, eps_from_dy, outputs_of
from solutions.reference.skip import bptt_skip
from solutions.reference.stacked import bptt_stacked

ASSIGNMENT = "ch07-any-graph"

_STD = {"n": 3, "d": 4, "k": 5, "T": 6}
_EQ = {"n": 4, "d": 4, "k": 4, "T": 6}
_ONE = {"T": 1}


def _parts(points: Mapping[str, float]) -> tuple[Part, ...]:
    return tuple(Part(name, share) for name, share in points.items())


def _smaller(*names: str) -> Probe:
    """`LINEAR` for arrays of other names."""

    def change(arguments: Arguments) -> Arguments:
        p, *rest = arguments
        return ({**p, **{name: 1e-7 * p[name] for name in names}}, *rest)

    return Probe(LINEAR.name, change, LINEAR.vanishes)


def _zero(name: str, vanishes: str, *names: str) -> Probe:
    """The arrays of these names set to zero."""

    def change(arguments: Arguments) -> Arguments:
        p, *rest = arguments
        return ({**p, **{each: np.zeros_like(p[each]) for each in names}}, *rest)

    return Probe(name, change, vanishes)


# 7.1 and 7.2: several chains

_LAYERS = {
    "dU2": 0.5,
    "dW2": 0.5,
    "db2": 0.25,
    "dV": 0.5,
    "dc": 0.25,
    "dU1": 1,
    "dW1": 2,
    "db1": 0.5,
    "dh1_0": 0.25,
    "dh2_0": 0.25,
}
_STACK_EQ = {"n": 4, "d1": 4, "d2": 4, "k": 4, "T": 6}
_STACK_STD = {"n": 3, "d1": 4, "d2": 6, "k": 5, "T": 7}

LAYERS = FunctionTask(
    name="bptt_stacked",
    signature="bptt_stacked(p2, X (T, n), Tau (T, k)) -> dict of dU1, dW1, db1, dh1_0, dU2, dW2, db2, dh2_0, dV, dc",
    arguments=("p2", "X", "Tau"),
    parts=_parts(_LAYERS),
    cases=(
        # Every part by name: a mistake that can't run where sizes differ is still looked at where they are equal.
        Case("STD", audible(inputs.stacked(**_STACK_STD), bptt_stacked), draws=3, parts=tuple(_LAYERS)),
        Case("EQ", audible(inputs.stacked(**_STACK_EQ), bptt_stacked), parts=tuple(_LAYERS)),
        Case("T1", inputs.stacked(**_STACK_STD | _ONE), diagnostic=False, parts=tuple(_LAYERS)),
    ),
    reference=bptt_stacked,
    twists=STACKED.all(),
    pairs=stacked_pairs(),
    alternatives=styles.STACKED_STYLES,
    probes=(
        _zero("h0 = 0", ZERO_START.vanishes, "h1_0", "h2_0"),
        _smaller("U1", "b1", "h1_0", "U2", "b2", "h2_0"),
        _zero(
            "W1 = 0",
            "With W1 = 0, {parts} would be right: look at what the lower layer hears from its own next step.",
            "W1",
        ),
        _zero("W1 = W2 = 0", NO_CARRY.vanishes.replace("W = 0", "W1 = W2 = 0"), "W1", "W2"),
    ),
    prefixes=shorter_both,
)

_CHAINS = {
    "dU": 0.5,
    "dW": 0.5,
    "db": 0.5,
    "dh0": 0.5,
    "dUb": 1,
    "dWb": 1,
    "dbb": 0.5,
    "dhb0": 0.5,
    "dV": 0.4,
    "dVb": 0.4,
    "dc": 0.2,
}

CHAINS = FunctionTask(
    name="bptt_bidirectional",
    signature=(
        "bptt_bidirectional(pb, X (T, n), Tau (T, k)) -> dict of dU, dW, db, dh0, dUb, dWb, dbb, dhb0, dV, dVb, dc"
    ),
    arguments=("pb", "X", "Tau"),
    parts=_parts(_CHAINS),
    cases=(
        Case(
            "STD",
            audible(inputs.bidirectional(**_STD, e=2), bptt_bidirectional),
            draws=3,
            parts=tuple(_CHAINS),
        ),
        Case("EQ", audible(inputs.bidirectional(**_EQ, e=4), bptt_bidirectional), parts=tuple(_CHAINS)),
        Case("T1", inputs.bidirectional(**_STD | _ONE, e=2), diagnostic=False, parts=tuple(_CHAINS)),
    ),
    reference=bptt_bidirectional,
    twists=BIDIRECTIONAL.all(),
    pairs=bidirectional_pairs(),
    alternatives=styles.BIDIRECTIONAL_STYLES,
    probes=(
        _zero(
            "h0 = hb0 = 0",
            "With zero start states, {parts} would be right: look at the first step of each chain.",
            "h0",
            "hb0",
        ),
        _smaller("U", "b", "h0", "Ub", "bb", "hb0"),
        _zero(
            "Wb = 0",
            "With Wb = 0, {parts} would be right: look at what travels along the second chain.",
            "Wb",
        ),
        _zero("W = Wb = 0", NO_CARRY.vanishes.replace("W = 0", "W = Wb = 0"), "W", "Wb"),
    ),
    prefixes=shorter_both,
)

# 7.3: a skip in time


def _shorter_skip(arguments: Arguments) -> Sequence[Arguments]:
    p, S, s, X, Tau = arguments
    return [(p, S, s, X[:t], Tau[:t]) for t in range(1, len(X) + 1)]


def _no_skip(arguments: Arguments) -> Arguments:
    p, S, *rest = arguments
    return (p, np.zeros_like(S), *rest)


_SKIPPED = {"dS": 1.5, "dW": 1, "dU": 1, "dh0": 0.5}

SKIPS = FunctionTask(
    name="bptt_skip",
    signature="bptt_skip(p, S (d, d), s, X (T, n), Tau (T, k)) -> dict of dU, dW, dV, db, dc, dh0, dS",
    arguments=("p", "S", "s", "X", "Tau"),
    # The other arrays are exercise 5.3's, and are compared without points.
    parts=_parts(_SKIPPED),
    cases=(
        Case("STD, s = 2", audible(inputs.skip(**_STD, s=2), bptt_skip), draws=3),
        Case("STD, s = 3", audible(inputs.skip(**_STD, s=3), bptt_skip), draws=2),
        # Two arrows side by side, and one that never ends within the sequence.
        Case("s = 1", inputs.skip(**_STD, s=1), diagnostic=False, parts=("dS", "dW", "dU")),
        Case("s > T", inputs.skip(**_STD, s=8), diagnostic=False, parts=("dS", "dh0")),
    ),
    reference=bptt_skip,
    twists=SKIP.all(),
    pairs=skip_pairs(),
    alternatives=styles.SKIP_STYLES,
    probes=(
        Probe("S = 0", _no_skip, "With S = 0, {parts} would be right: look at the long arrow."),
        SYMMETRIC,
        ZERO_START,
        LINEAR,
        NO_CARRY,
    ),
    prefixes=_shorter_skip,
)

# 7.4: from any loss


def _from_dy(p: Mapping[str, Array], X: Array, dY: Array) -> Answer:
    return {"eps": eps_from_dy(outputs_of(p, X)["o"], dY), **bptt_from_dy(p, X, dY)}


ANY_LOSS = FunctionTask(
    name="bptt_from_dy",
    signature="bptt_from_dy(p, X (T, n), dY (T, k)) -> dict of eps (T, k), dU, dW, dV, db, dc, dh0",
    arguments=("p", "X", "dY"),
    parts=_parts({"eps": 2, "dU": 0.7, "dW": 0.7, "dV": 0.6, "db": 0.4, "dc": 0.3, "dh0": 0.3}),
    cases=(
        Case("STD", audible(inputs.any_dy(**_STD), _from_dy), draws=3),
        Case("EQ", audible(inputs.any_dy(**_EQ), _from_dy)),
        Case("product over time", inputs.whole_dy(**_STD), diagnostic=False),
        Case("T1", inputs.any_dy(**_STD | _ONE), diagnostic=False),
        Case("rows of one number", inputs.constant_dy(**_STD), diagnostic=False),
    ),
    reference=_from_dy,
    twists=FROM_DY.all(),
    pairs=from_dy_pairs(),
    alternatives=styles.FROM_DY_STYLES,
    probes=(SYMMETRIC, ZERO_START, LINEAR, NO_CARRY),
    prefixes=shorter_both,
)

# 7.7: a check without points, for who writes code beside the derivation

_STATES = ("Uh", "Whh", "Whm", "bh", "h0", "Wmh", "Wmm", "bm", "m0", "Vh", "Vm", "c")

FOLLOWS = FunctionTask(
    name="bptt_follower",
    signature=f"bptt_follower(p, X (T, n), Tau (T, k)) -> dict of {', '.join(f'd{name}' for name in _STATES)}",
    arguments=("p", "X", "Tau"),
    parts=_parts({f"d{name}": 0 for name in _STATES}),
    cases=(Case("STD", audible(inputs.follower(**_STD, e=2), bptt_follower), draws=3),),
    reference=bptt_follower,
    twists=TWO_STATES.all(),
    alternatives=styles.FOLLOWER_STYLES,
    prefixes=shorter_both,
)

EXERCISES: Mapping[str, Exercise] = {
    exercise.id: exercise
    for exercise in (
        Exercise("7.1", "Stacked", "code", "7.4", (LAYERS,)),
        Exercise("7.2", "Bidirectional", "code", "7.5", (CHAINS,)),
        Exercise("7.3", "Time skip", "code", "7.6", (SKIPS,)),
        Exercise("7.4", "Any loss", "code", "7.3", (ANY_LOSS,)),
        Exercise("7.5", "Read the arrows", "conceptual", "7.1", (ARROWS,)),
        Exercise("7.6", "Which inputs?", "conceptual", "7.5", (INPUTS,)),
        Exercise("7.7", "Two states", "written", "7.8", (FOLLOWS, DERIVATION)),
    )
}
