"""Courses that are not quite like the sample: released by nbgrader, cells of one name, files that can't be taken."""

import os

import nbformat
import pytest
from nbformat.v4 import new_notebook
from nbgrader.apps import NbGrader, NbGraderAPI

from autograder.grading import read_job, read_paper
from autograder.read import MAX_FILES, extra_files, take_all
from autograder.record.verdicts import verdicts

pytestmark = pytest.mark.xdist_group("ordinary-course")


def test_a_course_beside_our_own_exercises_and_released_by_nbgrader(small, made_ordinary, cli, monkeypatch):
    for name in ("a", "b"):
        book = nbformat.read(made_ordinary.course.source("hw1", "p1"), 4)
        book = new_notebook(cells=book.cells[1:3], metadata=book.metadata)
        (small.root / "source" / "hw9").mkdir(exist_ok=True)
        nbformat.write(book, small.root / "source" / "hw9" / f"{name}.ipynb")
    course = small.course
    assert course.assignments == ("ch01-tiny", "ch02-later", "ch03-words", "hw9")
    assert not course.is_released("hw9")
    monkeypatch.chdir(small.root)
    app = NbGrader()
    app.load_config_file()
    assert NbGraderAPI(config=app.config).generate_assignment("hw9")["success"]
    folder = course.submitted("ada", "hw9")
    folder.mkdir(parents=True)
    for name, body in (("a", "a + b"), ("b", "0")):
        book = nbformat.read(course.release("hw9", name), 4)
        book.cells[0].source = f"def add(a, b):\n    return {body}"
        nbformat.write(book, folder / f"{name}.ipynb")
    cli("--course", small.root, "grade", "hw9")
    (graded,) = verdicts(course, "hw9")
    assert {verdict.exercise: verdict.score for verdict in graded.verdicts} == {
        "a: test-add": 2,
        "b: test-add": 0,
    }
    assert read_paper(course, "hw9").secret == b""
    cli("--course", small.root, "feedback", "hw9")
    assert "b: test-add" in (course.feedback("ada", "hw9") / "hw9.html").read_text()


def test_what_lies_beside_is_taken_in_bounds(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_bytes(b"1")
    for name in ("timestamp.txt", "submission_secret.txt", ".hidden", "p1.ipynb"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    files, notes = extra_files(tmp_path)
    assert files == {"data/a.csv": b"1"}
    assert len(notes) == 2
    for number in range(MAX_FILES + 1):
        (tmp_path / "data" / f"b{number}").write_bytes(b"2")
    files, notes = extra_files(tmp_path)
    assert len(files) == MAX_FILES
    assert "too many or too large" in notes[0]
    assert extra_files(tmp_path / "none") == ({}, ())


def test_of_several_notebooks_each_has_its_name(tmp_path, raw, notebook):
    (tmp_path / "p1.ipynb").write_bytes(raw(notebook("x = 1")))
    (tmp_path / "other.ipynb").write_bytes(raw(notebook("x = 2")))
    (tmp_path / "p3.ipynb").mkdir()
    taken = take_all(tmp_path, ["p1", "p2", "p3"])
    assert taken["p1"].problem is None
    assert taken["p2"].missing
    assert "p1.ipynb, p2.ipynb, p3.ipynb" in taken["p2"].problem
    assert taken["p3"].problem
    assert not taken["p3"].missing
    assert take_all(tmp_path, ["p2"])["p2"].problem  # of two notebooks none is chosen


def test_the_hash_of_a_hand_in_changes_with_each_of_its_files(ordinary):
    ordinary.hand_in("ada", {}, data_csv=b"1")
    folder = ordinary.course.submitted("ada", "hw1")
    found = {read_job(ordinary.course, "ada", "hw1").digest}
    for path in (folder / "data.csv", folder / "p1.ipynb", folder / "p2.ipynb"):
        path.write_bytes(path.read_bytes() + b"\n")
        found.add(read_job(ordinary.course, "ada", "hw1").digest)
    assert len(found) == 4
