"""How the gradients of gates, attention and the adder behave: they change, remember and share nothing."""

import numpy as np
import pytest

from solutions.reference.attention import SCORES
from solutions.reference.lstm_variants import VARIANTS
from solutions.reference.training.adder import adder_bptt
from solutions.reference.verification import attention, capstones, gates

FUNCTIONS = {
    "lstm": (lambda seed: gates.gated(seed, 4, gates.SIZES), gates.lstm_gradients),
    "gru": (lambda seed: gates.gated(seed, 3, gates.SIZES), gates.gru_gradients),
    **{
        name: (
            lambda seed, name=name: gates.gated(seed, 4, gates.SIZES, ("peep", "Wg"), cell=name),
            gates.variant_gradients,
        )
        for name in VARIANTS
    },
    "one query": (lambda seed: attention.one_query(seed, attention.SIZES), attention.attend_gradients),
    "queries": (lambda seed: attention.queries(seed, attention.SIZES), attention.scaled_dot_gradients),
    **{
        name: (
            lambda seed, name=name: attention.scored(seed, attention.SIZES, name),
            attention.attention_gradients,
        )
        for name in SCORES
    },
    **{
        f"encoder-decoder, {name}": (
            lambda seed, name=name: attention.encoder_decoder(seed, attention.SIZES, name),
            attention.seq2seq_gradients,
        )
        for name in ("none", *SCORES)
    },
    "adder": (lambda seed: capstones.numbers(seed, 6), adder_bptt),
}


@pytest.mark.parametrize(("make", "gradients"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_nothing_is_changed_remembered_or_shared(make, gradients):
    problem, other = make(11), make(23)
    given = {**problem.p, **{k: v for k, v in problem.arguments.items() if isinstance(v, np.ndarray)}}
    before = {name: array.tobytes() for name, array in given.items()}

    first = gradients(problem.p, **problem.arguments)
    gradients(other.p, **other.arguments)
    second = gradients(problem.p, **problem.arguments)

    assert {name: array.tobytes() for name, array in given.items()} == before
    assert {name.removeprefix("d") for name in first} == set(problem.p)
    arrays = list(first.values())
    for i, (name, array) in enumerate(first.items()):
        assert array.shape == problem.p[name[1:]].shape
        assert array.dtype == np.float64
        assert array.flags["C_CONTIGUOUS"]
        assert array.tobytes() == second[name].tobytes()
        assert not any(np.shares_memory(array, one) for one in (*given.values(), second[name], *arrays[:i]))
