"""Comparing, scoring and diagnosing: the only place where an answer meets a submission."""

from autograder.judge.direct import DirectStudent
from autograder.judge.judge import judge

__all__ = ["DirectStudent", "judge"]
