"""Chapter 12, the capstones: exercises 12.1 to 12.4, 50 points."""

from __future__ import annotations

from collections.abc import Mapping

from solutions.exercises import ch12_adder, ch12_gap, ch12_sentence, ch12_word
from solutions.model import Exercise

ASSIGNMENT = "ch12-capstones"

EXERCISES: Mapping[str, Exercise] = {
    exercise.id: exercise
    for exercise in (
        Exercise("12.1", "Adder", "code", "12.1", ch12_adder.TASKS),
        Exercise("12.2", "Autocompletion", "code", "12.2", ch12_word.TASKS),
        Exercise("12.3", "Sentiment", "code", "12.3", ch12_sentence.TASKS),
        Exercise("12.4", "A gap in a text", "code", "12.4", ch12_gap.TASKS),
    )
}
