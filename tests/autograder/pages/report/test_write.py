"""The report: scores, exercises, misconceptions and who needs a look, and the same numbers as a table file."""

import base64
import csv
import hashlib
import json
import re

import nbformat
import pytest

from autograder.errors import UsageError
from autograder.grading import grade_assignment
from autograder.pages.feedback import write_feedback
from autograder.pages.report import write_report
from autograder.record.gradebook import open_gradebook

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
    assert "<td>1.2</td><td>ben, cleo</td></tr>" in page
    assert "To teach again: section 1.2 (2 students)" in page
    assert "<code>twice</code> 1" in page
    assert "mean 2.3, median 3, middle half from 1.5 to 3.5, all from 0 to 4 points" in page
    assert "There is no due date to compare with." in page
    first = dict(list(rows[1].items())[:7])
    assert first == {
        "student": "ben", "score": "3.0", "max_score": "4.0", "late_penalty": "0.0", "1.1": "3.0", "1.2": "0.0",
        "misconceptions": "negation",
    }  # fmt: skip
    assert [row["student"] for row in rows] == ["ada", "ben", "cleo"]


def test_a_table_file_beside_each_picture(small, hand_in, report):
    hand_in("ada")
    hand_in("ben", word="'no'")
    with open_gradebook(small.course) as gradebook:
        gradebook.update_or_create_assignment("ch01-tiny", duedate="2026-03-01 12:00:00 UTC")
    for student, time in (("ada", "2026-02-27 12:00:00 UTC"), ("ben", "2026-03-01 18:00:00 UTC")):
        (small.course.submitted(student, "ch01-tiny") / "timestamp.txt").write_text(time)
    page, rows = report()

    def sheet(name):
        with (small.root / "reports" / f"ch01-tiny-{name}.csv").open(newline="") as file:
            assert f'href="ch01-tiny-{name}.csv"' in page
            return list(csv.DictReader(file))

    assert [(row["per_cent"], row["hand_ins"]) for row in sheet("scores") if row["hand_ins"] != "0"] == [
        ("70-80", "1"), ("90-100", "1"),
    ]  # fmt: skip
    assert [(row["exercise"], row["none"], row["all"]) for row in sheet("exercises")] == [
        ("1.1", "0", "2"), ("1.2", "1", "1"),
    ]  # fmt: skip
    assert ("1.2", "word", "1", "0", "1") in [tuple(row.values()) for row in sheet("parts")]
    assert [(row["misconception"], row["who"]) for row in sheet("misconceptions")] == [("negation", "ben")]
    assert [(row["before_due"], row["hand_ins"]) for row in sheet("times") if row["hand_ins"] != "0"] == [
        ("1 to 3 days early", "1"), ("up to a day late", "1"),
    ]  # fmt: skip
    assert [row["seconds_before_due"] for row in rows] == ["172800.0", "-21600.0"]
    assert "6 hours late" in page
    assert page.count('<svg width="420"') == 3
    assert (
        len(re.findall("<svg[^>]*>", page))
        == len(re.findall('<svg[^>]* role="img" aria-label="[^"]+', page))
        == 7
    )


def test_every_hand_in_counts_for_the_times(small, hand_in, report):
    hand_in("ada")
    kept = small.course.collected("ada", "ch01-tiny")
    for name in (
        "2026-02-01T10-00-00.000000",
        "2026-02-03T11-00-00.000000",
        "2026-02-03T11-00-00.000000-002",
        "notes",
    ):
        (kept / name).mkdir(parents=True)
    (small.course.submitted("ada", "ch01-tiny") / "timestamp.txt").write_text("2026-02-03 11:00:00 UTC")
    page, rows = report()
    assert (rows[0]["hand_ins"], rows[0]["seconds_first_to_last"]) == ("2", "176400.0")
    assert ">2 days</td>" in page


def test_who_needs_a_look(small, hand_in, report):
    hand_in("ada")
    small.hand_in("eve", {NAME: b"{"})
    small.hand_in(
        "max", {"Untitled.ipynb": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'}
    )
    page, _ = report()
    looks = page.partition("Who needs a look</h2>")[2].partition("</table>")[0]
    assert '<th scope="row">eve</th><td>not graded</td><td>ch01-tiny.ipynb is damaged' in looks
    assert '<th scope="row">max</th><td>mended</td><td>Your file was called Untitled.ipynb' in looks
    assert '<th scope="row">max</th><td>released cells</td>' in looks
    assert "ada" not in looks


def test_feedback_is_linked_where_there_is_one(small, hand_in, report):
    hand_in("ada b")
    assert "../feedback" not in report()[0]
    write_feedback(small.course, "ch01-tiny")
    assert 'href="../feedback/ada%20b/ch01-tiny/ch01-tiny.html"' in report()[0]


def test_one_script_which_is_ours(hand_in, report):
    hand_in("ada")
    page, _ = report()
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert "unsafe" not in page
    assert page.count("<script") == 1


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
    assert page.count("<script") == 1  # ours
    assert "<img" not in page
    assert "default-src 'none'" in page
    assert {row["student"] for row in rows} == {"<script>alert(1)<b>", '"><img src=x onerror=alert(1)>'}


def test_names_with_commas_and_quotes_stay_in_their_column(hand_in, report):
    hand_in('Doe, "Jo"')
    _, rows = report()
    assert rows[0]["student"] == 'Doe, "Jo"'
    assert rows[0]["score"] == "4.0"


def test_grading_without_walls_is_said(small, hand_in, report):
    """Of those that were graded so, whatever the course's setting is now."""
    hand_in("ada")
    hand_in("ben")
    assert "without walls" not in report()[0]
    grade_assignment(small.course, "ch01-tiny", students=["ada"], force=True, sandbox="none")
    assert (
        "1 of these hand-ins was graded with <code>sandbox none</code>: student code ran without walls"
        in (report()[0])
    )


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


@pytest.mark.parametrize(
    "data", [b"{", b"[1]", b'{"cells": 3}', b'{"cells": [3]}', b"[" * 100_000, b"\xff", b""], ids=range(7)
)
def test_a_hand_in_that_came_since_may_be_anything(small, hand_in, report, data):
    hand_in("ada")
    report()
    small.hand_in("ada", {NAME: data})
    assert "<p>Nobody.</p>" in write_report(small.course, "ch01-tiny").read_text()


def test_doubled_cells_are_told(small, raw, report):
    notebook = nbformat.read(small.course.release("ch01-tiny"), 4)
    (double,) = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "ex-1-1-solution"
    ]
    notebook.cells.append(nbformat.from_dict({**double, "id": "again"}))
    small.hand_in("ada", {NAME: raw(notebook)})
    assert "More than once in the file: ex-1-1-solution." in report()[0]
