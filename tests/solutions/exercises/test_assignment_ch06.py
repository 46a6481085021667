"""The assignment of chapter 6: its cells, its model solutions, its written answer, its stubs, what it gives away."""

import re
import time
from pathlib import Path

import numpy as np
import pytest
from through_time import numeric

import solutions
from autograder.assignment.notebook import source_notebook, student_notebook
from autograder.assignment.page import exercise_page
from autograder.assignment.source import read_source
from autograder.judge import DirectStudent, judge
from solutions.exercises.ch05 import MIMO
from solutions.exercises.ch06 import ANY_T, ASSIGNMENT, EXERCISES, MOVED, THREE
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import AnswerTask, FunctionTask, WrittenTask
from solutions.reference.jacobians import state_jacobian
from solutions.reference.paths import path_deltas
from solutions.reference.rnn import rnn_forward

ROLES = ["statement", "given", "solution", "check", "written", "explanation"]
ANSWERS = (
    'bug_6_8 = "',
    'ans_6_7 = "',
    "(4, 6, 21)",
    "deltas.T @ X",
    '"D_1", "WT", "D_2"',
    "The sums change places",
)


@pytest.fixture
def cells(assignment):
    return assignment(ASSIGNMENT).cells


@pytest.fixture(scope="module")
def source():
    return read_source(Path(solutions.__file__).parent / "assignments" / f"{ASSIGNMENT}.md", EXERCISES)


@pytest.fixture
def released(source):
    return student_notebook(source).cells


@pytest.fixture
def names(cells, capsys):
    """What a notebook holds after the instructor's version has run from top to bottom."""
    found = {}
    for cell in cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "notebook", "exec"), found)  # noqa: S102  (our own cells)
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "not right" not in printed.out
    return found


def text(cells, exercise, role):
    found = [
        c.source for c in cells if (c.metadata.get("exercise"), c.metadata.get("role")) == (exercise, role)
    ]
    assert len(found) == 1
    return found[0]


def of_kind(kind):
    return [task for exercise in EXERCISES.values() for task in exercise.tasks if isinstance(task, kind)]


def test_header(assignment):
    header = assignment(ASSIGNMENT).metadata["through_time"]
    assert header["assignment"] == ASSIGNMENT
    assert header["chapter"] == "book/06-total-immediate"


def test_every_exercise_has_its_cells_in_order(cells):
    ids = list(dict.fromkeys(c.metadata["exercise"] for c in cells if "exercise" in c.metadata))
    assert ids == list(EXERCISES)
    for exercise in EXERCISES.values():
        roles = [c.metadata["role"] for c in cells if c.metadata.get("exercise") == exercise.id]
        left_out = {"given"} - ({"given"} if exercise.kind == "bug" else set())
        left_out |= {"written"} - ({"written"} if exercise.written else set())
        assert roles == [role for role in ROLES if role not in left_out]


def test_headings_sections_and_checks_are_those_of_the_exercises(cells):
    for exercise in EXERCISES.values():
        statement = text(cells, exercise.id, "statement")
        assert statement.startswith(f"## {exercise.id} {exercise.title}\n")
        assert re.search(rf"ections? .*{re.escape(exercise.section)}", statement)
        names = ", ".join(task.name for task in exercise.tasks if not isinstance(task, WrittenTask))
        assert text(cells, exercise.id, "check") == f'check("{exercise.id}", {names})'
    assert "39 points" in cells[1].source
    assert "A person marks 4 points" in cells[1].source


def test_parts_in_the_tables_are_the_parts(cells):
    seen = set()
    for exercise in EXERCISES.values():
        rows = re.findall(
            r"^\| `([^`\"]+)` \| .+ \| ([\d.]+) \|$", text(cells, exercise.id, "statement"), re.MULTILINE
        )
        if rows:
            parts = {part.name: part.points for part in exercise.parts}
            assert {part: float(points) for part, points in rows} == parts
            seen.add(exercise.id)
    assert seen == {"6.1", "6.2", "6.4", "6.5", "6.6"}


def test_model_solutions_earn_all_points(names):
    student = DirectStudent(names, names)
    for exercise in EXERCISES.values():
        verdict = judge(exercise, student, b"for tests", MISCONCEPTIONS)
        assert verdict.messages == ()
        assert verdict.score == exercise.judged


def test_docstrings_name_every_argument(names):
    for task in of_kind(FunctionTask):
        for word in (*task.arguments, "Returns", "float64"):
            assert word in names[task.name].__doc__


