"""The one door from the engine to a course's exercises.

A course names an importable module; it offers `EXERCISES` (id -> Exercise), `ASSIGNMENTS`
(name -> exercise ids), `MISCONCEPTIONS` (id -> Misconception) and `SOURCES` (the folder of the assignment
sources); if it has a sample class, `RECIPES`; and if its students need more packages than `through_time` and
what comes with it, `REQUIREMENTS`, as lines for pip. The book's own is `solutions.course`.
"""

from __future__ import annotations

import hashlib
import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.assignment.source import AssignmentSource, Header, read_header, read_source
from autograder.choices import EXERCISES
from autograder.errors import SourceError, UnknownName
from solutions.model import Exercise, Misconception, Recipe


@dataclass(frozen=True)
class Catalogue:
    """A course's exercises, misconceptions and assignment sources."""

    module: str
    exercises: Mapping[str, Exercise]
    assignments: Mapping[str, tuple[str, ...]]
    misconceptions: Mapping[str, Misconception]
    sources: Path
    recipes: tuple[Recipe, ...] = ()
    requirements: tuple[str, ...] = ()

    def source(self, name: str) -> AssignmentSource:
        """Read the source of assignment `name`. Raises UnknownName or SourceError."""
        return read_source(self._file(name), self.exercises)

    def header(self, name: str) -> Header:
        """Read only what stands above the cells of assignment `name`. Raises UnknownName or SourceError."""
        return read_header(self._file(name))

    def _file(self, name: str) -> Path:
        if name not in self.assignments:
            known = ", ".join(self.assignments) or "none"
            raise UnknownName(f"There is no assignment {name!r} in {self.module}; it has: {known}.")
        return self.sources / f"{name}.md"

    @cached_property
    def chapters(self) -> Mapping[str, str]:
        """The book's pages by chapter number, as the assignments name them: {"5": "book/05-bptt-unrolled"}."""
        pages = [self.header(name).chapter for name in self.assignments]
        found = [(re.match(r"0*(\d+)-", page.rpartition("/")[2]), page) for page in pages]
        return {number[1]: page for number, page in found if number}

    @cached_property
    def digest(self) -> str:
        """A hash over the code of the module's package: it changes when an exercise could grade differently."""
        if not self.module:
            return ""
        module = importlib.import_module(self.module)
        top = importlib.import_module(self.module.split(".", maxsplit=1)[0])
        place = Path(top.__file__ or module.__file__ or "")
        # A module of its own may lie anywhere, beside hand-ins, too.
        files = place.parent.rglob("*.py") if hasattr(top, "__path__") else [place]
        digest = hashlib.sha256()
        for path in sorted(files):
            digest.update(str(path.relative_to(place.parent)).encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()


NONE = Catalogue("", {}, {}, {}, Path())
"""That of a course, or of an assignment, without exercises: its tests are cells of its notebooks."""


def load_catalogue(module: str = EXERCISES) -> Catalogue:
    """Import `module` and take what a course needs from it; from "" nothing.

    Raises SourceError if something is missing.
    """
    if not module:
        return NONE
    try:
        found = importlib.import_module(module)
        return Catalogue(
            module=module,
            exercises=found.EXERCISES,
            assignments=found.ASSIGNMENTS,
            misconceptions=found.MISCONCEPTIONS,
            sources=Path(found.SOURCES),
            recipes=tuple(getattr(found, "RECIPES", ())),
            requirements=tuple(getattr(found, "REQUIREMENTS", ())),
        )
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise SourceError(
            f"The exercises in {module!r} can't be loaded: {error}. A course's module has "
            "EXERCISES, ASSIGNMENTS, MISCONCEPTIONS and SOURCES."
        ) from error
