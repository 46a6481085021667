"""What the grading engine takes from this course: exercises, assignments, misconceptions, sources, a sample."""

from pathlib import Path

from solutions.exercises import ASSIGNMENTS, EXERCISES
from solutions.misconceptions import MISCONCEPTIONS
from solutions.sample import RECIPES

SOURCES = Path(__file__).parent / "assignments"

__all__ = ["ASSIGNMENTS", "EXERCISES", "MISCONCEPTIONS", "RECIPES", "SOURCES"]
