"""The assignment of chapter 12: its cells, its model solutions, its stubs, and what it gives away."""

import re
from functools import cache

import pytest

from autograder.assignment.notebook import student_notebook
from autograder.judge import DirectStudent, judge
from autograder.loader import load_catalogue
from solutions.exercises.ch12 import EXERCISES
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import AnswerTask, FunctionTask

CHAPTER = "12"
NAME = "ch12-capstones"
ROLES = ["statement", "solution", "check", "explanation"]


@pytest.fixture(scope="module")
def cells(assignment):
    return assignment(NAME).cells


@pytest.fixture(scope="module")
def released():
    return student_notebook(load_catalogue().source(NAME)).cells


@pytest.fixture(scope="module")
def solved(cells):
    """The names that a notebook holds after the instructor's version has run from top to bottom."""
    names = {}
    for cell in cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "notebook", "exec"), names)  # noqa: S102  (our own cells)
    # The trainings are asked for in more than one test.
    return {
        name: cache(value) if name in ("train_adder", "train_deep") else value
        for name, value in names.items()
    }


def text(cells, exercise, role):
    found = [
        c.source for c in cells if (c.metadata.get("exercise"), c.metadata.get("role")) == (exercise, role)
    ]
    assert len(found) == 1
    return found[0]


def test_header(assignment):
    header = assignment(NAME).metadata
    assert header["through_time"]["assignment"] == NAME
    assert header["through_time"]["chapter"] == "book/12-capstones"


def test_every_exercise_has_its_cells_in_order(cells):
    ids = list(dict.fromkeys(c.metadata["exercise"] for c in cells if "exercise" in c.metadata))
    assert ids == list(EXERCISES)
    for exercise in EXERCISES.values():
        assert [c.metadata["role"] for c in cells if c.metadata.get("exercise") == exercise.id] == ROLES


def test_headings_sections_points_and_checks_are_those_of_the_exercises(cells):
    for exercise in EXERCISES.values():
        statement = text(cells, exercise.id, "statement")
        assert statement.startswith(f"## {exercise.id} {exercise.title}\n")
        assert f"Section {exercise.section}." in statement
        names = ", ".join(task.name for task in exercise.tasks)
        assert text(cells, exercise.id, "check") == f'check("{exercise.id}", {names})'
        rows = re.findall(r"^\| `(\w+)` \| .+ \| ([\d.]+) \|$", statement, re.MULTILINE)
        assert [(part, float(points)) for part, points in rows] == [
            (part.name, part.points) for part in exercise.parts
        ]
    assert sum(exercise.points for exercise in EXERCISES.values()) == pytest.approx(50)
    assert "50 points" in cells[1].source


def test_checks_find_nothing(cells, solved, capsys):
    for exercise in ("12.1", "12.4"):
        exec(text(cells, exercise, "check"), dict(solved))  # noqa: S102  (our own cells)
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "not right" not in printed.out


def test_model_solutions_earn_all_points(solved):
    student = DirectStudent(solved, solved)
    for exercise in EXERCISES.values():
        verdict = judge(exercise, student, b"for tests", MISCONCEPTIONS)
        assert verdict.messages == ()
        assert verdict.score == pytest.approx(exercise.points)


def test_docstrings_name_every_argument(solved):
    for exercise in EXERCISES.values():
        for task in exercise.tasks:
            if isinstance(task, FunctionTask):
                words = solved[task.name].__doc__
                assert all(argument in words for argument in task.arguments), task.name
                assert "Returns" in words
                assert "float" in words or task.name in ("encode_sentence",)


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
    functions = [t for e in EXERCISES.values() for t in e.tasks if isinstance(t, FunctionTask)]
    answers = [t for e in EXERCISES.values() for t in e.tasks if isinstance(t, AnswerTask)]
    assert printed.out.count("is not written yet") == len(functions)
    assert printed.out.count("it is still None") == len(answers)
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
    for answer in ('ans_12_1 = "', "np.log(3)", "(False, 19)", "cell_run", "chain_back", "def backward"):
        assert answer not in everything
        assert answer in source


def test_letters_are_all_listed(cells):
    letters = re.findall(r'^\| `"(\w)"` \|', text(cells, "12.1", "statement"), re.MULTILINE)
    assert letters == list("ABCDE")
