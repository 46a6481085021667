"""Chapter 4, the RNN and its loss: exercises 4.1 to 4.6, 18 points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from solutions.exercises import inputs
from solutions.exercises.ch04_answers import BUG, COUNT, ECHO
from solutions.exercises.ch04_styles import FORWARD_STYLES, LOSS_STYLES, SOFTMAX_STYLES
from solutions.exercises.inputs import Make
from solutions.misconceptions import softmax as softmax_twists
from solutions.misconceptions.forward import FORWARD as FORWARD_TWISTS
from solutions.misconceptions.forward import LOSS as LOSS_TWISTS
from solutions.misconceptions.forward import forward_pairs
from solutions.misconceptions.probes import NO_CARRY, SYMMETRIC, ZERO_START
from solutions.model import Answer, Arguments, Array, Case, Exercise, Function, FunctionTask, Part, Probe
from solutions.reference.losses import sequence_loss, softmax
from solutions.reference.rnn import rnn_forward

ASSIGNMENT = "ch04-rnn-forward"

_STD = {"n": 3, "d": 4, "k": 5, "T": 6}
_EQ = {"n": 4, "d": 4, "k": 4, "T": 6}
_T1 = _STD | {"T": 1}


def _parts(**points: float) -> tuple[Part, ...]:
    return tuple(Part(name, share) for name, share in points.items())


def _no_targets(make: Make) -> Make:
    return lambda rng: make(rng)[:2]


def _shorter(arguments: Arguments) -> Sequence[Arguments]:
    p, X = arguments
    return [(p, X[:t]) for t in range(1, len(X) + 1)]


_NO_RECURRENCE = Probe(
    NO_CARRY.name,
    NO_CARRY.change,
    "With W = 0, {parts} would be right: look at how a state gets into the next step.",
)


def _forward(name: str, **points: float) -> FunctionTask:
    return FunctionTask(
        name=name,
        signature=f"{name}(p, X (T, n)) -> dict of z (T, d), h (T + 1, d), o (T, k), y (T, k)",
        arguments=("p", "X"),
        parts=_parts(**points),
        cases=(
            Case("STD", _no_targets(inputs.mimo(**_STD)), draws=3),
            Case("EQ", _no_targets(inputs.mimo(**_EQ))),
            Case("T1", _no_targets(inputs.mimo(**_T1)), diagnostic=False),
            # An overflow is a mistake of the softmax alone.
            Case("BIG", _no_targets(inputs.mimo_large_logits(**_STD)), diagnostic=False, parts=("y",)),
        ),
        reference=rnn_forward,
        twists=FORWARD_TWISTS.all(),
        pairs=forward_pairs(),
        alternatives=FORWARD_STYLES,
        probes=(SYMMETRIC, ZERO_START, _NO_RECURRENCE),
        prefixes=_shorter,
    )


FORWARD = _forward("rnn_forward", z=1.5, h=2, o=1, y=1.5)
FIXED = _forward("rnn_forward_fixed", z=0.5, h=0.5, o=0.5, y=0.5)


def _loss(o: Array, Tau: Array, head: str) -> Answer:
    E, Et = sequence_loss(o, Tau, head)
    return {"E": E, "Et": Et}


LOSS = FunctionTask(
    name="sequence_loss",
    signature="sequence_loss(o (T, k), Tau (T, k), head) -> (E, Et (T,))",
    arguments=("o", "Tau", "head"),
    parts=_parts(E=1, Et=2),
    cases=(
        *(
            Case(f"STD, {head}", inputs.outputs(head, k=5, T=6), draws=3)
            for head in ("softmax-ce", "tanh-half-se", "identity-half-se")
        ),
        Case("T1, softmax-ce", inputs.outputs("softmax-ce", k=5, T=1), diagnostic=False),
        Case("T1, tanh-half-se", inputs.outputs("tanh-half-se", k=5, T=1), diagnostic=False),
        # An overflow spoils the one step and the sum, but it is one mistake.
        Case("BIG", inputs.large_outputs(k=5, T=6), diagnostic=False, parts=("E",)),
    ),
    reference=_loss,
    twists=LOSS_TWISTS.all(),
    alternatives=LOSS_STYLES,
    returns="tuple",
)

_VALUES, _LARGE = "values", "large_and_batch"


def _either(y: Callable[[Array], Array]) -> Function:
    """The value as either part: which of them it is, the case says."""
    return lambda o: dict.fromkeys((_VALUES, _LARGE), y(o))


def _wrong(twisted: Function) -> Function:
    return _either(lambda o: twisted(o)["y"])


SOFTMAX = FunctionTask(
    name="softmax",
    signature="softmax(o (..., k)) -> (..., k)",
    arguments=("o",),
    parts=_parts(**{_VALUES: 1, _LARGE: 1}),
    cases=(
        Case("matrix", inputs.logits(6, 5), draws=3, parts=(_VALUES,)),
        Case("vector", inputs.logits(5), draws=3, parts=(_VALUES,)),
        Case("batch", inputs.logits(2, 6, 5), draws=3, parts=(_LARGE,)),
        Case("BIG", inputs.logits(6, 5, about=(1000.0, -1000.0)), diagnostic=False, parts=(_LARGE,)),
        Case("-BIG", inputs.logits(6, 5, about=(-1000.0, -1000.0)), diagnostic=False, parts=(_LARGE,)),
    ),
    reference=_either(softmax),
    twists={key: _wrong(twisted) for key, twisted in softmax_twists.VALUES.all().items()},
    alternatives={style: _either(function) for style, function in SOFTMAX_STYLES.items()},
    returns="value",
)

EXERCISES: Mapping[str, Exercise] = {
    exercise.id: exercise
    for exercise in (
        Exercise("4.1", "Forward", "code", "4.2", (FORWARD,)),
        Exercise("4.2", "Sequence loss", "code", "4.5", (LOSS,)),
        Exercise("4.3", "Stable softmax", "code", "4.4", (SOFTMAX,)),
        Exercise("4.4", "Count", "conceptual", "4.2", (COUNT,)),
        Exercise("4.5", "Echo", "predict", "4.6", (ECHO,)),
        Exercise("4.6", "The last state comes first", "bug", "4.7", (FIXED, BUG)),
    )
}
