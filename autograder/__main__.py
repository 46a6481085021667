"""The program `autograder`, also as `python -m autograder`."""

from __future__ import annotations

import sys
from types import ModuleType

SERVER_EXTENSIONS = ("assignment_list", "course_list", "formgrader", "validate_assignment")


def run() -> None:
    """Start the command line, without what only a Jupyter server needs.

    Nbgrader imports its four server extensions, and with them half a second of web server, whoever imports any part
    of it. `autograder serve` starts formgrader in a process of its own.
    """
    for name in SERVER_EXTENSIONS:
        stand_in = ModuleType(f"nbgrader.server_extensions.{name}")
        stand_in.load_jupyter_server_extension = None  # type: ignore[attr-defined]
        sys.modules.setdefault(stand_in.__name__, stand_in)
    from autograder.cli import main  # noqa: PLC0415  (imports nbgrader)

    main()


if __name__ == "__main__":
    run()
