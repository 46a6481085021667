"""What the README and the guides tell an instructor to type is typed, in order, and does what they say."""

import ast
import csv
import json
import re
import sys
import zipfile

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.assignment.notebook import student_notebook
from autograder.cli import main
from autograder.course import Course
from autograder.loader import load_catalogue

pytestmark = pytest.mark.xdist_group("guide")

NAME = "ch06-homework-dE-dU"
GUIDE = "book/guide-instructor.md"
OWN, MACHINES, OPERATIONS = (f"book/guide-{name}.md" for name in ("own-exercises", "machines", "operations"))
ALL = ("README.md", GUIDE, OWN, MACHINES, OPERATIONS)
PEOPLE = {"ada": "Ada Lovelace", "ben": "Ben Bitdiddle", "emmy": "Emmy Noether"}


def of_platforms(home):
    """What an instructor has before: a roster, Moodle's zip and worksheet, Canvas's gradebook."""
    downloads = home / "downloads"
    downloads.mkdir()
    rows = [
        (who, *name.split(), f"{who}@example.org", 501 + at) for at, (who, name) in enumerate(PEOPLE.items())
    ]
    roster = [("id", "first_name", "last_name", "email"), *(row[:4] for row in rows)]
    sheet = [
        (
            "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade", "Grade can be changed",
            "Last modified (submission)", "Last modified (grade)", "Feedback comments",
        )
    ]  # fmt: skip
    for _, first, last, email, number in rows:
        when = "Friday, 20 February 2026, 3:15 PM"
        sheet.append(
            (f"Participant {number}", f"{first} {last}", email, "", "", "39.00", "Yes", when, "-", "")
        )
    canvas = [("Student", "ID", "SIS Login ID", "Section", f"{NAME} (1234)")]
    canvas += [("    Points Possible", "", "", "", 39)]
    canvas += [(f"{last}, {first}", number, who, "All", "") for who, first, last, _, number in rows]
    tables = {
        home / "students.csv": roster,
        downloads / "worksheet.csv": sheet,
        downloads / "canvas.csv": canvas,
    }
    for path, table in tables.items():
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(table)
    with zipfile.ZipFile(downloads / "submissions.zip", "w") as archive:
        for _, first, last, _, number in rows:
            archive.writestr(f"{first} {last}_{number}_assignsubmission_file/{NAME}.ipynb", answered())


def answered(text="My derivation."):
    """A hand-in with a text and no function."""
    notebook = student_notebook(load_catalogue().source(NAME))
    (cell,) = (cell for cell in notebook.cells if cell.id == "ex-6-3-written")
    cell.source = text
    return nbformat.writes(notebook)


