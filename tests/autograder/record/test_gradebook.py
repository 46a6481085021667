"""The gradebook: one writer, one transaction, and nothing that a person wrote is lost."""

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade
from sqlalchemy import event
from sqlalchemy.engine import Engine

from autograder import grading
from autograder.engine import grade
from autograder.errors import GradebookError, UnknownName
from autograder.grading import grade_assignment, read_paper
from autograder.read import Submission
from autograder.record.gradebook import open_gradebook
from autograder.record.ledger import Ledger
from autograder.record.marks import marks_of
from autograder.record.standings import standings

pytestmark = [pytest.mark.usefixtures("warm"), pytest.mark.xdist_group("sample-course")]

NAME = "ch01-tiny.ipynb"
DUE = datetime(2026, 3, 1, 12)


@pytest.fixture
def paper(small):
    return read_paper(small.course, "ch01-tiny")


@pytest.fixture
def result(paper, nursery, small):
    """result(student, word, time) is a judged hand-in, not yet written; 3 of 4 points, 4 with the word "yes"."""

    def make(student="ada", word="'no'", time="2026-02-01 10:00:00 UTC"):
        notebook = nbformat.read(small.course.release("ch01-tiny"), 4)
        answers = {
            "ex-1-1-solution": "def double(x): return {'twice': 2 * x, 'sum': x.sum()}",
            "ex-1-2-solution": f"word = {word}",
        }
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = answers.get(name, cell.source)
        return grade(Submission(student, "ch01-tiny", notebook), paper, nursery, time)

    return make


@pytest.fixture
def write(small):
    """write(graded, ...) saves one hand-in and commits; the penalty."""

    def put(graded, **how):
        with open_gradebook(small.course) as gradebook:
            penalty = save(gradebook, small.course, graded, **how)
            gradebook.db.commit()
        return penalty

    return put


@pytest.fixture
def mark(small):
    """mark(cell, **columns) is what a person writes into a grade, as formgrader stores it."""

    def change(cell, student="ada", **columns):
        with open_gradebook(small.course) as gradebook:
            grade = gradebook.find_grade(cell, "ch01-tiny", "ch01-tiny", student)
            for name, value in columns.items():
                setattr(grade, name, value)
            gradebook.db.commit()

    return change


def save(gradebook, course, graded, *, fresh=True):
    """Write one hand-in, without a commit."""
    marked = replace(graded, marks={name: marks_of(book) for name, book in graded.notebooks.items()})
    (penalty,) = Ledger(gradebook, course, graded.assignment).write([(marked, fresh)])
    return penalty


def row(small, cell, student="ada"):
    with open_gradebook(small.course) as gradebook:
        grade = gradebook.find_grade(cell, "ch01-tiny", "ch01-tiny", student)
        return {
            "auto": grade.auto_score, "manual": grade.manual_score, "extra": grade.extra_credit,
            "open": grade.needs_manual_grade, "score": grade.score,
        }  # fmt: skip


def test_rows_as_nbgrader_makes_them(small, result, write):
    write(result())
    with open_gradebook(small.course) as gradebook:
        submission = gradebook.find_submission("ch01-tiny", "ada")
        assert submission.timestamp == datetime(2026, 2, 1, 10)
        (notebook,) = submission.notebooks
        assert sorted(grade.name for grade in notebook.grades) == ["ex-1-1-check", "ex-1-2-check"]
        assert sorted(comment.name for comment in notebook.comments) == ["ex-1-1-solution", "ex-1-2-solution"]
        assert {grade.needs_manual_grade for grade in notebook.grades} == {False}
        assert notebook.late_submission_penalty is None
        assert (submission.score, submission.max_score) == (3.0, 4.0)


def test_scores_are_what_nbgrader_reads_from_the_notebook(result):
    for graded in (result(), result(word="'yes'")):
        cells = [
            cell
            for cell in graded.notebooks["ch01-tiny"].cells
            if cell.metadata.get("nbgrader", {}).get("grade")
        ]
        read = [determine_grade(cell)[0] for cell in cells]
        assert read == [verdict.score for verdict in graded.verdicts]


