"""What the grading engine takes from this course: exercises, assignments, misconceptions, sources."""

from pathlib import Path

from solutions.exercises import ASSIGNMENTS, EXERCISES
from solutions.misconceptions import MISCONCEPTIONS

SOURCES = Path(__file__).parent / "assignments"

__all__ = ["ASSIGNMENTS", "EXERCISES", "MISCONCEPTIONS", "SOURCES"]
