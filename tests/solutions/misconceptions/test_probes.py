"""The simpler questions are as simple as they say, and leave the arguments alone."""

import numpy as np
import pytest

from solutions.misconceptions.bptt import MAPPINGS, forward, twisted
from solutions.misconceptions.probes import probes_for
from solutions.reference.rnn import rnn_forward


def probe(mapping, name):
    return next(probe for probe in probes_for(mapping) if probe.name == name)


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_arguments_stay_as_they_are(problem, mapping):
    call = problem(mapping)
    before = {name: array.copy() for name, array in call[0].items()}, *map(np.copy, call[1:])
    for each in probes_for(mapping):
        changed = each.change(call)
        assert len(changed) == len(call)
        assert "{parts}" in each.vanishes
    for old, new in zip(before[0].values(), call[0].values(), strict=True):
        assert np.array_equal(old, new)
    assert all(np.array_equal(old, new) for old, new in zip(before[1:], call[1:], strict=True))


def test_symmetric_w_and_no_w(problem):
    call = problem("mimo")
    W = probe("mimo", "symmetric W").change(call)[0]["W"]
    assert np.array_equal(W, W.T)
    assert not probe("mimo", "W = 0").change(call)[0]["W"].any()
    assert not probe("mimo", "h0 = 0").change(call)[0]["h0"].any()


def test_tiny_states_make_tanh_a_straight_line(problem):
    p, X, _ = probe("mimo", "linear f").change(problem("mimo", T=12))
    run = rnn_forward(p, X)
    assert np.abs(1 - run["h"] ** 2 - 1).max() < 1e-7
    assert np.abs(run["z"]).max() > 0


@pytest.mark.parametrize("mapping", ["simo", "mimo", "batch"])
def test_one_loss_leaves_only_the_last_eps(problem, mapping):
    call = probe(mapping, "one loss").change(problem(mapping))
    last = twisted(mapping, "last-output-only")(*call)
    for name, part in twisted(mapping)(*call).items():
        assert np.allclose(part, last[name], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("mapping", ["mimo", "many-to-one", "batch"])
def test_constant_input(problem, mapping):
    X = probe(mapping, "constant X").change(problem(mapping))[1]
    axis = 1 if mapping == "batch" else 0
    assert np.array_equal(X, np.roll(X, 1, axis=axis))


def test_batch_of_one(problem):
    _, X, Tau = probe("batch", "B = 1").change(problem("batch"))
    assert len(X) == len(Tau) == 1


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_forward_is_shaped_as_the_targets(problem, mapping):
    call = problem(mapping)
    y = forward(mapping, *call)
    targets = {"siso": (6, 5), "many-to-one": (6, 1)}
    assert y.shape == (targets[mapping] if mapping in targets else call[-1].shape)
