"""What lateness costs: as nbgrader's own step would have it, and per day begun."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.plugins import LateSubmissionPlugin
from traitlets import TraitError
from traitlets.config import Config

from autograder.record.late import DAY, PerDayPenalty
from autograder.record.penalty import late_penalty, seconds_late


def config(plugin=None, **per_day):
    made = Config()
    if plugin is not None:
        made.AssignLatePenalties.plugin_class = plugin
    made.PerDayPenalty = Config(per_day)
    return made


def penalty(made, seconds, score=10.0):
    return late_penalty(made, "ada", score, seconds)


OURS = "autograder.record.late.PerDayPenalty"


@pytest.mark.parametrize(
    ("seconds", "points"),
    [(0, None), (-5, None), (1, 1.0), (DAY, 1.0), (DAY + 1, 2.0), (9.5 * DAY, 10.0), (99 * DAY, 10.0)],
)
def test_a_tenth_for_each_day_begun(seconds, points):
    assert penalty(config(OURS), seconds) == points


def test_the_share_and_its_largest_can_be_set():
    made = config(OURS, share_per_day=0.25, largest_share=0.5)
    assert [penalty(made, days * DAY) for days in (1, 2, 3)] == [2.5, 5.0, 5.0]


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_shares_are_shares(share):
    with pytest.raises(TraitError):
        PerDayPenalty(share_per_day=share)


def test_nbgraders_own_plugin_costs_nothing_or_all():
    assert penalty(config(), DAY) is None
    made = config()
    made.LateSubmissionPlugin.penalty_method = "zero"
    assert penalty(made, DAY) == 10.0


class Odd(LateSubmissionPlugin):
    """Returns what the test asks for."""

    gives = 0.0

    def late_submission_penalty(self, student_id, score, total_seconds_late):  # noqa: ARG002  (nbgrader's names)
        assert student_id == "ada"
        return self.gives


@pytest.mark.parametrize(("gives", "points"), [(99.0, 10.0), (-3, 0.0), (None, None), (2, 2.0)])
def test_a_plugin_cannot_take_more_than_there_is_or_give(monkeypatch, gives, points):
    monkeypatch.setattr(Odd, "gives", gives)
    assert penalty(config(Odd), DAY) == points


@pytest.mark.parametrize(
    ("handed_in", "due", "extension", "late"),
    [
        (None, None, None, 0.0),
        (None, 10, None, 0.0),
        (12, None, 1, 0.0),
        (12, 10, None, 7200.0),
        (12, 10, 1, 3600.0),
        (12, 10, 3, 0.0),
        (9, 10, None, 0.0),
    ],
)
def test_how_late(handed_in, due, extension, late):
    """In hours of a day; an extension without a due date is no reason to fail."""
    times = [hour and datetime(2026, 3, 1, hour) for hour in (handed_in, due)]
    assert seconds_late(*times, extension and timedelta(hours=extension)) == late


@settings(deadline=None)
@given(st.floats(0, 100), st.floats(1e-3, 1e9))
def test_never_more_than_the_score(score, seconds):
    assert 0 <= penalty(config(OURS), seconds, score) <= score
