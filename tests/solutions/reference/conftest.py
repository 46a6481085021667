"""Numbers that most tests of the reference begin with."""

import numpy as np
import pytest

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
