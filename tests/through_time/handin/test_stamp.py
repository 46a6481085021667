"""A released notebook's stamp: nbgrader's own checksums, and no more than what is needed."""

import copy

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from nbgrader.utils import compute_checksum
from through_time.handin.stamp import KEY, checksum, grading, is_answer, put_stamp, read_stamp

MAKE = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}
METADATA = st.fixed_dictionaries({
    "grade_id": st.text("abc-_019", min_size=1), "grade": st.booleans(), "solution": st.booleans(),
    "locked": st.booleans(), "points": st.integers(0, 40) | st.floats(0, 40),
})  # fmt: skip


@given(st.sampled_from(sorted(MAKE)), st.text(), METADATA)
def test_the_checksum_is_nbgraders(kind, source, data):
    cell = MAKE[kind](source=source, metadata={"nbgrader": data})
    if grading(cell):
        assert checksum(cell) == compute_checksum(cell)


def test_every_cell_of_the_assignment_is_in_it(made):
    stamp = read_stamp(made.released)
    assert f"{stamp.assignment}.ipynb" == made.name
    cells = [cell for cell in made.released.cells if grading(cell)]
    for cell in cells:
        data = grading(cell)
        held = stamp.answers if is_answer(data) else stamp.locked
        # What the notebook says cell by cell, as nbgrader wrote it, and all at once.
        assert held[data["grade_id"]] == data["checksum"] == checksum(cell)
    assert len(stamp.answers) + len(stamp.locked) == len(cells)
    assert set(made.released.metadata[KEY]) == {"assignment", "locked", "answers"}


def test_it_survives_saving(stub):
    again = nbformat.reads(nbformat.writes(stub), 4)
    assert read_stamp(again) == read_stamp(stub)


@pytest.mark.parametrize("broken", [None, 5, {}, {"assignment": 5}, {"assignment": "a", "locked": []}])
def test_what_is_no_stamp(broken):
    notebook = new_notebook(metadata={KEY: broken})
    assert read_stamp(notebook) is None


def test_a_notebook_that_is_nobodys_gets_an_empty_stamp():
    notebook = new_notebook(cells=[new_code_cell("1")])
    before = copy.deepcopy(notebook.cells)
    put_stamp(notebook, "a")
    assert read_stamp(notebook).assignment == "a"
    assert not read_stamp(notebook).locked
    assert notebook.cells == before
