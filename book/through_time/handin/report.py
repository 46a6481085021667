"""Say in plain ASCII what was found: a table of the checks, what is to be mended, and whether the file is fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from through_time._text import listing, plain
from through_time.handin.look import Unusable, called, exercise_of, faults_of, load, unfilled
from through_time.handin.stamp import grading, is_answer

if TYPE_CHECKING:
    from through_time.handin.run import Ran, Stop

Row = tuple[str, str, str]


class CannotRun(Exception):  # noqa: N818  (reads as what it is)
    """No kernel can be started here. The text says why."""


@dataclass(frozen=True)
class Report:
    """What is to be said of one file: a row per exercise, what is to be mended, and what is still open.

    With anything in `mend` it isn't fit to hand in; what is in `open` costs points, but the grader takes the rest.
    """

    name: str
    rows: tuple[Row, ...] = ()
    mend: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    ran: bool = False

    @property
    def fit(self) -> bool:
        """Whether there is nothing to be mended and nothing open."""
        return not self.mend and not self.open

    def lines(self) -> Iterator[str]:
        """The report as text."""
        yield self.name
        if self.rows:
            head = ("exercise", "cell", "check")
            widths = [max(len(row[column]) for row in (head, *self.rows)) for column in (0, 1)]
            for first, second, third in (head, *self.rows):
                yield f"  {first:<{widths[0]}}  {second:>{widths[1]}}  {third}".rstrip()
        for title, sentences in (("To mend:", self.mend), ("Still open:", self.open)):
            if sentences:
                yield title
                yield from (f"  - {sentence}" for sentence in sentences)
        yield self._verdict()

    def _verdict(self) -> str:
        if self.mend:
            return "Not fit to hand in yet."
        if self.open:
            return "The file can be handed in as it is; what is still open would earn nothing, or not all."
        return "Fit to hand in." if self.ran else "Nothing to mend, as far as can be seen without running it."


def examine(path: Path, seconds: float, *, execute: bool = True) -> Report:
    """Look at the notebook in `path` and, unless `execute` is False, run a copy of it; the file stays as it is.

    Raises OSError if the file can't be read, CannotRun if there is no kernel to run it.
    """
    name = plain(path.name)
    try:
        notebook = load(path)
    except Unusable as problem:
        return Report(name, mend=(str(problem),))
    mend = faults_of(notebook, path.name)
    empty = unfilled(notebook)
    waiting = [f"Not written yet: {listing(map(_answer, empty))}."] if empty else []
    if not execute:
        return Report(name, mend=tuple(mend), open=tuple(waiting))
    from through_time.handin.run import NoKernel, run  # noqa: PLC0415  (needs Jupyter, and looking doesn't)

    try:
        ran = run(notebook, path.resolve().parent, seconds)
    except NoKernel as error:
        raise CannotRun(str(error)) from error
    mend += list(_stops(notebook, ran, empty))
    rows, wrong = _checks(notebook, ran, empty)
    return Report(name, tuple(rows), tuple(mend), (*waiting, *wrong), ran=True)


def _answer(name: str) -> str:
    """An answer's cell by its exercise; a text beside a function is named as such."""
    return exercise_of(name) if name.endswith("-solution") else called(name)


def _stops(notebook: Any, ran: Ran, empty: list[str]) -> Iterator[str]:
    """What keeps the notebook from running; not an empty answer, nor a check that finds it wrong by an exception."""
    for place, stop in ran.stops.items():
        data = grading(notebook.cells[place])
        name = data.get("grade_id", "")
        unwritten = stop.error == "NotImplementedError" and name in empty
        if not unwritten and not (stop.error and _is_check(data)):
            yield _stopped(stop, name)
    if ran.cut_short:
        yield f"The cells below weren't run: {ran.cut_short}. Mend the cell named last, then check again."


def _is_check(data: Any) -> bool:
    return bool(data.get("grade")) and not is_answer(data)


def _stopped(stop: Stop, name: str) -> str:
    where = f"Cell [{stop.number}]{f', {called(name)},' if name else ''}"
    return f"{where} {stop.what}{f', at {stop.line}' if stop.line else '.'}"


def _checks(notebook: Any, ran: Ran, empty: list[str]) -> tuple[list[Row], list[str]]:
    """A row for each graded cell, and what the checks said of those that aren't right."""
    unwritten = {exercise_of(name) for name in empty}
    rows, wrong = [], []
    for place, cell in enumerate(notebook.cells):
        data = grading(cell)
        if not data.get("grade"):
            continue
        exercise = exercise_of(data["grade_id"])
        number = f"[{ran.cells[place]}]" if place in ran.cells else "-"
        found = ran.checks.get(place, [])
        if is_answer(data):
            said = "not written yet" if data["grade_id"] in empty else "a person reads it"
            rows.append((exercise, number, said))
        elif exercise in unwritten and not all(each["right"] for each in found or [{"right": False}]):
            rows.append((exercise, number, "not written yet"))
        else:
            rows.append((exercise, number, _verdict(found, place, ran)))
            wrong += [_said(each) for each in found if not each["right"]]
            if place in ran.stops and ran.stops[place].error:
                wrong.append(_stopped(ran.stops[place], data["grade_id"]))
    return rows, wrong


def _verdict(found: list[dict[str, Any]], place: int, ran: Ran) -> str:
    if place in ran.stops:
        return f"not right yet: {error}" if (error := plain(ran.stops[place].error)) else "stopped"
    if place not in ran.cells:
        return "not run"
    if not found:
        return "ran without an error"
    if all(each["right"] for each in found):
        form = [name for each in found for name in each["form_only"]]
        whole = form and all(set(each["parts"]) <= set(form) for each in found)
        if whole:
            return "the form is right; the rest only the grader knows"
        return f"right{f'; of {listing(form)} only the form is looked at' if form else ''}"
    good = [name for each in found for name, right in each["parts"].items() if right]
    bad = [name for each in found for name, right in each["parts"].items() if not right]
    return f"not right yet: {', '.join(bad)}" if good and bad else "not right yet"


def _said(found: dict[str, Any]) -> str:
    """What a check printed, as one paragraph."""
    return " ".join(" ".join(plain(line).split()) for line in found["sentences"])
