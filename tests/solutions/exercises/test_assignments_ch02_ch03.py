"""The assignments of chapters 2 and 3: their cells, their model solutions, their stubs, and what they give away."""

import re

import numpy as np
import pytest

from autograder.assignment.notebook import student_notebook
from autograder.judge import DirectStudent, judge
from autograder.loader import load_catalogue
from solutions.exercises import ASSIGNMENTS, EXERCISES
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import FunctionTask

CHAPTERS = {"ch02-paths": "book/02-paths", "ch03-mlp-delta-rule": "book/03-mlp-delta-rule"}
WRITTEN = [name for name in CHAPTERS if name in ASSIGNMENTS]
ROLES = ["statement", "given", "solution", "check", "explanation"]
ANSWERS = {
    "ch02-paths": ('bug_2_4 = "', 'frozenset({"softmax', "[1e-5, 1e-12, 1e-1]", "2.6e-12"),
    "ch03-mlp-delta-rule": ('bug_3_4 = "', "0.01766", 'ans_3_6 = "'),
}


@pytest.fixture(params=WRITTEN)
def name(request):
    return request.param


@pytest.fixture
def cells(assignment, name):
    return assignment(name).cells


@pytest.fixture
def exercises(name):
    return [EXERCISES[identifier] for identifier in ASSIGNMENTS[name]]


@pytest.fixture
def released(name):
    return student_notebook(load_catalogue().source(name)).cells


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


def test_header(assignment, name):
    header = assignment(name).metadata
    assert header["through_time"]["assignment"] == name
    assert header["through_time"]["chapter"] == CHAPTERS[name]
    assert header["kernelspec"]["name"] == "python3"


def test_every_exercise_has_its_cells_in_order(cells, exercises):
    ids = list(dict.fromkeys(c.metadata["exercise"] for c in cells if "exercise" in c.metadata))
    assert ids == [exercise.id for exercise in exercises]
    for exercise in exercises:
        roles = [c.metadata["role"] for c in cells if c.metadata.get("exercise") == exercise.id]
        assert roles == [role for role in ROLES if role != "given" or exercise.kind == "bug"]


def test_headings_points_and_checks_are_those_of_the_exercises(cells, exercises):
    total = 0.0
    for exercise in exercises:
        statement = text(cells, exercise.id, "statement")
        assert statement.startswith(f"## {exercise.id} {exercise.title}\n")
        assert f"Section {exercise.section}" in statement or f"and {exercise.section}." in statement
        names = ", ".join(task.name for task in exercise.tasks)
        assert text(cells, exercise.id, "check") == f'check("{exercise.id}", {names})'
        rows = re.findall(r"^\| `([^`]+)` \| .+ \| ([\d.]+) \|$", statement, re.MULTILINE)
        if rows:
            assert sum(float(points) for _, points in rows) == exercise.points
        total += exercise.points
    introduction = cells[1].source
    assert f"{total:g} points" in introduction


def test_parts_in_the_tables_are_the_parts(cells, exercises):
    for exercise in exercises:
        rows = re.findall(
            r"^\| `([^`]+)` \| .+ \| ([\d.]+) \|$", text(cells, exercise.id, "statement"), re.MULTILINE
        )
        if exercise.kind == "code" and len(exercise.tasks) == 1:
            assert [(part, float(points)) for part, points in rows] == [
                (part.name, part.points) for part in exercise.parts
            ]


def test_model_solutions_earn_all_points(solved, exercises):
    student = DirectStudent(solved, solved)
    for exercise in exercises:
        verdict = judge(exercise, student, b"for tests", MISCONCEPTIONS)
        assert verdict.messages == ()
        assert verdict.score == exercise.points


def test_docstrings_name_every_argument(solved, exercises):
    for exercise in exercises:
        for task in exercise.tasks:
            if isinstance(task, FunctionTask):
                for word in (*task.arguments, "Returns"):
                    assert word in solved[task.name].__doc__


def test_stubs_earn_nothing_and_say_why(released, exercises, capsys):
    names = {}
    for cell in released:
        if cell.cell_type == "code":
            try:
                exec(compile(cell.source, "notebook", "exec"), names)  # noqa: S102  (our own cells)
            except NotImplementedError:
                assert cell.source.endswith("raise NotImplementedError()")
    printed = capsys.readouterr()
    assert printed.err == ""
    tasks = [task for exercise in exercises for task in exercise.tasks]
    functions = [task for task in tasks if isinstance(task, FunctionTask)]
    assert printed.out.count("is not written yet") == len(functions)
    assert printed.out.count("it is still None") == len(tasks) - len(functions)
    for exercise in exercises:
        verdict = judge(exercise, DirectStudent(names, names), b"for tests", MISCONCEPTIONS)
        assert verdict.score == 0
        assert verdict.messages


def test_released_notebook_gives_no_answer_away(cells, released, exercises, name):
    everything = "\n".join(cell.source for cell in released)
    assert "SOLUTION" not in everything
    for exercise in exercises:
        assert text(cells, exercise.id, "explanation") not in everything
        solution = text(cells, exercise.id, "solution")
        for inner in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", solution, re.DOTALL):
            assert inner.strip() not in everything
    for answer in ANSWERS[name]:
        assert answer not in everything


def test_letters_are_all_listed(cells, exercises):
    for exercise in exercises:
        statement = text(cells, exercise.id, "statement")
        letters = re.findall(r'^\| `"([A-E])"` \|', statement, re.MULTILINE)
        if exercise.kind == "bug":
            assert letters == list("ABCDE")


def test_given_functions_handed_back_unchanged_earn_nothing_and_are_named(solved, exercises):
    named = {"2.4": ("numeric_grad_buggy", "writes-to-inputs"), "3.4": ("train_step_buggy", "")}
    for exercise in exercises:
        if exercise.kind == "bug":
            given, misconception = named[exercise.id]
            fixed = exercise.tasks[0].name
            verdict = judge(exercise, DirectStudent({fixed: solved[given]}), b"for tests", MISCONCEPTIONS)
            assert verdict.score == 0
            assert verdict.misconceptions
            assert misconception in ("", *verdict.misconceptions)


def test_hints_of_chapter_2_are_true(assignment, capsys):
    names = {}
    for cell in assignment("ch02-paths").cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "notebook", "exec"), names)  # noqa: S102  (our own cells)
    capsys.readouterr()
    theta = np.array([[0.5, -1.0], [2.0, 0.1]])
    slope = names["numeric_grad"](lambda theta: (theta**2).sum(), theta)
    assert slope == pytest.approx(2 * theta, abs=1e-9)
    assert names["two_paths"](0.7, 0.0)[2] == 0
    assert names["two_paths"](0.0, 0.6) == (0, 0, 0)
    assert np.abs(names["jac_softmax"](theta.ravel()).sum(axis=0)).max() < 1e-15

    work = theta.copy()
    found = names["numeric_grad_buggy"](lambda theta: theta.sum() ** 2, work, 1e-3)
    exact = np.full(theta.shape, 2 * theta.sum())
    assert not np.array_equal(work, theta)
    wrong = np.abs(found - exact) > 1e-6
    assert wrong.ravel().tolist() == [False, True, True, True]
