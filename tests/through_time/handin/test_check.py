"""`python -m through_time check`: what is fit, what is to be mended, and that it changes nothing."""

import copy
import os
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from through_time.__main__ import main

SOLUTION, CHECK = "ex-5-3-solution", "ex-5-3-check"
FIT, UNFIT, OPEN = "Fit to hand in.", "Not fit to hand in yet.", "The file can be handed in as it is;"


def test_the_model_solution_is_fit(check, solved):
    said = check(solved, code=0)
    assert said.rstrip().endswith(FIT)
    for row in ("5.1        [3]  right", "5.8       [18]  right; of bug_5_8 only the form is looked at",
                "5.6       [13]  the form is right; the rest only the grader knows"):  # fmt: skip
        assert row in said
    assert "To mend" not in said
    assert "Still open" not in said


def test_the_released_notebook_is_open(check, stub):
    said = check(stub)
    assert said.count("not written yet") == 9
    assert "Not written yet: 5.1, 5.2, 5.3, 5.4, 5.5, 5.6, 5.7, 5.8 and 5.9." in said
    assert OPEN in said
    assert "To mend" not in said


def test_a_wrong_answer_is_told_as_the_check_tells_it(check, solved, cell_of):
    cell = cell_of(solved, SOLUTION)
    cell.source += """
_right = bptt_mimo
def bptt_mimo(p, X, Tau):
    g = _right(p, X, Tau)
    return {**g, "dW": -g["dW"]}
"""
    said = check(solved)
    assert "5.3        [7]  not right yet: dW" in said
    assert "5.3 bptt_mimo: not right yet. Right: dU, dV, db, dc and dh0. Not right: dW." in said
    assert OPEN in said


def test_the_cells_that_do_not_run_are_named(check, solved, cell_of):
    cell_of(solved, "ex-5-1-solution").source = "def bptt_siso(p, x, tau, T):\n    return {\n"
    cell_of(
        solved, "ex-5-2-solution"
    ).source = "import numpy as np\n\ndef bptt_simo(p, x, Tau):\n    return helper(p)\n"
    place = solved.cells.index(cell_of(solved, SOLUTION))
    solved.cells[place + 1 : place + 1] = [
        new_code_cell("from pathlib import Path\nprint(Path('caf\u00e9').exists())"),
        new_code_cell("def f(x):\n    y = x + 1\n    return y / 0  # \u00e9\n\nf(1)"),
        new_code_cell("f('1')"),
        new_code_cell("input()"),
    ]
    said = check(solved)
    assert "Cell [2], 5.1 (solution), stopped with SyntaxError" in said
    assert "at line 2: return {" in said
    assert (
        "Cell [8] stopped with ZeroDivisionError: division by zero, at line 3: return y / 0  # \\xe9" in said
    )
    assert "Cell [9] stopped with TypeError" in said
    assert "at line 2 of cell [8]: y = x + 1" in said
    assert "Cell [10] stopped with StdinNotImplementedError" in said
    assert "5.2        [5]  not right yet" in said
    assert "NameError: name 'helper' is not defined (line 4: return helper(p))" in said
    # Those below are run all the same.
    assert "5.4       [13]  right" in said
    assert UNFIT in said


def test_loops_without_an_end_are_stopped_and_the_rest_run(check, solved, cell_of):
    cell_of(solved, SOLUTION).source = "while True:\n    pass"
    cell_of(solved, "ex-5-1-solution").source = "while True:\n    print('x' * 100)"
    said = check(solved, "--seconds", "1")
    for which in ("Cell [2], 5.1 (solution)", "Cell [6], 5.3 (solution)"):
        assert f"{which}, took longer than 1 seconds, and was stopped." in said
    assert "5.4        [9]  right" in said
    assert UNFIT in said


def test_a_loop_that_will_not_be_stopped_ends_the_run(check, solved, cell_of, monkeypatch):
    monkeypatch.setattr("through_time.handin.run._PATIENCE", 0.5)
    loop = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    pass"
    cell_of(solved, SOLUTION).source = loop
    said = check(solved, "--seconds", "1")
    assert "The cells below weren't run: the cell couldn't be stopped." in said
    assert "5.4          -  not run" in said


def test_a_kernel_that_ends_ends_the_run(check, solved, cell_of):
    cell_of(solved, SOLUTION).source = "import os\nos._exit(3)"
    said = check(solved)
    assert "Cell [6], 5.3 (solution), ended Python itself" in said
    assert "The cells below weren't run: Python was gone." in said


