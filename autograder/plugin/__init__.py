"""Nbgrader's side: with `configure(c)` in nbgrader_config.py, `nbgrader autograde` and formgrader use our judge."""

from autograder.plugin.configure import configure

__all__ = ["configure"]
