"""Words that options and settings take, where a command line that only completes or helps can read them cheaply."""

from __future__ import annotations

LEVELS = ("bubblewrap", "none")
"""Walls around student code."""
PLATFORMS = ("moodle", "canvas", "exchange")
"""Where a download of hand-ins may come from."""
FORMATS = (*PLATFORMS, "folders")
"""What `collect` takes in."""
FORMS = ("moodle", "canvas", "plain")
"""How feedback is packed."""
EXERCISES = "solutions.course"
"""The module of the book's own exercises."""
