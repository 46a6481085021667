"""Whatever a student hands in, reading it gives a notebook or a sentence, and never anything else."""

import json
import os
from pathlib import Path

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder import read
from autograder.errors import SubmissionProblem
from autograder.read import parse, read_bytes, read_submission, shown

NAME = "ch01-x.ipynb"
CELL = {
    "cell_type": "code",
    "id": "a",
    "metadata": {},
    "source": "x = 1",
    "outputs": [],
    "execution_count": 1,
}
TEXT = {"cell_type": "markdown", "id": "b", "metadata": {}, "source": ["# one\n", "two"]}
NOTEBOOK = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"a": [1, None]}, "cells": [CELL, TEXT]}
PLAIN = json.dumps(NOTEBOOK).encode()


@pytest.fixture
def hand_in(tmp_path):
    """hand_in(name=bytes, ...) is what reading a folder of these files gives."""

    def make(files=(), folder=None):
        for name, data in dict(files).items():
            (tmp_path / name).write_bytes(data)
        return read_submission(folder or tmp_path, "ada", "ch01-x")

    return make


def test_a_good_notebook(hand_in):
    found = hand_in({NAME: PLAIN})
    assert found.problem is None
    assert not found.notes
    assert (found.student, found.assignment, found.original_name) == ("ada", "ch01-x", NAME)
    assert [cell.source for cell in found.notebook.cells] == ["x = 1", "# one\ntwo"]


def test_the_digest_follows_the_bytes(hand_in):
    first = hand_in({NAME: PLAIN}).digest
    assert len(first) == 64
    assert hand_in({NAME: PLAIN}).digest == first
    assert hand_in({NAME: PLAIN + b"\n"}).digest != first
    # What else lies there changes nothing.
    assert hand_in({NAME: PLAIN, "data.csv": b"1"}).digest == first


def test_another_problem_is_another_digest(hand_in, tmp_path):
    nothing = hand_in()
    (tmp_path / NAME).symlink_to("/etc/passwd")
    link = hand_in()
    assert nothing.problem
    assert link.problem
    assert len({nothing.digest, link.digest, ""}) == 3


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.symlink_to("/etc/passwd"), "can't be opened"),
        (lambda path: path.symlink_to("/dev/zero"), "can't be opened"),
        (lambda path: path.symlink_to(path.name), "can't be opened"),
        (lambda path: path.symlink_to("nowhere"), "can't be opened"),
        (os.mkfifo, "not an ordinary file"),
        (lambda path: path.mkdir(), "not an ordinary file"),
        (lambda path: os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5)), "not an ordinary file"),
        (lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 30 * 2**20), "30 MB; 20 MB are allowed"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_bytes(b" \n\t"), "is empty"),
        (lambda path: path.write_bytes(PLAIN.replace(b"one", b"\xe9t\xe9")), "not text in UTF-8"),
        (lambda path: path.write_bytes(json.dumps(NOTEBOOK).encode("utf-16")), "not text in UTF-8"),
        (lambda path: path.write_bytes(PLAIN[:-9]), r"damaged: it is not valid JSON \(line 1\)"),
        (lambda path: path.write_bytes(b"<html>"), "damaged"),
        (lambda path: path.write_bytes(b"[" * 10**6), "damaged"),
        (lambda path: path.write_bytes(b'{"nbformat": ' + b"9" * 5000 + b"}"), "damaged"),
        (lambda path: path.write_bytes(b"[1]"), "JSON but not a notebook"),
        (lambda path: path.write_bytes(json.dumps({**NOTEBOOK, "cells": [CELL] * 5001}).encode()), "has 5001 cells"),
        (lambda path: path.write_bytes(b'{"cells": []}'), "JSON but not a notebook"),
        (lambda path: path.write_bytes(b'{"nbformat": 4}'), "not a valid notebook"),
        (lambda path: path.write_bytes(b'{"nbformat": 99, "cells": []}'), "not a valid notebook"),
        (lambda path: path.write_bytes(b'{"nbformat": "4", "cells": []}'), "not a valid notebook"),
        (lambda path: path.write_bytes(PLAIN.replace(b'"markdown"', b'"widget"')), "not a valid notebook"),
        (lambda path: path.write_bytes(PLAIN.replace(b"[1, null]", b"[" * 900 + b"]" * 900)), "not a valid notebook"),
    ],
    ids=[
        "link", "link to a device", "link to itself", "link to nothing", "FIFO", "folder", "device", "too large",
        "empty", "blank", "latin-1", "utf-16", "cut off", "a page", "nested bomb", "long number", "a list",
        "many cells", "no version", "no cells", "version 99", "version in words", "cell type", "nested metadata",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_sentence(hand_in, tmp_path, make, said):
    make(tmp_path / NAME)
    found = hand_in()
    assert found.notebook is None
    with pytest.raises(SubmissionProblem, match=said):
        raise SubmissionProblem(found.problem)
    assert found.problem.endswith(".")
    assert NAME in found.problem


def test_a_byte_order_mark_is_no_problem(hand_in):
    assert hand_in({NAME: b"\xef\xbb\xbf" + PLAIN}).problem is None


def test_half_a_character_is_replaced(hand_in, raw):
    data = PLAIN.replace(b"x = 1", rb"x = '\ud83d\ude00 \ud83d'")
    found = hand_in({NAME: data})
    assert found.notebook.cells[0].source == "x = '😀 ?'"
    assert raw(found.notebook)


@pytest.mark.parametrize("minor", [0, 2, 4, 5, 7])
def test_minor_versions(hand_in, minor):
    cells = [
        {key: value for key, value in cell.items() if key != "id" or minor >= 5} for cell in (CELL, TEXT)
    ]
    found = hand_in({NAME: json.dumps({**NOTEBOOK, "nbformat_minor": minor, "cells": cells}).encode()})
    assert found.problem is None
    assert (found.notebook.nbformat, found.notebook.nbformat_minor) == (4, 5)


def test_version_3_is_upgraded(hand_in):
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {"cell_type": "heading", "level": 2, "metadata": {}, "source": "Title"},
                    {
                        "cell_type": "code", "collapsed": False, "input": "y = 2", "language": "python",
                        "metadata": {}, "outputs": [], "prompt_number": 3,
                    },
                ],
            }
        ],
    }  # fmt: skip
    found = hand_in({NAME: json.dumps(old).encode()})
    assert [cell.source for cell in found.notebook.cells] == ["## Title", "y = 2"]
    nbformat.validate(found.notebook)