def test_stubs_earn_nothing_and_say_why(released, capsys):
    found = {}
    for cell in released:
        if cell.cell_type == "code":
            try:
                exec(compile(cell.source, "notebook", "exec"), found)  # noqa: S102  (our own cells)
            except NotImplementedError:
                assert cell.source.endswith("raise NotImplementedError()")
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out.count("is not written yet") == len(of_kind(FunctionTask))
    assert printed.out.count("it is still None") == len(of_kind(AnswerTask))
    for exercise in EXERCISES.values():
        verdict = judge(exercise, DirectStudent(found, found), b"for tests", MISCONCEPTIONS)
        assert verdict.score == 0
        assert verdict.messages


def test_released_notebook_and_page_give_no_answer_away(cells, released, source):
    everything = "\n".join(cell.source for cell in released) + exercise_page(source)
    assert "SOLUTION" not in everything
    rubric = [
        text for criterion in EXERCISES["6.3"].written.rubric for text in (criterion.full, criterion.half)
    ]
    assert not [text for text in rubric if text in everything]
    for exercise in EXERCISES.values():
        assert text(cells, exercise.id, "explanation") not in everything
    solved = [cell.source for cell in cells if cell.metadata.get("role") in {"solution", "written"}]
    for solution in solved:
        for inner in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", solution, re.DOTALL):
            assert inner.strip() not in everything
    for answer in ANSWERS:
        assert answer not in everything
        assert answer in "\n".join(cell.source for cell in cells)


class TestWrittenAnswer:
    def test_its_cell_has_the_points_of_the_rubric(self, source):
        cells = {cell.id: cell for cell in source_notebook(source).cells}
        assert cells["ex-6-3-written"].metadata.nbgrader.points == 4
        assert cells["ex-6-3-check"].metadata.nbgrader.points == 4
        assert "Marking 6.3 by hand, 4 points." in cells["ex-6-3-rubric"].source

    def test_the_student_meets_a_heading_and_room(self, released):
        written = next(cell for cell in released if cell.id == "ex-6-3-written")
        assert written.source == "**Derivation.**\n\nYOUR ANSWER HERE"

    def test_what_is_looked_for_is_announced_with_the_points_of_the_rubric(self, cells):
        statement = text(cells, "6.3", "statement")
        announced = re.findall(r"^- .*\((\d) points?\)[;.]$", statement, re.MULTILINE)
        assert [float(points) for points in announced] == [c.points for c in EXERCISES["6.3"].written.rubric]

    def test_the_model_answer_s_formulas_hold(self):
        """Its recursion for one loss, the triangle's two sums, and the recursion for all of them."""
        p, X, Tau = ANY_T.cases[0].make(np.random.default_rng(11))
        run = rnn_forward(p, X)
        eps, slopes = run["y"] - Tau, 1 - run["h"][1:] ** 2
        by_path = path_deltas(p, run["z"], eps)
        T = len(X)
        for t in range(T):
            assert by_path[t, t] == pytest.approx(slopes[t] * (p["V"].T @ eps[t]))
            for k in range(t):
                assert by_path[t, k] == pytest.approx(slopes[k] * (p["W"].T @ by_path[t, k + 1]))
                row = eps[t] @ p["V"] @ state_jacobian(p["W"], run["z"], t + 1, k + 1)
                assert by_path[t, k] == pytest.approx(row * slopes[k])
        rows = sum(np.outer(by_path[t, k], X[k]) for t in range(T) for k in range(t + 1))
        columns = sum(np.outer(by_path[t, k], X[k]) for k in range(T) for t in range(k, T))
        assert rows == pytest.approx(columns)
        delta, later = by_path.sum(axis=0), np.zeros(len(p["b"]))
        for k in reversed(range(T)):
            later = slopes[k] * (p["V"].T @ eps[k] + p["W"].T @ later)
            assert delta[k] == pytest.approx(later)


