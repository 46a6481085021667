"""A class is graded: only what changed, verdicts first, then the gradebook; whatever is lost comes back."""

import json
import os

import nbformat
import pytest

from autograder.course import Course
from autograder.errors import SandboxError, UnknownName
from autograder.grading import grade_assignment, handed_in, read_paper
from autograder.record.gradebook import open_gradebook
from autograder.record.ledger import Ledger
from autograder.record.standings import standings
from autograder.record.verdicts import verdicts, write_verdict
from autograder.release import release

pytestmark = [pytest.mark.usefixtures("warm"), pytest.mark.xdist_group("sample-course")]

NAME = "ch01-tiny.ipynb"
TIME = b"2026-02-01 10:00:00.000000 UTC\n"


@pytest.fixture
def write(small, raw):
    """write(student, double, word) hands in these answers, None for an answer that isn't given."""

    def put(student, double="return {'twice': 2 * x, 'sum': x.sum()}", word="'yes'"):
        notebook = nbformat.read(small.course.release("ch01-tiny"), 4)
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name == "ex-1-1-solution":
                cell.source = f"def double(x):\n    {double}"
            if name == "ex-1-2-solution":
                cell.source = f"word = {word}"
        return small.hand_in(student, {NAME: raw(notebook), "timestamp.txt": TIME})

    return put


@pytest.fixture
def trio(write):
    """Three hand-ins: 4, 3 and 1 of 4 points."""
    write("ada")
    write("ben", word="'no'")
    write("cleo", double="return {'twice': x / 2, 'sum': 0}")


@pytest.fixture
def graded(small):
    """graded(...) runs the grading and gives {student: (score, fresh)}."""

    def run(**how):
        outcomes = grade_assignment(small.course, "ch01-tiny", **how)
        return {each.graded.student: (each.graded.score, each.fresh) for each in outcomes}

    return run


@pytest.fixture
def no_code(monkeypatch):
    """From the call on, running student code fails the test."""

    def forbid():
        monkeypatch.setattr("autograder.bulk.work.Nursery", lambda *_: pytest.fail("student code was run"))

    return forbid


def scores(course, student):
    """A student's cells as the gradebook has them."""
    with open_gradebook(course) as gradebook:
        submission = gradebook.find_submission("ch01-tiny", student)
        return {grade.name: grade.auto_score for book in submission.notebooks for grade in book.grades}


def dump(course):
    """All that the database holds."""
    with open_gradebook(course) as gradebook:
        raw = gradebook.engine.raw_connection()
        try:
            return list(raw.driver_connection.iterdump())
        finally:
            raw.close()


def files(root):
    return {
        path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file() and path.suffix != ".db"
    }


@pytest.mark.usefixtures("trio")
def test_a_class(small, graded):
    assert graded() == {"ada": (4.0, True), "ben": (3.0, True), "cleo": (1.0, True)}
    assert scores(small.course, "ada") == {"ex-1-1-check": 3.0, "ex-1-2-check": 1.0}
    assert scores(small.course, "ben") == {"ex-1-1-check": 3.0, "ex-1-2-check": 0.0}
    assert scores(small.course, "cleo") == {"ex-1-1-check": 0.0, "ex-1-2-check": 1.0}
    autograded = small.course.autograded("ada", "ch01-tiny")
    assert (autograded / "timestamp.txt").read_bytes() == TIME
    nbformat.validate(nbformat.read(autograded / NAME, 4))
    data = json.loads(small.course.verdict("ben", "ch01-tiny").read_text())
    assert (data["student"], data["score"], data["max_score"]) == ("ben", 3.0, 4.0)
    assert [each["exercise"] for each in data["exercises"]] == ["1.1", "1.2"]


@pytest.mark.usefixtures("trio")
def test_a_second_run_changes_nothing_and_runs_no_code(small, graded, no_code):
    graded()
    before = dump(small.course), files(small.root)
    no_code()
    assert {fresh for _, fresh in graded().values()} == {False}
    assert (dump(small.course), files(small.root)) == before


