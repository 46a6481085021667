"""Functions of the public package cross the wire by their names, and no others do."""

import numpy as np
import pytest
from through_time.functions import Known

from autograder import wire


def test_known_function_crosses_the_wire():
    f = Known("ripple", np.arange(6.0).reshape(2, 3), np.ones(2))
    there = wire.decode(wire.encode((f, [Known("tanh")])))
    assert there == (f, [Known("tanh")])
    assert there[0](np.ones(3)) == f(np.ones(3))


def test_other_functions_do_not():
    with pytest.raises(wire.NotPlainError, match="ufunc"):
        wire.encode(np.tanh)


def test_unknown_name_is_no_value():
    body = wire.encode(Known("tanh")).replace(b"tanh", b"exec")
    with pytest.raises(wire.WireError, match="no known function 'exec'"):
        wire.decode(body)
