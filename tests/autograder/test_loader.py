"""A course's module is taken in through one door, and its code has a digest."""

import importlib
import sys

import pytest

from autograder.choices import EXERCISES
from autograder.errors import SourceError, UnknownName
from autograder.loader import load_catalogue


@pytest.fixture
def module(tmp_path, monkeypatch):
    """module(name, text) writes a file below an importable folder."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        importlib.invalidate_caches()
        return path

    yield write
    for name in set(sys.modules) - before:
        del sys.modules[name]


COURSE = "EXERCISES, ASSIGNMENTS, MISCONCEPTIONS, SOURCES = {}, {}, {}, '.'\n"


def test_the_books_own():
    catalogue = load_catalogue()
    assert catalogue.module == EXERCISES
    assert catalogue.recipes
    source = catalogue.source("ch05-bptt-unrolled")
    assert source.points == 40.0
    assert source.chapter == "book/05-bptt-unrolled"
    assert catalogue.chapters["5"] == "book/05-bptt-unrolled"


def test_every_assignment_has_its_source_with_its_exercises():
    catalogue = load_catalogue()
    for name, exercises in catalogue.assignments.items():
        assert tuple(catalogue.source(name).exercises) == exercises


def test_an_unknown_assignment():
    with pytest.raises(UnknownName, match=r"There is no assignment 'ch99' in solutions.course; it has: ch"):
        load_catalogue().source("ch99")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import no_such_module", "No module named 'no_such_module'"),
        ("EXERCISES = {}", "ASSIGNMENTS"),
        (COURSE.replace("'.'", "None"), "can't be loaded"),
    ],
)
def test_a_module_that_is_none(module, text, said):
    module("spoilt_course.py", text)
    with pytest.raises(SourceError, match=said):
        load_catalogue("spoilt_course")


def test_a_course_may_have_no_exercises():
    none = load_catalogue("")
    assert (none.exercises, none.assignments, none.digest) == ({}, {}, "")


@pytest.mark.parametrize("name", [".", "..x", "no_such_module", "json"])
def test_a_name_that_is_none(name):
    with pytest.raises(SourceError, match="can't be loaded"):
        load_catalogue(name)


def test_a_module_of_its_own(module):
    path = module("lone_course.py", COURSE)
    first = load_catalogue("lone_course").digest
    # Neighbours, such as hand-ins, are nothing to it.
    module("submitted/ada/helper.py", "x = 1")
    assert load_catalogue("lone_course").digest == first
    path.write_text(COURSE + "# changed\n")
    assert load_catalogue("lone_course").digest != first


def test_a_module_in_a_package(module):
    module("packed/__init__.py", "")
    module("packed/deep/__init__.py", "")
    module("packed/deep/course.py", COURSE)
    first = load_catalogue("packed.deep.course").digest
    module("packed/inputs.py", "x = 1")
    second = load_catalogue("packed.deep.course").digest
    module("packed/inputs.py", "x = 2")
    third = load_catalogue("packed.deep.course").digest
    assert len({first, second, third}) == 3
    module("packed/notes.txt", "nothing to do with grades")
    assert load_catalogue("packed.deep.course").digest == third


def test_a_module_in_a_folder_without_init(module):
    module("loose/course.py", COURSE)
    assert len(load_catalogue("loose.course").digest) == 64
