"""A released notebook of the book, its model solution, and the command."""

from __future__ import annotations

import copy
from types import SimpleNamespace

import nbformat
import pytest
from through_time.__main__ import main

from autograder.assignment.notebook import source_notebook, student_notebook
from autograder.loader import load_catalogue

NAME = "ch05-bptt-unrolled"


@pytest.fixture(scope="session")
def made():
    source = load_catalogue().source(NAME)
    released = student_notebook(source)
    models = {cell.metadata.nbgrader.grade_id: cell.source for cell in source_notebook(source).cells
              if "nbgrader" in cell.metadata}  # fmt: skip
    solved = copy.deepcopy(released)
    for cell in solved.cells:
        data = cell.metadata.get("nbgrader", {})
        if data.get("solution"):
            cell.source = models[data["grade_id"]]
    return SimpleNamespace(name=f"{NAME}.ipynb", released=released, solved=solved)


@pytest.fixture
def stub(made):
    return copy.deepcopy(made.released)


@pytest.fixture
def solved(made):
    return copy.deepcopy(made.solved)


@pytest.fixture
def cell_of():
    """cell_of(notebook, id) is the cell with nbgrader's id."""

    def find(notebook, name):
        return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)

    return find


@pytest.fixture
def check(tmp_path, made, capsys):
    """check(notebook or bytes, *options, name=..., code=...) writes the file, runs the command, and is what it says."""

    def run(content, *options, name=made.name, code=1):
        path = tmp_path / name
        data = content if isinstance(content, bytes) else nbformat.writes(content).encode()
        path.write_bytes(data)
        assert main(["check", str(path), *options]) == code
        assert path.read_bytes() == data
        assert [each.name for each in tmp_path.iterdir()] == [name]
        said = capsys.readouterr()
        assert said.err == ""
        assert said.out.isascii()
        return said.out

    return run