def test_another_name_and_changed_deleted_and_doubled_cells(check, solved, cell_of):
    solved.cells.remove(cell_of(solved, "ex-5-1-check"))
    solved.cells.remove(cell_of(solved, "ex-5-2-solution"))
    cell_of(solved, "ex-5-4-check").source = "pass"
    cell_of(solved, "ex-5-5-check").metadata.nbgrader.points = 100
    solved.cells.append(copy.deepcopy(cell_of(solved, SOLUTION)))
    solved.cells[-1].id = "copy"
    said = check(solved, "--no-run", name="ch05-bptt-unrolled (1).ipynb")
    assert "The file has to be called ch05-bptt-unrolled.ipynb: rename it." in said
    assert "The cells 5.1 (check) and 5.2 (solution) are missing" in said
    assert "The cells 5.4 (check) and 5.5 (check) are no longer as you got them" in said
    assert "The cell 5.3 (solution) is in the notebook more than once" in said
    assert said.rstrip().endswith(UNFIT)


def test_what_other_programs_do_to_a_notebook_is_no_fault(check, solved):
    for cell in solved.cells:
        cell.metadata["collapsed"] = True
    solved.metadata["language_info"] = {"name": "python", "version": "3.13"}
    solved.metadata["kernelspec"] = {"name": "nowhere", "display_name": "Nowhere", "language": "python"}
    solved.cells.append(new_code_cell("%matplotlib inline\n1 + 1"))
    # An older format has no ids; a copied file may have each twice.
    older = nbformat.writes(solved, version=nbformat.NO_CONVERT).replace(
        '"nbformat_minor": 5', '"nbformat_minor": 2'
    )
    assert "Nothing to mend" in check(older.encode(), "--no-run", code=0)


def test_a_notebook_without_its_stamp(check, solved):
    del solved.metadata["through_time"]
    assert "doesn't say which assignment it is" in check(solved, "--no-run")


def test_a_stub_left_inside_an_answer_is_found(check, solved, cell_of):
    cell = cell_of(solved, SOLUTION)
    cell.source += "\n\ndef other():\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    said = check(solved, "--no-run")
    assert "Not written yet: 5.3." in said
    cell.source = cell.source.replace("raise NotImplementedError()", "return 1")
    assert "Nothing to mend" in check(solved, "--no-run", code=0)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is damaged"),
        (b'{"cells": [', "is damaged: it stops being valid JSON in line 1"),
        (b"\xff\xfe\x00", "is not text"),
        (b"[1, 2]", "is JSON, but no notebook"),
        (
            b'{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "code"}]}',
            "is not a valid notebook",
        ),
        (b" " * (20 * 2**20 + 1), "has 20.0 MB, and the grader takes 20"),
        (b"[" * 100_000, "is damaged"),
    ],
    ids=["empty", "cut off", "no text", "JSON", "invalid", "huge", "deep"],
)
def test_files_that_are_no_notebooks(check, data, said):
    found = check(data)
    assert said in found
    assert UNFIT in found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "nowhere.ipynb"], "there is no file nowhere.ipynb"),
        (["check", "."], "is a folder"),
        (["check", __file__], "doesn't end in .ipynb"),
        (["check"], "required: NOTEBOOK"),
        ([], "required"),
        (["check", "x.ipynb", "--seconds", "0"], "at least 1"),
        (["check", "x.ipynb", "--seconds", "soon"], "seconds"),
    ],
)
def test_wrong_use(capsys, arguments, said):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_several_files_and_a_pattern_as_windows_leaves_it(tmp_path, stub, solved, made, capsys):
    for folder, notebook in (("a", solved), ("b", stub)):
        (tmp_path / folder).mkdir()
        nbformat.write(notebook, tmp_path / folder / made.name)
    assert main(["check", "--no-run", str(tmp_path / "*" / "*.ipynb")]) == 1
    said = capsys.readouterr().out
    assert said.count(made.name) == 2
    assert "Nothing to mend" in said
    assert OPEN in said


def test_it_says_which_package_is_missing(tmp_path, stub, made, monkeypatch, capsys):
    nbformat.write(stub, tmp_path / made.name)
    monkeypatch.setattr("through_time.__main__.TO_RUN", ("nowhere_to_be_found",))
    with pytest.raises(SystemExit) as ended:
        main(["check", str(tmp_path / made.name)])
    assert ended.value.code == 2
    assert "this Python has no nowhere_to_be_found" in capsys.readouterr().err


def test_as_a_program_with_a_narrow_encoding(tmp_path, solved, made):
    solved.cells.append(new_code_cell("raise ValueError('\u221e \u2713')"))
    # What the file names is no matter: the kernel is this Python.
    solved.metadata["kernelspec"] = {"name": "nowhere", "display_name": "Nowhere", "language": "python"}
    nbformat.write(solved, tmp_path / made.name)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "through_time", "check", made.name], cwd=tmp_path, capture_output=True,
        check=False, env={**os.environ, "PYTHONIOENCODING": "ascii", "NBGRADER_EXECUTION": "autograde"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, b"")
    assert rb"stopped with ValueError: \u221e \u2713, at line 1: raise ValueError" in done.stdout