def test_equal_cell_ids_are_made_unique(hand_in):
    found = hand_in({NAME: json.dumps({**NOTEBOOK, "cells": [CELL, CELL]}).encode()})
    assert len({cell.id for cell in found.notebook.cells}) == 2


def test_another_name_is_accepted_with_a_note(hand_in):
    found = hand_in({"Untitled.ipynb": PLAIN, "data.csv": b"1"})
    assert found.problem is None
    assert found.original_name == "Untitled.ipynb"
    assert found.notes == (
        f"Your file was called Untitled.ipynb; it has to be called {NAME}. It was graded all the same.",
    )


def test_the_name_it_had_before_it_was_collected(hand_in):
    found = hand_in({NAME: PLAIN, read.ORIGINAL_NAME: b"my work.ipynb\n"})
    assert found.notes[0].startswith("Your file was called my work.ipynb;")


def test_an_unreadable_note_of_the_former_name(hand_in, tmp_path):
    (tmp_path / read.ORIGINAL_NAME).mkdir()
    assert hand_in({NAME: PLAIN}).problem is None


def test_among_several_the_name_decides(hand_in):
    assert hand_in({"a.ipynb": b"", NAME: PLAIN}).problem is None


def test_several_of_other_names(hand_in):
    found = hand_in({f"{letter}.ipynb": PLAIN for letter in "abcdefg"})
    assert "There are 7 notebooks (a.ipynb, b.ipynb, c.ipynb, d.ipynb, e.ipynb), and none" in found.problem
    assert NAME in found.problem


def test_no_notebook(hand_in):
    assert hand_in({"answers.docx": b"PK"}).problem == f"There is no notebook in the hand-in. Hand in {NAME}."


def test_no_folder(hand_in, tmp_path):
    assert "can't be read" in hand_in(folder=tmp_path / "missing").problem
    (tmp_path / "file").write_bytes(b"")
    assert "can't be read" in hand_in(folder=tmp_path / "file").problem


def test_a_name_of_no_encoding_or_with_control_characters(hand_in):
    found = hand_in({os.fsdecode(b"\xff\x1b[2J.ipynb"): PLAIN})
    assert found.problem is None
    assert "called ??[2J.ipynb;" in found.notes[0]
    assert found.notes[0].encode()


@settings(deadline=None)
@given(st.text())
def test_shown_names_can_be_printed(name):
    assert shown(name).isprintable()
    assert len(shown(name)) == len(name)


def test_file_descriptors_are_closed(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"x")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for name in ("fifo", "folder", "missing"):
        with pytest.raises(SubmissionProblem):
            read_bytes(tmp_path / name)
    assert read_bytes(tmp_path / "file") == b"x"
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def parsed(data):
    """Parse, and look at the notebook if there is one; anything but a SubmissionProblem fails the test."""
    try:
        notebook = parse(data, NAME)
    except SubmissionProblem:
        return
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert isinstance(cell.source, str)
        assert cell.source.encode() is not None


@settings(deadline=None)
@given(st.binary(max_size=100))
@example(b"\xff\xfe")
@example(b"\x00")
@example(b"NaN")
def test_random_bytes(data):
    parsed(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(tree, path=()):
    """Every path in a tree of JSON."""
    yield path
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


PLACES = [path for path in places(NOTEBOOK) if path]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.none() | JSON), min_size=1, max_size=3))
@example([(("nbformat",), 3)])
@example([(("nbformat",), 2)])
@example([(("nbformat",), 1)])
@example([(("nbformat",), float("nan"))])
@example([(("cells",), {"a": 1})])
@example([(("cells", 0, "metadata"), {"nbgrader": []})])
@example([(("cells", 1, "source"), ["a", 1])])
def test_mutated_notebooks(changes):
    tree = json.loads(PLAIN)
    for path, value in changes:
        *way, last = path
        place = tree
        try:
            for key in way:
                place = place[key]
            place[last] = value
        except (KeyError, IndexError, TypeError):
            continue
    parsed(json.dumps(tree).encode())


@settings(deadline=None)
@given(st.data())
def test_flipped_bytes(data):
    bytes_ = bytearray(PLAIN)
    for _ in range(data.draw(st.integers(1, 3))):
        bytes_[data.draw(st.integers(0, len(bytes_) - 1))] = data.draw(st.integers(0, 255))
    parsed(bytes(bytes_))
