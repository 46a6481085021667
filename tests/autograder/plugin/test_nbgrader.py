"""Nbgrader's own ways in, the command and formgrader's call, give the same grades, cell by cell, as ours."""

import os
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import nbformat
import pytest
from nbgrader.apps import NbGrader, NbGraderAPI
from traitlets.config import Config

from autograder.grading import grade_assignment
from autograder.plugin import configure
from autograder.plugin.exporter import SafeNotebookExporter
from autograder.plugin.steps import LeaveOutInstructorCells
from autograder.record.gradebook import open_gradebook

pytestmark = pytest.mark.xdist_group("sample-course")


NBGRADERS_OWN = pytest.mark.filterwarnings(
    # Nbgrader makes a submission before it puts it into the session; its rows are right all the same.
    "ignore:Object of type <.*> not in session, add operation:sqlalchemy.exc.SAWarning"
)


def marks(course, assignment):
    """All that the gradebook holds of each student's cells."""
    with open_gradebook(course) as gradebook:
        return {
            submission.student_id: {
                "cells": {
                    grade.name: (grade.auto_score, grade.manual_score, grade.needs_manual_grade)
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                },
                "comments": {
                    comment.name: comment.auto_comment
                    for notebook in submission.notebooks
                    for comment in notebook.comments
                },
                "penalties": [notebook.late_submission_penalty for notebook in submission.notebooks],
                "timestamp": submission.timestamp,
                "score": submission.score,
            }
            for submission in gradebook.assignment_submissions(assignment)
        }


@pytest.fixture
def ungraded(made_sample, tmp_path):
    """The sample course as it was before it was graded."""
    course = made_sample.copy(tmp_path / "course")
    for folder in ("autograded", "verdicts", "feedback", "reports"):
        shutil.rmtree(course.root / folder)
    with open_gradebook(course.course) as gradebook:
        for student in marks(made_sample.course, made_sample.assignment):
            gradebook.remove_student(student)
    return course


@pytest.fixture
def private(tmp_path, monkeypatch):
    """The user's own Jupyter settings stay out of it, and the programs are found."""
    for name in ("CONFIG", "DATA", "RUNTIME"):
        monkeypatch.setenv(f"JUPYTER_{name}_DIR", str(tmp_path / "jupyter" / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))


@pytest.fixture
def warm_steps(nursery, monkeypatch):
    """Let nbgrader's steps in this process use the nursery that is there."""
    monkeypatch.setattr("autograder.bulk.work.Nursery", lambda *_: nullcontext(nursery))


@pytest.mark.usefixtures("private")
def test_nbgrader_autograde_gives_the_whole_class_the_same_grades(made_sample, ungraded):
    done = subprocess.run(
        ["nbgrader", "autograde", ungraded.assignment],
        cwd=ungraded.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    expected = marks(made_sample.course, made_sample.assignment)
    found = marks(ungraded.course, ungraded.assignment)
    assert set(found) == set(expected)
    for student, row in expected.items():
        for name, value in row.items():
            if name == "penalties":
                assert found[student][name] == pytest.approx(value)
            else:
                assert found[student][name] == value, (student, name)
    # The bulk command knows these hand-ins now, runs none of them again, and changes no mark.
    outcomes = grade_assignment(ungraded.course, ungraded.assignment)
    assert [outcome.graded.student for outcome in outcomes if outcome.fresh] == []
    assert marks(ungraded.course, ungraded.assignment) == found


@NBGRADERS_OWN
@pytest.mark.usefixtures("private", "warm_steps")
def test_formgraders_call_gives_the_same_grades(made_sample, ungraded, monkeypatch, tmp_path):
    monkeypatch.chdir(ungraded.root)
    app = NbGrader()
    app.load_config_file()
    config = app.config
    config.CourseDirectory.root = str(ungraded.root)
    monkeypatch.chdir(tmp_path)  # the server may stand elsewhere
    result = NbGraderAPI(config=config).autograde(ungraded.assignment, "blaise")
    assert result["success"], result.get("error") or result.get("log")
    expected = marks(made_sample.course, made_sample.assignment)["blaise"]
    assert marks(ungraded.course, ungraded.assignment) == {"blaise": expected}


@NBGRADERS_OWN
@pytest.mark.usefixtures("private", "warm_steps")
def test_one_that_cannot_be_read_gets_zero_and_does_not_stop_the_others(ungraded, monkeypatch):
    """As files that nbgrader collected itself: nothing of ours has looked at them."""
    monkeypatch.chdir(ungraded.root)
    name = f"{ungraded.assignment}.ipynb"
    ungraded.hand_in("rene", {name: b"{"})
    app = NbGrader()
    app.load_config_file()
    result = NbGraderAPI(config=app.config).autograde(ungraded.assignment, "rene")
    assert result["success"], result.get("error") or result.get("log")
    cells = marks(ungraded.course, ungraded.assignment)["rene"]["cells"]
    assert set(cells.values()) == {(0.0, None, False)}
    notebook = nbformat.read(ungraded.course.autograded("rene", ungraded.assignment) / name, 4)
    assert "damaged" in str(notebook)


def test_the_exporter_reads_what_it_can(tmp_path, raw, notebook):
    path = tmp_path / "a.ipynb"
    path.write_bytes(raw(notebook("x = 1")))
    text, resources = SafeNotebookExporter().from_filename(str(path))
    assert "x = 1" in text
    assert resources["metadata"]["name"] == "a"
    path.write_bytes(b"{")
    text, _ = SafeNotebookExporter().from_filename(str(path), resources={"nbgrader": {}})
    assert nbformat.reads(text, 4).cells == []


def test_instructor_cells_are_left_out(notebook):
    made = notebook("x = 1", "# why")
    made.cells[1].metadata["tags"] = ["instructor"]
    left, _ = LeaveOutInstructorCells().preprocess(made, {})
    assert [cell.source for cell in left.cells] == ["x = 1"]


def test_the_configuration_names_steps_that_exist():
    c = Config()
    configure(c)
    names = [
        c.Autograde.exporter_class,
        *c.Autograde.autograde_preprocessors,
        *c.GenerateAssignment.preprocessors,
    ]
    for name in names:
        module, _, attribute = name.rpartition(".")
        assert hasattr(__import__(module, fromlist=[attribute]), attribute)
    assert c.Autograde.sanitize_preprocessors == []
    assert "nbgrader.preprocessors.Execute" not in names
