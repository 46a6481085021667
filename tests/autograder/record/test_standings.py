"""Standings of a class, read at once, are those that nbgrader has one by one."""

from datetime import UTC, datetime, timedelta

import pytest

from autograder.errors import UnknownName
from autograder.record.gradebook import open_gradebook
from autograder.record.standings import MarkByHand, due_dates, standings

pytestmark = [
    pytest.mark.xdist_group("sample-course"),
    # Nbgrader's own way to add a submission.
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),
]


@pytest.fixture
def book(empty):
    """An assignment of two notebooks with every kind of cell, and a student who handed it in."""
    with open_gradebook(empty.course) as made:
        made.add_assignment("a", duedate="2026-03-01 12:00:00 UTC")
        for name in ("one", "two"):
            made.add_notebook(name, "a")
            made.add_grade_cell("ex-1-1-check", name, "a", max_score=3, cell_type="code")
            made.add_grade_cell("ex-1-1-written", name, "a", max_score=2, cell_type="markdown")
            made.add_solution_cell("ex-1-1-written", name, "a")
            made.add_task_cell("task", name, "a", max_score=4, cell_type="markdown")
        made.add_student("ada")
        made.add_student("ben")
        made.add_submission("a", "ada")
        yield made


def by_nbgrader(book, student, assignment):
    """Score, maximum, penalty, whether something waits, and comments, as nbgrader's own objects have them."""
    own = book.find_submission(assignment, student)
    penalty = sum(each.late_submission_penalty or 0.0 for each in own.notebooks)
    comments = [(each.name, each.manual_comment) for part in own.notebooks for each in part.comments]
    return (
        max(own.score - penalty, 0.0), own.max_score, penalty, own.needs_manual_grade,
        sorted(each for each in comments if each[1]),
    )  # fmt: skip


def told(stand):
    return stand.score, stand.max_score, stand.penalty, stand.open, sorted(stand.comments)


def put(book, cell, notebook, **values):
    grade = book.find_grade(cell, notebook, "a", "ada")
    for name, value in values.items():
        setattr(grade, name, value)
    book.db.commit()


@pytest.mark.parametrize(
    "values",
    [
        {}, {"auto_score": 2.5, "needs_manual_grade": False}, {"auto_score": 1.0, "manual_score": 2.0},
        {"manual_score": 1.5, "extra_credit": 1.0}, {"extra_credit": 1.0}, {"auto_score": 1.0, "extra_credit": 0.5},
    ],
)  # fmt: skip
def test_marks_add_up_as_nbgraders_own(book, values):
    for cell in ("ex-1-1-check", "ex-1-1-written", "task"):
        put(book, cell, "two", **values)
    found = standings(book, "a")
    assert set(found) == {"ada"}
    assert told(found["ada"]) == by_nbgrader(book, "ada", "a")


def test_penalties_comments_and_marks_by_hand(book):
    put(book, "ex-1-1-written", "two", manual_score=1.5, needs_manual_grade=False)
    book.find_submission_notebook("two", "a", "ada").late_submission_penalty = 0.5
    book.find_comment("ex-1-1-written", "one", "a", "ada").manual_comment = "So & so."
    book.db.commit()
    found = standings(book, "a")["ada"]
    assert told(found) == by_nbgrader(book, "ada", "a")
    assert (found.score, found.penalty, found.max_score) == (1.0, 0.5, 18.0)
    assert found.comments == (("ex-1-1-written", "So & so."),)
    assert found.written["1.1"].max_score == 2.0


def test_everybody_of_the_sample(made_sample):
    with open_gradebook(made_sample.course) as gradebook:
        found = standings(gradebook, made_sample.assignment)
        assert set(found) == {graded["student"] for graded in made_sample.objects}
        for student, stand in found.items():
            assert told(stand) == by_nbgrader(gradebook, student, made_sample.assignment)


def test_a_written_answer_that_waits(book):
    assert standings(book, "a")["ada"].written == {
        "1.1": MarkByHand(0.0, 2.0, waiting=True),
        "one: task": MarkByHand(0.0, 4.0, waiting=True),
        "two: task": MarkByHand(0.0, 4.0, waiting=True),
    }


def test_nobody_and_nothing(book):
    with pytest.raises(
        UnknownName, match="ben has no grade for a in the gradebook: run 'autograder grade a'"
    ):
        standings(book, "a")["ben"]
    assert standings(book, "b") == {}
    assert due_dates(book, "b") == (None, {})


def test_due_dates_with_extensions(book):
    due = datetime(2026, 3, 1, 12, tzinfo=UTC).replace(tzinfo=None)
    assert due_dates(book, "a") == (due, {})
    book.find_submission("a", "ada").extension = timedelta(days=2)
    book.db.commit()
    assert due_dates(book, "a") == (due, {"ada": due + timedelta(days=2)})
    book.find_assignment("a").duedate = None
    book.db.commit()
    assert due_dates(book, "a") == (None, {})
