"""A course folder in nbgrader's layout: its settings, its secret, and where things lie in it.

All settings stand in the course's `nbgrader_config.py`: nbgrader's own, and ours under `c.Grading`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from traitlets import Enum, Float, Integer, List, Unicode
from traitlets.config import Config, Configurable
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from autograder.choices import EXERCISES, LEVELS
from autograder.errors import CourseError, UnknownName
from autograder.files import write_atomically
from autograder.inside.limits import Limits
from autograder.loader import Catalogue, load_catalogue

CONFIG_NAME = "nbgrader_config.py"
SECRET_BYTES = 32
SECRET_NAME = ".autograder-secret"  # noqa: S105  (the name of a file)


class Grading(Configurable):
    """Settings of the grading engine, under `c.Grading` in nbgrader_config.py."""

    exercises = Unicode(
        EXERCISES, help="Importable module with the course's exercises; empty if it has none of its own."
    ).tag(config=True)
    sandbox = Enum(
        LEVELS,
        "bubblewrap",
        help="Walls around student code; 'none' is for notebooks that you trust.",
    ).tag(config=True)
    cell_seconds = Float(
        Limits.cell_seconds, min=0.1, help="Wall-clock limit of one cell or one call, in seconds."
    ).tag(config=True)
    notebook_seconds = Float(
        Limits.notebook_seconds,
        min=1,
        help="Wall-clock limit of one submission, in seconds. Calls of its functions get a third of it in any case.",
    ).tag(config=True)
    memory_bytes = Integer(
        Limits.memory_bytes, min=2**28, help="Address space of a student's process, in bytes."
    ).tag(config=True)
    file_bytes = Integer(
        Limits.file_bytes, min=2**20, help="Size of any one file that student code writes."
    ).tag(config=True)
    disk_bytes = Integer(
        Limits.disk_bytes, min=2**20, help="Size of all files of a submission together; they lie in memory."
    ).tag(config=True)
    disk_files = Integer(
        Limits.disk_files, min=10, help="Number of files and folders that a submission may make."
    ).tag(config=True)
    processes = Integer(Limits.processes, min=2, help="Threads of a student's process.").tag(config=True)
    output_bytes = Integer(
        Limits.output_bytes, min=2**10, help="Text kept of one cell's output; the rest is cut, and said so."
    ).tag(config=True)
    notebook_output_bytes = Integer(
        Limits.notebook_output_bytes,
        min=2**10,
        help="What is kept of all outputs of a submission, figures too.",
    ).tag(config=True)
    packages = List(
        Unicode(),
        list(Limits.packages),
        help="Installed packages that student code may import besides NumPy, matplotlib and through_time.",
    ).tag(config=True)
    book_url = Unicode(
        "", help="Where the built book lies, for links in feedback; empty for links by section number only."
    ).tag(config=True)

    @property
    def limits(self) -> Limits:
        """The limits of one submission."""
        names = {field.name for field in fields(Limits)} & set(self.trait_names())
        values = {name: getattr(self, name) for name in names}
        return Limits(**values | {"packages": tuple(self.packages)})


@dataclass(frozen=True)
class Course:
    """An existing course folder."""

    root: Path
    config: Config

    @classmethod
    def open(cls, root: Path) -> Course:
        """The course at `root`. Raises CourseError, saying what to do, if there is none."""
        root = root.resolve()
        if not root.is_dir():
            raise CourseError(f"There is no course at {root}: make one with 'autograder init {root}'.")
        try:
            config = PyFileConfigLoader(CONFIG_NAME, path=str(root)).load_config()
        except ConfigFileNotFound as error:
            raise CourseError(
                f"{root} is not a course: it has no {CONFIG_NAME}. Make one with 'autograder init {root}', "
                "or name the course's folder with --course."
            ) from error
        except Exception as error:
            # The file is a program of the instructor's: any exception may come out of it.
            raise CourseError(
                f"{root / CONFIG_NAME} can't be read: {type(error).__name__}: {error}."
            ) from error
        return cls(root, config)

    @cached_property
    def settings(self) -> Grading:
        """Our settings. Raises traitlets' TraitError with the setting's name for a wrong value."""
        return Grading(config=self.config)

    @cached_property
    def directory(self) -> CourseDirectory:
        """Nbgrader's view of the folder."""
        config = Config()
        config.merge(self.config)
        config.CourseDirectory.root = str(self.root)
        return CourseDirectory(config=config)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The course's exercises."""
        return load_catalogue(self.settings.exercises)

    @cached_property
    def secret(self) -> bytes:
        """What the hidden inputs are derived from. Raises CourseError if the file is gone."""
        path = self.root / SECRET_NAME
        try:
            found = bytes.fromhex(path.read_text(encoding="ascii").strip())
            if len(found) < SECRET_BYTES:
                raise ValueError("cut short")
            return found
        except (OSError, ValueError) as error:
            raise CourseError(
                f"The course's secret {path} can't be read; without it the hidden inputs change. Restore it from "
                f"your backup, or make a new one with 'autograder init {self.root}' and grade all again."
            ) from error

    def make_secret(self) -> None:
        """Draw the course's secret unless it has one."""
        path = self.root / SECRET_NAME
        if not path.exists():
            write_atomically(path, secrets.token_hex(SECRET_BYTES) + "\n")
            path.chmod(0o600)

    @property
    def assignments(self) -> tuple[str, ...]:
        """The catalogue's, then those with notebooks of their own in the source folder."""
        own = {path.parent.name for path in self.source_folder("").glob("*/*.ipynb")}
        others = (name for name in own - set(self.catalogue.assignments) if not name.startswith("."))
        return (*self.catalogue.assignments, *sorted(others))

    def has_exercises(self, assignment: str) -> bool:
        """Whether the catalogue has it; else it's an ordinary assignment of nbgrader's, with tests in its cells."""
        return assignment in self.catalogue.assignments

    def assignment_names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """`names`, or all of the course's assignments if there are none. Raises UnknownName."""
        known = self.assignments
        for name in names:
            if name not in known:
                listed = ", ".join(known) or "none"
                raise UnknownName(f"There is no assignment {name!r}; the course has: {listed}.")
        return names or known

    def title(self, assignment: str) -> str:
        """What an assignment is called, for people."""
        return self.catalogue.header(assignment).title if self.has_exercises(assignment) else assignment

    def notebooks(self, assignment: str) -> tuple[str, ...]:
        """The names of an assignment's notebooks, without `.ipynb`, in order."""
        if self.has_exercises(assignment):
            return (assignment,)
        return tuple(sorted(path.stem for path in self.source_folder(assignment).glob("*.ipynb")))

    def is_released(self, assignment: str) -> bool:
        """Whether there are all its released notebooks."""
        names = self.notebooks(assignment)
        return bool(names) and all(self.release(assignment, name).exists() for name in names)

    def is_graded(self, assignment: str) -> bool:
        """Whether any hand-in was graded."""
        return self.verdict("anybody", assignment).parent.is_dir()

    def source_folder(self, assignment: str) -> Path:
        """The folder of nbgrader's source notebooks."""
        return self.root / str(self.directory.source_directory) / assignment

    def source(self, assignment: str, notebook: str = "") -> Path:
        """Nbgrader's source notebook; the one that is called as the assignment, if none is named."""
        return self.source_folder(assignment) / f"{notebook or assignment}.ipynb"

    def release(self, assignment: str, notebook: str = "") -> Path:
        """The released notebook, named in the same way."""
        return self.release_folder(assignment) / f"{notebook or assignment}.ipynb"

    def release_folder(self, assignment: str) -> Path:
        """The folder that students get."""
        return self.root / str(self.directory.release_directory) / assignment

    def submitted(self, student: str, assignment: str) -> Path:
        """The folder of a student's current hand-in."""
        return self.root / str(self.directory.submitted_directory) / student / assignment

    def autograded(self, student: str, assignment: str) -> Path:
        """The folder of a student's graded notebook."""
        return self.root / str(self.directory.autograded_directory) / student / assignment

    def feedback(self, student: str, assignment: str) -> Path:
        """The folder of a student's feedback."""
        return self.root / str(self.directory.feedback_directory) / student / assignment

    def verdict(self, student: str, assignment: str) -> Path:
        """The file that holds what the judge said of a hand-in."""
        return self.root / "verdicts" / assignment / f"{student}.json"

    def collected(self, student: str, assignment: str) -> Path:
        """The folder with all hand-ins of a student, byte for byte, a folder per time."""
        return self.root / "collected" / assignment / student

    def reports(self) -> Path:
        """The folder of the reports."""
        return self.root / "reports"

    def students_with(self, assignment: str) -> Iterator[str]:
        """The students who have a hand-in of `assignment`, in order."""
        folder = self.root / self.directory.submitted_directory
        if folder.is_dir():
            for path in sorted(folder.iterdir()):
                if (path / assignment).is_dir():
                    yield path.name
