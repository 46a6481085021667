"""Several processes: the same grades; stopped or killed at any moment, nothing is lost, doubled or left running."""

import psutil
import pytest
from filelock import FileLock

from autograder import grading
from autograder.bulk import Failed, Here
from autograder.grading import grade_assignment

pytestmark = [pytest.mark.usefixtures("warm"), pytest.mark.xdist_group("sample-course")]

GONE_SECONDS = 20
"""More than any process takes to end here; without an end they would stay for good."""


def left_over(processes):
    """Those that don't end by themselves."""
    _, alive = psutil.wait_procs(processes, timeout=GONE_SECONDS)
    return alive


def test_the_same_grades_by_two_processes(small, hand_in_class, points, start):
    expected = {**hand_in_class(8), "odd": 0.0}
    small.hand_in("odd", {"ch01-tiny.ipynb": b"{"})
    run = start("--jobs", "2")
    assert run.end() == (0, "")
    assert points() == expected
    assert {line["student"]: line["score"] for line in run.lines} == expected
    assert {line["graded_now"] for line in run.lines} == {True}


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("end", ["interrupt", "kill"])
def test_stopped_at_any_moment_the_next_run_goes_on(small, hand_in_class, points, start, jobs, end):
    expected = hand_in_class(12, seconds=0.35)
    run = start("--jobs", jobs)
    run.read(1)
    family = run.family()
    getattr(run, end)()
    code, said = run.end()
    assert left_over(family) == []
    if end == "interrupt":
        assert (code, said.count("\n")) == (130, 1)
        assert "ch01-tiny: what was graded stays; run the command again" in said
    before = points()
    assert 0 < len(before) < 12
    assert before.items() <= expected.items()
    outcomes = grade_assignment(small.course, "ch01-tiny")
    assert points() == expected
    assert {outcome.graded.student for outcome in outcomes if outcome.fresh}.isdisjoint(before)


def test_one_run_at_a_time(small, hand_in_class, cli):
    hand_in_class(1)
    with FileLock(small.root / ".grading.lock"):
        said = cli("--course", small.root, "grade", code=2).stderr
    assert "Another 'autograder grade' is at work" in said
    cli("--course", small.root, "grade")


def test_without_its_processes_a_hand_in_gets_zero_for_now(small, hand_in_class, points, monkeypatch):
    """A hand-in in which two grading processes end is recorded, and the others are graded."""
    expected = hand_in_class(3)

    class Broken(Here):
        def submit(self, job):
            if job.student == "s001":
                self._ready.append(Failed(job))
            else:
                super().submit(job)

    monkeypatch.setattr(grading, "Here", Broken)
    outcomes = {
        outcome.graded.student: outcome.graded for outcome in grade_assignment(small.course, "ch01-tiny")
    }
    assert outcomes["s001"].problem == grading.LOST
    assert points() == {**expected, "s001": 0.0}
    monkeypatch.undo()
    grade_assignment(small.course, "ch01-tiny", force=True)
    assert points() == expected
