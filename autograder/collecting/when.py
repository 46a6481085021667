"""When a hand-in was made, as far as anybody can tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from autograder.collecting.content import latest_change
from autograder.collecting.handin import HandIn
from autograder.collecting.install import TIME_NAME
from autograder.collecting.tree import File
from autograder.times import parse_time, zone_note

SKEW = timedelta(minutes=5)
"""How far clocks may be apart."""


@dataclass(frozen=True)
class When:
    """A time in UTC; `sure` if somebody wrote it down when it was handed in; `local` if its zone is assumed."""

    time: datetime
    sure: bool
    local: bool
    notes: tuple[str, ...]


def when(
    hand_in: HandIn,
    files: Mapping[str, bytes],
    came: Mapping[str, File],
    *,
    told: datetime | None,
    due: datetime | None,
    now: datetime,
) -> When:
    """The time of a hand-in: by its timestamp.txt, its name, what the platform `told`, or else its files.

    `due` is when the assignment is due, in UTC.
    """
    notes: list[str] = []
    time = _written(hand_in, files, notes)
    local = False
    sure = time is not None or told is not None
    if time is None and told is not None:
        time, local = told, True
    if time is None:
        time, local = latest_change({name: file for name, file in came.items() if name != TIME_NAME})
        if time is None:
            time = now
            notes.append("Nothing says when it was handed in; the time of collecting was taken.")
        elif time > now + SKEW:
            notes.append(
                f"Its files are dated in the future ({time:%Y-%m-%d %H:%M} UTC); it was taken as of now."
            )
            time = now
        time = _platforms(hand_in, time, due, notes)
    elif time > now + SKEW:
        notes.append(f"It is dated in the future ({time:%Y-%m-%d %H:%M} UTC): put its timestamp.txt right.")
    return When(time, sure, local, tuple(notes))


def _written(hand_in: HandIn, files: Mapping[str, bytes], notes: list[str]) -> datetime | None:
    """The time that the instructor or nbgrader wrote down."""
    texts = [hand_in.time] if hand_in.time else []
    if hand_in.trusted and TIME_NAME in files:
        texts.insert(0, files[TIME_NAME].decode("utf-8-sig", "replace").strip())
    for text in filter(None, texts):
        try:
            time = parse_time(text)
        except ValueError:
            notes.append("The time in timestamp.txt or in its name can't be read.")
            continue
        if note := zone_note(text):
            notes.append(note)
        return time
    return None


def _platforms(hand_in: HandIn, time: datetime, due: datetime | None, notes: list[str]) -> datetime:
    """Canvas and Moodle date the files in a download by the download, which would make everybody late."""
    form = hand_in.who.form
    if due is None or form not in ("canvas", "moodle"):
        return time
    if form == "canvas":
        if hand_in.late:
            notes.append(
                "Canvas marks it as late, and doesn't say by how much: it counts as late by a second. Write the right "
                "time into timestamp.txt in its folder below submitted/ if that matters."
            )
            return due + timedelta(seconds=1)
        return min(time, due)
    if time > due:
        notes.append(
            "It is late by the time of its file, which may be that of the download: give Moodle's grading worksheet by "
            "--worksheet, which says when it was handed in."
        )
    return time


def utc(time: datetime | None) -> datetime | None:
    """A time of nbgrader's gradebook, which is in UTC without saying so."""
    return None if time is None else time.replace(tzinfo=UTC)
