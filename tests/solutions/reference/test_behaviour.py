"""How every gradient function behaves: it changes nothing, remembers nothing, and returns its own arrays."""

import numpy as np
import pytest

from solutions.reference import bidirectional, bptt, skip, stacked, truncation, two_states
from solutions.reference.verification import mappings, networks
from solutions.reference.verification.problems import SIZES

FUNCTIONS = {
    "siso": (mappings.siso, bptt.bptt_siso),
    "simo": (mappings.simo, bptt.bptt_simo),
    "mimo": (mappings.mimo, bptt.bptt_mimo),
    "many-to-one": (mappings.many_to_one, bptt.bptt_many_to_one),
    "batch": (mappings.batch, bptt.bptt_batch),
    "chunks": (mappings.mimo, lambda p, X, Tau: truncation.tbptt(p, X, Tau, 2)),
    "stacked": (networks.stack_problem, stacked.bptt_stacked),
    "bidirectional": (networks.bidirectional_problem, bidirectional.bptt_bidirectional),
    "two states": (networks.two_states_problem, two_states.bptt_two_states),
    "input skip": (networks.input_skip_problem, lambda p, **rest: skip.bptt_input_skip(p, p["D"], **rest)),
    "skip": (
        lambda seed, **sizes: networks.skip_problem(seed, **sizes, s=3),
        lambda p, **rest: skip.bptt_skip(p, p["S"], **rest),
    ),
}


@pytest.mark.parametrize(("make", "gradients"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_nothing_is_changed_remembered_or_shared(make, gradients):
    problem, other = make(11, **SIZES), make(23, **SIZES)
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
        others = [*given.values(), second[name], *arrays[:i]]
        assert not any(np.shares_memory(array, other) for other in others)
