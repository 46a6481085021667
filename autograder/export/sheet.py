"""Tables in files: read a platform's, write ours, and keep a spreadsheet from running what a cell says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.errors import UsageError

LARGEST = 32 * 1024**2
FORMULA = tuple("=+-@＝＋－＠")
"""How a formula begins; some spreadsheets take the wide forms, too."""
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


@dataclass(frozen=True)
class Sheet:
    """A table of texts, its first row the header; every row is as long as the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str = ","
    mark: bool = False
    """Whether the file begins with a byte-order mark."""

    def to_bytes(self) -> bytes:
        """The file's content, in UTF-8."""
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self.delimiter).writerows([self.header, *self.rows])
        return text.getvalue().encode("utf-8-sig" if self.mark else "utf-8")

    def only(self, columns: Sequence[int]) -> Sheet:
        """The same rows with some of the columns."""
        return replace(
            self,
            header=tuple(self.header[column] for column in columns),
            rows=tuple(tuple(row[column] for column in columns) for row in self.rows),
        )


@dataclass(frozen=True)
class Filled:
    """A sheet to write, the number of grades in it, and a sentence for each thing that isn't in it."""

    sheet: Sheet
    grades: int
    left_out: tuple[str, ...] = field(default=())


def read_sheet(path: Path, what: str = "template") -> Sheet:
    """The table in `path`, separated by commas, semicolons or tabs. Raises UsageError for anything else.

    `what` is what the file is to be, for the errors.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"The {what} {path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"The {what} {path} is not in UTF-8: give the file as the platform exported it, or save it as CSV UTF-8."
        ) from error
    if len(data) > LARGEST:
        raise UsageError(
            f"The {what} {path} is larger than {LARGEST // 1024**2} MB: that is no list of students."
        )
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = [
            row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if row
        ]
    except csv.Error as error:
        raise UsageError(f"The {what} {path} is no CSV file: {error}.") from error
    if not rows:
        raise UsageError(f"The {what} {path} is empty: export it again from the platform.")
    header, width = tuple(cell.strip() for cell in rows[0]), len(rows[0])
    for number, row in enumerate(rows[1:], 2):
        if len(row) > width:
            raise UsageError(
                f"Row {number} of the {what} {path} has {len(row)} cells, its header {width}: export it again."
            )
    full = tuple((*row, *[""] * (width - len(row))) for row in rows[1:])
    return Sheet(header, full, delimiter, data.startswith(b"\xef\xbb\xbf"))


def defused(text: str) -> str:
    """`text`, with an apostrophe before it if a spreadsheet would run it as a formula.

    A plain number, and a dash alone, stay as they are.
    """
    bare = text.lstrip()
    risky = bare.startswith(FORMULA) or text.startswith(("\t", "\r", "\n"))
    return f"'{text}" if risky and bare != "-" and not NUMBER.fullmatch(bare) else text


def number(value: float, *, comma: bool = False) -> str:
    """Points with two decimals at most, which is what the platforms compare."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if comma else text


def to_number(text: str) -> float | None:
    """The number that a cell holds, with a point or a comma; None if it holds none."""
    text = text.strip()
    return float(text.replace(",", ".")) if NUMBER.fullmatch(text) else None


def listed(names: Sequence[str], most: int = 40) -> str:
    """Names in a sentence: the first few, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
