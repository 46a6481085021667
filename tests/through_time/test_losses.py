"""The public losses against the reference's, written by other hands in another form."""

import numpy as np
import pytest
from through_time import losses, numeric
from through_time.problems import parameters, probabilities, weights

from solutions.reference import bptt

SEEDS = (11, 23, 47)


def arguments(mapping, seed, T=6):
    rng = np.random.default_rng(seed)
    p = parameters(rng, 3, 4, 1 if mapping == "many_to_one" else 5)
    return {
        "siso": lambda: (p, weights(rng, 3), weights(rng, 5), T),
        "simo": lambda: (p, weights(rng, 3), weights(rng, T, 5)),
        "mimo": lambda: (p, weights(rng, T, 3), probabilities(rng, T, 5)),
        "many_to_one": lambda: (p, weights(rng, T, 3), rng.uniform(0, 1, 1)),
        "batch": lambda: (p, weights(rng, 2, T, 3), probabilities(rng, 2, T, 5)),
    }[mapping]()


MAPPINGS = ("siso", "simo", "mimo", "many_to_one", "batch")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("T", [1, 6])
@pytest.mark.parametrize("mapping", MAPPINGS)
def test_same_number_as_the_reference(mapping, T, seed):
    given = arguments(mapping, seed, T)
    loss = getattr(losses, mapping)(*given)
    assert type(loss) is float
    assert loss == pytest.approx(getattr(bptt, f"{mapping}_loss")(*given), rel=1e-13)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mapping", MAPPINGS)
def test_central_differences_meet_the_reference_gradients(mapping, seed):
    given = arguments(mapping, seed)
    slopes = numeric.gradient(getattr(losses, mapping), *given)
    g = getattr(bptt, f"bptt_{mapping}")(*given)
    assert set(slopes) == set(g)
    for name, slope in slopes.items():
        assert numeric.relative_error(slope, g[name]) < 1e-7


def test_large_logits_stay_finite():
    p, X, Tau = arguments("mimo", 11)
    p["c"] += np.array([1000.0, -1000.0, 0.0, 1000.0, -1000.0])
    assert np.isfinite(losses.mimo(p, X, Tau))
    p, X, tau = arguments("many_to_one", 11)
    p["c"] += 1000.0
    assert np.isfinite(losses.many_to_one(p, X, tau))
