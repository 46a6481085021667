"""Clipping by the norm of all arrays, and by value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from solutions.reference.bptt import bptt_mimo
from solutions.reference.clipping import clip_by_value, clip_global, global_norm
from solutions.reference.errors import NonFiniteError, RangeError

ENTRIES = st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-6)
GRADIENTS = st.fixed_dictionaries(
    {"dW": arrays(float, (2, 3), elements=ENTRIES), "db": arrays(float, 2, elements=ENTRIES)}
)


def flat(g):
    return np.concatenate([array.ravel() for array in g.values()])


@given(GRADIENTS, st.floats(1e-3, 1e3))
def test_clipping_never_lengthens_and_keeps_the_direction(g, limit):
    clipped, norm = clip_global(g, limit)

    assert norm == pytest.approx(np.linalg.norm(flat(g)))
    assert global_norm(clipped) <= limit * (1 + 1e-12)
    assert global_norm(clipped) == pytest.approx(min(norm, limit))
    assert flat(clipped) * norm == pytest.approx(flat(g) * global_norm(clipped))


@given(GRADIENTS, st.floats(1e-3, 1e3))
def test_clipping_by_value_moves_each_entry_by_itself(g, limit):
    clipped = clip_by_value(g, limit)
    for name, array in g.items():
        assert clipped[name].tolist() == [
            [min(max(v, -limit), limit) for v in row] if array.ndim == 2 else min(max(row, -limit), limit)
            for row in array.tolist()
        ]


def test_the_two_differ():
    g = {"d": np.array([3.0, 4.0])}
    assert clip_global(g, 1.0)[0]["d"] == pytest.approx([0.6, 0.8])
    assert clip_by_value(g, 1.0)["d"].tolist() == [1.0, 1.0]


def test_the_norm_is_of_all_arrays_together():
    clipped, norm = clip_global({"dU": np.array([3.0, 4.0]), "dW": np.array([[0.0, 0.5]])}, 1.0)
    assert norm == pytest.approx(np.sqrt(25.25))
    assert clipped["dU"] == pytest.approx([0.597, 0.796], abs=5e-4)
    assert clipped["dW"] == pytest.approx(np.array([[0.0, 0.0995]]), abs=5e-5)


@pytest.mark.parametrize("scale", [0.1, 1.0, 100.0])
def test_a_gradient_within_the_limit_stays_as_it_is(p, X, Tau, scale):
    g = {name: scale * array for name, array in bptt_mimo(p, X, Tau).items()}
    norm = global_norm(g)
    for limit, factor in ((norm, 1.0), (2.0 * norm, 1.0), (norm / 4.0, 0.25)):
        clipped, before = clip_global(g, limit)
        assert before == norm
        assert factor < 1.0 or all(clipped[name].tobytes() == array.tobytes() for name, array in g.items())
        for name, array in g.items():
            assert clipped[name] == pytest.approx(factor * array, rel=1e-14)
            assert clipped[name].shape == array.shape
            assert not np.shares_memory(clipped[name], array)


def test_a_zero_gradient_stays_zero():
    clipped, norm = clip_global({"d": np.zeros(3)}, 1.0)
    assert (clipped["d"].tolist(), norm) == ([0.0, 0.0, 0.0], 0.0)
    assert global_norm({}) == 0.0


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_squares_neither_overflow_nor_vanish(size):
    g = {"d": np.array([3.0, 4.0]) * size}
    clipped, norm = clip_global(g, 1e-250)
    assert norm == pytest.approx(5.0 * size, rel=1e-14)
    assert clipped["d"] / 1e-250 == pytest.approx([0.6, 0.8], rel=1e-14)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    "function", [lambda g: clip_global(g, 1.0), lambda g: clip_by_value(g, 1.0), global_norm]
)
def test_what_is_no_number_is_refused(function, value):
    with pytest.raises(NonFiniteError, match="db holds nan or inf: no clipping repairs it") as caught:
        function({"dW": np.ones((2, 2)), "db": np.array([1.0, value])})
    assert caught.value.name == "db"


@pytest.mark.parametrize("limit", [0.0, -1.0, np.inf, np.nan])
@pytest.mark.parametrize("function", [clip_global, clip_by_value])
def test_a_limit_is_a_finite_number_above_zero(function, limit):
    with pytest.raises(RangeError, match=r"limit is .*, expected a finite number above 0"):
        function({"d": np.ones(2)}, limit)
