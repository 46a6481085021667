"""A case may say how long a call may take; a slower one, or one that is stopped, costs its parts only."""

import time

import numpy as np
import pytest

from autograder.judge.direct import DirectStudent
from autograder.judge.judge import judge
from autograder.student import Failure, Reply
from solutions.model import Case, Exercise, FunctionTask, Part

TASK = FunctionTask(
    name="total",
    signature="total(x (n,)) -> number",
    arguments=("x",),
    parts=(Part("value", 1), Part("quick", 2)),
    cases=(
        Case("plain", lambda rng: (rng.uniform(1, 2, 3),), draws=2, parts=("value",)),
        Case("LONG", lambda rng: (rng.uniform(1, 2, 400),), diagnostic=False, parts=("quick",), seconds=0.2),
    ),
    reference=lambda x: dict.fromkeys(("value", "quick"), x.sum()),
    returns="value",
)
EXERCISE = Exercise("0.0", "Total", "code", "0.0", (TASK,))
SLOW = "`total` took more than the 0.2 seconds that it may take, for x (400,): does its work grow faster than the"


class Stopped(DirectStudent):
    """A student whose long calls are stopped at the sandbox's own limit."""

    def call(self, name, arguments):
        if len(arguments[0]) == 400:
            return Reply(failure=Failure.TIMEOUT, detail="it had not ended after 10 seconds")
        return super().call(name, arguments)


@pytest.fixture
def scores():
    def run(function, student=DirectStudent):
        found = judge(EXERCISE, student({"total": function}), b"secret", {})
        return [part.score for part in found.parts], " ".join(found.messages)

    return run


def slowly(x):
    time.sleep(0.3 if len(x) > 3 else 0.0)
    return x.sum()


def test_quick_enough(scores):
    assert scores(np.sum) == ([1, 2], "")


def test_too_slow_though_right(scores):
    found, said = scores(slowly)
    assert found == [1, 0]
    assert said.startswith(SLOW)
    assert "Right: value. Not right: quick." in said


def test_stopped_there(scores):
    found, said = scores(np.sum, Stopped)
    assert found == [1, 0]
    assert said.startswith(SLOW)


def test_slow_and_wrong_where_no_time_was_set(scores):
    found, said = scores(lambda x: slowly(x) + 1)
    assert found == [0, 0]
    assert "Not right: value and quick" in said


def test_changed_arguments_are_worse_than_slowness(scores):
    def spoiling(x):
        x += 1
        return slowly(x)

    found, said = scores(spoiling)
    assert found == [0, 0]
    assert "took more" not in said
