"""The assignment of chapter 5: its cells, its model solutions, and every number in its text."""

import re

import numpy as np
import pytest
from through_time import numeric
from through_time.checks import CHECKS

from autograder.assignment.notebook import student_notebook
from autograder.judge import DirectStudent, judge
from autograder.loader import load_catalogue
from solutions.exercises import ASSIGNMENTS
from solutions.exercises.ch05 import EXERCISES
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import FunctionTask

NAME = "ch05-bptt-unrolled"
ROLES = ["statement", "given", "solution", "check", "explanation"]


@pytest.fixture(scope="module")
def cells(assignment):
    return assignment(NAME).cells


def text(cells, exercise, role):
    found = [
        c.source for c in cells if (c.metadata.get("exercise"), c.metadata.get("role")) == (exercise, role)
    ]
    assert len(found) == 1
    return found[0]


@pytest.fixture
def solved(cells, capsys):
    """The names that a notebook holds after the instructor's version has run from top to bottom."""
    names = {}
    for cell in cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "notebook", "exec"), names)  # noqa: S102  (our own cells)
    assert capsys.readouterr().err == ""
    return names


@pytest.fixture(scope="module")
def released():
    return student_notebook(load_catalogue().source(NAME)).cells


def test_header(assignment):
    header = assignment(NAME).metadata
    assert header["through_time"] == {
        "assignment": NAME,
        "title": "Backpropagation through time by unrolling",
        "chapter": "book/05-bptt-unrolled",
    }
    assert header["kernelspec"]["name"] == "python3"


def test_cells_carry_an_exercise_and_a_role_and_nothing_else(cells):
    for cell in cells:
        assert set(cell.metadata) <= {"exercise", "role"}
        if "exercise" in cell.metadata:
            assert cell.metadata["role"] in ROLES
    assert [c.metadata["role"] for c in cells if c.metadata.get("role") == "setup"] == ["setup"]


def test_every_exercise_has_its_cells_in_order(cells):
    ids = list(dict.fromkeys(c.metadata["exercise"] for c in cells if "exercise" in c.metadata))
    assert ids == list(ASSIGNMENTS[NAME])
    for exercise in ids:
        roles = [c.metadata["role"] for c in cells if c.metadata.get("exercise") == exercise]
        wanted = [role for role in ROLES if role != "given" or EXERCISES[exercise].kind == "bug"]
        assert roles == wanted


def test_headings_are_the_exercises_titles(cells):
    for exercise in EXERCISES.values():
        assert text(cells, exercise.id, "statement").startswith(f"## {exercise.id} {exercise.title}\n")


def test_check_cells_ask_for_the_tasks_in_order(cells):
    for exercise in EXERCISES.values():
        names = ", ".join(task.name for task in exercise.tasks)
        assert text(cells, exercise.id, "check") == f'check("{exercise.id}", {names})'


def test_points_in_the_tables_are_the_parts(cells):
    for exercise in list(EXERCISES.values())[:5]:
        rows = re.findall(
            r"^\| `(\w+)` \| (.+?) \| ([\d.]+) \|$", text(cells, exercise.id, "statement"), re.MULTILINE
        )
        assert [(name, float(points)) for name, _, points in rows] == [
            (part.name, part.points) for part in exercise.parts
        ]


def test_points_in_the_sentences_are_the_parts(cells):
    assert "worth 2 points" in text(cells, "5.6", "statement")
    assert "earns 0.75 points, together 3" in text(cells, "5.7", "statement")
    for exercise, share in (("5.8", "0.4"), ("5.9", "0.5")):
        parts = [part.name for part in EXERCISES[exercise].tasks[0].parts]
        named = ", ".join(f"`{name}`" for name in parts[:-1]) + f" and `{parts[-1]}`"
        statement = text(cells, exercise, "statement")
        assert f"{named} earn {share} points each, 2 together" in statement
        assert "for 1 point" in statement
    introduction = next(c.source for c in cells if "Nine exercises" in c.source)
    assert "40 points" in introduction


