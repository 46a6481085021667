"""The assignment of chapter 9: its cells, its solutions, its written answer, its stubs, what it gives away."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder.assignment.notebook import student_notebook
from autograder.judge import DirectStudent, judge
from autograder.loader import load_catalogue
from solutions.exercises.ch09 import EXERCISES
from solutions.exercises.ch09_answers import SYMPTOMS
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import FunctionTask

CHAPTER = "9"
NAME = "ch09-remedies"
ROLES = ["statement", "given", "solution", "check", "written", "explanation"]


@pytest.fixture
def root():
    return Path(__file__).parents[3]


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
    assert header["through_time"]["chapter"] == "book/09-remedies"


def test_every_exercise_has_its_cells_in_order(cells):
    ids = list(dict.fromkeys(c.metadata["exercise"] for c in cells if "exercise" in c.metadata))
    assert ids == list(EXERCISES)
    for exercise in EXERCISES.values():
        roles = [c.metadata["role"] for c in cells if c.metadata.get("exercise") == exercise.id]
        left_out = {"given"} - ({"given"} if exercise.kind == "bug" else set())
        left_out |= {"solution", "check"} if exercise.written else {"written"}
        assert roles == [role for role in ROLES if role not in left_out]


def test_headings_sections_points_and_checks_are_those_of_the_exercises(cells):
    for exercise in EXERCISES.values():
        statement = text(cells, exercise.id, "statement")
        assert statement.startswith(f"## {exercise.id} {exercise.title}\n")
        assert f"ection {exercise.section}." in statement or "Sections 9.1 to 9.6." in statement
        names = ", ".join(task.name for task in exercise.tasks)
        if not exercise.written:
            assert text(cells, exercise.id, "check") == f'check("{exercise.id}", {names})'
    for exercise in ("9.1", "9.2", "9.3"):
        rows = re.findall(
            r"^\| `([\w >=]+)` \| .+ \| ([\d.]+) \|$", text(cells, exercise, "statement"), re.MULTILINE
        )
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
        assert verdict.score + verdict.by_hand == exercise.points


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
    assert printed.out.count("is not written yet") == 4
    assert printed.out.count("it is still None") == 3
    for exercise in EXERCISES.values():
        verdict = judge(exercise, DirectStudent(names, names), b"for tests", MISCONCEPTIONS)
        assert verdict.score == 0
        assert verdict.messages or exercise.written


def test_released_notebook_gives_no_answer_away(cells, released):
    everything = "\n".join(cell.source for cell in released)
    assert "SOLUTION" not in everything
    for exercise in EXERCISES.values():
        assert text(cells, exercise.id, "explanation") not in everything
        solution = text(cells, exercise.id, "written" if exercise.written else "solution")
        for inner in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", solution, re.DOTALL):
            assert inner.strip() not in everything
    for criterion in EXERCISES["9.7"].written.rubric:
        assert criterion.full not in everything
        assert criterion.half not in everything
    source = "\n".join(cell.source for cell in cells)
    for answer in ('bug_9_6 = "', "26.67", '"jumps": "A"', "np.linalg.qr", "g/\\sqrt d"):
        assert answer not in everything
        assert answer in source


def test_letters_are_all_listed(cells):
    for exercise in ("9.5", "9.6"):
        letters = re.findall(r'^\| `"([A-E])"` \|', text(cells, exercise, "statement"), re.MULTILINE)
        assert letters == list("ABCDE")
    symptoms = re.findall(r'^\| `"([a-z]+)"` \|', text(cells, "9.5", "statement"), re.MULTILINE)
    assert tuple(symptoms) == SYMPTOMS


def test_given_function_handed_back_earns_nothing_and_is_named(solved):
    student = DirectStudent({"clip_fixed": solved["clip_buggy"]})
    verdict = judge(EXERCISES["9.6"], student, b"for tests", MISCONCEPTIONS)
    assert verdict.score == 0
    assert verdict.misconceptions == ("clip-per-tensor",)


def test_the_given_function_has_the_one_mistake_and_no_other(solved):
    """What the remarks on the other letters say about it."""
    clip = solved["clip_buggy"]
    assert clip({"dU": np.array([3.0, 4.0])}, 1.0)["dU"] == pytest.approx([0.6, 0.8])
    small = np.array([0.3, 0.4])
    assert clip({"dU": small}, 1.0)["dU"] == pytest.approx([0.3, 0.4])
    assert small.tolist() == [0.3, 0.4]
    assert clip({"dU": np.zeros(2)}, 1.0)["dU"].tolist() == [0, 0]
    both = clip({"dU": np.array([3.0, 4.0]), "dW": np.array([2.0])}, 1.0)
    assert np.hypot(np.linalg.norm(both["dU"]), np.linalg.norm(both["dW"])) > 1


def test_the_written_cell_has_the_points_of_the_rubric(released):
    cells = {cell.id: cell for cell in released}
    assert cells["ex-9-7-written"].metadata.nbgrader.points == EXERCISES["9.7"].by_hand == 4
    assert cells["ex-9-7-written"].source == "**Your reading.**\n\nYOUR ANSWER HERE"


def test_the_table_of_runs_is_that_of_the_figure(cells, root):
    """All numbers of the statement and of the model reading, from the runs themselves."""
    sys.path.insert(0, str(root / "book"))
    from figures.remedies import ROWS, three_runs

    statement, reading = text(cells, "9.7", "statement"), text(cells, "9.7", "written")
    rows = [line.strip("| ").split(" | ") for line in statement.splitlines() if re.match(r"\| \d+ \|", line)]
    assert [int(row[0]) for row in rows] == list(ROWS)
    found = three_runs()
    for row in rows:
        shown = [float(re.sub(r"\$(.*) \\cdot 10\^\{(.*)\}\$", r"\1e\2", entry)) for entry in row[1:]]
        i = int(row[0]) - 1
        for name, numbers in zip("ABC", (shown[:3], shown[3:6], shown[6:]), strict=True):
            run = found[name]
            assert numbers[0] == pytest.approx(run.E[i], abs=5e-4)
            assert numbers[1:] == pytest.approx([run.norm[i], run.reach[i]], rel=0.05)
    A, B, C = found.values()
    assert (np.diff(A.E) < 0).all()
    assert B.norm[:236].max() < 1.3
    assert round(B.norm[236]) == 143
    assert (B.norm[237:] < 0.0005).all()
    assert np.abs(C.E - 0.498).max() < 0.002
    for number in ("0.079", "0.054", "143", "0.125", "0.00045", "0.498"):
        assert number in reading
