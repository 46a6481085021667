"""What `autograder verify` found out, as rows and totals; the command line makes a table of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What one trial showed, over all secrets. Only FAILED is a fault."""

    OK = "ok"
    GROUP = "group"  # rejected, and named together with others that give the same numbers
    MASKED = "masked"  # of two twists at once one hides the other, and the one that shows is named
    UNSEEN = "unseen"  # the cases of this exercise can't tell it from a right answer
    FAILED = "failed"


_ORDER = (Outcome.OK, Outcome.MASKED, Outcome.GROUP, Outcome.UNSEEN, Outcome.FAILED)


def worst(outcomes: list[Outcome]) -> Outcome:
    """The outcome to report when secrets differ."""
    return max(outcomes, key=_ORDER.index)


@dataclass(frozen=True)
class Row:
    """One trial: what was handed in as `task`, what was to happen, and what did.

    `kind` is "reference", "stub", "alternative", "misconception", "pair", "answer", "wrong answer" or "written".
    `note` is a sentence where there is something to say.
    """

    exercise: str
    task: str
    kind: str
    name: str
    outcome: Outcome
    note: str = ""


@dataclass(frozen=True)
class Verification:
    """All rows of one exercise."""

    exercise: str
    title: str
    rows: tuple[Row, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return all(row.outcome != Outcome.FAILED for row in self.rows)

    def counts(self, kind: str) -> dict[Outcome, int]:
        """How many rows of a kind had which outcome; only outcomes that occur."""
        found = [row.outcome for row in self.rows if row.kind == kind]
        return {outcome: found.count(outcome) for outcome in _ORDER if outcome in found}

    def summary(self) -> dict[str, str]:
        """One table row: a short text per column."""
        return {
            "exercise": self.exercise,
            "title": self.title,
            "reference": self._text("reference"),
            "stub": self._text("stub"),
            "alternatives": self._text("alternative"),
            "misconceptions": self._text("misconception"),
            "pairs": self._text("pair"),
            "answers": self._text("answer", "wrong answer"),
            "by hand": self._text("written"),
            "verdict": "ok" if self.ok else "FAILED",
        }

    def _text(self, *kinds: str) -> str:
        """E.g. "118 of 120, 2 unseen"; groups and masked ones count among the good."""
        rows = [row for row in self.rows if row.kind in kinds]
        if not rows:
            return "–"
        told = [row for row in rows if row.outcome not in (Outcome.UNSEEN, Outcome.FAILED)]
        parts = [f"{len(told)} of {len(rows)}"]
        for outcome in (Outcome.GROUP, Outcome.MASKED, Outcome.UNSEEN, Outcome.FAILED):
            count = sum(row.outcome == outcome for row in rows)
            parts += [f"{count} {outcome}"] if count else []
        return ", ".join(parts)

    def to_json(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {**asdict(self), "ok": self.ok, "summary": self.summary()}
