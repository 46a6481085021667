"""Templates escape everything and leave nothing undefined."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from autograder.pages.render import bars, page


def test_a_missing_value_is_an_error():
    with pytest.raises(UndefinedError):
        page("feedback.html", title="x")


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 50), st.floats(0, allow_nan=False)), max_size=9))
def test_bars_stay_in_their_picture(curve):
    made = bars(tuple(curve))
    assert [bar["t"] for bar in made] == [t for t, _ in curve]
    assert all(0 <= bar["height"] <= 60 for bar in made)
    assert [bar["x"] for bar in made] == [10 + 22 * number for number in range(len(curve))]


def test_bars_are_on_a_log_scale():
    assert [bar["height"] for bar in bars(((1, 1e-8), (2, 1e-6), (3, 1e-4), (4, 1.0)))] == [
        0.0,
        15.0,
        30.0,
        60.0,
    ]