def test_untouched_answers_have_no_response(small, paper, nursery, write):
    notebook = nbformat.read(small.course.release("ch01-tiny"), 4)
    notebook.cells[-2].source = "word = 'yes'"
    write(grade(Submission("ada", "ch01-tiny", notebook), paper, nursery))
    with open_gradebook(small.course) as gradebook:
        (book,) = gradebook.find_submission("ch01-tiny", "ada").notebooks
        comments = {comment.name: comment.auto_comment for comment in book.comments}
    assert comments == {"ex-1-1-solution": "No response.", "ex-1-2-solution": None}


def test_what_a_person_wrote_survives_a_regrade(small, result, write, mark):
    write(result())
    mark("ex-1-1-check", manual_score=2.5, needs_manual_grade=False)
    mark("ex-1-2-check", extra_credit=0.5)
    with open_gradebook(small.course) as gradebook:
        comment = gradebook.find_comment("ex-1-1-solution", "ch01-tiny", "ch01-tiny", "ada")
        comment.manual_comment = "Nice."
        gradebook.find_submission_notebook("ch01-tiny", "ch01-tiny", "ada").flagged = True
        gradebook.db.commit()
    write(result(word="'yes'"))
    assert row(small, "ex-1-1-check") == {
        "auto": 3.0,
        "manual": 2.5,
        "extra": None,
        "open": True,
        "score": 2.5,
    }
    assert row(small, "ex-1-2-check") == {
        "auto": 1.0,
        "manual": None,
        "extra": 0.5,
        "open": False,
        "score": 1.5,
    }
    with open_gradebook(small.course) as gradebook:
        assert gradebook.find_submission_notebook("ch01-tiny", "ch01-tiny", "ada").flagged
        stand = standings(gradebook, "ch01-tiny")["ada"]
    assert (stand.score, stand.max_score, stand.open) == (4.0, 4.0, True)
    assert stand.comments == (("ex-1-1-solution", "Nice."),)


def test_a_verdict_that_is_not_new_does_not_ask_for_a_mark_again(small, result, write, mark):
    graded = result()
    write(graded)
    mark("ex-1-1-check", manual_score=2.5, needs_manual_grade=False)
    write(graded, fresh=False)
    assert row(small, "ex-1-1-check")["open"] is False
    write(graded, fresh=True)
    assert row(small, "ex-1-1-check")["open"] is True


@pytest.mark.parametrize("text", ["99.0", "inf", "1_0", ""])
def test_a_score_that_nbgrader_refuses_is_zero(small, result, write, text):
    graded = result(word="'yes'")
    cell = next(
        cell
        for cell in graded.notebooks["ch01-tiny"].cells
        if cell.metadata.get("nbgrader", {}).get("points") == 1
    )
    cell.outputs[1].data["text/plain"] = text
    write(graded)
    assert row(small, "ex-1-2-check")["auto"] == 0.0


def test_a_class_is_one_transaction(small, monkeypatch, raw):
    released = nbformat.read(small.course.release("ch01-tiny"), 4)
    for number in range(7):
        small.hand_in(f"s{number}", {NAME: raw(released)})
    commits = []
    real = Gradebook.__init__

    def opened(self, *arguments, **named):
        real(self, *arguments, **named)
        commits.clear()

    monkeypatch.setattr(Gradebook, "__init__", opened)

    def listener(connection):
        commits.append(connection)

    monkeypatch.setattr(grading, "BATCH_SECONDS", 1e9)
    event.listen(Engine, "commit", listener)
    try:
        grade_assignment(small.course, "ch01-tiny")
        assert len(commits) == 1
        monkeypatch.setattr(grading, "BATCH", 3)
        grade_assignment(small.course, "ch01-tiny", force=True)
        assert len(commits) == 3
    finally:
        event.remove(Engine, "commit", listener)


def test_late_work_costs_what_the_configured_plugin_says(small, result, write):
    config = small.root / "nbgrader_config.py"
    config.write_text(
        config.read_text()
        .replace("# c.AssignLatePenalties", "c.AssignLatePenalties")
        .replace("# c.PerDay", "c.PerDay")
    )
    with open_gradebook(small.course) as gradebook:
        gradebook.find_assignment("ch01-tiny").duedate = DUE
        gradebook.db.commit()
    assert write(result(time="2026-03-01 12:00:00 UTC")) == 0.0
    assert write(result(time="2026-03-01 12:00:01 UTC")) == pytest.approx(0.3)
    assert write(result(time="2026-03-03 11:00:00 UTC")) == pytest.approx(0.6)
    assert write(result(time="2027-01-01 00:00:00 UTC")) == 3.0
    with open_gradebook(small.course) as gradebook:
        stand = standings(gradebook, "ch01-tiny")["ada"]
        assert (stand.score, stand.penalty) == (0.0, 3.0)
    # Without a time nothing is late.
    assert write(result(time=None)) == 0.0


