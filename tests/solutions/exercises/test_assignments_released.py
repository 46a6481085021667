"""Every assignment of the course as students get it: its stubs, its graded cells, and what it gives away."""

import math
import re

import pytest

from solutions.course import ASSIGNMENTS
from solutions.model import AnswerTask, FunctionTask

# What would give an answer away.
SECRETS = {
    "ch00-notation": ('"U": (4, 3)', "(5, 4)"),
    "ch01-order": ('frozenset({"letter"', '"throw": "SISO"', "raise ValueError"),
    "ch02-paths": ('bug_2_4 = "', 'frozenset({"softmax', "[1e-5, 1e-12, 1e-1]", "2.6e-12"),
    "ch03-mlp-delta-rule": ('bug_3_4 = "', "0.01766", 'ans_3_6 = "'),
    "ch04-rnn-forward": ('bug_4_6 = "', "(57, 57)", "0.9, -0.9}, {1.0}", "0.155"),
    "ch05-bptt-unrolled": ('bug_5_8 = "', 'bug_5_9 = "', 'frozenset({"S', "(1, 5, 1)", "1.2e-7"),
    "ch06-homework-dE-dU": (
        'bug_6_8 = "',
        'ans_6_7 = "',
        "(4, 6, 21)",
        "deltas.T @ X",
        '"D_1", "WT", "D_2"',
        "The sums change places",
    ),
    "ch07-any-graph": (
        '"delta2[t]", "delta1[t+1]"',
        "frozenset({1, 2, 3, 4, 5})",
        "y * (dY - np.sum",
        "W_{hm}^\\top \\delta^h_{t+1}",
        'p["Wmh"].T',
        "S.T @",
    ),
    "ch08-vanish-explode": (
        'bug_8_5 = "',
        "(0.25, 1.0",
        "(True, 9)",
        '"relu 1.0", "tanh 1.0", "sigmoid',
        "matrix_power",
    ),
    "ch09-remedies": ('bug_9_6 = "', "26.67", '"jumps": "A"', "np.linalg.qr", "g/\\sqrt d"),
    "ch10-lstm": ("ans_10_3 = 4", "f * c + i * g", "dc * g * i", "1 - shown**2"),
    "ch11-attention": ("(22, 0)", "e.max()", "a @ da", "recurrent factors"),
    "ch12-capstones": (
        'ans_12_1 = "',
        "np.log(3)",
        "(False, 19)",
        "cell_run",
        "chain_back",
        "def backward",
    ),
}


@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in ASSIGNMENTS])
def assignment(assignments, request):
    return assignments[request.param]


def test_stubs_earn_nothing_and_say_why(assignment, verdict):
    names, out, err = assignment.unsolved
    assert err == ""
    assert out.count("is not written yet") == len(assignment.tasks(FunctionTask))
    assert out.count("it is still None") == len(assignment.tasks(AnswerTask))
    for exercise in assignment.exercises:
        found = verdict(exercise.id, names)
        assert found.score == 0
        assert bool(found.messages) == bool(exercise.parts)


def test_released_notebook_and_page_give_no_answer_away(assignment):
    whole = "\n".join(cell.source for cell in assignment.cells)
    assert "SOLUTION" not in assignment.shown
    for exercise in assignment.exercises:
        assert assignment.text(exercise.id, "explanation") not in assignment.shown
        roles = [
            role for role, asked in (("solution", exercise.parts), ("written", exercise.written)) if asked
        ]
        solved = "\n".join(assignment.text(exercise.id, role) for role in roles)
        solutions = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", solved, re.DOTALL)
        assert len(solutions) == len(exercise.tasks)
        assert not [solution for solution in solutions if solution.strip() in assignment.shown]
    for secret in SECRETS[assignment.name]:
        assert secret not in assignment.shown
        assert secret in whole


def test_graded_cells_are_locked_and_carry_the_points(assignment):
    cells = [cell for cell in assignment.released if cell.metadata.get("nbgrader", {}).get("grade")]
    wanted = []
    for exercise in assignment.exercises:
        stem = f"ex-{exercise.id.replace('.', '-')}"
        wanted += [(f"{stem}-check", exercise.judged, True)] if exercise.parts else []
        wanted += [(f"{stem}-written", exercise.by_hand, False)] if exercise.written else []
    found = [(cell.id, cell.metadata.nbgrader.points, cell.metadata.nbgrader.locked) for cell in cells]
    assert found == wanted
    total = math.fsum(exercise.points for exercise in assignment.exercises)
    assert math.fsum(points for _, points, _ in found) == total
