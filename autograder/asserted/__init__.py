"""Ordinary nbgrader tests: cells with assertions, which run in the student's own process."""

from autograder.asserted.hidden import visible
from autograder.asserted.score import Tried, as_verdict

__all__ = ["WEAKER", "Tried", "as_verdict", "visible"]

WEAKER = (
    "Tests of this kind run inside the student's process, which sees them: a program that is made for it can read "
    "them, or pass them without solving anything. Exercises that are judged from outside can't be fooled so."
)
"""What verify and report say of such tests."""
