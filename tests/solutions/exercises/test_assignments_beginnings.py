"""The assignments of chapters 0, 1 and 4: their cells, their model solutions, their stubs, what they give away."""

import re

import numpy as np
import pytest

from autograder.assignment.notebook import student_notebook
from autograder.judge import DirectStudent, judge
from autograder.loader import load_catalogue
from solutions.exercises import ASSIGNMENTS, EXERCISES
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import FunctionTask

CHAPTERS = {
    "ch00-notation": "book/00-notation",
    "ch01-order": "book/01-order",
    "ch04-rnn-forward": "book/04-rnn-forward",
}
WRITTEN = [name for name in CHAPTERS if name in ASSIGNMENTS]
ROLES = ["statement", "given", "solution", "check", "explanation"]
ANSWERS = {
    "ch00-notation": ('"U": (4, 3)', "(5, 4)"),
    "ch01-order": ('frozenset({"letter"', '"throw": "SISO"', "raise ValueError"),
    "ch04-rnn-forward": ('bug_4_6 = "', "(57, 57)", "0.9, -0.9}, {1.0}", "0.155"),
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


def run(cells, capsys):
    names = {}
    for cell in cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "notebook", "exec"), names)  # noqa: S102  (our own cells)
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "not right" not in printed.out
    return names


@pytest.fixture
def solved(cells, capsys):
    """The names that a notebook holds after the instructor's version has run from top to bottom."""
    return run(cells, capsys)


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


def test_headings_sections_and_checks_are_those_of_the_exercises(cells, exercises):
    for exercise in exercises:
        statement = text(cells, exercise.id, "statement")
        assert statement.startswith(f"## {exercise.id} {exercise.title}\n")
        assert f"ection {exercise.section}" in statement
        names = ", ".join(task.name for task in exercise.tasks)
        assert text(cells, exercise.id, "check") == f'check("{exercise.id}", {names})'
    total = sum(exercise.points for exercise in exercises)
    assert f"{total:g} points" in cells[1].source


def test_parts_in_the_tables_are_the_parts(cells, exercises):
    for exercise in exercises:
        rows = re.findall(
            r"^\| `([^`]+)` \| .+ \| ([\d.]+) \|$", text(cells, exercise.id, "statement"), re.MULTILINE
        )
        if rows:
            assert [(part, float(points)) for part, points in rows] == [
                (part.name, part.points) for part in exercise.tasks[0].parts
            ]


def test_model_solutions_earn_all_points(solved, exercises):
    student = DirectStudent(solved, solved)
    for exercise in exercises:
        verdict = judge(exercise, student, b"for tests", MISCONCEPTIONS)
        assert verdict.messages == ()
        assert verdict.score == pytest.approx(exercise.points)


def test_docstrings_name_every_argument(solved, exercises):
    for exercise in exercises:
        for task in exercise.tasks:
            if isinstance(task, FunctionTask):
                for word in (*task.arguments, "Returns", "float64"):
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
        assert answer in "\n".join(cell.source for cell in cells)


class TestChapter4:
    @pytest.fixture
    def own(self, assignment):
        return assignment("ch04-rnn-forward").cells

    @pytest.fixture
    def names(self, own, capsys):
        return run(own, capsys)

    @pytest.fixture
    def asked(self):
        return EXERCISES["4.6"].tasks[0].cases[0].make(np.random.default_rng(11))

    def test_letters_are_all_listed(self, own):
        letters = re.findall(r'^\| `"(\w)"` \|', text(own, "4.6", "statement"), re.MULTILINE)
        assert letters == list("ABCDE")

    def test_given_function_handed_back_earns_nothing_and_is_named(self, names):
        student = DirectStudent({"rnn_forward_fixed": names["rnn_forward_buggy"]})
        verdict = judge(EXERCISES["4.6"], student, b"for tests", MISCONCEPTIONS)
        assert verdict.score == 0
        assert verdict.misconceptions == ("h-wraparound",)

    def test_what_is_said_of_the_given_function_is_true(self, names, asked):
        p, X = asked
        right, wrong = names["rnn_forward"](p, X), names["rnn_forward_buggy"](p, X)
        assert np.array_equal(wrong["h"][0], p["h0"])
        assert not np.allclose(wrong["z"][0], right["z"][0])
        zero = {**p, "h0": np.zeros_like(p["h0"])}
        for part, array in names["rnn_forward"](zero, X).items():
            assert np.allclose(names["rnn_forward_buggy"](zero, X)[part], array)
        # It reads a row of zeros at t = 1, and not h_T; every later step reads the right row.
        assert np.allclose(wrong["z"][0], p["U"] @ X[0] + p["b"])
        for t in range(1, len(X)):
            assert np.allclose(wrong["z"][t], p["U"] @ X[t] + p["W"] @ wrong["h"][t] + p["b"])

    def test_hints_are_true(self, names, asked):
        p, X = asked
        whole = names["rnn_forward"](p, X)
        first = names["rnn_forward"](p, X[:3])
        second = names["rnn_forward"]({**p, "h0": first["h"][-1]}, X[3:])
        assert np.allclose(second["h"], whole["h"][3:])

        equal = np.full((6, 5), 0.3)
        _, Et = names["sequence_loss"](equal, np.full((6, 5), 0.2), "softmax-ce")
        assert pytest.approx(np.log(5)) == Et
        assert np.allclose(names["softmax"](whole["o"] + 7), whole["y"])

    def test_numbers_of_the_explanations(self, own):
        h = {w_h: np.tanh(1.0) for w_h in (0.9, 1.0, 1.1, -0.9)}
        for _ in range(59):
            h = {w_h: np.tanh(w_h * state) for w_h, state in h.items()}
        explanation = text(own, "4.5", "explanation")
        for shown in (f"{h[0.9]:.4f}", f"{h[1.0]:.3f}", f"{h[1.1]:.3f}"):
            assert shown in explanation
        assert f"{np.tanh(1.1 * 0.503):.3f}" == "0.503"
        assert "12 + 16 + 20 + 4 + 5 = 57" in text(own, "4.4", "explanation")
        assert 12 + 16 + 20 == 48
