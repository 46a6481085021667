import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from through_time.problems import parameters, probabilities, weights

seeds = st.integers(0, 2**32 - 1)


@given(seed=seeds)
def test_parameters_have_their_shapes_and_hide_nothing(seed):
    p = parameters(np.random.default_rng(seed), n=3, d=4, k=5)
    assert {name: array.shape for name, array in p.items()} == {
        "U": (4, 3),
        "W": (4, 4),
        "V": (5, 4),
        "b": (4,),
        "c": (5,),
        "h0": (4,),
    }
    for array in p.values():
        assert array.dtype == np.float64
        assert np.all((np.abs(array) >= 0.2) & (np.abs(array) <= 1))
    assert np.linalg.norm(p["W"] - p["W"].T) > 0.1


@given(seed=seeds)
def test_probabilities_add_to_one(seed):
    share = probabilities(np.random.default_rng(seed), 2, 3, 5)
    assert share.shape == (2, 3, 5)
    assert share.min() > 0
    np.testing.assert_allclose(share.sum(axis=-1), 1)


def test_the_same_seed_gives_the_same_numbers():
    one, other = (weights(np.random.default_rng(7), 3, 2) for _ in range(2))
    assert np.array_equal(one, other)
