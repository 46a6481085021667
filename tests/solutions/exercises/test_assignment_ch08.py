"""The assignment of chapter 8: its cells, its model solutions, its stubs, and what it gives away."""

import re

import numpy as np
import pytest

from autograder.assignment.notebook import student_notebook
from autograder.judge import DirectStudent, judge
from autograder.loader import load_catalogue
from solutions.exercises.ch08 import EXERCISES
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import FunctionTask

CHAPTER = "8"
NAME = "ch08-vanish-explode"
ROLES = ["statement", "given", "solution", "check", "explanation"]


@pytest.fixture
def cells(assignment):
    return assignment(NAME).cells


@pytest.fixture
def released():
    return student_notebook(load_catalogue().source(NAME)).cells


@pytest.fixture
def solved(cells, capsys):
    """The names that a notebook holds after the instructor's version has run from top to bottom."""
    names = {}
    for cell in cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "notebook", "exec"), names)  # noqa: S102  (our own cells)
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "not right" not in printed.out
    return names


def text(cells, exercise, role):
    found = [
        c.source for c in cells if (c.metadata.get("exercise"), c.metadata.get("role")) == (exercise, role)
    ]
    assert len(found) == 1
    return found[0]


def test_header(assignment):
    header = assignment(NAME).metadata
    assert header["through_time"]["assignment"] == NAME
    assert header["through_time"]["chapter"] == "book/08-vanish-explode"


def test_every_exercise_has_its_cells_in_order(cells):
    ids = list(dict.fromkeys(c.metadata["exercise"] for c in cells if "exercise" in c.metadata))
    assert ids == list(EXERCISES)
    for exercise in EXERCISES.values():
        roles = [c.metadata["role"] for c in cells if c.metadata.get("exercise") == exercise.id]
        assert roles == [role for role in ROLES if role != "given" or exercise.kind == "bug"]


def test_headings_sections_points_and_checks_are_those_of_the_exercises(cells):
    for exercise in EXERCISES.values():
        statement = text(cells, exercise.id, "statement")
        assert statement.startswith(f"## {exercise.id} {exercise.title}\n")
        assert f"Section {exercise.section}." in statement
        names = ", ".join(task.name for task in exercise.tasks)
        assert text(cells, exercise.id, "check") == f'check("{exercise.id}", {names})'
    rows = re.findall(r"^\| `(\w+)` \| .+ \| ([\d.]+) \|$", text(cells, "8.1", "statement"), re.MULTILINE)
    assert [(part, float(points)) for part, points in rows] == [
        (part.name, part.points) for part in EXERCISES["8.1"].parts
    ]
    total = sum(exercise.points for exercise in EXERCISES.values())
    assert f"{total:g} points" in cells[1].source


def test_model_solutions_earn_all_points(solved):
    student = DirectStudent(solved, solved)
    for exercise in EXERCISES.values():
        verdict = judge(exercise, student, b"for tests", MISCONCEPTIONS)
        assert verdict.messages == ()
        assert verdict.score == exercise.points


def test_docstrings_name_every_argument(solved):
    for exercise in EXERCISES.values():
        for task in exercise.tasks:
            if isinstance(task, FunctionTask):
                for word in (*task.arguments, "Returns", "float64"):
                    assert word in solved[task.name].__doc__


def test_stubs_earn_nothing_and_say_why(released, capsys):
    names = {}
    for cell in released:
        if cell.cell_type == "code":
            try:
                exec(compile(cell.source, "notebook", "exec"), names)  # noqa: S102  (our own cells)
            except NotImplementedError:
                assert cell.source.endswith("raise NotImplementedError()")
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out.count("is not written yet") == 2
    assert printed.out.count("it is still None") == 4
    for exercise in EXERCISES.values():
        verdict = judge(exercise, DirectStudent(names, names), b"for tests", MISCONCEPTIONS)
        assert verdict.score == 0
        assert verdict.messages


def test_released_notebook_gives_no_answer_away(cells, released):
    everything = "\n".join(cell.source for cell in released)
    assert "SOLUTION" not in everything
    for exercise in EXERCISES.values():
        assert text(cells, exercise.id, "explanation") not in everything
        solution = text(cells, exercise.id, "solution")
        for inner in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", solution, re.DOTALL):
            assert inner.strip() not in everything
    source = "\n".join(cell.source for cell in cells)
    for answer in (
        'bug_8_5 = "',
        "(0.25, 1.0",
        "(True, 9)",
        '"relu 1.0", "tanh 1.0", "sigmoid',
        "matrix_power",
    ):
        assert answer not in everything
        assert answer in source


def test_letters_are_all_listed(cells):
    letters = re.findall(r'^\| `"(\w)"` \|', text(cells, "8.5", "statement"), re.MULTILINE)
    assert letters == list("ABCDE")


def test_given_function_handed_back_earns_nothing_and_is_named(solved):
    student = DirectStudent({"linear_jacobian_fixed": solved["linear_jacobian_buggy"]})
    verdict = judge(EXERCISES["8.5"], student, b"for tests", MISCONCEPTIONS)
    assert verdict.score == 0
    assert verdict.misconceptions == ("elementwise-power",)


def test_hints_are_true(solved):
    R = np.array([[0.6, 0.8], [-0.8, 0.6]])
    by_hand = np.array([[-0.28, 0.96], [-0.96, -0.28]])
    assert solved["linear_jacobian_fixed"](R, 2) == pytest.approx(by_hand)
    assert not np.allclose(solved["linear_jacobian_buggy"](R, 2), by_hand)
    assert np.abs(R**10).max() < 0.11
    assert np.linalg.norm(np.eye(4)) == 2
