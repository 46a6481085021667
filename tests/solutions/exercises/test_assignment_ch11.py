"""The assignment of chapter 11: its cells, its model solutions, its written answer, its stubs, what it gives away."""

import re
from pathlib import Path

import numpy as np
import pytest

import solutions
from autograder.assignment.notebook import source_notebook, student_notebook
from autograder.assignment.page import exercise_page
from autograder.assignment.source import read_source
from autograder.judge import DirectStudent, judge
from solutions.exercises.ch11 import ASSIGNMENT, EXERCISES
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import AnswerTask, FunctionTask
from solutions.reference.attention import bilinear_scores, mix, mix_backward
from solutions.reference.jacobians import step_jacobian
from solutions.reference.roads import by_the_joint, direct_term
from solutions.reference.seq2seq import seq2seq_bptt, seq2seq_forward
from solutions.reference.verification.attention import SIZES, encoder_decoder

JUDGED = [exercise for exercise in EXERCISES.values() if exercise.parts]


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
    assert header["chapter"] == "book/11-attention"


def test_every_exercise_has_its_cells_in_order(cells):
    ids = list(dict.fromkeys(c.metadata["exercise"] for c in cells if "exercise" in c.metadata))
    assert ids == list(EXERCISES)
    for exercise in EXERCISES.values():
        roles = [c.metadata["role"] for c in cells if c.metadata.get("exercise") == exercise.id]
        middle = ["solution", "check"] if exercise.parts else ["written"]
        assert roles == ["statement", *middle, "explanation"]


def test_headings_sections_and_checks_are_those_of_the_exercises(cells):
    for exercise in EXERCISES.values():
        statement = text(cells, exercise.id, "statement")
        assert statement.startswith(f"## {exercise.id} {exercise.title}\n")
        assert f"Section {exercise.section}." in statement
    for exercise in JUDGED:
        names = ", ".join(task.name for task in exercise.tasks)
        assert text(cells, exercise.id, "check") == f'check("{exercise.id}", {names})'
    assert "13 points" in cells[1].source
    assert "A person marks its 4 points" in cells[1].source


def test_parts_in_the_tables_are_the_parts(cells):
    for exercise in JUDGED:
        rows = re.findall(
            r"^\| `(\w+)` \| .+ \| ([\d.]+) \|$", text(cells, exercise.id, "statement"), re.MULTILINE
        )
        assert [(part, float(points)) for part, points in rows] == [
            (part.name, part.points) for part in exercise.parts
        ]


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
    for exercise in JUDGED:
        verdict = judge(exercise, DirectStudent(found, found), b"for tests", MISCONCEPTIONS)
        assert verdict.score == 0
        assert verdict.messages


def test_released_notebook_and_page_give_no_answer_away(cells, released, source):
    everything = "\n".join(cell.source for cell in released) + exercise_page(source)
    assert "SOLUTION" not in everything
    rubric = [
        text for criterion in EXERCISES["11.4"].written.rubric for text in (criterion.full, criterion.half)
    ]
    assert not [text for text in rubric if text in everything]
    for exercise in EXERCISES.values():
        assert text(cells, exercise.id, "explanation") not in everything
    solved = [cell.source for cell in cells if cell.metadata.get("role") in {"solution", "written"}]
    for solution in solved:
        for inner in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", solution, re.DOTALL):
            assert inner.strip() not in everything
    for answer in ("(22, 0)", "e.max()", "a @ da", "recurrent factors"):
        assert answer not in everything
        assert answer in "\n".join(cell.source for cell in cells)


class TestWrittenAnswer:
    def test_its_cell_has_the_points_of_the_rubric(self, source):
        cells = {cell.id: cell for cell in source_notebook(source).cells}
        assert cells["ex-11-4-written"].metadata.nbgrader.points == 4
        assert "Marking 11.4 by hand, 4 points." in cells["ex-11-4-rubric"].source
        assert "ex-11-4-check" not in cells

    def test_the_student_meets_a_heading_and_room(self, released):
        written = next(cell for cell in released if cell.id == "ex-11-4-written")
        assert written.source == "**Why attention helps.**\n\nYOUR ANSWER HERE"

    def test_what_is_looked_for_is_announced_with_the_points_of_the_rubric(self, cells):
        announced = re.findall(r"^- .*\((\d) point\)[;.]$", text(cells, "11.4", "statement"), re.MULTILINE)
        assert [float(points) for points in announced] == [c.points for c in EXERCISES["11.4"].written.rubric]

    @pytest.mark.parametrize("name", ["none", "bilinear"])
    def test_the_model_answer_s_formulas_hold(self, name):
        """With losses at step 3 alone, all roads together are the derivative by the first input."""
        problem = encoder_decoder(11, {**SIZES, "T": 3}, name)
        p, X, inputs, Tau = problem.p, problem.p["X"], problem.p["inputs"], problem.arguments["Tau"]
        run = seq2seq_forward(p, X, inputs, name)
        y = np.exp(run["o"] - run["o"].max(axis=1, keepdims=True))
        y /= y.sum(axis=1, keepdims=True)
        # Targets equal to the outputs: no loss at steps 1 and 2.
        targets = np.vstack([y[:2], Tau[2:]])
        g = seq2seq_bptt(p, X, inputs, targets, "softmax-ce", name)
        eps = y[2] - Tau[2]
        s, H, ds = run["s"][3], run["h"][1:], p["Vs"].T @ eps
        direct = np.zeros_like(H)
        if name != "none":
            dkappa = p["Vc"].T @ eps
            _, alpha = mix(bilinear_scores(p, s, H), H)
            de, _ = mix_backward(alpha, H, dkappa)
            direct = direct_term(p, s, alpha, de, dkappa)
            ds = ds + p["A"] @ H.T @ de
        at_h1 = by_the_joint(p, run["zh"], run["zs"], ds, 1) + direct[0]
        for i in range(1, len(H)):
            over = np.eye(len(p["b"]))
            for j in range(1, i + 1):
                over = step_jacobian(p["W"], run["zh"][j]) @ over
            at_h1 = at_h1 + over.T @ direct[i]
        slopes = 1 - H[0] ** 2
        assert p["U"].T @ (slopes * at_h1) == pytest.approx(g["dX"][0], rel=1e-9, abs=1e-13)
