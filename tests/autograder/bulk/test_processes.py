"""Several processes: the same grades; stopped or killed at any moment, nothing is lost, doubled or left running."""

import tempfile
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from filelock import FileLock

from autograder import grading
from autograder.bulk import Failed, Here, Job, Processes, crew
from autograder.grading import grade_assignment

pytestmark = [pytest.mark.usefixtures("warm"), pytest.mark.xdist_group("sample-course")]

GONE_SECONDS = 20
"""More than any process takes to end here; without an end they would stay for good."""


def left_over(processes):
    """Those that don't end by themselves."""
    _, alive = psutil.wait_procs(processes, timeout=GONE_SECONDS)
    return alive


def is_grading(process):
    """Whether a process is one that grades: its child is the wall around a student's. Students' come and go."""
    try:
        return process.name() != "bwrap" and "bwrap" in {below.name() for below in process.children()}
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def temporary(monkeypatch):
    """Where the program puts what it needs for a while; its path is short, as that of a socket has to be."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def test_the_same_grades_though_processes_are_killed(small, hand_in_class, points, start, temporary):
    expected = {**hand_in_class(9, seconds=0.3), "odd": 0.0}
    small.hand_in("odd", {"ch01-tiny.ipynb": b"{"})
    run = start("--jobs", "2")
    run.read(1)
    grading = [each for each in run.family() if is_grading(each)]
    assert len(grading) == 2
    for each in grading:
        each.kill()
    assert run.end() == (0, "")
    assert points() == expected
    assert {line["student"]: line["score"] for line in run.lines} == expected
    assert {line["graded_now"] for line in run.lines} == {True}
    assert not list(temporary.iterdir())


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


class Worker:
    """Stands for a process and its queue: it works on jobs in order, and ends in those of some students."""

    fatal = frozenset({"s0", "s7"})

    def __init__(self):
        self.held = []
        self.broken = False

    def submit(self, _grade, job):
        if self.broken:
            raise BrokenProcessPool
        future = Future()
        self.held.append((future, job.student))
        return future

    def work(self):
        while self.held:
            future, student = self.held.pop(0)
            if self.broken or student in self.fatal:
                self.broken = True
                future.set_exception(BrokenProcessPool())
            else:
                future.set_result(student)

    def shutdown(self, **_):
        pass


def test_a_hand_in_that_ends_its_process_is_tried_twice_and_costs_no_other(monkeypatch):
    workers = []

    def started(_processes):
        workers.append(Worker())
        return workers[-1]

    def waited(futures, timeout, until):
        for worker in workers:
            worker.work()
        return wait(futures, timeout, until)

    monkeypatch.setattr(Processes, "_started", started)
    monkeypatch.setattr(crew, "wait", waited)
    done = []
    with Processes(SimpleNamespace(exercises="os"), 2) as processes:
        for number in range(12):
            processes.submit(Job(f"s{number}", "ch01-tiny", {}))
            done += processes.done()
        while ready := processes.done(everything=True):
            done += ready
    assert {each.job.student for each in done if isinstance(each, Failed)} == Worker.fatal
    others = [each for each in done if not isinstance(each, Failed)]
    assert sorted(others) == sorted({f"s{number}" for number in range(12)} - Worker.fatal)
    assert len(workers) == 2 + 2 * len(Worker.fatal)
