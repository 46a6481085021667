"""Chapter 3, the MLP delta rule: exercises 3.1 to 3.6, 20 points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from through_time.functions import Known
from through_time.problems import probabilities, weights

from solutions.exercises import ch03_styles as styles
from solutions.exercises.ch03_answers import BUG_TASK, CHOICE_TASK, RATIO_TASK
from solutions.exercises.lists import Stretch, joined, lists
from solutions.misconceptions import layers
from solutions.model import Answer, Arguments, Array, Case, Exercise, Function, FunctionTask, Part
from solutions.reference.activations import Activation
from solutions.reference.losses import HEADS, output_eps
from solutions.reference.mlp import mlp_backward, mlp_forward

ASSIGNMENT = "ch03-mlp-delta-rule"
RATE = 0.1

Make = Callable[[np.random.Generator], Arguments]

# No two neighbours of one size; the same size everywhere, where no shape shows a mistake; a single layer.
_STD, _EQ, _ONE = (3, 4, 2, 5), (4, 4, 4, 4), (3, 5)


def _network(rng: np.random.Generator, sizes: Sequence[int]) -> tuple[Array, list[Array], list[Array]]:
    Ws = [weights(rng, rows, columns) for columns, rows in pairwise(sizes)]
    return weights(rng, sizes[0]), Ws, [weights(rng, rows) for rows in sizes[1:]]


def _cases(make: Callable[..., Make], *parts: str, one: Sequence[str] = ()) -> tuple[Case, ...]:
    # Every part by name: a mistake that can't run where sizes differ is still looked at where they are equal.
    return (
        Case("STD", make(_STD), draws=3, parts=parts),
        Case("EQ", make(_EQ), draws=3, parts=parts),
        Case("one layer", make(_ONE), diagnostic=False, parts=tuple(one) or parts),
    )


def _parts(points: Mapping[str, float]) -> tuple[Part, ...]:
    return tuple(Part(name, share) for name, share in points.items())


def _numbered(flat: Mapping[str, Array], name: str) -> list[Array]:
    """The arrays called W1, W2, ... (or h0, h1, ...) of a flat answer, in order."""
    return [array for key, array in flat.items() if key.rstrip("0123456789") == name]


def _shapes(*groups: Sequence[Array]) -> list[list[tuple[int, ...]]]:
    return [[np.shape(array) for array in group] for group in groups]


# Forward


def _forward_inputs(sizes: Sequence[int]) -> Make:
    """(x, Ws, bs, f): tanh, and sigmoid where all sizes are equal, so that f has to be used."""
    f = Known("sigmoid" if sizes is _EQ else "tanh")
    return lambda rng: (*_network(rng, sizes), f)


def _forward_join(flat: Mapping[str, Array]) -> Answer:
    return {"zs": joined(_numbered(flat, "z")), "hs": joined(_numbered(flat, "h"))}


def _forward(x: Array, Ws: list[Array], bs: list[Array], f: Callable[[Array], Array]) -> Answer:
    zs, hs = mlp_forward(x, Ws, bs, Activation("given", f, f, 1.0))
    return {"zs": joined(zs), "hs": joined(hs)}


def _style(function: Callable[..., styles.Lists], first: str, second: str) -> Function:
    def answer(*arguments: Any) -> Answer:
        one, other = function(*arguments)
        return {first: joined(one), second: joined(other)}

    return answer


FORWARD = FunctionTask(
    name="mlp_forward",
    signature="mlp_forward(x (n_0,), Ws [(n_l, n_(l-1))], bs [(n_l,)], f) -> (zs [(n_l,)], hs [(n_l,)])",
    arguments=("x", "Ws", "bs", "f"),
    parts=_parts({"zs": 1.5, "hs": 1.5}),
    cases=_cases(_forward_inputs, "zs", "hs"),
    reference=_forward,
    twists=layers.twists(layers.FORWARD, _forward_join),
    pairs=layers.pairs(layers.FORWARD, _forward_join),
    alternatives={
        "sums": _style(styles.forward_by_sums, "zs", "hs"),
        "with ones": _style(styles.forward_with_ones, "zs", "hs"),
    },
    returns=lists(
        "a tuple (zs, hs) of lists, with an array for each layer in zs and one more in hs",
        {"zs": Stretch(0), "hs": Stretch(1)},
        lambda arguments: _shapes(arguments[2], [arguments[0], *arguments[2]]),
    ),
)

# The error at the output


def _eps_inputs(head: str, k: int) -> Make:
    """(o, tau, head), the targets of a kind that the head can have."""

    def make(rng: np.random.Generator) -> Arguments:
        targets = {"softmax-ce": probabilities, "sigmoid-ce": lambda rng, k: rng.uniform(0.1, 0.9, k)}
        return weights(rng, k), targets.get(head, weights)(rng, k), head

    return make


def _large_eps_inputs(head: str, k: int) -> Make:
    """As `_eps_inputs`, two logits near 1000 and the others near -1000."""

    def make(rng: np.random.Generator) -> Arguments:
        o, tau, _ = _eps_inputs(head, k)(rng)
        top = np.isin(np.arange(k), rng.choice(k, size=2, replace=False))
        return o + np.where(top, 1000.0, -1000.0), tau, head

    return make


def _every_head(eps: Callable[[Array, Array, str], Array]) -> Function:
    """The value as the part of every head: which one it is, the case says."""
    return lambda o, tau, head: dict.fromkeys(HEADS, eps(o, tau, head))


EPS = FunctionTask(
    name="output_eps",
    signature="output_eps(o (k,), tau (k,), head) -> (k,)",
    arguments=("o", "tau", "head"),
    parts=_parts(dict.fromkeys(HEADS, 1)),
    cases=(
        *(Case(head, _eps_inputs(head, 5), draws=3, parts=(head,)) for head in HEADS),
        *(
            Case(f"{head}, k = 1", _eps_inputs(head, 1), diagnostic=False, parts=(head,))
            for head in HEADS
            if head != "softmax-ce"
        ),
        *(
            Case(f"BIG, {head}", _large_eps_inputs(head, 5), diagnostic=False, parts=(head,))
            for head in ("sigmoid-ce", "softmax-ce")
        ),
    ),
    reference=_every_head(output_eps),
    twists=layers.eps_twists(),
    alternatives={"by the Jacobian": _every_head(styles.eps_by_jacobian)},
    returns="value",
)

# Backward


_LAST, _OTHERS, _BIASES = "dWs: last layer", "dWs: other layers", "dbs"


def _backward_inputs(sizes: Sequence[int]) -> Make:
    return lambda rng: (*_network(rng, sizes), weights(rng, sizes[-1]))


def _gradients(dWs: Sequence[Array], dbs: Sequence[Array]) -> Answer:
    return {_LAST: joined(dWs[-1:]), _OTHERS: joined(dWs[:-1]), _BIASES: joined(dbs)}


def _backward_join(flat: Mapping[str, Array]) -> Answer:
    return _gradients(_numbered(flat, "dW"), _numbered(flat, "db"))


def _backward_style(function: Callable[..., styles.Lists]) -> Function:
    return lambda *arguments: _gradients(*function(*arguments))


BACKWARD = FunctionTask(
    name="mlp_backward",
    signature="mlp_backward(x (n_0,), Ws [(n_l, n_(l-1))], bs [(n_l,)], tau (n_L,)) -> (dWs, dbs)",
    arguments=("x", "Ws", "bs", "tau"),
    parts=_parts({_LAST: 1, _OTHERS: 3, _BIASES: 2}),
    cases=_cases(_backward_inputs, _LAST, _OTHERS, _BIASES, one=(_LAST, _BIASES)),
    reference=lambda x, Ws, bs, tau: _gradients(*mlp_backward(x, Ws, bs, tau)),
    twists=layers.twists(layers.BACKWARD, _backward_join),
    pairs=layers.pairs(layers.BACKWARD, _backward_join),
    alternatives={
        "Jacobians": _backward_style(styles.backward_by_jacobians),
        "rows, recursively": _backward_style(styles.backward_in_rows),
    },
    returns=lists(
        "a tuple (dWs, dbs) of lists, each with an array for each layer",
        {_LAST: Stretch(0, -1), _OTHERS: Stretch(0, 0, -1), _BIASES: Stretch(1)},
        lambda arguments: _shapes(arguments[1], arguments[2]),
    ),
)

# A step of training


def _step_inputs(sizes: Sequence[int]) -> Make:
    def make(rng: np.random.Generator) -> Arguments:
        x, Ws, bs = _network(rng, sizes)
        return Ws, bs, x, weights(rng, sizes[-1]), RATE

    return make


def _new(Ws: Sequence[Array], bs: Sequence[Array]) -> Answer:
    return {"Ws": joined(Ws), "bs": joined(bs)}


def _step_join(flat: Mapping[str, Array]) -> Answer:
    return _new(_numbered(flat, "W"), _numbered(flat, "b"))


def _step(backward: Callable[..., styles.Lists]) -> Function:
    def answer(Ws: list[Array], bs: list[Array], x: Array, tau: Array, lr: float) -> Answer:
        dWs, dbs = backward(x, Ws, bs, tau)
        new_Ws = [W - lr * dW for W, dW in zip(Ws, dWs, strict=True)]
        return _new(new_Ws, [b - lr * db for b, db in zip(bs, dbs, strict=True)])

    return answer


TRAIN_STEP = FunctionTask(
    name="train_step_fixed",
    signature="train_step_fixed(Ws, bs, x (n_0,), tau (n_L,), lr) -> (Ws, bs)",
    arguments=("Ws", "bs", "x", "tau", "lr"),
    parts=_parts({"Ws": 1, "bs": 1}),
    cases=_cases(_step_inputs, "Ws", "bs"),
    reference=_step(mlp_backward),
    twists={
        **layers.twists(layers.TRAIN_STEP, _step_join),
        "writes-to-inputs": partial(layers.step_in_place, join=_step_join),
    },
    alternatives={"rows, recursively": _step(styles.backward_in_rows)},
    returns=lists(
        "a tuple (Ws, bs) of lists, each with an array for each layer",
        {"Ws": Stretch(0), "bs": Stretch(1)},
        lambda arguments: _shapes(arguments[0], arguments[1]),
    ),
)

EXERCISES: Mapping[str, Exercise] = {
    exercise.id: exercise
    for exercise in (
        Exercise("3.1", "MLP forward", "code", "3.1", (FORWARD,)),
        Exercise("3.2", "δ at the output", "code", "3.3", (EPS,)),
        Exercise("3.3", "MLP backward", "code", "3.5", (BACKWARD,)),
        Exercise("3.4", "Moving target", "bug", "3.6", (TRAIN_STEP, BUG_TASK)),
        Exercise("3.5", "Confidently wrong", "predict", "3.3", (RATIO_TASK,)),
        Exercise("3.6", "The lost minus", "conceptual", "3.2", (CHOICE_TASK,)),
    )
}
