"""A notebook in a real kernel, scored by nbgrader's own rule: no points for a check that fails."""

import pytest
from nbclient import NotebookClient
from nbgrader.utils import determine_grade

from autograder.assignment.notebook import source_notebook, student_notebook
from autograder.loader import load_catalogue


def executed(notebook, monkeypatch, mode):
    monkeypatch.setenv("NBGRADER_EXECUTION", mode)
    NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=True).execute()
    return {
        cell.metadata.nbgrader.grade_id.removeprefix("ex-").removesuffix("-check"): (
            determine_grade(cell)[0],
            "".join(output.get("text", "") for output in cell.outputs),
        )
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }


@pytest.fixture
def source():
    return load_catalogue().source("ch05-bptt-unrolled")


def test_solutions_earn_what_can_be_told_from_inside(source, monkeypatch):
    notebook = source_notebook(source)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "ex-5-2-solution":
            cell.source = cell.source.replace('"dU": np.outer(delta, x)', '"dU": 2 * np.outer(delta, x)')
    graded = executed(notebook, monkeypatch, "autograde")
    assert {name: score for name, (score, _) in graded.items()} == {
        "5-1": 6,
        "5-2": 0,
        "5-3": 8,
        "5-4": 4,
        "5-5": 5,
        "5-6": 0,
        "5-7": 0,
        "5-8": 0,
        "5-9": 0,
    }
    assert "dU is 2 times the central difference" in graded["5-2"][1]
    assert all(
        output.name == "stdout"
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "name" in output
    )


def test_empty_notebook_earns_nothing_and_every_check_speaks(source, monkeypatch):
    graded = executed(student_notebook(source), monkeypatch, "validate")
    assert {score for score, _ in graded.values()} == {0}
    for _, said in graded.values():
        assert "not written yet" in said or "still None" in said


def test_validating_is_content_with_right_functions_and_well_formed_answers(source, monkeypatch):
    graded = executed(source_notebook(source), monkeypatch, "validate")
    assert [score for score, _ in graded.values()] == [6, 6, 8, 4, 5, 2, 3, 3, 3]
