"""Problems for the twisted computations: sizes all different, W not symmetric, nothing zero."""

import numpy as np
import pytest
from through_time.problems import parameters, probabilities, weights

from solutions.misconceptions.bptt import MAPPINGS


def arguments(mapping, rng, *, n=3, d=4, k=5, T=6, B=2):
    p = parameters(rng, n, d, 1 if mapping == "many-to-one" else k)
    return {
        "siso": lambda: (p, weights(rng, n), weights(rng, k), T),
        "simo": lambda: (p, weights(rng, n), weights(rng, T, k)),
        "mimo": lambda: (p, weights(rng, T, n), probabilities(rng, T, k)),
        "many-to-one": lambda: (p, weights(rng, T, n), rng.uniform(0.1, 0.9, 1)),
        "batch": lambda: (p, weights(rng, B, T, n), probabilities(rng, B, T, k)),
    }[mapping]()


@pytest.fixture(params=MAPPINGS)
def mapping(request):
    return request.param


@pytest.fixture(scope="session")
def problem():
    """problem(mapping, seed, **sizes): the arguments of one call."""

    def make(mapping, seed=0, **sizes):
        return arguments(mapping, np.random.default_rng(seed), **sizes)

    return make


@pytest.fixture(scope="session")
def apart():
    """apart(g, other): the largest norm-relative difference of any array, over the arrays' total norm."""

    def difference(g, other):
        assert g.keys() == other.keys()
        found = []
        for name in g:
            one, two = np.asarray(g[name], dtype=float), np.asarray(other[name], dtype=float)
            if one.shape != two.shape:
                return np.inf
            if np.isfinite(one).all() and np.isfinite(two).all():
                found.append(np.linalg.norm(one - two) / max(np.linalg.norm(one), 1e-3))
            elif not (np.isfinite(one) == np.isfinite(two)).all():
                return np.inf
        return max(found, default=0.0)

    return difference
