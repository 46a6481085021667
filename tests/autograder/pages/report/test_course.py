"""The course's page: all assignments, and each student's way through them."""

import csv

import nbformat
import pytest

from autograder.grading import grade_assignment
from autograder.pages.report import write_course_report, write_report
from autograder.record.gradebook import open_gradebook

pytestmark = [pytest.mark.usefixtures("warm"), pytest.mark.xdist_group("sample-course")]


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_two_assignments(small, raw, cli):
    cli("--course", small.root, "release", "ch02-later")
    for name, word in (("ch01-tiny", "yes"), ("ch02-later", "no")):
        notebook = nbformat.read(small.course.release(name), 4)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == "ex-1-2-solution":
                cell.source = f"word = {word!r}"
        for student in ("ada", "=<b>ben"):
            folder = small.course.submitted(student, name)
            if (student, name) != ("=<b>ben", "ch02-later"):
                folder.mkdir(parents=True)
                (folder / f"{name}.ipynb").write_bytes(raw(notebook))
        grade_assignment(small.course, name)
    with open_gradebook(small.course) as gradebook:
        gradebook.update_or_create_student("ada", first_name="Ada", last_name="<i>Lovelace")
        gradebook.update_or_create_student("zoe")
    assert "<p>Nothing handed in: zoe.</p>" in write_report(small.course, "ch01-tiny").read_text()
    path = write_course_report(small.course)
    page = path.read_text()
    assert path == small.root / "reports" / "index.html"
    assert '<a href="ch01-tiny.html">Tiny</a>' in page
    assert '<th scope="row">Later</th>' in page  # it has no report yet
    assert "Ada &lt;i&gt;Lovelace" in page
    assert "<b>" not in page
    assert page.count("<script") == 1
    assert "ch01-tiny: median 25 per cent, middle half from 25 to 25" in page
    columns = ("student", "ch01-tiny", "ch02-later", "score", "not_handed_in")
    students = rows(path.with_name("index-students.csv"))
    assert [tuple(row[name] for name in columns) for row in students] == [
        ("'=<b>ben", "1.0", "", "1.0", "1"), ("ada", "1.0", "0.0", "1.0", "0"), ("zoe", "", "", "0", "2"),
    ]  # fmt: skip
    assignments = rows(path.with_name("index-assignments.csv"))
    assert [(row["assignment"], row["hand_ins"], row["mean"]) for row in assignments] == [
        ("ch01-tiny", "2", "1.0"), ("ch02-later", "1", "0.0"),
    ]  # fmt: skip


def test_nothing_graded_yet(small):
    assert "Nothing has been graded yet." in write_course_report(small.course).read_text()


def test_the_command_writes_both(small, cli):
    small.hand_in("ada", {})
    grade_assignment(small.course, "ch01-tiny")
    said = cli("--course", small.root, "report").output.splitlines()
    reports = small.root / "reports"
    assert said == [f"ch01-tiny: {reports / 'ch01-tiny.html'}", f"all assignments: {reports / 'index.html'}"]
    assert (
        '{"assignment": null, "report": '
        in cli("--course", small.root, "report", "ch01-tiny", "--json").stdout
    )
