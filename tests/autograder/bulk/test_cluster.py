"""Real Dask workers on this machine, without the course's folder: the same grades, though one of them is lost."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from autograder.bulk import cluster
from autograder.grading import grade_assignment

pytestmark = pytest.mark.xdist_group("sample-course")

DASK = Path(sys.executable).with_name("dask")
START_SECONDS = 120


class Machines:
    """A scheduler, and workers each in an empty folder of its own."""

    def __init__(self, folder):
        self.folder, self.started = folder, []
        file = folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", file
        )
        self._wait(file.exists)
        self.address = json.loads(file.read_text())["address"]

    def _start(self, *arguments, modules=()):
        cwd = Path(tempfile.mkdtemp(dir=self.folder))
        process = subprocess.Popen(
            ["taskset", "-c", "0", DASK, *arguments, "--no-dashboard"],
            cwd=cwd, env={**os.environ, "PYTHONPATH": os.pathsep.join(modules)}, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.started.append(process)
        return process

    def workers(self, count, *, course=True):
        """Start some, and wait until the scheduler knows them."""
        wanted = self.count() + count
        modules = [path for path in sys.path if "modules" in path] if course else []
        command = ("worker", self.address, "--nthreads", "1")
        started = [self._start(*command, modules=modules) for _ in range(count)]
        self._wait(lambda: self.count() >= wanted)
        return started

    def count(self):
        """How many workers the scheduler has."""
        return len(asyncio.run(cluster._ask(self.address))["workers"])

    def _wait(self, ready):
        end = time.monotonic() + START_SECONDS
        while not ready():
            assert time.monotonic() < end
            assert all(each.poll() is None for each in self.started)
            time.sleep(0.1)

    def lose(self, process):
        """The machine is gone: the worker, and the nanny that would start another."""
        self.started.remove(process)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self):
        for process in list(self.started):
            with contextlib.suppress(ProcessLookupError):
                self.lose(process)


@pytest.fixture
def machines(tmp_path):
    folder = tmp_path / "machines"
    folder.mkdir()
    made = Machines(folder)
    yield made
    made.close()


@pytest.mark.usefixtures("warm")
def test_the_same_grades_though_a_worker_is_lost(small, hand_in_class, points, start, machines, tmp_path):
    expected = {**hand_in_class(24, seconds=0.1), "odd": 0.0}
    small.hand_in("odd", {"ch01-tiny.ipynb": b"{"})
    alone = small.copy(tmp_path / "alone")
    lost, _ = machines.workers(2)
    run = start("--scheduler", machines.address)
    run.read(1)
    machines.lose(lost)
    assert run.end() == (0, "")
    assert points() == expected
    assert {line["student"]: line["score"] for line in run.lines} == expected
    here = {each.graded.student: each.graded for each in grade_assignment(alone.course, "ch01-tiny")}
    for line in run.lines:
        assert line["score"] == here[line["student"]].score
        assert line["messages"] == [
            *filter(None, [here[line["student"]].problem]),
            *here[line["student"]].notes,
            *(f"{v.exercise}: {text}" for v in here[line["student"]].verdicts for text in v.messages),
        ]
    for path in alone.root.glob("autograded/*/*/*.ipynb"):
        assert (small.root / path.relative_to(alone.root)).read_bytes() == path.read_bytes()
    again = start("--scheduler", machines.address)
    assert again.end() == (0, "")
    assert {line["graded_now"] for line in again.lines} == {False}


def test_what_is_missing_is_said_in_a_sentence(hand_in_class, points, start, machines, monkeypatch):
    # How long a lost scheduler is waited for is a setting of Dask's.
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "2s")
    hand_in_class(2)
    code, said = start("--scheduler", machines.address).end()
    assert (code, said.count("\n")) == (1, 1)
    assert f"has no workers: start some with 'dask worker {machines.address} --nthreads 1'." in said
    (other,) = machines.workers(1, course=False)
    code, said = start("--scheduler", machines.address).end()
    assert (code, said.count("\n")) == (1, 1), said
    assert f"A worker of {machines.address} can't grade: The exercises in 'tinycourse.course'" in said
    assert said.endswith("Install the same version on each machine.\n")
    machines.lose(other)
    machines._wait(lambda: machines.count() == 0)
    machines.workers(1)
    expected = hand_in_class(32, seconds=0.1)
    run = start("--scheduler", machines.address)
    run.read(1)
    machines.lose(machines.scheduler)
    code, said = run.end()
    assert (code, said.count("\n")) == (1, 1), said
    assert f"The scheduler at {machines.address} is gone. What was graded stays" in said
    assert 0 < len(points()) < 32
    assert points().items() <= expected.items()


@pytest.mark.parametrize(
    "address", ["nonsense", "http://127.0.0.1:1", "tcp://127.0.0.1:1", "tls://127.0.0.1:1"]
)
def test_an_address_without_a_scheduler(small, cli, monkeypatch, address):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    small.hand_in("ada", {})
    done = cli("--course", small.root, "grade", "--scheduler", address, code=1)
    assert done.stderr.count("\n") == 1
    assert f"No Dask scheduler answers at '{address}': start one with 'dask scheduler'" in done.stderr


def test_processes_or_machines(small, cli):
    said = cli("--course", small.root, "grade", "--scheduler", "tcp://x:1", "--jobs", "2", code=2).stderr
    assert "Say either --jobs, for this machine, or --scheduler, for others." in said


def test_without_the_library(small, cli, monkeypatch):
    monkeypatch.setitem(sys.modules, "autograder.bulk.cluster", None)
    said = cli("--course", small.root, "grade", "--scheduler", "tcp://127.0.0.1:1", code=1).stderr
    assert "pip install 'through-time[cluster]'" in said
    assert said.count("\n") == 1
