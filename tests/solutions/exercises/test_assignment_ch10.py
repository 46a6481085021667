"""The assignment of chapter 10: its cells, its model solutions, its stubs, and what it gives away."""

import re

import numpy as np
import pytest

from autograder.assignment.notebook import student_notebook
from autograder.judge import DirectStudent, judge
from autograder.loader import load_catalogue
from solutions.exercises.ch10 import EXERCISES
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import FunctionTask

CHAPTER = "10"
NAME = "ch10-lstm"
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
    assert header["through_time"]["chapter"] == "book/10-lstm"


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
    for exercise in ("10.1", "10.2"):
        statement = text(cells, exercise, "statement")
        rows = re.findall(r"^\| `(\w+)` \| .+ \| ([\d.]+) \|$", statement, re.MULTILINE)
        assert [(part, float(points)) for part, points in rows] == [
            (part.name, part.points) for part in EXERCISES[exercise].parts
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
    assert printed.out.count("it is still None") == 1
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
    for answer in ("ans_10_3 = 4", "f * c + i * g", "dc * g * i", "1 - shown**2"):
        assert answer not in everything
        assert answer in source


def test_numbers_of_the_explanations_are_true(cells):
    told = text(cells, "10.3", "explanation")
    f = 0.5 ** (1 / 100)
    assert (f"{f:.5f}", f"{f / (1 - f):.1f}", f"{np.log(f / (1 - f)):.3f}") == ("0.99309", "143.8", "4.968")
    kept = 1 / (1 + np.exp(-3.0))
    assert (f"{kept:.2f}", f"{100 * kept**100:.1f}") == ("0.95", "0.8")
    for shown in ("0.99309", "143.8", "4.968", "0.95", "0.8 %", "0.7 %"):
        assert shown in told
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert 1 / (1 + np.exp(np.float64(710))) == 0.0
    np.exp(np.float64(709))


def test_the_hint_about_open_gates_is_true(solved):
    q = {"Wx": np.zeros((4, 1)), "Wh": np.zeros((4, 1)), "bz": np.array([-1000.0, 1000.0, 0.3, 0.0])}
    _, c, gates = solved["lstm_step"](q, np.ones(1), np.ones(1), np.array([0.7]))
    assert c.tolist() == [0.7]
    assert gates[:2, 0].tolist() == [0.0, 1.0]