@pytest.mark.usefixtures("trio")
def test_only_what_changed_is_run_again(small, graded, write):
    graded()
    write("ben")
    assert graded() == {"ada": (4.0, False), "ben": (4.0, True), "cleo": (1.0, False)}
    assert scores(small.course, "ben")["ex-1-2-check"] == 1.0


@pytest.mark.usefixtures("trio")
def test_one_student_and_force(graded):
    assert graded(students=["ben"]) == {"ben": (3.0, True)}
    assert graded() == {"ada": (4.0, True), "ben": (3.0, False), "cleo": (1.0, True)}
    assert graded(students=["ada"], force=True) == {"ada": (4.0, True)}


@pytest.mark.usefixtures("trio")
def test_an_unknown_student_is_said_before_anything_is_graded(small, graded):
    with pytest.raises(UnknownName, match="zoe has handed in nothing for ch01-tiny"):
        graded(students=["ada", "zoe"])
    assert not small.course.is_graded("ch01-tiny")


def test_nobody(graded):
    assert graded() == {}


def test_an_assignment_that_is_not_released(small):
    with pytest.raises(UnknownName, match="ch02-later hasn't been released"):
        grade_assignment(small.course, "ch02-later")


@pytest.mark.usefixtures("trio")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda course: course.verdict("ben", "ch01-tiny").unlink(),
        lambda course: course.verdict("ben", "ch01-tiny").write_text("{"),
        lambda course: course.verdict("ben", "ch01-tiny").write_text("[]"),
        lambda course: course.verdict("ben", "ch01-tiny").write_bytes(b"\xff"),
        lambda course: (course.autograded("ben", "ch01-tiny") / NAME).unlink(),
        lambda course: (course.autograded("ben", "ch01-tiny") / NAME).write_text("{}"),
        lambda course: (course.autograded("ben", "ch01-tiny") / NAME).write_text('{"nbformat": 4'),
        lambda course: (course.autograded("ben", "ch01-tiny") / NAME).write_text('{"nbformat": 4}'),
        lambda course: (course.submitted("ben", "ch01-tiny") / "timestamp.txt").write_text("2026-02-02"),
        lambda course: (course.submitted("ben", "ch01-tiny") / "timestamp.txt").unlink(),
    ],
    ids=["verdict gone", "verdict damaged", "verdict of a wrong form", "verdict not text", "notebook gone",
         "notebook empty", "notebook damaged", "notebook of a wrong form", "another time", "no time"],
)  # fmt: skip
def test_what_is_lost_or_newer_is_graded_again(small, graded, spoil):
    graded()
    spoil(small.course)
    assert graded() == {"ada": (4.0, False), "ben": (3.0, True), "cleo": (1.0, False)}
    assert graded()["ben"] == (3.0, False)


@pytest.mark.usefixtures("trio")
def test_a_lost_gradebook_is_completed_from_the_verdict_files(small, graded, no_code):
    graded()
    with open_gradebook(small.course) as gradebook:
        gradebook.remove_student("ben")
    no_code()
    assert graded()["ben"] == (3.0, False)
    assert scores(small.course, "ben") == {"ex-1-1-check": 3.0, "ex-1-2-check": 0.0}
    with open_gradebook(small.course) as gradebook:
        assert standings(gradebook, "ch01-tiny")["ben"].score == 3.0
        assert gradebook.find_submission("ch01-tiny", "ben").timestamp.day == 1


@pytest.mark.usefixtures("trio")
def test_marks_of_the_judge_that_were_lost_come_back(small, graded, no_code):
    graded()
    with open_gradebook(small.course) as gradebook:
        for grade in gradebook.find_submission_notebook("ch01-tiny", "ch01-tiny", "ada").grades:
            grade.auto_score = None
        gradebook.db.commit()
    no_code()
    graded()
    assert scores(small.course, "ada") == {"ex-1-1-check": 3.0, "ex-1-2-check": 1.0}


