"""Read what a student handed in, trusting nothing: sizes, file types, encodings, structure."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from autograder.errors import SubmissionProblem

MAX_BYTES = 20 * 2**20
MAX_CELLS = 5000

ORIGINAL_NAME = "original-name.txt"
"""Beside a notebook that `collect` gave its right name: the name that it was handed in under."""


MAX_FILES = 100
"""Files beside the notebooks that are given to them."""
MAX_LOOKED = 2000
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_NOT_THEIRS = {"timestamp.txt", "submission_secret.txt", ORIGINAL_NAME}


@dataclass(frozen=True)
class Taken:
    """What grading looks at of a hand-in's folder, as bytes: the file's name and contents, or why there are none.

    `digest` changes with name and bytes; where there are none, another problem is another hand-in.
    """

    name: str = ""
    data: bytes = b""
    problem: str | None = None
    notes: tuple[str, ...] = ()
    missing: bool = False
    """Whether there is no such file at all."""

    @property
    def digest(self) -> str:
        """A SHA-256 in hexadecimal."""
        told = self.problem.encode() if self.problem else os.fsencode(self.name) + b"\0" + self.data
        return hashlib.sha256(told).hexdigest()


@dataclass(frozen=True)
class Submission:
    """A hand-in: its notebook (nbformat 4), or why there is none to run.

    `notes` are sentences for student and instructor about what was mended. `digest` changes with the bytes.
    """

    student: str
    assignment: str
    notebook: Any = None
    problem: str | None = None
    notes: tuple[str, ...] = ()
    digest: str = ""
    original_name: str = field(default="", compare=False)


def read_submission(folder: Path, student: str, assignment: str) -> Submission:
    """Read the notebook `<assignment>.ipynb` in `folder`; never raises for anything that a student can do."""
    return understand(take(folder, f"{assignment}.ipynb"), student, assignment)


def take(folder: Path, wanted: str) -> Taken:
    """The bytes of the notebook `wanted` in `folder`, or of the only one; never raises for what a student can do."""
    notes: list[str] = []
    try:
        name = _choose(folder, wanted, notes)
        return Taken(name, read_bytes(folder / name), notes=tuple(notes))
    except SubmissionProblem as problem:
        return Taken(problem=str(problem), notes=tuple(notes))


def take_all(folder: Path, names: Sequence[str]) -> dict[str, Taken]:
    """What was handed in as each of the notebooks `names`, which have no `.ipynb`.

    Where several are wanted, one that is called otherwise is none of them.
    """
    if len(names) == 1:
        return {names[0]: take(folder, f"{names[0]}.ipynb")}
    return {name: _take_exactly(folder, f"{name}.ipynb", names) for name in names}


def _take_exactly(folder: Path, wanted: str, names: Sequence[str]) -> Taken:
    try:
        if os.path.lexists(folder / wanted):
            return Taken(wanted, read_bytes(folder / wanted))
    except SubmissionProblem as problem:
        return Taken(problem=str(problem))
    listed = ", ".join(f"{name}.ipynb" for name in names)
    return Taken(
        problem=f"There is no notebook {wanted} in the hand-in. Hand in {listed}, under these names.",
        missing=True,
    )


def extra_files(folder: Path) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The files beside the notebooks, by their place in `folder`, and notes about those that can't be taken.

    Never raises for what a student can do. Hidden files, and those that are nbgrader's or ours, are none.
    """
    found: dict[str, bytes] = {}
    notes = []
    places = itertools.islice(_places(folder), MAX_LOOKED)
    for place in sorted(each for each in places if _is_extra(each)):
        try:
            data = read_bytes(folder / place)
        except SubmissionProblem as problem:
            notes.append(f"{problem} The notebook was run without it.")
            continue
        if len(found) >= MAX_FILES or sum(map(len, found.values())) + len(data) > MAX_BYTES:
            notes.append(
                f"The files beside the notebook are too many or too large: {MAX_FILES} and {MAX_BYTES // 2**20} MB "
                f"are allowed. It was run without {shown(place)} and what follows it."
            )
            break
        found[place] = data
    return found, tuple(notes)


def _places(folder: Path) -> Iterator[str]:
    for here, _, names in os.walk(folder):
        for name in names:
            yield str((Path(here) / name).relative_to(folder))


def _is_extra(place: str) -> bool:
    plain = place.isprintable() and not any(part.startswith(".") for part in Path(place).parts)
    return plain and not place.endswith((".ipynb", ".pyc")) and place not in _NOT_THEIRS


