"""The function tasks of the course with hidden inputs, and the assignment sources as notebooks."""

from pathlib import Path

import jupytext
import numpy as np
import pytest

import solutions
from solutions.exercises import EXERCISES
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


@pytest.fixture(scope="session")
def assignment():
    """assignment(name) is its source as a notebook, each cell with its exercise and role."""

    def read(name):
        path = Path(solutions.__file__).parent / "assignments" / f"{name}.md"
        return jupytext.reads(path.read_text(encoding="utf-8"), fmt="md:myst")

    return read
