"""Nbgrader's own form of time is read as nbgrader reads it; the rest is left to nbgrader."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.utils import parse_utc

from autograder.times import STAMP, naive_utc


@given(st.datetimes(min_value=datetime(1000, 1, 1)), st.booleans())
def test_the_short_way_gives_the_same(stamp, whole):
    text = f"{stamp:%Y-%m-%d %H:%M:%S} UTC" if whole else stamp.strftime(STAMP)
    assert naive_utc(text) == parse_utc(text)


@pytest.mark.parametrize(
    "text", ["2026-02-01", "2026-02-01T10:00:00Z", "2026-02-01 10:00 Europe/Berlin", "2026/02/01 10:00"]
)
def test_other_forms_are_nbgraders(text):
    assert naive_utc(text) == parse_utc(text)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01 10:00:00 UTC", "2026-02-01 25:00:00 UTC"])
def test_no_time_raises_as_nbgrader_does(text):
    with pytest.raises(ValueError, match=r"."):
        naive_utc(text)
