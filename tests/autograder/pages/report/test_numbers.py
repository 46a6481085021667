"""Counts and middles."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.pages.report.numbers import TIMES, Spread, bins, by_time, span, steps


def test_bins_are_tenths_and_the_last_has_all_points():
    assert bins([0, 0.5, 1, 3.99, 4], 4) == [1, 1, 1, 0, 0, 0, 0, 0, 0, 2]
    assert bins([0, 0], 0) == [2] + 9 * [0]


@given(st.lists(st.floats(0, 40)))
def test_everybody_is_in_one_bin(scores):
    assert sum(bins(scores, 40)) == sum(steps(scores, 40)) == len(scores)


def test_steps_of_an_exercise():
    assert steps([0, 0.1, 1, 1.1, 2, 3, 3.9, 4], 4) == [1, 2, 2, 1, 1, 1]
    assert steps([0], 0) == [1, 0, 0, 0, 0, 0]


def test_spreads():
    spread = Spread.of([4, 0, 2, 3])
    assert (spread.count, spread.mean, spread.least, spread.most) == (4, 2.25, 0, 4)
    assert (spread.lower, spread.median, spread.upper) == (1.5, 2.5, 3.25)
    assert Spread.of([3]) == Spread(1, 3, 3, 3, 3, 3, 3)


def test_times_before_the_due_date():
    hours = [200, 80, 30, 6, 5, 0, -1, -24, -25]
    assert by_time(timedelta(hours=each) for each in hours) == [1, 1, 1, 1, 1, 1, 2, 1]
    assert len(TIMES) == 8


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "less than a minute"),
        (-61, "1 minute"),
        (7200, "2 hours"),
        (86400 * 1.9, "1 day"),
        (-86400 * 3, "3 days"),
    ],
)
def test_spans(seconds, said):
    assert span(timedelta(seconds=seconds)) == said