def at_the_exchange(walk, line):
    """What administrator and students do before the instructor uses the exchange."""
    if not line.startswith("nbgrader release_assignment"):
        return
    root = walk.home / "srv" / "exchange"
    root.mkdir(parents=True)
    root.chmod(0o777)
    with (walk.cwd / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.Exchange.root = {str(root)!r}\n")
    folder = root / "my-course" / "inbound" / f"ada+{NAME}+2026-02-21 10:00:00 UTC+a1b2c3d4e5f6"
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_text(answered("My derivation, with more words."))
    (folder / "timestamp.txt").write_text("2026-02-21 10:00:00 UTC")
    (folder / "submission_secret.txt").write_text("a secret of nbgrader's")


def grades(root):
    with (root / "exports" / "grades.csv").open(newline="") as file:
        return {(row["student"], row["assignment"]): row for row in csv.DictReader(file)}


def test_the_readme_and_then_the_guides_in_order(walk):
    of_platforms(walk.home)
    walk.read("README.md")
    root = walk.cwd
    assert {student for student, _ in grades(root)} == set(PEOPLE)
    # What is there already stays as it is, so the guide's first page may begin anew in the same place; an export with
    # other grades is not replaced.
    (root / "exports").rename(root / "exports-before")
    walk.go(walk.home)
    walk.read(GUIDE)
    assert walk.cwd == root
    for made in (
        f"release/{NAME}/{NAME}.ipynb", f"bundles/{NAME}.zip", "bundles/my-course.zip", "reports/index.html",
        f"reports/{NAME}.html", f"feedback/ada/{NAME}/{NAME}.html", f"handback/{NAME}-moodle.zip",
        f"exports/moodle-{NAME}.csv", "exports/canvas.csv", ".autograder-secret",
    ):  # fmt: skip
        assert (root / made).is_file(), made
    assert len(list((root / "collected" / NAME).glob("*/*/"))) == len(PEOPLE)
    walk.read(MACHINES, at_the_exchange)
    assert "more words" in (root / "submitted" / "ada" / NAME / f"{NAME}.ipynb").read_text()
    exchange = walk.home / "srv" / "exchange" / "my-course"
    assert (exchange / "outbound" / NAME / f"{NAME}.ipynb").is_file()
    assert len(list((exchange / "feedback").iterdir())) == 1
    walk.read(OPERATIONS)
    assert (walk.home / "my-course.tar.gz").stat().st_size > 0
    new = walk.home / "my-course-2027"
    assert Course.open(new).secret != Course.open(root).secret


def ordinary(answer):
    """A notebook as nbgrader knows them, with this answer and a test."""
    cells = [new_code_cell(answer, id="double"), new_code_cell("assert double(3) == 6", id="test-double")]
    for cell in cells:
        tests = cell.id.startswith("test")
        cell.metadata["nbgrader"] = {
            "schema_version": 3, "grade_id": cell.id, "grade": tests, "solution": not tests, "locked": tests,
            "task": False, **({"points": 2} if tests else {}),
        }  # fmt: skip
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def an_ordinary_one(walk):
    """An assignment of nbgrader's, and what one student makes of it."""
    solution = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
    for folder, answer in {
        walk.cwd / "source" / "hw1": solution,
        walk.home / "handed-in-hw1" / "ada": "def double(x):\n    return x + x",
    }.items():
        folder.mkdir(parents=True)
        nbformat.write(ordinary(answer), folder / "p1.ipynb")


def hand_in_filters(walk, line):
    """Two students, one of whom turns the filter round."""
    if line == "autograder release hw1":
        an_ordinary_one(walk)
    if not line.startswith("autograder collect ../handed-in "):
        return
    notebook = nbformat.read(walk.cwd / "release" / "ex01-filters" / "ex01-filters.ipynb", 4)
    cells = {cell.id: cell for cell in notebook.cells}
    cells["ex-1-2-solution"].source = "delay = 2"
    for student, weights in {"ada": "w", "ben": "w[::-1]"}.items():
        cells["ex-1-1-solution"].source = (
            "import numpy as np\ndef filtered(x, w):\n"
            f"    return {{'y': np.convolve(x, {weights})[:len(x)], 'gain': w.sum()}}"
        )
        folder = walk.home / "handed-in" / student
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / "ex01-filters.ipynb")


def test_own_exercises(walk, pages, monkeypatch):
    for name, text in pages.files(OWN).items():
        path = walk.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    walk.read(OWN, hand_in_filters)
    found = {student: float(row["score"]) for (student, _), row in grades(walk.cwd).items()}
    assert found == {"ada": 5, "ben": 2}
    graded = json.loads((walk.cwd / "verdicts" / "hw1" / "ada.json").read_text())
    assert (graded["score"], graded["max_score"]) == (2, 2)
    verdict = json.loads((walk.cwd / "verdicts" / "ex01-filters" / "ben.json").read_text())
    assert verdict["exercises"][0]["misconceptions"] == ["flipped"]
    monkeypatch.delitem(sys.modules, "signals.course")
    monkeypatch.delitem(sys.modules, "signals")


@pytest.mark.parametrize("name", ALL)
def test_settings_and_programs_on_the_pages_are_right(pages, name):
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange.default import Exchange
    from nbgrader.preprocessors import AssignLatePenalties

    from autograder.course import Grading
    from autograder.record.late import PerDayPenalty

    known = {
        each.__name__: each.class_traits(config=True)
        for each in (Grading, PerDayPenalty, AssignLatePenalties, CourseDirectory, Exchange)
    }
    text = pages.page(name)
    for block in re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        ast.parse(block)
    for owner, setting in re.findall(r"\bc\.([A-Z]\w+)\.(\w+)", text):
        assert setting in known[owner], f"{name}: c.{owner}.{setting}"


@pytest.mark.parametrize("name", ALL)
def test_inline_commands_and_options_exist(pages, name):
    for span in re.findall(r"`([^`\n]+)`", pages.page(name)):
        words = span.split()
        if words[0] == "autograder" and len(words) > 1 and words[1][0] != "-":
            command = main.get_command(None, words[1])
            assert command, span
            options = {"--help"} | {option for each in command.params for option in each.opts}
            assert {word for word in words[2:] if word.startswith("--")} <= options, span


def test_every_command_is_used_and_has_its_section(pages):
    lines = [line for name in ALL for line in pages.command_lines(name)]
    reference = pages.page("book/guide-commands.md")
    for command in main.lazy:
        assert any(re.search(rf"\bautograder {command}\b", line) for line in lines), command
        assert f"\n## {command}\n\n```{{command}} {command}\n```\n" in reference
