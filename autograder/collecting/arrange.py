"""Tell hand-ins apart in what was given: whose each is, as it says itself, and which files belong to it."""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from autograder.collecting.archive import open_zip
from autograder.collecting.names import PLATFORMS, Named, full_names, parse, without_number
from autograder.collecting.tree import File, Folder
from autograder.errors import SubmissionProblem
from autograder.read import shown

FORMATS = (*PLATFORMS, "folders")
_COPY = re.compile(r"\s*\(\d+\)$")
_SIGNS = " _-+.()[]"


@dataclass(frozen=True)
class Who:
    """Whose a hand-in is: what may be a key of a student's, what a full name, and the platform's own name."""

    label: str
    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    account: str = ""
    form: str = "folders"
    hidden: bool = False


@dataclass(frozen=True)
class HandIn:
    """A hand-in that was found; its files are read when it is taken in."""

    source: str
    who: Who
    content: Folder
    assignment: str = ""
    time: str = ""
    """The time that its name tells."""
    late: bool = False
    trusted: bool = True
    """Whether its timestamp.txt is the instructor's or nbgrader's; a student can hand one in, too."""
    superseded: bool = False


@dataclass
class Arranged:
    """The hand-ins, and a sentence for each thing that is none: where it is, and why."""

    hand_ins: list[HandIn] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


class Arrange:
    """Takes what was given apart. `fits` says whether a text names one student of the roster."""

    def __init__(
        self,
        fits: Callable[[str], bool],
        assignments: Sequence[str],
        stack: contextlib.ExitStack,
        form: str | None = None,
    ) -> None:
        self._fits = fits
        self._assignments = assignments
        self._stack = stack
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
            while self._form != "folders" and not _named(base, self._form) and len(base.folders) == 1:
                (base,) = base.folders.values()
            return self._form, base
        form = _form(folder)
        if form is None and len(folder.folders) == 1 and not folder.files:
            # A folder around a platform's: one student's folder must not be taken for it, whatever is in there.
            ((name, inner),) = folder.folders.items()
            within = _form(inner)
            if within and not self._fits(name) and len({each.account for each in _named(inner, within)}) > 1:
                return within, inner
        return form or "folders", folder

    def _platform(self, base: Folder, form: str) -> None:
        """A platform's download: what belongs to one account is one hand-in, unless its name tells a time."""
        self._tell(base)
        groups: dict[str, list[tuple[Named, Folder | File]]] = defaultdict(list)
        for name, entry in _entries(base):
            named = parse(form, name)
            if named is None:
                self.found.left.append(
                    (f"{base.name}/{shown(name)}", f"Its name isn't of the form of {form}.")
                )
            else:
                groups[name if form == "exchange" else named.account].append((named, entry))
        for entries in groups.values():
            self._account(base, form, entries)

    def _account(self, base: Folder, form: str, entries: list[tuple[Named, Folder | File]]) -> None:
        """What one account handed in; of files that Canvas numbered, the one of the latest attachment counts."""
        first = entries[0][0]
        who = _who(form, first)
        source = f"{base.name}/{shown(entries[-1][1].name)}"
        late = any(named.late for named, _ in entries)
        latest: dict[str, tuple[Named, Folder | File]] = {}
        superseded: list[tuple[Named, Folder | File]] = []
        for named, entry in sorted(entries, key=lambda each: each[0].attachment):
            name = without_number(named.file) if form == "canvas" else entry.name
            if name in latest:
                superseded.append(latest[name])
            latest[name] = (named, entry)
        for each in superseded:
            content = self._content(base, form, [each])
            self.found.hand_ins.append(
                HandIn(
                    f"{base.name}/{shown(each[1].name)}",
                    who,
                    content,
                    late=late,
                    trusted=False,
                    superseded=True,
                )
            )
        content = self._content(base, form, list(latest.values()))
        trusted = form == "exchange"
        self.found.hand_ins.append(HandIn(source, who, content, first.assignment, first.time, late, trusted))

    def _content(self, base: Folder, form: str, entries: list[tuple[Named, Folder | File]]) -> Folder:
        content = Folder(base.name)
        for named, entry in entries:
            if isinstance(entry, Folder):
                content.folders[entry.name] = entry
                content.path = entry.path
            elif named.kind in ("text", "link"):
                content.problems.append(f"It is a {named.kind} typed into Canvas, no file.")
            else:
                name = without_number(named.file) if form == "canvas" else named.file
                if form == "canvas" and name.rpartition(".")[0] not in self._assignments:
                    name = named.file  # the number may be the student's own
                if name in content.files or not name:
                    name = entry.name
                content.files[name] = File(name, entry.read, entry.time, entry.local, entry.path)
        return self._opened(content)

    def _folders(self, base: Folder) -> None:
        """A folder, a zip or a notebook for each student, named by the student."""
        self._tell(base)
        for name, entry in _entries(base):
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
                self._add(HandIn(f"{source}/{assignment}", _plain(name), sub, assignment))
        else:
            self._add(HandIn(source, _plain(name), folder))

    def _zip(self, file: File, source: str, base: Folder) -> None:
        """A zip in a folder is a student's, or, where its name fits nobody, may be a platform's download."""
        stem = file.name[:-4]
        try:
            folder = open_zip(file, self._stack)
        except SubmissionProblem as problem:
            self.found.left.append((source, str(problem)))
            return
        within = _form(folder)
        if within and not base.zipped and not self._fits(stem) and len(_accounts(folder, within)) > 1:
            self._platform(folder, within)
        else:
            who = _plain(stem, self._stripped(stem))
            self._add(HandIn(source, who, folder, trusted=False))

    def _loose(self, file: File, source: str, base: Folder) -> None:
        stem = file.name[:-6]
        stripped = self._stripped(stem)
        if not stripped and self._fits(base.name):
            stripped = stem = base.name  # a notebook that was given alone, out of its student's folder
        content = Folder(file.name, files={file.name: file})
        self.found.hand_ins.append(HandIn(source, _plain(stem, stripped), content, trusted=False))

    def _add(self, hand_in: HandIn) -> None:
        self._opened(hand_in.content)
        self.found.hand_ins.append(hand_in)

    def _opened(self, folder: Folder) -> Folder:
        """`folder` with a student's own zips opened, in place; a broken one stays as a file, and is named."""
        for inner in folder.folders.values():
            self._opened(inner)
        for name, file in list(folder.files.items()):
            if file.is_zip:
                try:
                    folder.folders[name] = open_zip(file, self._stack)
                    del folder.files[name]
                except SubmissionProblem as problem:
                    folder.problems.append(str(problem))
        return folder

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
        if self._fits(folder.name):
            return folder.zipped or (bool(notebooks) and not below)
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

    def _tell(self, folder: Folder) -> None:
        self.found.left += [(folder.name, problem) for problem in folder.problems]