def understand(taken: Taken, student: str, assignment: str) -> Submission:
    """The notebook in what was taken, or why it is none."""
    notebook, problem = None, taken.problem
    if problem is None:
        try:
            notebook = parse(taken.data, shown(taken.name))
        except SubmissionProblem as found:
            problem = str(found)
    return Submission(student, assignment, notebook, problem, taken.notes, taken.digest, taken.name)


def read_bytes(path: Path) -> bytes:
    """The bytes of a regular file of at most 20 MB. Raises SubmissionProblem for anything else."""
    name = shown(path.name)
    try:
        # Opening a FIFO or a device must not wait, and a link must not be followed.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise SubmissionProblem(
            f"{name} can't be opened ({error.strerror}). Hand in the notebook itself, not a link to it."
        ) from error
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        raise SubmissionProblem(f"{name} is not an ordinary file. Hand in the notebook itself.")
    with os.fdopen(handle, "rb") as file:
        if status.st_size > MAX_BYTES:
            raise SubmissionProblem(
                f"{name} has {status.st_size / 2**20:.0f} MB; {MAX_BYTES // 2**20} MB are allowed. "
                "Clear its outputs (Kernel, Restart Kernel and Clear Outputs), save it and hand it in again."
            )
        return file.read(MAX_BYTES + 1)


def shown(name: str) -> str:
    """A file's name as it can be printed and stored: it may hold control characters, or bytes of no encoding."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def parse(data: bytes, name: str) -> Any:
    """A valid nbformat 4 notebook from bytes. Raises SubmissionProblem saying what to resubmit."""
    again = "Open it in JupyterLab, save it, and hand in the saved .ipynb file."
    if not data.strip():
        raise SubmissionProblem(f"{name} is empty. {again}")
    try:
        text = data.decode("utf-8-sig")
        tree = json.loads(text)
    except UnicodeDecodeError as error:
        raise SubmissionProblem(f"{name} is not text in UTF-8, so it is no notebook. {again}") from error
    except (ValueError, RecursionError) as error:
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise SubmissionProblem(
            f"{name} is damaged: it is not valid JSON{place}, perhaps cut off while it was copied. {again}"
        ) from error
    if not (isinstance(tree, dict) and "nbformat" in tree):
        raise SubmissionProblem(f"{name} is JSON but not a notebook. {again}")
    cells = tree.get("cells")
    if isinstance(cells, list) and len(cells) > MAX_CELLS:
        raise SubmissionProblem(
            f"{name} has {len(cells)} cells; {MAX_CELLS} are allowed. "
            "Delete the empty ones, save it and hand it in again."
        )
    try:
        if _SURROGATE.search(text):
            # JSON can hold half of a character, which no file and no process would take.
            text = json.dumps(tree, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
        notebook = _with_ids(nbformat.convert(nbformat.reader.reads(text), 4))
        nbformat.validate(notebook)
    except Exception as error:
        # nbformat raises many kinds of exception for wrong structures.
        raise SubmissionProblem(f"{name} is not a valid notebook: {_first_line(error)} {again}") from error
    return notebook


def _choose(folder: Path, wanted: str, notes: list[str]) -> str:
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise SubmissionProblem(f"The folder of the hand-in can't be read ({error.strerror}).") from error
    if wanted in names:
        with contextlib.suppress(SubmissionProblem):  # without it, there is just no note
            if ORIGINAL_NAME in names:
                former = read_bytes(folder / ORIGINAL_NAME).decode(errors="replace").strip()
                notes.append(_renamed(former[:100], wanted))
        return wanted
    notebooks = [name for name in names if name.endswith(".ipynb")]
    if len(notebooks) == 1:
        notes.append(_renamed(notebooks[0], wanted))
        return notebooks[0]
    if notebooks:
        raise SubmissionProblem(
            f"There are {len(notebooks)} notebooks ({', '.join(map(shown, notebooks[:5]))}), "
            f"and none is called {wanted}. Hand in one notebook of this name."
        )
    raise SubmissionProblem(f"There is no notebook in the hand-in. Hand in {wanted}.")


def _renamed(name: str, wanted: str) -> str:
    return f"Your file was called {shown(name)}; it has to be called {wanted}. It was graded all the same."


def _with_ids(notebook: Any) -> Any:
    """`notebook` at nbformat 4.5 with a unique id in each cell."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    return notebook


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
