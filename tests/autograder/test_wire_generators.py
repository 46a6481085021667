"""A random generator goes over the wire as its seed."""

import numpy as np
import pytest
from through_time.generators import Seeded

from autograder import wire


def test_a_generator_begins_anew_at_the_other_end():
    here = Seeded(12)
    here.normal(size=100)
    (there,) = wire.decode(wire.encode((here,)))
    assert there == here
    assert np.array_equal(there.normal(size=5), Seeded(12).normal(size=5))


def test_a_usual_generator_is_no_plain_value():
    with pytest.raises(wire.NotPlainError, match="Generator"):
        wire.encode(np.random.default_rng(1))


@pytest.mark.parametrize("seed", [-1, True, "1", 1.5])
def test_a_seed_that_is_none_is_refused(seed):
    frame = wire._extension(wire._GENERATOR, [seed])
    with pytest.raises(wire.WireError, match="not a value"):
        wire.decode(wire.msgpack.packb(frame))
