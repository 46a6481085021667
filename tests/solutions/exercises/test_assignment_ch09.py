"""The assignment of chapter 9: its symptoms, its given function, and the numbers of its runs."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from solutions.exercises.ch09_answers import SYMPTOMS

NAME = "ch09-remedies"
BOOK = Path(__file__).parents[3] / "book"
pytestmark = pytest.mark.xdist_group(NAME)


def test_symptoms_are_all_listed(text):
    symptoms = re.findall(r'^\| `"([a-z]+)"` \|', text("9.5", "statement"), re.MULTILINE)
    assert tuple(symptoms) == SYMPTOMS


def test_the_given_function_has_the_one_mistake_and_no_other(names):
    """What the remarks on the other letters say about it."""
    clip = names["clip_buggy"]
    assert clip({"dU": np.array([3.0, 4.0])}, 1.0)["dU"] == pytest.approx([0.6, 0.8])
    small = np.array([0.3, 0.4])
    assert clip({"dU": small}, 1.0)["dU"] == pytest.approx([0.3, 0.4])
    assert small.tolist() == [0.3, 0.4]
    assert clip({"dU": np.zeros(2)}, 1.0)["dU"].tolist() == [0, 0]
    both = clip({"dU": np.array([3.0, 4.0]), "dW": np.array([2.0])}, 1.0)
    assert np.hypot(np.linalg.norm(both["dU"]), np.linalg.norm(both["dW"])) > 1


def test_the_table_of_runs_is_that_of_the_figure(text):
    """All numbers of the statement and of the model reading, from the runs themselves."""
    sys.path.insert(0, str(BOOK))
    from figures.remedies import ROWS, three_runs

    statement, reading = text("9.7", "statement"), text("9.7", "written")
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
