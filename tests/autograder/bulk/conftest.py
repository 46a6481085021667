"""A class that takes a while, and the program `autograder` as a process that can be stopped."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

RIGHT = "return {'twice': 2 * x, 'sum': x.sum()}"


@pytest.fixture
def hand_in_class(small, raw) -> Callable[..., dict[str, float]]:
    """hand_in_class(count, seconds) hands in notebooks that differ and take so long each; the points they earn."""

    def put(count: int, seconds: float = 0.0) -> dict[str, float]:
        notebook = nbformat.read(small.course.release("ch01-tiny"), 4)
        cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
        expected = {}
        for number in range(count):
            body = RIGHT if number % 3 else "return {'twice': x / 2, 'sum': x.sum()}"
            cells["ex-1-1-solution"].source = f"def double(x):\n    {body}"
            word = "yes" if number % 2 else "no"
            cells["ex-1-2-solution"].source = f"import time; time.sleep({seconds})\nword = '{word}'"
            student = f"s{number:03}"
            small.hand_in(student, {"ch01-tiny.ipynb": raw(notebook)})
            expected[student] = (3.0 if number % 3 else 1.0) + number % 2
        return expected

    return put


@pytest.fixture
def points(small) -> Callable[[], dict[str, float]]:
    """points() is what the gradebook has, by student, after a check that it is whole."""

    def read() -> dict[str, float]:
        with contextlib.closing(sqlite3.connect(small.root / "gradebook.db")) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            rows = database.execute(
                "SELECT student_id, SUM(auto_score), COUNT(*) FROM submitted_assignment AS s "
                "JOIN submitted_notebook AS n ON n.assignment_id = s.id JOIN grade AS g ON g.notebook_id = n.id "
                "GROUP BY student_id"
            ).fetchall()
        assert {count for _, _, count in rows} <= {2}
        return {student: score for student, score, _ in rows}

    return read


class Program:
    """A running `autograder grade --json`, in a session of its own, as a terminal would have it."""

    def __init__(self, root: Path, *arguments: str) -> None:
        places = [path for path in sys.path if "modules" in path]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "autograder", "--course", str(root), "grade", "--json", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([*places, os.environ.get("PYTHONPATH", "")])},
        )
        self.lines: list[dict[str, Any]] = []

    def read(self, count: int) -> None:
        """Wait until so many hand-ins are graded."""
        assert self.process.stdout is not None
        while len(self.lines) < count:
            line = self.process.stdout.readline()
            assert line, self.process.communicate()[1]
            self.lines.append(json.loads(line))

    def interrupt(self) -> None:
        """What Ctrl-C does: all processes of the terminal's group get the signal."""
        os.killpg(self.process.pid, signal.SIGINT)

    def kill(self) -> None:
        """What no program can prepare for."""
        self.process.kill()

    def family(self) -> list[psutil.Process]:
        """All processes that it started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self) -> tuple[int, str]:
        """Wait for its end; the exit code, and what it said on standard error."""
        assert self.process.stdout is not None
        out = self.process.stdout.read()  # also what is in the buffer, which communicate() passes over
        _, said = self.process.communicate(timeout=60)
        with contextlib.suppress(json.JSONDecodeError):  # a line may be cut in two by a kill
            self.lines += map(json.loads, out.splitlines())
        return self.process.returncode, said


@pytest.fixture
def start(small) -> Iterator[Callable[..., Program]]:
    """start(argument, ...) starts the program in the course."""
    started: list[Program] = []

    def run(*arguments: str) -> Program:
        started.append(Program(small.root, *arguments))
        return started[-1]

    yield run
    for each in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(each.process.pid, signal.SIGKILL)
        each.process.communicate()
