"""What a test cell's run earns: nbgrader's rules, without those by which a mistake gives full marks, or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograder.student import Failure
from autograder.verdict import ExerciseVerdict, PartVerdict

PART = "tests"
MOST_SAID = 400
"""Characters of an exception's text that a student reads."""

_NUMPY = re.compile(r"np\.(?:float|int|uint)\d+\((.*)\)")


@dataclass(frozen=True)
class Tried:
    """How a test cell ended: whether all its lines were run, what it put out, and which line it ended in, if known.

    `number` is its result if that's an ordinary number of Python's or NumPy's.
    """

    outputs: Sequence[Any] = ()
    passed: bool = False
    line: int | None = None
    number: float | None = None
    failure: Failure | None = None

    @property
    def whole(self) -> bool:
        """Whether it ran to its end without an exception."""
        return self.failure is None and self.passed and self._error() is None

    @property
    def result(self) -> float | None:
        """The number that is the cell's result; None if it has none, or it's something else."""
        if self.number is not None:
            return self.number
        texts = [_plain(output) for output in self.outputs if _kind(output) == "execute_result"]
        # What a student's function slips in comes before the cell's own.
        return _number(texts[-1]) if texts else None

    @property
    def shown(self) -> list[Any]:
        """The outputs to keep: what was printed and drawn. A warning must not cost anything by nbgrader's rules."""
        return [
            output
            for output in self.outputs
            if _kind(output) == "display_data"
            or (_kind(output) == "stream" and output.get("name") == "stdout")
        ]

    def earned(self, points: float) -> float:
        """None unless it ran to its end; then its result, if that's a number of points, or all if it's no number."""
        if not self.whole:
            return 0.0
        if self.result is None:
            return points
        return self.result if 0 <= self.result <= points else 0.0

    def said(self, source: str) -> str:
        """Why it didn't run to its end, with the line of `source`, for its student; "" if it did."""
        if self.failure is Failure.TIMEOUT:
            return "The test was stopped at its time limit: what it calls takes too long, or never ends."
        if self.failure is not None:
            return "The test couldn't be run: the process had ended, or its time was used up."
        if self.whole:
            return ""
        error = self._error() or {}
        name, text = str(error.get("ename", "")), _short(str(error.get("evalue", "")))
        if name == "AssertionError":
            told = f"failed: {text}" if text else "failed"
        else:
            told = "ended with " + (": ".join(filter(None, (name, text))) or "an exception")
        return _sentence(f"{self._place(source)} {told}")

    def _place(self, source: str) -> str:
        lines = source.split("\n")
        if self.line is None or not 0 < self.line <= len(lines):
            return "The test"
        return f"Line {self.line} of the test, `{lines[self.line - 1].strip()}`,"

    def _error(self) -> Any | None:
        return next((output for output in self.outputs if _kind(output) == "error"), None)


def as_verdict(
    name: str, title: str, points: float, shown: Tried, full: Tried | None, source: str
) -> ExerciseVerdict:
    """The verdict on a test cell: `shown` is the run without its hidden lines, `full` that with them, if there are any.

    Only what the run without them says is told; `source` is what students see of the cell.
    """
    decides = shown if full is None else full
    score = decides.earned(points)
    # A test without points is right by its error.
    error = 0.0 if decides.whole else None
    return ExerciseVerdict(
        name, title, (PartVerdict(PART, points, score, error),), _messages(decides, shown, points, source)
    )


def _messages(decides: Tried, shown: Tried, points: float, source: str) -> tuple[str, ...]:
    if not decides.whole:
        seen = shown.said(source)
        if seen:
            return (seen,)
        slow = decides.failure is Failure.TIMEOUT
        return ("A hidden test was stopped at its time limit." if slow else "A hidden test failed.",)
    if points and decides.result is not None and decides.earned(points) != decides.result:
        text = f"The test's result is {decides.result:g}, which is no number of points from 0 to {points:g}"
        return (f"{text}: it earns nothing.",)
    return ()


def _kind(output: Any) -> str:
    return str(output.get("output_type", "")) if isinstance(output, dict) else ""


def _plain(output: Any) -> str:
    data = output.get("data")
    text = data.get("text/plain", "") if isinstance(data, dict) else ""
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def _number(text: str) -> float | None:
    """The number that a result shows, as Python or NumPy writes it; True is none, and text is none."""
    found = _NUMPY.fullmatch(text.strip())
    try:
        return float(found[1] if found else text)
    except ValueError:
        return None


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MOST_SAID else text[:MOST_SAID] + "…"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else text + "."
