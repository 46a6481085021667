"""Downloads as the platforms make them, and a course with a roster."""

import json
import zipfile
from datetime import datetime

import pytest

from autograder.collecting import Options, collect
from autograder.record.gradebook import open_gradebook
from autograder.roster import Person, students, update_roster

NAMES = (
    "Ada Lovelace", "George Boole", "Kurt Gödel", "José Álvarez", "Jose Alvarez", "Máire O'Brien", "Jean-Luc Picard",
    "Søren Kierkegaard", "Đorđe Balašević", "Anna Schmidt", "Anna Schmidt", "李 小龙", "Εμμυ Νοετερ", "Мария Иванова",
    "Ana María de la Cruz", "Ole Møller-Nielsen", "N'Golo Kanté", "Zoë van der Berg", "Madonna", "Ludwig Weiß",
    "Chloé Dùpont", "Ó Súilleabháin Seán", "Ñusta Quispe", "Ibn al-Haytham", "Åsa Öberg", "Grace Brewster Hopper",
    "Alan Turing", "Emmy Noether", "Sofia Kovalevskaja", "Ada Byron",
)  # fmt: skip
"""A class of thirty; two are called Anna Schmidt, and two differ by their accents alone."""


def cells(*names, text="x"):
    """The bytes of a notebook with these ids of nbgrader's."""
    made = [
        {
            "cell_type": "code", "id": f"c{number}", "source": text, "outputs": [], "execution_count": None,
            "metadata": {"nbgrader": {"grade_id": name, "schema_version": 3}},
        }
        for number, name in enumerate(names)
    ]  # fmt: skip
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.fixture(scope="session")
def notebook_of():
    """notebook_of(*grade_ids, text="x") is a notebook's bytes."""
    return cells


@pytest.fixture(scope="session")
def class_of_thirty():
    """The roster of a class of thirty."""
    found = []
    for number, name in enumerate(NAMES):
        first, _, last = name.rpartition(" ")
        found.append(Person(f"u{number:02}", first, last, f"u{number:02}@example.org", str(9000 + number)))
    return found


@pytest.fixture
def roster(small, class_of_thirty):
    """The other course with the class of thirty in its roster."""
    update_roster(small.course, class_of_thirty)
    return class_of_thirty


@pytest.fixture
def pack(tmp_path):
    """pack(name, {member: bytes}, time=...) is a zip; a key may be a ZipInfo."""

    def make(name, members, time=(2026, 2, 20, 12, 30, 8)):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, data in members.items():
                info = member if isinstance(member, zipfile.ZipInfo) else zipfile.ZipInfo(member, time)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, data)
        return path

    return make


@pytest.fixture
def take(small):
    """take(*paths, assignment="ch01-tiny", ...) collects, and gives what was found."""

    def run(*paths, assignment="ch01-tiny", **more):
        return collect(small.course, paths, Options(assignment, **more)).found

    return run


@pytest.fixture
def installed(small):
    """installed(student) is what is to be graded: file names and bytes."""

    def look(student, assignment="ch01-tiny"):
        folder = small.course.submitted(student, assignment)
        return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}

    return look


@pytest.fixture
def enrolled(small):
    """enrolled() is the roster as the gradebook has it."""

    def look():
        with open_gradebook(small.course) as gradebook:
            return students(gradebook)

    return look


@pytest.fixture
def due(small):
    """due(datetime) sets when the assignment is due, in UTC."""

    def put(time: datetime):
        with open_gradebook(small.course) as gradebook:
            gradebook.update_or_create_assignment("ch01-tiny", duedate=time.replace(tzinfo=None))

    return put