class TestHints:
    def test_6_1_a_zero_input_closes_its_path(self, names):
        p, X, tau = THREE.cases[0].make(np.random.default_rng(11))
        silent = np.vstack([np.zeros((1, 3)), X[1:]])
        _, paths = names["dE3_dU_paths"](p, silent, tau)
        assert not paths[0].any()
        assert paths[1].any()
        assert paths[2].any()

    def test_6_1_the_last_path_is_that_of_a_layered_network(self, names):
        p, X, tau = THREE.cases[0].make(np.random.default_rng(11))
        h = p["h0"]
        for x in X[:2]:
            h = np.tanh(p["U"] @ x + p["W"] @ h + p["b"])

        def E(U):
            o = p["V"] @ np.tanh(U @ X[2] + p["W"] @ h + p["b"]) + p["c"]
            return float(-tau @ (o - np.log(np.exp(o).sum())))

        _, paths = names["dE3_dU_paths"](p, X, tau)
        assert numeric.relative_error(paths[2], numeric.central_difference(E, p["U"])) < 1e-7

    def test_6_2_losses_are_silenced_by_their_targets(self, names):
        p, X, tau = THREE.cases[0].make(np.random.default_rng(11))
        Tau = rnn_forward(p, X)["y"]
        Tau[2] = tau
        dU, _ = names["dE_dU"](p, X, Tau)
        assert dU == pytest.approx(names["dE3_dU_paths"](p, X, tau)[0])

    def test_6_2_a_single_loop_takes_a_small_part_of_the_time(self, names):
        arguments = ANY_T.cases[-1].make(np.random.default_rng(11))
        times = []
        for _ in range(3):
            started = time.process_time()
            names["dE_dU"](*arguments)
            times.append(time.process_time() - started)
        assert min(times) < ANY_T.cases[-1].seconds / 4

    def test_6_4_most_entries_are_zero(self, names):
        p, X, _ = MIMO.cases[0].make(np.random.default_rng(11))
        D = names["immediate_dh_dW"](p, p["h0"], X[0])
        assert np.count_nonzero(D) == 4**2

    def test_6_4_in_one_line(self, names):
        p, X, _ = MIMO.cases[0].make(np.random.default_rng(11))
        h = np.tanh(p["U"] @ X[0] + p["W"] @ p["h0"] + p["b"])
        line = np.einsum("i,ia,b->iab", 1 - h**2, np.eye(4), p["h0"])
        assert names["immediate_dh_dW"](p, p["h0"], X[0]) == pytest.approx(line)

    def test_6_5_at_the_first_step_both_are_the_same(self, names):
        p, X, _ = MIMO.cases[0].make(np.random.default_rng(11))
        first = names["immediate_dh_dW"](p, p["h0"], X[0])
        assert names["total_dh_dW"](p, X)[0] == pytest.approx(first)

    def test_6_7_the_numbers(self, cells):
        t = np.arange(1, 11)
        x, h = np.sin(0.7 * t), [0.2]
        for value in x:
            h.append(np.tanh(0.8 * value + 1.5 * h[-1] + 0.1))
        slope = 1 - np.array(h[1:]) ** 2
        delta = [slope[-1] * (h[-1] - 0.5 * np.cos(4.0))]
        for k in range(8, -1, -1):
            delta.insert(0, slope[k] * 1.5 * delta[0])
        terms = np.array(delta) * x
        explanation = text(cells, "6.7", "explanation")
        assert f"$+{terms[-1]:.3f}$" in explanation
        assert f"${terms.sum():.3f}$" in explanation
        assert np.abs(terms).argmax() + 1 == 7
        assert "$x_7$" in explanation


class TestCountedTwice:
    def test_letters_are_all_listed(self, cells):
        for exercise, letters in (("6.7", "ABC"), ("6.8", "ABCDE")):
            found = re.findall(r'^\| `"(\w)"` \|', text(cells, exercise, "statement"), re.MULTILINE)
            assert found == list(letters)

    def test_given_function_handed_back_earns_nothing_and_is_named(self, names):
        verdict = judge(
            EXERCISES["6.8"],
            DirectStudent({"dh_dW_fixed": names["dh_dW_buggy"]}),
            b"for tests",
            MISCONCEPTIONS,
        )
        assert verdict.score == 0
        assert verdict.misconceptions == ("total-for-immediate",)

    def test_what_is_said_of_the_given_function_is_true(self, names):
        p, X = MOVED.cases[0].make(np.random.default_rng(11))
        right, wrong = names["total_dh_dW"](p, X), names["dh_dW_buggy"](p, X)
        assert wrong[0] == pytest.approx(right[0])
        assert all(
            numeric.relative_error(one, other) > 1e-3 for one, other in zip(wrong[1:], right[1:], strict=True)
        )
        # At t = 2 the use at step 1 is there twice.
        run = rnn_forward(p, X)
        J = state_jacobian(p["W"], run["z"], 2, 1)
        assert wrong[1] == pytest.approx(right[1] + np.tensordot(J, right[0], axes=1))

    def test_remarks_on_the_wrong_letters_hold(self, names):
        p, X = MOVED.cases[0].make(np.random.default_rng(11))

        def differs(p, rows):
            right, wrong = names["total_dh_dW"](p, X)[:rows], names["dh_dW_buggy"](p, X)[:rows]
            return numeric.relative_error(right, wrong) > 1e-3

        assert differs(p, 2)  # A: for T = 2 the order can't matter, and it is wrong there
        off = ~np.eye(4, dtype=bool)
        assert names["dh_dW_buggy"](p, X)[1][off].any()  # B: earlier uses show off the diagonal
        assert differs({**p, "W": p["W"] + p["W"].T}, 6)  # C
        tiny = {**p, "U": 1e-7 * p["U"], "b": 1e-7 * p["b"], "h0": 1e-7 * p["h0"]}
        assert differs(tiny, 6)  # D
