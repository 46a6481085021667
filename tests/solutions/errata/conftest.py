"""One problem for all errata: sizes that differ, a start state and biases that are not zero.

A form that is right agrees with central differences to RIGHT or better; one that is wrong is off by WRONG or more.
"""

import numpy as np
import pytest

from solutions.reference.backward import deltas
from solutions.reference.bptt import mimo_loss
from solutions.reference.losses import output_eps
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.rnn import rnn_forward
from solutions.reference.verification.problems import SEEDS, SIZES, one_hot, rnn_params


@pytest.fixture(params=SEEDS)
def rng(request):
    return np.random.default_rng(request.param)


@pytest.fixture
def p(rng):
    return rnn_params(rng, SIZES["n"], SIZES["d"], SIZES["k"])


@pytest.fixture
def X(rng):
    return rng.normal(size=(SIZES["T"], SIZES["n"]))


@pytest.fixture
def Tau(rng):
    return one_hot(rng, SIZES["T"], SIZES["k"])


@pytest.fixture
def run(p, X):
    return rnn_forward(p, X)


@pytest.fixture
def eps(run, Tau):
    return output_eps(run["o"], Tau, "softmax-ce")


@pytest.fixture
def delta(p, run, eps):
    return deltas(p, run["z"], eps)


@pytest.fixture
def slopes(run):
    """f'(z_t) of the tanh network, (T,d)."""
    return 1 - run["h"][1:] ** 2


@pytest.fixture
def truth(p, X, Tau):
    """All six gradients of the softmax cross entropy, by central differences."""
    return numeric_gradients(lambda q: mimo_loss(q, X, Tau), p)


@pytest.fixture
def right():
    def agrees(found, expected):
        return relative_error(np.asarray(found, float), np.asarray(expected, float)) < 1e-6

    return agrees


@pytest.fixture
def wrong():
    """Whether two arrays differ by at least `by`, relative to the larger one."""

    def differs(found, expected, by=1e-3):
        return relative_error(np.asarray(found, float), np.asarray(expected, float)) > by

    return differs
