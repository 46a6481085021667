"""Another teacher's course, as nbgrader knows them: two notebooks with assertions, a text, a task, and a data file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import Result
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.course import Course

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "calc101"
from autograder.plugin import configure; configure(c)
c.Grading.exercises = ""
c.Grading.cell_seconds = 1
c.ClearMarkScheme.begin_mark_scheme_delimeter = "FOR MARKERS"
c.ClearMarkScheme.end_mark_scheme_delimeter = "FOR ALL"
c.AssignLatePenalties.plugin_class = "autograder.record.late.PerDayPenalty"
"""

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def cell(name: str, source: str, *, points: float | None = None, kind: str = "tests") -> Any:
    """A cell that nbgrader knows: "tests", "answer", "manual", "task" or "given"; a manual one may be a text."""
    make = new_markdown_cell if source.startswith(("# ", "Say")) else new_code_cell
    made = make(source, id=name)
    made.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": name,
        "grade": kind in {"tests", "manual"},
        "solution": kind in {"answer", "manual"},
        "locked": kind not in {"answer", "manual"},
        "task": kind == "task",
        **({} if points is None else {"points": points}),
    }
    return made


ADD = "def add(a, b):\n    ### BEGIN SOLUTION\n    return a + b\n    ### END SOLUTION"
ADD_TESTS = """\
assert add(1, 2) == 3, "one and two are three"
### BEGIN HIDDEN TESTS
secret_seven = 7
assert add(secret_seven, -7) == 0, "hush: seven and minus seven"
### END HIDDEN TESTS"""
PARTS = "values = [1, 4]\n### BEGIN SOLUTION\nvalues = [1, 2, 3]\n### END SOLUTION"
PARTS_TESTS = """\
import warnings
warnings.warn("old")
print("counting")
score = sum(v in values for v in (1, 2, 3))
float(score)"""
READ = """\
### BEGIN SOLUTION
import csv
total = sum(int(row[0]) for row in csv.reader(open("data.csv")))
### END SOLUTION"""
READ_TESTS = "assert total == 6"
ROOT = "def root(x):\n    ### BEGIN SOLUTION\n    return x ** 0.5\n    ### END SOLUTION"
ROOT_TESTS = """\
import numpy as np
np.testing.assert_allclose(root(4.0), 2)
### BEGIN HIDDEN TESTS
np.testing.assert_allclose(root(9.0), 3)
### END HIDDEN TESTS
np.float64(root(16.0) / 2)"""
PLOT = "# Draw it\n\nMake a plot below.\n### FOR MARKERS\nAxes: 2.\n### FOR ALL"
SOURCES = {
    "p1": [
        new_markdown_cell("# Sums\n\nSome sums.", id="t1"),
        cell("add", ADD, kind="answer"),
        cell("test-add", ADD_TESTS, points=2),
        new_markdown_cell("## Lists", id="t2"),
        cell("values", PARTS, kind="answer"),
        cell("test-values", PARTS_TESTS, points=3),
        cell("why", "Say why.\n### BEGIN SOLUTION\nBecause.\n### END SOLUTION", points=4, kind="manual"),
    ],
    "p2": [
        cell("read", READ, kind="answer"),
        cell("test", READ_TESTS, points=1),
        cell("root", ROOT, kind="answer"),
        cell("test-root", ROOT_TESTS, points=2),
        cell("plot", PLOT, points=5, kind="task"),
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Ordinary:
    """The course on disk."""

    root: Path
    assignment: str = "hw1"

    @property
    def course(self) -> Course:
        """The course, opened anew."""
        return Course.open(self.root)

    def copy(self, root: Path) -> Ordinary:
        """A copy at `root`."""
        shutil.copytree(self.root, root)
        return Ordinary(root)

    def released(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """The notebooks that a student got, with these answers by cell."""
        books = {name: nbformat.read(self.course.release("hw1", name), 4) for name in SOURCES}
        for book in books.values():
            for each in book.cells:
                name = each.metadata.get("nbgrader", {}).get("grade_id")
                each.source = answers.get(name, each.source)
        return books

    def hand_in(self, student: str, answers: Mapping[str, str], leave_out: str = "", **files: bytes) -> None:
        """Hand in the notebooks with these answers by cell, but the one to leave out, and other files."""
        folder = self.course.submitted(student, "hw1")
        folder.mkdir(parents=True)
        for name, book in self.released(answers).items():
            if name != leave_out:
                nbformat.write(book, folder / f"{name}.ipynb")
        for name, data in files.items():
            (folder / name.replace("_", ".")).write_bytes(data)


@pytest.fixture(scope="session")
def made_ordinary(tmp_path_factory: pytest.TempPathFactory, cli: Callable[..., Result]) -> Ordinary:
    """The course with its assignment released. Not to be changed: see `ordinary`."""
    root = tmp_path_factory.mktemp("ordinary") / "course"
    (root / "source" / "hw1").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    for name, cells in SOURCES.items():
        book = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
        nbformat.write(book, root / "source" / "hw1" / f"{name}.ipynb")
    (root / "source" / "hw1" / "data.csv").write_text("1\n2\n3\n")
    cli("--course", root, "release", "hw1")
    return Ordinary(root)


@pytest.fixture
def ordinary(made_ordinary: Ordinary, tmp_path: Path) -> Ordinary:
    """A copy of the course with its assignment released, and nothing handed in."""
    return made_ordinary.copy(tmp_path / "course")