def test_a_later_due_date_or_extension_counts_without_a_regrade(small, result, write):
    config = small.root / "nbgrader_config.py"
    config.write_text(config.read_text().replace("# c.AssignLatePenalties", "c.AssignLatePenalties"))
    with open_gradebook(small.course) as gradebook:
        gradebook.find_assignment("ch01-tiny").duedate = DUE
        gradebook.db.commit()
    graded = result(time="2026-03-01 13:00:00 UTC")
    assert write(graded) == pytest.approx(0.3)
    with open_gradebook(small.course) as gradebook:
        gradebook.find_submission("ch01-tiny", "ada").extension = timedelta(hours=2)
        gradebook.db.commit()
    assert write(graded, fresh=False) == 0.0


def test_a_mark_by_hand_changes_the_penalty_as_well(small, result, write, mark):
    config = small.root / "nbgrader_config.py"
    config.write_text(config.read_text().replace("# c.AssignLatePenalties", "c.AssignLatePenalties"))
    with open_gradebook(small.course) as gradebook:
        gradebook.find_assignment("ch01-tiny").duedate = DUE
        gradebook.db.commit()
    graded = result(time="2026-03-01 13:00:00 UTC")
    write(graded)
    mark("ex-1-1-check", manual_score=1.0, needs_manual_grade=False)
    assert write(graded, fresh=False) == pytest.approx(0.1)


def test_a_standing_needs_a_grade(small):
    with open_gradebook(small.course) as gradebook, pytest.raises(UnknownName, match="zoe has no grade"):
        standings(gradebook, "ch01-tiny")["zoe"]


def test_the_template_is_the_gradebooks(paper):
    assert [cell.grade_id for cell in paper.sheets["ch01-tiny"].cells] == [
        "ex-1-1-statement", "ex-1-1-solution", "ex-1-1-check", "ex-1-2-statement", "ex-1-2-solution", "ex-1-2-check",
    ]  # fmt: skip
    check = paper.sheets["ch01-tiny"].cells[2]
    assert (check.source, check.points, check.grade, check.solution, check.locked) == (
        "double([1.0])", 3.0, True, False, True,
    )  # fmt: skip
    solution = paper.sheets["ch01-tiny"].cells[1]
    assert (solution.grade, solution.solution, solution.locked) == (False, True, False)
    assert "x + x" not in solution.source


@pytest.mark.parametrize("damage", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 2000])
def test_a_damaged_gradebook_is_said_and_left_alone(small, damage):
    path = small.root / "gradebook.db"
    path.write_bytes(damage)
    with pytest.raises(GradebookError, match=r"gradebook.db can't be used: .*\. Nothing was changed"):
        read_paper(small.course, "ch01-tiny")
    assert path.read_bytes() == damage


def test_a_gradebook_that_is_a_folder(small):
    (small.root / "gradebook.db").unlink()
    (small.root / "gradebook.db").mkdir()
    with pytest.raises(GradebookError, match="can't be used"):
        read_paper(small.course, "ch01-tiny")


def test_a_gradebook_that_somebody_else_holds(small, result, monkeypatch):
    graded = result()
    monkeypatch.setattr("nbgrader.api.create_engine", _impatient)
    other = sqlite3.connect(small.root / "gradebook.db")
    try:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(GradebookError, match="locked"), open_gradebook(small.course) as gradebook:
            save(gradebook, small.course, graded)
    finally:
        other.close()


def _impatient(url, **_):
    from sqlalchemy import create_engine

    return create_engine(url, connect_args={"timeout": 0.1})


def test_a_failure_rolls_back(small, result):
    graded = result()

    def fail():
        with open_gradebook(small.course) as gradebook:
            save(gradebook, small.course, graded)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with open_gradebook(small.course) as gradebook:
        assert gradebook.assignment_submissions("ch01-tiny") == []