def test_letters_are_all_listed(cells):
    for exercise in ("5.8", "5.9"):
        letters = re.findall(r'^\| `"(\w)"` \|', text(cells, exercise, "statement"), re.MULTILINE)
        assert letters == list("ABCDE")


def test_docstrings_name_every_key_and_argument(cells, solved):
    for exercise in EXERCISES.values():
        for task in exercise.tasks:
            if isinstance(task, FunctionTask):
                docstring = solved[task.name].__doc__
                for word in (*task.arguments, "dU (d, n)", "dW (d, d)", "db (d,)", "dh0 (d,)", "float64"):
                    assert word in docstring
        assert "### BEGIN SOLUTION" in text(cells, exercise.id, "solution")


def test_model_solutions_meet_the_references(solved, questions):
    for exercise in EXERCISES.values():
        for task in exercise.tasks:
            if isinstance(task, FunctionTask):
                for case, arguments in questions(task):
                    expected = task.reference(*arguments)
                    g = solved[task.name](*arguments)
                    assert set(g) == set(expected)
                    for name, array in g.items():
                        assert array.dtype == np.float64
                        assert numeric.relative_error(array, expected[name]) < 1e-12, (
                            exercise.id,
                            case.name,
                            name,
                        )


def test_model_solutions_earn_all_points(solved):
    student = DirectStudent(solved, solved)
    for exercise in EXERCISES.values():
        verdict = judge(exercise, student, b"for tests", MISCONCEPTIONS)
        assert verdict.score == exercise.points
        assert verdict.messages == ()


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
    assert printed.out.count("is not written yet") == 7
    assert printed.out.count("it is still None") == 4
    for exercise in EXERCISES.values():
        verdict = judge(exercise, DirectStudent(names, names), b"for tests", MISCONCEPTIONS)
        assert verdict.score == 0
        assert verdict.messages


def test_released_notebook_gives_no_answer_away(cells, released):
    everything = "\n".join(cell.source for cell in released)
    assert "SOLUTION" not in everything
    for exercise in EXERCISES:
        explanation = text(cells, exercise, "explanation")
        assert explanation not in everything
        inner = (
            text(cells, exercise, "solution")
            .partition("### BEGIN SOLUTION")[2]
            .partition("### END SOLUTION")[0]
        )
        assert inner.strip() not in everything
    for answer in ('bug_5_8 = "', 'bug_5_9 = "', 'frozenset({"S', "(1, 5, 1)", "1.2e-7"):
        assert answer not in everything


def test_checks_are_locked_and_carry_the_points(released):
    graded = {
        c.metadata.nbgrader.grade_id: c.metadata.nbgrader
        for c in released
        if c.metadata.get("nbgrader", {}).get("grade")
    }
    assert sum(cell.points for cell in graded.values()) == 40
    assert all(cell.locked for cell in graded.values())
    given = [
        c
        for c in released
        if "buggy" in c.source and c.cell_type == "code" and "def bptt_mimo_buggy" in c.source
    ]
    assert len(given) == 2
    assert all(cell.metadata.nbgrader.locked for cell in given)


@pytest.mark.parametrize(
    ("exercise", "given", "fixed", "twist"),
    [
        ("5.8", "bptt_mimo_buggy_a", "bptt_mimo_fixed_a", "assign-not-accumulate"),
        ("5.9", "bptt_mimo_buggy_b", "bptt_mimo_fixed_b", "fprime-output-branch-only"),
    ],
)
class TestGivenFunctions:
    def test_it_is_the_named_mistake(self, exercise, given, fixed, twist, solved, questions):
        task = next(task for task in EXERCISES[exercise].tasks if task.name == fixed)
        for _, arguments in questions(task):
            expected = task.twists[twist](*arguments)
            for name, array in solved[given](*arguments).items():
                assert numeric.relative_error(array, expected[name]) < 1e-12

    def test_handed_back_unchanged_it_earns_nothing(self, exercise, given, fixed, twist, solved):
        student = DirectStudent({fixed: solved[given]})
        verdict = judge(EXERCISES[exercise], student, b"for tests", MISCONCEPTIONS)
        assert verdict.score == 0
        assert verdict.misconceptions == (twist,)

    def test_what_carries_no_points_is_right_in_it(self, exercise, given, fixed, twist, solved, questions):
        task = EXERCISES[exercise].tasks[0]
        assert (fixed, twist) == (task.name, twist)
        scored = {part.name for part in task.parts}
        for _, arguments in questions(task):
            right = task.reference(*arguments)
            for name, array in solved[given](*arguments).items():
                assert (numeric.relative_error(array, right[name]) < 1e-12) == (name not in scored)

    def test_it_is_right_for_one_step_and_from_two_on_wrong(
        self, exercise, given, fixed, twist, solved, questions
    ):
        task = EXERCISES[exercise].tasks[0]
        assert (fixed, twist) == (task.name, twist)
        _, arguments = next(questions(task))
        for T, cut in enumerate(task.prefixes(arguments), start=1):
            right, g = task.reference(*cut), solved[given](*cut)
            errors = [numeric.relative_error(g[part.name], right[part.name]) for part in task.parts]
            assert max(errors) < 1e-12 if T == 1 else min(errors) > 1e-6


