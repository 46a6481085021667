"""A hand-in as it was found: whose it is, as it says itself, and which files belong to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.collecting.names import Named, full_names
from autograder.collecting.tree import Folder
from autograder.read import shown


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
    names: tuple[str, ...] = ()
    """What a platform calls the files and folders of it."""


@dataclass
class Arranged:
    """The hand-ins, and a sentence for each thing that is none: where it is, and why."""

    hand_ins: list[HandIn] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def who_is(form: str, named: Named) -> Who:
    """Whose a file or folder of a platform is."""
    if form == "exchange":
        return Who(shown(named.account), (named.account,), account=named.account, form=form)
    if form == "canvas":
        label = shown(f"{named.name} (Canvas {named.account})" if named.name else named.account)
        keys = () if named.hidden else (named.account,)
        return Who(label, keys, (named.name,) if named.name else (), named.account, form, named.hidden)
    # The number of a participant belongs to the assignment: it is nobody's key.
    names = () if named.hidden else tuple(full_names(named.name))
    return Who(
        shown(f"{named.name} (participant {named.account})"), (), names, named.account, form, named.hidden
    )


def called(name: str, stripped: str | None = None) -> Who:
    """Whose something is that an instructor named; `stripped` is the name without what isn't the student's."""
    both = tuple(dict.fromkeys(filter(None, (name, stripped if stripped is not None else name))))
    return Who(shown(name), both, both)
