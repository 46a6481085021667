"""Through Time, the public package: what the book and its notebooks import."""

from through_time.check import CheckResult, check
from through_time.errors import CheckFailed, ThroughTimeError

__all__ = ["CheckFailed", "CheckResult", "ThroughTimeError", "check"]
