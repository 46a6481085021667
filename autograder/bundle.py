"""What a student gets: notebooks, and the public package in a form that pip installs anywhere."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import through_time
from through_time import _widget_files

from autograder.course import Course
from autograder.errors import UnknownName, WriteError
from autograder.files import write_if_changed

FOLDER = "bundles"

STAMP = (2026, 1, 1, 0, 0, 0)
"""Every file's time, so that the same contents make the same bytes."""

PROJECT = """\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "through-time-exercises"
version = "{version}"
description = "Checks and widgets for the exercises of the course book Through Time"
requires-python = ">=3.11"
dependencies = ["anywidget", "ipykernel", "ipywidgets", "matplotlib", "nbformat", "numpy>=2"]

[tool.setuptools]
packages = {packages}

[tool.setuptools.package-data]
through_time = ["_widgets/*"]
"""

REQUIREMENTS = """\
# What the notebooks need. In this folder: pip install -r requirements.txt
./package
jupyterlab
"""

EXTENSIONS = {"recommendations": ["ms-python.python", "ms-toolsai.jupyter"]}
"""What VS Code offers to install when the folder is opened."""

README = """\
# {title}

{notebooks}

## Install, once

You need Python 3.11 or newer. Open a terminal in this folder (the one with `requirements.txt`).

Linux and macOS:

    python3 -m venv .venv
    .venv/bin/pip install -r requirements.txt

Windows:

    py -m venv .venv
    .venv\\Scripts\\pip install -r requirements.txt

## Work

In JupyterLab: `.venv/bin/jupyter lab` (Windows: `.venv\\Scripts\\jupyter lab`).

In VS Code: open this folder (File, Open Folder), accept the two extensions that it recommends (Python and Jupyter),
open the notebook, and choose the Python in `.venv` by Select Kernel, Python Environments.

Fill in the cells marked YOUR CODE HERE or YOUR ANSWER HERE. Add cells of your own wherever you like. Don't delete, copy
or change the cells that you were given, and keep the notebook's name.

## Before you hand in

Save the notebook, and ask whether it is fit:

    .venv/bin/python -m through_time check {example}

(Windows: `.venv\\Scripts\\python -m through_time check {example}`). It runs a copy of the notebook from top to bottom
and says what is still to be mended; your file stays as it is.
"""


@dataclass(frozen=True)
class Bundle:
    """A zip for students; `fresh` is False if it stood already as it is."""

    path: Path
    fresh: bool


def refresh_bundles(course: Course) -> dict[str, Bundle]:
    """Bring the zips in bundles/ up to the released notebooks: one per assignment, and "" for the whole course.

    A zip whose contents are the same stays untouched; that of an assignment that isn't released any more goes.
    """
    folder = course.root / FOLDER
    released = tuple(filter(course.is_released, course.catalogue.assignments))
    for name in course.catalogue.assignments:
        if name not in released:
            _remove(folder / f"{name}.zip")
    whole = course.root.resolve().name
    if whole in course.catalogue.assignments:
        whole += "-all"
    if not released:
        _remove(folder / f"{whole}.zip")
        return {}
    packed = {name: write_bundle(course, (name,), folder / f"{name}.zip") for name in released}
    title = str(course.directory.course_id or whole)
    packed[""] = write_bundle(course, released, folder / f"{whole}.zip", title)
    return packed


def write_bundle(course: Course, names: Sequence[str], path: Path, title: str = "") -> Bundle:
    """Write the zip `path` with the released notebooks of the assignments `names`, and all they need.

    Its README has `title`, else the first assignment's.
    Raises UnknownName for an assignment that hasn't been released, WriteError if `path` can't be written.
    """
    for name in names:
        if not course.is_released(name):
            raise UnknownName(f"{name} hasn't been released: run 'autograder release {name}' first.")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bundle:
        for place, content in _contents(course, names, title):
            bundle.writestr(_entry(f"{path.stem}/{place}"), content, zipfile.ZIP_DEFLATED)
    return Bundle(path, write_if_changed(path, held.getvalue()))


def _remove(path: Path) -> None:
    try:
        if path.exists():
            path.unlink()
    except OSError as error:
        raise WriteError(f"{path} can't be removed ({error.strerror}): check its permissions.") from error


def _entry(place: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(place, STAMP)
    entry.create_system = 3  # the same bytes wherever it is packed
    entry.external_attr = 0o100644 << 16  # without it, some programs unpack files that nobody may read
    return entry


def _contents(course: Course, names: Sequence[str], title: str) -> Iterator[tuple[str, bytes]]:
    titles = [course.catalogue.source(name).title for name in names]
    listed = "\n".join(f"- `{name}.ipynb`: {title}" for name, title in zip(names, titles, strict=True))
    yield (
        "README.md",
        README.format(title=title or titles[0], notebooks=listed, example=f"{names[0]}.ipynb").encode(),
    )
    own = "".join(f"{line}\n" for line in course.catalogue.requirements)
    yield "requirements.txt", (REQUIREMENTS + own).encode()
    yield ".vscode/extensions.json", (json.dumps(EXTENSIONS, indent=2) + "\n").encode()
    for name in names:
        yield f"{name}.ipynb", course.release(name).read_bytes()
    yield from _package()


def _package() -> Iterator[tuple[str, bytes]]:
    """The public package with what pip needs to install it."""
    package = Path(through_time.__file__).parent
    modules = sorted(package.rglob("*.py"))
    packages = sorted({".".join(path.parent.relative_to(package.parent).parts) for path in modules})
    project = PROJECT.format(version=version("through-time"), packages=json.dumps(packages))
    yield "package/pyproject.toml", project.encode()
    for path in modules:
        yield f"package/through_time/{path.relative_to(package).as_posix()}", path.read_bytes()
    for path in sorted(_widget_files.folder().iterdir()):
        yield f"package/through_time/_widgets/{path.name}", path.read_bytes()
