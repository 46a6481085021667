"""The command line: options, one call, and how the result is shown. Nothing is computed here."""

from autograder.cli.main import main

__all__ = ["main"]
