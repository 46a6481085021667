"""The assignment of chapter 7: its cells, its model solutions, its written answer, its stubs, what it gives away."""

import re
from pathlib import Path

import numpy as np
import pytest

import solutions
from autograder.assignment.notebook import source_notebook, student_notebook
from autograder.assignment.page import exercise_page
from autograder.assignment.source import read_source
from autograder.judge import DirectStudent, judge
from solutions.exercises.ch05 import MIMO
from solutions.exercises.ch07 import ANY_LOSS, ASSIGNMENT, CHAINS, EXERCISES, LAYERS, SKIPS
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import AnswerTask, FunctionTask, WrittenTask
from solutions.reference.general import outputs_of

ROLES = ["statement", "solution", "check", "written", "explanation"]
ANSWERS = (
    '"delta2[t]", "delta1[t+1]"',
    "frozenset({1, 2, 3, 4, 5})",
    "y * (dY - np.sum",
    "W_{hm}^\\top \\delta^h_{t+1}",
    'p["Wmh"].T',
    "S.T @",
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
    assert header["chapter"] == "book/07-any-graph"


def test_every_exercise_has_its_cells_in_order(cells):
    ids = list(dict.fromkeys(c.metadata["exercise"] for c in cells if "exercise" in c.metadata))
    assert ids == list(EXERCISES)
    for exercise in EXERCISES.values():
        roles = [c.metadata["role"] for c in cells if c.metadata.get("exercise") == exercise.id]
        assert roles == [role for role in ROLES if role != "written" or exercise.written]


def test_headings_sections_and_checks_are_those_of_the_exercises(cells):
    for exercise in EXERCISES.values():
        statement = text(cells, exercise.id, "statement")
        assert statement.startswith(f"## {exercise.id} {exercise.title}\n")
        assert re.search(rf"Sections? .*{re.escape(exercise.section)}", statement)
        names = ", ".join(task.name for task in exercise.tasks if not isinstance(task, WrittenTask))
        assert text(cells, exercise.id, "check") == f'check("{exercise.id}", {names})'
    assert "29 points" in cells[1].source
    assert "a person marks its 4 points" in cells[1].source


def test_points_in_the_tables_are_those_of_the_parts(cells):
    for exercise in ("7.1", "7.2", "7.3", "7.4"):
        found = {}
        for row, points in re.findall(
            r"^\| (`.+`) \| ([\d.]+)(?: each)? \|$", text(cells, exercise, "statement"), re.MULTILINE
        ):
            found |= dict.fromkeys(re.findall(r"`(\w+)`", row), float(points))
        assert found == {part.name: part.points for part in EXERCISES[exercise].parts}


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
        text for criterion in EXERCISES["7.7"].written.rubric for text in (criterion.full, criterion.half)
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


def test_the_written_answer_and_the_check_without_points(source, released):
    cells = {cell.id: cell for cell in source_notebook(source).cells}
    assert cells["ex-7-7-written"].metadata.nbgrader.points == 4
    assert cells["ex-7-7-check"].metadata.nbgrader.points == 0
    assert "Marking 7.7 by hand, 4 points." in cells["ex-7-7-rubric"].source
    written = next(cell for cell in released if cell.id == "ex-7-7-written")
    assert written.source == "**Derivation.**\n\nYOUR ANSWER HERE"


def test_what_is_looked_for_is_announced_with_its_points(cells):
    announced = re.findall(r"^- .*\((\d) points?\)[;.]$", text(cells, "7.7", "statement"), re.MULTILINE)
    assert [int(points) for points in announced] == 4 * [1]


def test_the_table_of_arrows_names_every_weight_with_its_shape(cells, names):
    statement = text(cells, "7.7", "statement")
    shapes = dict(re.findall(r"`(\w+)` \$(\([^)]*\))\$", statement))
    assert set(shapes) == {part.name[1:] for part in EXERCISES["7.7"].parts}
    for name, shape in shapes.items():
        assert shape in names["bptt_follower"].__doc__, name


# Hints


def test_7_1_without_recurrence_every_step_is_a_layered_network(names):
    p, X, Tau = LAYERS.cases[0].make(np.random.default_rng(11))
    p = {**p, "W1": np.zeros_like(p["W1"]), "W2": np.zeros_like(p["W2"])}
    whole = names["bptt_stacked"](p, X, Tau)
    each = [names["bptt_stacked"](p, X[t : t + 1], Tau[t : t + 1]) for t in range(len(X))]
    for name in ("dU1", "dU2", "db1", "db2", "dV", "dc"):
        assert whole[name] == pytest.approx(sum(g[name] for g in each))
    assert not whole["dh1_0"].any()


def test_7_2_turned_round_the_chains_change_places(names):
    p, X, Tau = CHAINS.cases[1].make(np.random.default_rng(11))
    p = {**p, "Ub": p["U"], "Wb": p["W"], "bb": p["b"], "hb0": p["h0"], "Vb": p["V"]}
    g = names["bptt_bidirectional"](p, X, Tau)
    turned = names["bptt_bidirectional"](p, X[::-1], Tau[::-1])
    for one, other in (("dU", "dUb"), ("dW", "dWb"), ("db", "dbb"), ("dh0", "dhb0"), ("dV", "dVb")):
        assert g[one] == pytest.approx(turned[other])
        assert g[other] == pytest.approx(turned[one])


def test_7_3_two_arrows_side_by_side(names):
    p, S, _, X, Tau = SKIPS.cases[0].make(np.random.default_rng(11))
    g = names["bptt_skip"](p, S, 1, X, Tau)
    assert g["dS"] == pytest.approx(g["dW"])


def test_7_4_constant_rows_and_cross_entropy(names):
    p, X, Tau = MIMO.cases[0].make(np.random.default_rng(11))
    rows = np.repeat(np.arange(1.0, 7.0)[:, None], 5, axis=1)
    assert np.abs(names["bptt_from_dy"](p, X, rows)["eps"]).max() < 1e-14
    g = names["bptt_from_dy"](p, X, -Tau / outputs_of(p, X)["y"])
    for name, array in MIMO.reference(p, X, Tau).items():
        assert g[name] == pytest.approx(array)
    assert {part.name for part in ANY_LOSS.parts} == set(g)


def test_7_5_drawings_are_as_wide_as_they_look(cells):
    drawings = re.findall(r"```text\n(.*?)```", text(cells, "7.5", "statement"), re.DOTALL)
    assert len(drawings) == 3
    skip = drawings[2].splitlines()
    middle = skip[2]
    at = {name: middle.index(f"h[{name}]") for name in ("t-2", "t-1", "t", "t+1", "t+2")}

    def under(column):
        return next(name for name, start in at.items() if start <= column < start + len(f"h[{name}]"))

    heads = [under(column) for column, sign in enumerate(skip[1]) if sign == "v"]
    tails = [under(column) for column, sign in enumerate(skip[1]) if sign == "|"]
    assert list(zip(tails, heads, strict=True)) == [("t-2", "t"), ("t", "t+2")]
    assert (under(skip[3].index("|")), under(skip[3].index("^"))) == ("t-1", "t+1")
