"""Tell hand-ins apart in what was given: a platform's download, or a folder, zip or notebook for each student."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from autograder.collecting.archive import left_packed, open_inner, open_zip
from autograder.collecting.handin import Arranged, HandIn, Who, called
from autograder.collecting.platform import accounts_of, entries_of, form_of, hand_ins_of, named_in_form
from autograder.collecting.tree import File, Folder
from autograder.errors import SubmissionProblem
from autograder.read import shown

_COPY = re.compile(r"\s*\(\d+\)$")
_SIGNS = " _-+.()[]"


class Arrange:
    """Takes what was given apart. `fits` says whether a text names one student of the roster."""

    def __init__(
        self,
        fits: Callable[[str], bool],
        assignments: Sequence[str],
        form: str | None = None,
    ) -> None:
        self._fits = fits
        self._assignments = assignments
        self._form = form
        self.found = Arranged()

    def take(self, folder: Folder) -> None:
        """Find the hand-ins in a folder, or in a zip that was opened."""
        form, base = self._detect(folder)
        if form != "folders":
            self._platform(base, form)
        elif self._of_one(folder):
            self._student(folder.name, folder, folder.name)
        else:
            self._folders(self._unwrapped(folder))

    def whole(self, folder: Folder, student: str) -> None:
        """All that is in a folder is one student's."""
        self._student(student, folder, folder.name)

    def _detect(self, folder: Folder) -> tuple[str, Folder]:
        """The form of a download, and the folder that holds what it is told by."""
        if self._form is not None:
            base = folder
            while self._form != "folders" and not named_in_form(base, self._form) and len(base.folders) == 1:
                (base,) = base.folders.values()
            return self._form, base
        if self._fits(folder.name):
            return "folders", folder  # a student's, whatever the student's files are called
        form = form_of(folder)
        if form is None and len(folder.folders) == 1 and not folder.files:
            # A folder around a platform's: one student's folder must not be taken for it, whatever is in there.
            ((name, inner),) = folder.folders.items()
            within = form_of(inner)
            if within and not self._fits(name) and len(accounts_of(inner, within)) > 1:
                return within, inner
        return form or "folders", folder

    def _platform(self, base: Folder, form: str) -> None:
        found = hand_ins_of(base, form, self._assignments)
        if not found.hand_ins:
            self.found.left.append(
                (base.name, f"No name in it is of the form of {form}: leave out --from {form}.")
            )
            return
        self.found.hand_ins += found.hand_ins
        self.found.left += found.left

    def _folders(self, base: Folder) -> None:
        """A folder, a zip or a notebook for each student, named by the student."""
        self.found.left += [(base.name, problem) for problem in base.problems]
        for name, entry in entries_of(base):
            source = f"{base.name}/{shown(name)}"
            if isinstance(entry, Folder):
                if not name.isprintable() or name.startswith("."):
                    self.found.left.append((source, "It is no folder of a student."))
                else:
                    self._student(name, entry, source)
            elif entry.is_zip:
                self._zip(entry, source, base)
            elif entry.is_notebook:
                self._loose(entry, source, base)
            else:
                self.found.left.append((source, "It is no folder of a student, no notebook and no zip."))

    def _student(self, name: str, folder: Folder, source: str) -> None:
        """A student's folder, which holds a hand-in, or one in a folder for each assignment."""
        inner = {each: sub for each, sub in folder.folders.items() if each in self._assignments}
        if inner and not any(file.is_notebook for file in folder.files.values()):
            for assignment, sub in sorted(inner.items()):
                self._add(HandIn(f"{source}/{assignment}", called(name), sub, assignment))
        else:
            self._add(HandIn(source, called(name), folder))

    def _zip(self, file: File, source: str, base: Folder) -> None:
        """A zip in a folder is a student's, or, where its name fits nobody, may be a platform's download."""
        stem = file.name[:-4]
        try:
            folder = open_zip(file)
        except SubmissionProblem as problem:
            self.found.left.append((source, str(problem)))
            return
        within = form_of(folder)
        if within and not base.zipped and not self._fits(stem) and len(accounts_of(folder, within)) > 1:
            self._platform(folder, within)
        else:
            who = called(stem, self._stripped(stem))
            self.found.hand_ins.append(HandIn(source, who, left_packed(folder), trusted=False))

    def _loose(self, file: File, source: str, base: Folder) -> None:
        stem = file.name[:-6]
        stripped = self._stripped(stem)
        if not stripped and self._fits(base.name):
            stripped = stem = base.name  # a notebook that was given alone, out of its student's folder
        content = Folder(file.name, files={file.name: file})
        who = called(stem, stripped) if stripped or self._fits(stem) else Who(shown(stem))
        self.found.hand_ins.append(HandIn(source, who, content, trusted=False))

    def _add(self, hand_in: HandIn) -> None:
        open_inner(hand_in.content)
        self.found.hand_ins.append(hand_in)

    def _unwrapped(self, folder: Folder) -> Folder:
        """The folder of the students' folders: programs that pack put one around all."""
        while folder.zipped and len(folder.folders) == 1 and not folder.files:
            ((name, inner),) = folder.folders.items()
            notebooks = sum(file.is_notebook for file in inner.files.values())
            if notebooks == 1 or name in self._assignments or self._fits(name):
                break
            problems = [*folder.problems, *inner.problems]
            folder = Folder(inner.name, inner.folders, inner.files, problems, zipped=True)
        return folder

    def _of_one(self, folder: Folder) -> bool:
        """Whether a folder that was given is a student's, and not one of many students'."""
        notebooks = [file for file in folder.files.values() if file.is_notebook]
        below = any(file.is_notebook for sub in folder.folders.values() for _, file in sub.walk())
        if folder.folders and all(name in self._assignments for name in folder.folders) and not notebooks:
            return True
        if folder.zipped and len(notebooks) == 1 and not below:
            return not self._fits(self._stripped(notebooks[0].name[:-6]))
        if self._fits(folder.name):
            return folder.zipped or (bool(notebooks) and not below)
        if len(notebooks) == 1 and not below and "timestamp.txt" in folder.files:
            return True
        wanted = {f"{name}.ipynb" for name in self._assignments}
        return (
            not below
            and len(folder.files) + folder.zipped > 1
            and any(file.name in wanted for file in notebooks)
        )

    def _stripped(self, stem: str) -> str:
        """What is left of a name without an assignment's name and a browser's number: the student's."""
        left = _COPY.sub("", stem)
        for name in sorted(self._assignments, key=len, reverse=True):
            at = left.casefold().find(name.casefold())
            if at >= 0:
                left = f"{left[:at]} {left[at + len(name) :]}"
                break
        return left.strip(_SIGNS)
