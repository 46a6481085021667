"""What a student gets: notebooks, and the public package in a form that pip installs anywhere."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import through_time
from through_time import _widget_files

from autograder.course import Course
from autograder.errors import UnknownName
from autograder.files import write_atomically

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
dependencies = ["anywidget", "ipywidgets", "matplotlib", "numpy>=2"]

[tool.setuptools]
packages = ["through_time", "through_time.checks"]

[tool.setuptools.package-data]
through_time = ["_widgets/*"]
"""

REQUIREMENTS = "# What the notebooks need: pip install -r requirements.txt\n./package\njupyterlab\n"

README = """\
# {title}

You need Python 3.11 or newer; Linux, macOS and Windows do. In this folder:

    python -m venv .venv
    .venv/bin/pip install -r requirements.txt        (Windows: .venv\\Scripts\\pip)
    .venv/bin/jupyter lab                            (Windows: .venv\\Scripts\\jupyter)

In VS Code, open the folder and choose .venv as the notebook's kernel.

Fill in the cells marked "YOUR CODE HERE", and run the cell below each: `check` tells you what is right so far.
Before you hand in, restart the kernel and run all cells. Hand in the notebook under its own name:

{notebooks}
"""


def write_bundle(course: Course, names: Sequence[str], path: Path) -> None:
    """Write the zip `path` with the released notebooks of the assignments `names`, and all they need.

    Raises UnknownName for an assignment that hasn't been released, WriteError if `path` can't be written.
    """
    for name in names:
        if not course.is_released(name):
            raise UnknownName(f"{name} hasn't been released: run 'autograder release {name}' first.")
    folder = path.stem
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bundle:
        for place, content in _contents(course, names):
            bundle.writestr(zipfile.ZipInfo(f"{folder}/{place}", STAMP), content, zipfile.ZIP_DEFLATED)
    write_atomically(path, held.getvalue())


def _contents(course: Course, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    titles = [course.catalogue.source(name).title for name in names]
    listed = "\n".join(f"- `{name}.ipynb`: {title}" for name, title in zip(names, titles, strict=True))
    title = titles[0] if len(titles) == 1 else "Exercises"
    yield "README.md", README.format(title=title, notebooks=listed).encode()
    yield "requirements.txt", REQUIREMENTS.encode()
    for name in names:
        yield f"{name}.ipynb", course.release(name).read_bytes()
    yield "package/pyproject.toml", PROJECT.format(version=version("through-time")).encode()
    package = Path(through_time.__file__).parent
    for path in sorted(package.rglob("*.py")):
        yield f"package/through_time/{path.relative_to(package).as_posix()}", path.read_bytes()
    for path in sorted(_widget_files.folder().iterdir()):
        yield f"package/through_time/_widgets/{path.name}", path.read_bytes()
