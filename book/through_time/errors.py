"""What this package raises, by name.

ThroughTimeError
└── CheckFailed      nbgrader is running the notebook, and a check can't vouch for the answer
"""

from __future__ import annotations


class ThroughTimeError(Exception):
    """Base of this package's errors."""


class CheckFailed(ThroughTimeError):  # noqa: N818  (reads as what happened)
    """A check that must not count as passed. Its text is what `check` printed."""
