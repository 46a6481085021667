"""Signs that ask for a person's eye, and their absence in ordinary work."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograder.engine import Graded
from autograder.pages.report.gather import HandIn
from autograder.pages.report.suspicious import RULES, reaches, signs
from autograder.record.standings import Standing
from autograder.verdict import ExerciseVerdict, PartVerdict


def found(*cells, messages=(), duplicates=(), **change):
    verdicts = (ExerciseVerdict("1.1", "One", (PartVerdict("a", 2.0, 1.0),), messages=messages),)
    graded = Graded("ada", "a", {"a": new_notebook(cells=list(cells))}, verdicts, **change)
    made = signs(HandIn(graded, Standing(1.0, 2.0, 0.0, open=False, comments=()), duplicates=duplicates))
    assert {kind for kind, _ in made} <= set(RULES)
    return made


def printing(text):
    return new_code_cell("x", outputs=[new_output("stream", name="stdout", text=text)])


def test_ordinary_work_has_none():
    plot = "import numpy as np, matplotlib.pyplot as plt\nplt.rcParams['figure.dpi'] = 80\nx = np.zeros(3)\nself.a = 1"
    assert found(new_code_cell(plot), printing("Right: dU."), messages=("`f` raised ValueError: no.",)) == []


def test_what_could_not_be_graded_has_only_that():
    assert found(new_code_cell("import socket"), problem="Damaged.") == [("not graded", "Damaged.")]


def test_notes_and_duplicates():
    notes = (
        "Your file was called b.ipynb.",
        "The cell ex-1-1-check had been changed; it was put back as released.",
    )
    assert found(notes=notes, duplicates=("ex-1-1-check",)) == [
        ("mended", notes[0]), ("released cells", notes[1]),
        ("released cells", "More than once in the file: ex-1-1-check."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("`f` took too long and was stopped, for x (3,): look for a loop without an end.", "time limit"),
        ("The notebook's process ended while `f` ran, for x (3,).", "process ended"),
        ("PermissionError: [Errno 1] Operation not permitted. No program can be started here.", "call refused"),
    ],
)  # fmt: skip
def test_what_the_judge_or_an_output_says(said, kind):
    assert found(messages=(said,)) == [(kind, said)]
    assert (kind, said) in found(printing(f"before\n{said}\nafter"))


def test_errors_count_too():
    error = new_output("error", ename="PermissionError", evalue="[Errno 13] Permission denied: '/x'")
    assert found(new_code_cell("open('/x')", outputs=[error])) == [
        ("call refused", "PermissionError: [Errno 13] Permission denied: '/x'")
    ]


def test_an_output_like_a_verdict_of_the_students_own_only():
    forged = printing("Exercise 5.1, SISO: 6 of 6 points.")
    assert [kind for kind, _ in found(forged)] == ["looks like a verdict"]
    forged.metadata["nbgrader"] = {"grade_id": "ex-1-1-check", "locked": True}
    assert found(forged) == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import subprocess as s, numpy", ["subprocess"]), ("from ctypes import CDLL", ["ctypes"]),
        ("from multiprocessing.pool import Pool", ["multiprocessing.pool"]),
        ("import os\nos.system('ls')", ["os.system"]),
        ("import sys\nsys._getframe(1)", ["sys._getframe"]), ("get_ipython().run_cell('1')", ["get_ipython"]),
        ("np.allclose = lambda *a: True", ["np.allclose = …"]), ("np.linalg.norm = f", ["np.linalg.norm = …"]),
        ("!ls /", ["!"]), ("%timeit f(3)", []), ("x.y = 1", []), ("def f(:", []), ("", []),
    ],
)  # fmt: skip
def test_names_that_no_exercise_needs(source, names):
    assert list(reaches(source)) == names


def test_names_are_told_once_each():
    cells = [new_code_cell("import gc\nimport socket"), new_code_cell("import gc")]
    assert found(*cells) == [("reaches outside", "gc, socket")]
