"""Take a platform's download apart by the names in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from autograder.choices import PLATFORMS
from autograder.collecting.archive import open_inner
from autograder.collecting.handin import Arranged, HandIn, who_is
from autograder.collecting.names import Named, parse, without_number
from autograder.collecting.tree import File, Folder
from autograder.read import shown

Entry = tuple[Named, Folder | File]


def hand_ins_of(base: Folder, form: str, assignments: Sequence[str]) -> Arranged:
    """A platform's download: what belongs to one account is one hand-in, unless its name tells a time."""
    found = Arranged(left=[(base.name, problem) for problem in base.problems])
    groups: dict[str, list[Entry]] = defaultdict(list)
    for name, entry in entries_of(base):
        named = parse(form, name)
        if named is None:
            found.left.append((f"{base.name}/{shown(name)}", f"Its name isn't of the form of {form}."))
        else:
            groups[name if form == "exchange" else named.account].append((named, entry))
    for entries in groups.values():
        found.hand_ins += _account(base, form, entries, assignments)
    for hand_in in found.hand_ins:
        open_inner(hand_in.content)
    return found


def _account(base: Folder, form: str, entries: list[Entry], assignments: Sequence[str]) -> Iterator[HandIn]:
    """What one account handed in; of files that Canvas numbered, the one of the latest attachment counts."""
    first = entries[0][0]
    who = who_is(form, first)
    late = any(named.late for named, _ in entries)
    latest: dict[str, Entry] = {}
    superseded: list[Entry] = []
    for named, entry in sorted(entries, key=lambda each: each[0].attachment):
        name = without_number(named.file) if form == "canvas" else entry.name
        if name in latest:
            superseded.append(latest[name])
        latest[name] = (named, entry)
    for each in superseded:
        source = f"{base.name}/{shown(each[1].name)}"
        content = _content(base, form, [each], assignments)
        yield HandIn(source, who, content, late=late, trusted=False, superseded=True)
    source = f"{base.name}/{shown(entries[-1][1].name)}"
    content = _content(base, form, list(latest.values()), assignments)
    yield HandIn(
        source,
        who,
        content,
        first.assignment,
        first.time,
        late,
        trusted=form == "exchange",
        names=tuple(entry.name for _, entry in latest.values()),
    )


def _content(base: Folder, form: str, entries: list[Entry], assignments: Sequence[str]) -> Folder:
    content = Folder(base.name)
    for named, entry in entries:
        if isinstance(entry, Folder):
            content.folders[entry.name] = entry
            content.path = entry.path
        elif named.kind in ("text", "link"):
            content.problems.append(f"It is a {named.kind} typed into Canvas, no file.")
        else:
            name = without_number(named.file) if form == "canvas" else named.file
            if form == "canvas" and name.rpartition(".")[0] not in assignments:
                name = named.file  # the number may be the student's own
            if name in content.files or not name:
                name = entry.name
            content.files[name] = File(name, entry.read, entry.time, entry.local, entry.path)
    return content


def entries_of(folder: Folder) -> list[tuple[str, Folder | File]]:
    """What lies in a folder, by name; a zip can have a folder and a file of one name."""
    both: list[tuple[str, Folder | File]] = [*folder.folders.items(), *folder.files.items()]
    return sorted(both, key=lambda each: each[0])


def named_in_form(folder: Folder, form: str) -> list[Named]:
    """What the names in a folder say in the form of a platform."""
    return [named for name in (*folder.folders, *folder.files) if (named := parse(form, name))]


def accounts_of(folder: Folder, form: str) -> set[str]:
    """The platform's names of the students in a folder."""
    return {named.account for named in named_in_form(folder, form)}


def form_of(folder: Folder) -> str | None:
    """The platform in whose form at least half of the names in a folder are."""
    entries = len(folder.folders) + len(folder.files)
    fitting = {form: len(named_in_form(folder, form)) for form in PLATFORMS}
    best = max(fitting, key=lambda form: fitting[form])
    return best if fitting[best] and 2 * fitting[best] >= entries else None