@pytest.mark.usefixtures("trio")
def test_a_run_that_was_cut_short_goes_on_where_it_stopped(small, graded, monkeypatch):
    def killed(course, result, *rest):
        if result.student == "cleo":
            raise KeyboardInterrupt
        return write_verdict(course, result, *rest)

    with monkeypatch.context() as patch:
        patch.setattr("autograder.grading.write_verdict", killed)
        with pytest.raises(KeyboardInterrupt):
            graded()
    with open_gradebook(small.course) as gradebook:
        found = gradebook.assignment_submissions("ch01-tiny")
        assert sorted(each.student_id for each in found) == ["ada", "ben"]
    assert graded() == {"ada": (4.0, False), "ben": (3.0, False), "cleo": (1.0, True)}
    assert scores(small.course, "ada")["ex-1-1-check"] == 3.0


@pytest.mark.usefixtures("trio")
def test_the_gradebook_is_written_all_or_nothing(small, graded, monkeypatch):
    send = Ledger._send

    def breaks(ledger):
        send(ledger)
        raise ZeroDivisionError

    before = dump(small.course)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "_send", breaks)
        with pytest.raises(ZeroDivisionError):
            graded()
    assert dump(small.course) == before
    assert {fresh for _, fresh in graded().values()} == {False}
    assert scores(small.course, "cleo")["ex-1-2-check"] == 1.0


@pytest.mark.usefixtures("trio")
def test_work_that_got_worse_loses_its_old_marks(small, graded):
    graded()
    small.hand_in("ada", {NAME: b"{", "timestamp.txt": b"2026-02-03 10:00:00 UTC"})
    assert graded()["ada"] == (0.0, True)
    assert scores(small.course, "ada") == {"ex-1-1-check": 0.0, "ex-1-2-check": 0.0}
    with open_gradebook(small.course) as gradebook:
        assert gradebook.find_submission("ch01-tiny", "ada").timestamp.day == 3
    assert graded()["ada"] == (0.0, False)


@pytest.mark.usefixtures("trio")
def test_another_release_grades_everybody_again(small, graded, tiny):
    graded()
    tiny.edit("double([1.0])", "double([2.0])")
    release(small.course, "ch01-tiny")
    assert {fresh for _, fresh in graded().values()} == {True}


@pytest.mark.usefixtures("trio")
@pytest.mark.parametrize("change", ["limits", "secret", "judge"])
def test_another_engine_grades_everybody_again(small, graded, change, monkeypatch, tmp_path):
    graded()
    if change == "limits":
        config = small.root / "nbgrader_config.py"
        config.write_text(config.read_text() + "\nc.Grading.cell_seconds = 0.9\n")
    elif change == "secret":
        (small.root / ".autograder-secret").write_text("00" * 32)
    else:
        (tmp_path / "judge.py").write_text("")
        monkeypatch.setattr("autograder.judge.__file__", str(tmp_path / "__init__.py"))
    assert {fresh for _, fresh in graded().values()} == {True}


@pytest.mark.usefixtures("trio")
def test_the_course_can_be_moved(small, graded, no_code, tmp_path):
    graded()
    small.root.rename(tmp_path / "moved")
    no_code()
    outcomes = grade_assignment(Course.open(tmp_path / "moved"), "ch01-tiny")
    assert [each.fresh for each in outcomes] == [False] * 3


