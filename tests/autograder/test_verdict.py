"""When a part counts as right: by its points, or, in a check without points, by its error."""

import pytest

from autograder.judge import DirectStudent, judge
from autograder.judge.compare import TOLERANCE
from autograder.show import as_html, as_text
from autograder.verdict import SMALL, PartVerdict
from solutions.exercises.ch07 import EXERCISES, FOLLOWS
from solutions.misconceptions import MISCONCEPTIONS


@pytest.mark.parametrize(
    ("part", "right"),
    [
        (PartVerdict("dU", 2, 2, 1e-9), True),
        (PartVerdict("dU", 2, 0, 0.3), False),
        (PartVerdict("dU", 2, 1), False),
        (PartVerdict("dU", 2, 2), True),
        (PartVerdict("dU", 0, 0, 1e-9), True),
        (PartVerdict("dU", 0, 0, 0.3), False),
        (PartVerdict("dU", 0, 0), False),
    ],
)
def test_right(part, right):
    assert part.right is right


def test_the_error_that_counts_is_the_judge_s():
    assert SMALL == TOLERANCE


def verdict(function):
    student = DirectStudent({"bptt_follower": function})
    return judge(EXERCISES["7.7"], student, b"for tests", MISCONCEPTIONS)


def not_written(*_arguments):
    raise NotImplementedError


def test_a_check_without_points_tells_right_from_wrong():
    assert all(part.right for part in verdict(FOLLOWS.reference).parts)
    late = verdict(FOLLOWS.twists["cross-term-late:sum"])
    assert [part.name for part in late.parts if not part.right] == ["dWmh"]
    assert not any(part.right for part in verdict(not_written).parts)
    assert as_html(late).count("✗") == 1
    assert "0 of 0 points" in as_text(late)