def test_hints_are_true(solved, questions):
    p, x, tau, _ = next(arguments for _, arguments in questions(EXERCISES["5.1"].tasks[0]))
    one = solved["bptt_siso"](p, x, tau, 1)
    np.testing.assert_allclose(one["dW"], np.outer(one["db"], p["h0"]))

    p, x, Tau = next(arguments for _, arguments in questions(EXERCISES["5.2"].tasks[0]))
    total = solved["bptt_simo"](p, x, Tau)
    single = [solved["bptt_siso"](p, x, Tau[t - 1], t) for t in range(1, len(Tau) + 1)]
    for name, array in total.items():
        np.testing.assert_allclose(array, sum(g[name] for g in single), rtol=1e-12)

    p, X, Tau = next(arguments for _, arguments in questions(EXERCISES["5.3"].tasks[0]))
    mimo = solved["bptt_mimo"](p, X, Tau)
    assert abs(mimo["dc"].sum()) < 1e-12
    twice = solved["bptt_batch"](p, np.stack([X, X]), np.stack([Tau, Tau]))
    alone = solved["bptt_batch"](p, X[None], Tau[None])
    for name, array in mimo.items():
        np.testing.assert_allclose(alone[name], array, rtol=1e-12)
        np.testing.assert_allclose(twice[name], 2 * array, rtol=1e-12)

    p, X, tau = next(arguments for _, arguments in questions(EXERCISES["5.4"].tasks[0]))
    cut = solved["bptt_many_to_one"]({**p, "W": np.zeros_like(p["W"])}, X, tau)
    np.testing.assert_allclose(cut["dU"], np.outer(cut["db"], X[-1]))
    assert not cut["dh0"].any()


def test_numbers_of_the_prediction_are_those_of_the_record(cells):
    explanation = text(cells, "5.6", "explanation")
    # tests/solutions/exercises/test_ch05.py computes these four from the record.
    for number in ("0.160 for SIMO", "0.155 for MIMO", "1.2e-7 for SISO", "2.6e-11 for many-to-one"):
        assert number in explanation
    assert "0.5^{19} \\approx 1.9 \\cdot 10^{-6}" in explanation
    assert f"{0.5**19:.1e}" == "1.9e-06"
    statement = text(cells, "5.6", "statement")
    for setting in (
        "u = 0.8",
        "w_h = 0.5",
        "v = 1",
        "b = 0.1",
        "c = 0",
        "h_0 = 0.2",
        "\\sin 0.7t",
        "0.5 \\cos 0.4t",
        "T = 20",
    ):
        assert setting in statement


def test_sections_named_are_the_exercises(cells):
    for exercise in EXERCISES.values():
        named = re.search(
            r"Sections? 5\.\d(?: to (5\.\d))?|Section (5\.\d)", text(cells, exercise.id, "statement")
        )
        assert named
        assert named.group(0).endswith(exercise.section)


def test_checks_know_every_function_of_the_notebook(solved):
    for exercise in EXERCISES:
        assert all(task.name in solved for task in CHECKS[exercise]), exercise
