"""A key stands for one thing, whatever that thing says of itself."""

import gc

import numpy as np

from autograder.same import Same


def test_a_key_is_that_of_the_very_same_thing():
    one, equal = (np.ones(2),), (np.ones(2),)
    kept = {Same(one): "one"}
    assert kept[Same(one)] == "one"
    assert Same(equal) not in kept
    assert Same(one) != one


def test_a_thing_lives_as_long_as_its_key():
    kept = {Same([number]): number for number in range(100)}
    gc.collect()
    assert len({id(key.thing) for key in kept}) == 100
    assert all(key.thing == [number] for key, number in kept.items())
