"""How the platforms name what they let an instructor download."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MOODLE = re.compile(
    r"(?P<name>.*)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.+)|_?)", re.DOTALL
)
_CANVAS = re.compile(
    r"(?:(?P<name>.+?)_)??(?P<late>LATE_)?(?:(?P<anon>anon_[^\W_]+)|(?P<number>\d+))_"
    r"(?:(?P<attachment>\d+)_(?P<file>.+)|(?P<kind>text|link)\.html)",
    re.DOTALL,
)
_EXCHANGE = re.compile(
    r"(?P<student>.+)\+(?P<assignment>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d[ T]\d\d:?\d\d:?\d\d.*?)(?:\+[\w-]{12})?",
    re.DOTALL,
)
_RESUBMITTED = re.compile(r"-\d+(?=\.[A-Za-z0-9]+$)")


@dataclass(frozen=True)
class Named:
    """What a name says: whose it is, which file, and whatever else it tells."""

    account: str
    """The platform's name for the student: a number that belongs to the student, or to the assignment."""
    name: str = ""
    """The full name as far as the platform writes it out."""
    file: str = ""
    kind: str = "file"
    attachment: int = 0
    late: bool = False
    hidden: bool = False
    """Whether the platform hides who it is."""
    assignment: str = ""
    time: str = ""


def parse(form: str, name: str) -> Named | None:
    """What a file's or folder's name says in the form of a platform; None if it isn't of that form."""
    return {"moodle": _moodle, "canvas": _canvas, "exchange": _exchange}[form](name)


def _moodle(name: str) -> Named | None:
    found = _MOODLE.fullmatch(name)
    if not found:
        return None
    hidden = found["name"].rpartition("-")[2].strip().casefold() in ("participant", "")
    return Named(found["number"], found["name"], found["file"] or "", found["kind"], hidden=hidden)


def _canvas(name: str) -> Named | None:
    found = _CANVAS.fullmatch(name)
    if not found or not (found["name"] or found["anon"]):
        return None
    return Named(
        account=found["anon"] or found["number"],
        name=found["name"] or "",
        file=found["file"] or "",
        kind=found["kind"] or "file",
        attachment=int(found["attachment"] or 0),
        late=bool(found["late"]),
        hidden=bool(found["anon"]),
    )


def _exchange(name: str) -> Named | None:
    found = _EXCHANGE.fullmatch(name)
    return found and Named(found["student"], assignment=found["assignment"], time=found["time"].strip())


def without_number(file: str) -> str:
    """A file's name before Canvas numbered a second one of this name: "a-1.ipynb" -> "a.ipynb"."""
    return _RESUBMITTED.sub("", file)


def full_names(name: str) -> list[str]:
    """What a full name may be: Moodle puts the group before it, "Group 1-Ada Lovelace"."""
    parts = name.split("-")
    return [name, *("-".join(parts[start:]) for start in range(1, len(parts)))]
