"""The function tasks of the course with hidden inputs, and its assignments in every form that tests look at."""

from contextlib import redirect_stderr, redirect_stdout
from functools import cached_property
from io import StringIO
from typing import NamedTuple

import jupytext
import numpy as np
import pytest

from autograder.assignment.notebook import student_notebook
from autograder.assignment.page import exercise_page
from autograder.judge import DirectStudent, judge
from autograder.loader import load_catalogue
from solutions.course import ASSIGNMENTS, EXERCISES, MISCONCEPTIONS, SOURCES
from solutions.model import FunctionTask

SEEDS = (11, 23, 47)


def function_tasks(chapter):
    """Every function that a student writes in this chapter, or in all if it is ""."""
    return [
        pytest.param(task, id=f"{exercise.id}-{task.name}")
        for exercise in EXERCISES.values()
        for task in exercise.tasks
        if isinstance(task, FunctionTask) and exercise.id.startswith(f"{chapter}." if chapter else "")
    ]


def pytest_generate_tests(metafunc):
    if "task" in metafunc.fixturenames:
        # A module of tests may be about the functions of one chapter only.
        metafunc.parametrize("task", function_tasks(getattr(metafunc.module, "CHAPTER", "")))


@pytest.fixture
def questions():
    """questions(task) yields (case, arguments) for every case and three seeds."""

    def ask(task):
        for case in task.cases:
            for seed in SEEDS:
                yield case, case.make(np.random.default_rng(seed))

    return ask


class Run(NamedTuple):
    """The names that a notebook holds after it has run from top to bottom, and what it has printed."""

    names: dict
    out: str
    err: str


def run(cells, stops=()):
    """Run the code cells; a stub may raise one of `stops`, and the next cell goes on."""
    names, out, err = {}, StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        for cell in cells:
            if cell.cell_type == "code":
                try:
                    exec(compile(cell.source, "notebook", "exec"), names)  # noqa: S102  (our own cells)
                except stops:
                    assert cell.source.endswith("raise NotImplementedError()")
    return Run(names, out.getvalue(), err.getvalue())


class Assignment:
    """An assignment of the course. Each of its forms is made when the first test asks for it."""

    def __init__(self, name):
        self.name = name
        self.exercises = [EXERCISES[identifier] for identifier in ASSIGNMENTS[name]]

    @cached_property
    def notebook(self):
        """The file as it is written, each cell with its exercise and role."""
        return jupytext.reads((SOURCES / f"{self.name}.md").read_text(encoding="utf-8"), fmt="md:myst")

    @property
    def cells(self):
        return self.notebook.cells

    @cached_property
    def source(self):
        """As the engine reads it."""
        return load_catalogue().source(self.name)

    @cached_property
    def released(self):
        """The cells of the notebook that students get."""
        return student_notebook(self.source).cells

    @cached_property
    def shown(self):
        """All that students get to read: the notebook and the page of the book."""
        return "\n".join(cell.source for cell in self.released) + exercise_page(self.source)

    @cached_property
    def solved(self):
        """The instructor's version, run."""
        return run(self.cells)

    @cached_property
    def unsolved(self):
        """The students' version, run as it is handed out."""
        return run(self.released, stops=NotImplementedError)

    def tasks(self, kind):
        return [task for exercise in self.exercises for task in exercise.tasks if isinstance(task, kind)]

    def text(self, exercise, role):
        """The one cell that has this role in this exercise."""
        wanted = (exercise, role)
        found = [
            c.source for c in self.cells if (c.metadata.get("exercise"), c.metadata.get("role")) == wanted
        ]
        assert len(found) == 1, wanted
        return found[0]


@pytest.fixture(scope="session")
def assignments():
    """All of them by name."""
    return {name: Assignment(name) for name in ASSIGNMENTS}


@pytest.fixture
def assignment(assignments, request):
    """The one that the module of tests is about."""
    return assignments[request.module.NAME]


@pytest.fixture
def text(assignment):
    """text(exercise, role) is the source of a cell."""
    return assignment.text


@pytest.fixture
def names(assignment):
    """What a notebook holds after the instructor's version has run from top to bottom."""
    return dict(assignment.solved.names)


@pytest.fixture
def verdict():
    """verdict(exercise, names) is what the judge says of a notebook that holds these names."""

    def give(exercise, names):
        return judge(EXERCISES[exercise], DirectStudent(names, names), b"for tests", MISCONCEPTIONS)

    return give
