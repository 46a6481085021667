"""Open the paths that were given: folders and zips each for itself, loose files of one folder together."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from autograder.choices import PLATFORMS
from autograder.collecting.archive import open_given
from autograder.collecting.names import parse
from autograder.collecting.tree import Folder, on_disk, read_folder
from autograder.errors import SubmissionProblem


def opened(
    paths: Sequence[Path], stack: contextlib.ExitStack
) -> Iterator[tuple[Path, Folder | SubmissionProblem]]:
    """Each folder to look for hand-ins in, with the path that it came from, or why it can't be opened.

    Notebooks, and whatever is named as a platform names what belongs to one student, are put together by the folder
    that they lie in, as if that had been given without the rest.
    """
    together: dict[Path, Folder] = {}
    for path in paths:
        try:
            if _of_a_student(path):
                place = path.absolute().parent
                folder = together.setdefault(place, Folder(place.name, path=place))
                if path.is_dir():
                    folder.folders[path.name] = read_folder(path)
                else:
                    folder.files[path.name] = replace(on_disk(path.resolve()), name=path.name)
            elif path.is_dir():
                yield path, read_folder(path, path.resolve().name)
            elif path.suffix.lower() == ".zip":
                folder = open_given(path.resolve(), stack)
                folder.name = path.stem
                yield path, folder
            else:
                yield (
                    path,
                    SubmissionProblem(
                        "It is no folder, no notebook and no zip; unpack any other archive first."
                    ),
                )
        except SubmissionProblem as problem:
            yield path, problem
    yield from together.items()


def _of_a_student(path: Path) -> bool:
    platform = any(parse(form, path.name) for form in PLATFORMS)
    return platform or (not path.is_dir() and path.suffix.lower() == ".ipynb")
