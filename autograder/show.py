"""A verdict as a notebook output: what nbgrader reads the score from, and what a person reads."""

from __future__ import annotations

import re
from html import escape
from typing import Any

import nbformat

from autograder.verdict import ExerciseVerdict


def points(value: float) -> str:
    """Points for people: no more than two decimals, and none where they are whole."""
    return f"{round(value, 2):g}"


def verdict_output(verdict: ExerciseVerdict) -> list[Any]:
    """Outputs of the graded cell: the verdict for people, then the score as the cell's result.

    Nbgrader takes the first result with a plain text as the score: a finite Python float from 0 to the
    cell's points, and nothing on stderr.
    """
    shown = {"text/plain": as_text(verdict), "text/html": as_html(verdict)}
    score = {"text/plain": repr(float(verdict.score))}
    outputs = [
        {"output_type": "display_data", "data": shown, "metadata": {}},
        {"output_type": "execute_result", "data": score, "metadata": {}, "execution_count": None},
    ]
    return [nbformat.from_dict(output) for output in outputs]


def text_output(text: str) -> Any:
    """An output that is plain text."""
    return nbformat.from_dict({"output_type": "stream", "name": "stdout", "text": text})


def as_text(verdict: ExerciseVerdict) -> str:
    """The verdict as plain lines."""
    earned = f"{points(verdict.score)} of {points(verdict.max_score)} points"
    head = f"{_name(verdict)}: {earned}."
    parts = [f"  {part.name}: {points(part.score)} of {points(part.points)}" for part in verdict.parts]
    return "\n".join([head, *parts, *verdict.messages, *filter(None, [for_a_person(verdict)])])


def for_a_person(verdict: ExerciseVerdict) -> str:
    """That something is left to a person, as a sentence; "" if nothing is."""
    if not verdict.by_hand:
        return ""
    return f"What you wrote is marked by hand, for up to {points(verdict.by_hand)} more points."


def as_html(verdict: ExerciseVerdict) -> str:
    """The verdict as a small piece of HTML; every text in it is escaped."""
    rows = "".join(
        f"<tr><td>{'✓' if part.right else '✗'}</td><td><code>{escape(part.name)}</code></td>"
        f"<td>{points(part.score)} of {points(part.points)}</td></tr>"
        for part in verdict.parts
    )
    messages = [*verdict.messages, *filter(None, [for_a_person(verdict)])]
    said = "".join(f"<li>{_inline(message)}</li>" for message in messages)
    head = f"{escape(_name(verdict))}: {points(verdict.score)} of {points(verdict.max_score)} points"
    return f"<p><strong>{head}</strong></p><table>{rows}</table>" + (f"<ul>{said}</ul>" if said else "")


def _name(verdict: ExerciseVerdict) -> str:
    """An exercise as it is called; a test cell may stand under no heading."""
    return f"Exercise {verdict.exercise}" + (f", {verdict.title}" if verdict.title else "")


def _inline(message: str) -> str:
    """A message as HTML, with what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(message))