def _entries(folder: Folder) -> list[tuple[str, Folder | File]]:
    """What lies in a folder, by name; a zip can have a folder and a file of one name."""
    both: list[tuple[str, Folder | File]] = [*folder.folders.items(), *folder.files.items()]
    return sorted(both, key=lambda each: each[0])


def _named(folder: Folder, form: str) -> list[Named]:
    return [named for name in (*folder.folders, *folder.files) if (named := parse(form, name))]


def _accounts(folder: Folder, form: str) -> set[str]:
    return {named.account for named in _named(folder, form)}


def _form(folder: Folder) -> str | None:
    """The platform in whose form at least half of the names in a folder are."""
    entries = len(folder.folders) + len(folder.files)
    fitting = {form: len(_named(folder, form)) for form in PLATFORMS}
    best = max(fitting, key=lambda form: fitting[form])
    return best if fitting[best] and 2 * fitting[best] >= entries else None


def _who(form: str, named: Named) -> Who:
    if form == "exchange":
        return Who(named.account, (named.account,), form=form)
    if form == "canvas":
        label = f"{named.name} (Canvas {named.account})" if named.name else named.account
        keys = () if named.hidden else (named.account,)
        return Who(label, keys, (named.name,) if named.name else (), named.account, form, named.hidden)
    # The number of a participant belongs to the assignment: it is nobody's key.
    names = () if named.hidden else tuple(full_names(named.name))
    return Who(f"{named.name} (participant {named.account})", (), names, named.account, form, named.hidden)


def _plain(name: str, stripped: str | None = None) -> Who:
    both = tuple(dict.fromkeys(filter(None, (name, stripped if stripped is not None else name))))
    return Who(shown(name), both, both)
