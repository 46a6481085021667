"""Moodle's grading worksheet, which says who the participants are and when they handed in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dateutil import parser  # type: ignore[import-untyped]

from autograder.errors import UsageError
from autograder.export.sheet import read_sheet


@dataclass(frozen=True)
class Participant:
    """A line of the worksheet: keys and full name of the student, and the time of the hand-in in UTC."""

    keys: tuple[str, ...]
    name: str
    email: str
    time: datetime | None


def read_worksheet(path: Path) -> dict[str, Participant]:
    """The participants by their number. Raises UsageError for a table that isn't the worksheet."""
    sheet = read_sheet(path, "worksheet")
    if "Identifier" not in sheet.header:
        raise UsageError(
            f"The worksheet {path} has no column Identifier: download the grading worksheet from the page of the "
            "assignment, with Moodle in English."
        )
    found = {}
    for row in sheet.rows:
        line = {name: cell.strip() for name, cell in zip(sheet.header, row, strict=True)}
        number = re.search(r"(\d+)$", line["Identifier"])
        if number:
            keys = tuple(line[name] for name in ("Username", "ID number", "Email address") if line.get(name))
            time = _time(line.get("Last modified (submission)", ""))
            found[number[1]] = Participant(
                keys, line.get("Full name", ""), line.get("Email address", ""), time
            )
    return found


def _time(text: str) -> datetime | None:
    """The time in Moodle's words, which are in the zone of who downloaded: ours is assumed."""
    if not re.search(r"\d", text):
        return None
    try:
        time: datetime = parser.parse(text, dayfirst=True)
        return time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
