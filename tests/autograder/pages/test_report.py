"""The report: scores, exercises, misconceptions and who needs a look, and the same numbers as a table file."""

import csv
import json

import nbformat
import pytest

from autograder.errors import UsageError
from autograder.grading import grade_assignment
from autograder.pages.report import write_report

pytestmark = [pytest.mark.usefixtures("warm"), pytest.mark.xdist_group("sample-course")]

NAME = "ch01-tiny.ipynb"


@pytest.fixture
def hand_in(small, raw):
    def put(student, double="return {'twice': 2 * x, 'sum': x.sum()}", word="'yes'"):
        notebook = nbformat.read(small.course.release("ch01-tiny"), 4)
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name == "ex-1-1-solution":
                cell.source = f"def double(x):\n    {double}"
            if name == "ex-1-2-solution":
                cell.source = f"word = {word}"
        small.hand_in(student, {NAME: raw(notebook)})

    return put


@pytest.fixture
def report(small):
    """report() grades what there is and gives the page and the table's rows."""

    def make():
        grade_assignment(small.course, "ch01-tiny")
        path = write_report(small.course, "ch01-tiny")
        with path.with_suffix(".csv").open(newline="") as file:
            return path.read_text(), list(csv.DictReader(file))

    return make


def test_what_it_says(hand_in, report):
    hand_in("ada")
    hand_in("ben", word="'no'")
    hand_in("cleo", double="return {'twice': x / 2, 'sum': 0}", word="'no'")
    page, rows = report()
    assert "3 hand-ins, 4 points to earn; median 3." in page
    assert '<code>negation</code></th><td>Yes and no were exchanged.</td><td class="number">2</td>' in page
    assert "To teach again: section 1.2 (2 students)" in page
    assert "<code>twice</code> 1" in page
    assert rows[1] == {
        "student": "ben", "score": "3.0", "max_score": "4.0", "late_penalty": "0.0", "1.1": "3.0", "1.2": "0.0",
        "misconceptions": "negation",
    }  # fmt: skip
    assert [row["student"] for row in rows] == ["ada", "ben", "cleo"]


def test_who_needs_a_look(small, hand_in, report):
    hand_in("ada")
    small.hand_in("eve", {NAME: b"{"})
    small.hand_in(
        "max", {"Untitled.ipynb": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'}
    )
    page, _ = report()
    looks = page.partition("Who needs a look</h2>")[2].partition("</ul>")[0]
    assert "<strong>eve</strong>: ch01-tiny.ipynb is damaged" in looks
    assert "<strong>max</strong>: Your file was called Untitled.ipynb" in looks
    assert "ada" not in looks


def test_nobody_needs_a_look_and_nothing_was_named(hand_in, report):
    hand_in("ada")
    page, _ = report()
    assert "<p>Nobody.</p>" in page
    assert "<p>None was named.</p>" in page


def test_one_hand_in_of_zero_points(small, report):
    small.hand_in("eve", {})
    page, rows = report()
    assert "1 hand-ins, 4 points to earn; median 0." in page
    assert rows[0]["score"] == "0.0"


def test_names_are_no_markup(hand_in, report):
    hand_in("<script>alert(1)<b>")
    hand_in('"><img src=x onerror=alert(1)>')
    page, rows = report()
    assert "<script" not in page
    assert "<img" not in page
    assert "default-src 'none'" in page
    assert {row["student"] for row in rows} == {"<script>alert(1)<b>", '"><img src=x onerror=alert(1)>'}


def test_names_with_commas_and_quotes_stay_in_their_column(hand_in, report):
    hand_in('Doe, "Jo"')
    _, rows = report()
    assert rows[0]["student"] == 'Doe, "Jo"'
    assert rows[0]["score"] == "4.0"


def test_grading_without_walls_is_said(small, hand_in, report):
    hand_in("ada")
    assert "without walls" not in report()[0]
    config = small.root / "nbgrader_config.py"
    config.write_text(config.read_text() + '\nc.Grading.sandbox = "none"\n')
    assert "without walls" in report()[0]


def test_verdicts_of_another_set_of_exercises(small, hand_in, report):
    """One hand-in was graded before an exercise was added, another after: both are shown."""
    hand_in("ada")
    hand_in("ben", word="'no'")
    report()
    path = small.course.verdict("ben", "ch01-tiny")
    data = json.loads(path.read_text())
    data["exercises"] = data["exercises"][:1]
    path.write_text(json.dumps(data))
    page = write_report(small.course, "ch01-tiny").read_text()
    assert "1.1 Double" in page
    assert "1.2 Say yes" in page
    with (small.root / "reports" / "ch01-tiny.csv").open(newline="") as file:
        assert [row["1.2"] for row in csv.DictReader(file)] == ["1.0", ""]


def test_nothing_graded_yet(small):
    with pytest.raises(UsageError, match="No hand-in of ch01-tiny has been graded yet"):
        write_report(small.course, "ch01-tiny")
    assert not (small.root / "reports").exists()
