"""What a test cell hides from students: the regions that nbgrader takes out of a released notebook."""

from __future__ import annotations

from collections.abc import Iterable

HIDDEN_TESTS = "HIDDEN TESTS"
MARK_SCHEME = "MARK SCHEME"


def visible(source: str, kinds: Iterable[str] = (HIDDEN_TESTS, MARK_SCHEME)) -> str:
    """`source` without its hidden regions; one that has no end goes to the end of the cell."""
    for kind in kinds:
        source = _without(source, kind)
    return source


def has_hidden(source: str) -> bool:
    """Whether there is a region that students don't see."""
    return visible(source) != source


def _without(source: str, kind: str) -> str:
    kept, inside = [], False
    for line in source.split("\n"):
        if f"BEGIN {kind}" in line:
            inside = True
        elif f"END {kind}" in line:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)
