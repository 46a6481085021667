"""The generator that begins anew in every copy."""

import copy
import pickle

import numpy as np
import pytest
from through_time.generators import HIGHEST, Seeded


def test_it_draws_what_the_usual_generator_draws():
    assert np.array_equal(Seeded(5).normal(size=(3, 4)), np.random.default_rng(5).normal(size=(3, 4)))
    ours, usual = Seeded(5).spawn(2), np.random.default_rng(5).spawn(2)
    assert [each.integers(1000) for each in ours] == [each.integers(1000) for each in usual]


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda rng: pickle.loads(pickle.dumps(rng))])  # noqa: S301
def test_a_copy_begins_anew_and_counts_as_the_same(again):
    rng = Seeded(7)
    first = rng.normal(size=5)
    second = rng.normal(size=5)
    assert not np.array_equal(first, second)
    assert again(rng) == rng
    assert np.array_equal(again(rng).normal(size=5), first)
    assert again(rng) != Seeded(8)
    assert rng != np.random.default_rng(7)


@pytest.mark.parametrize("seed", [-1, HIGHEST + 1, 1.0, True, "1", None])
def test_what_is_no_seed_is_refused(seed):
    with pytest.raises(ValueError, match="a seed is a whole number"):
        Seeded(seed)