@pytest.mark.parametrize(
    "files",
    [
        {},
        {NAME: b""},
        {"a.ipynb": b"{}", "b.ipynb": b"{}"},
        {NAME: b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'},
        {NAME: b"{", "timestamp.txt": b""},
        {"timestamp.txt": b"\xff\xfe"},
    ],
    ids=["nothing", "empty", "two", "no cells", "empty time", "time of no encoding"],
)
def test_every_hand_in_gets_a_grade(small, graded, files):
    small.hand_in("eve", files)
    assert graded() == {"eve": (0.0, True)}
    assert scores(small.course, "eve") == {"ex-1-1-check": 0.0, "ex-1-2-check": 0.0}
    assert graded() == {"eve": (0.0, False)}


def test_odd_files_in_place_of_a_notebook_get_a_grade(small, graded):
    for student, make in {
        "folder": lambda path: path.mkdir(),
        "fifo": os.mkfifo,
        "link": lambda path: path.symlink_to("/dev/zero"),
        "name": lambda path: path.with_name(os.fsdecode(b"\xff.ipynb")).write_bytes(b"{}"),
    }.items():
        make(small.hand_in(student, {}) / NAME)
    assert set(graded().values()) == {(0.0, True)}
    assert set(graded().values()) == {(0.0, False)}


def test_a_cell_with_half_a_character_gets_a_grade(graded, write):
    folder = write("eve", word="'yes'")
    data = (folder / NAME).read_bytes()
    (folder / NAME).write_bytes(data.replace(b"word = 'yes'", rb"word = 'yes' # \ud800"))
    assert graded() == {"eve": (4.0, True)}


@pytest.mark.parametrize("name", ["[red]", ":car:", "eve & <b>", "ève 中", "a.b-c_d", "' OR 1=1"])
def test_student_names(small, graded, write, name):
    write(name)
    assert graded() == {name: (4.0, True)}
    assert scores(small.course, name)["ex-1-1-check"] == 3.0


def test_a_time_that_cannot_be_read_counts_as_in_time_and_is_said(small, write):
    folder = write("ada")
    (folder / "timestamp.txt").write_text("yesterday")
    (outcome,) = grade_assignment(small.course, "ch01-tiny")
    assert outcome.late_penalty == 0
    assert "timestamp.txt" in outcome.graded.notes[0]
    with open_gradebook(small.course) as gradebook:
        assert gradebook.find_submission("ch01-tiny", "ada").timestamp is None


@pytest.mark.parametrize("text", [b"", b"yesterday", b"\xff", b"x" * 100, b"2026-13-01", b"1" * 400])
def test_unreadable_times(tmp_path, text):
    (tmp_path / "timestamp.txt").write_bytes(text)
    found, note = handed_in(tmp_path)
    assert found is None
    assert "counts as in time" in note


def test_readable_times(tmp_path):
    assert handed_in(tmp_path) == (None, None)
    (tmp_path / "timestamp.txt").write_bytes(b"\xef\xbb\xbf2026-02-01 10:00:00 UTC\n")
    assert handed_in(tmp_path) == ("2026-02-01 10:00:00 UTC", None)
    for text in ("2026-02-01 10:00:00 QQT", "2026-02-01T10:00:00 QQT"):
        (tmp_path / "timestamp.txt").write_text(text)
        found, note = handed_in(tmp_path)
        assert found == "2026-02-01 10:00:00.000000 UTC"
        assert note == "The time zone QQT of the hand-in is not known here; its time was taken as UTC."


def test_without_walls_that_can_be_had_nothing_is_graded(small, write, monkeypatch):
    def refuse(*_):
        raise SandboxError("No walls here.")

    write("ada")
    monkeypatch.setattr("autograder.bulk.work.Nursery", refuse)
    with pytest.raises(SandboxError):
        grade_assignment(small.course, "ch01-tiny")
    assert not small.course.is_graded("ch01-tiny")


@pytest.mark.usefixtures("trio")
def test_verdicts_and_paper(small, graded):
    assert list(verdicts(small.course, "ch01-tiny")) == []
    graded(students=["ada", "cleo"])
    assert [each.student for each in verdicts(small.course, "ch01-tiny")] == ["ada", "cleo"]
    paper = read_paper(small.course, "ch01-tiny")
    assert [cell.grade_id for cell in paper.sheets["ch01-tiny"].cells][-1] == "ex-1-2-check"
    assert paper.sheets["ch01-tiny"].kernelspec["name"] == "python3"
