"""What a test cell hides from students: the regions that nbgrader takes out of a released notebook."""

from __future__ import annotations

from collections.abc import Sequence

from traitlets.config import Config

Region = tuple[str, str]
"""What stands in the line that begins it, and in the line that ends it."""

USUAL: Sequence[Region] = (
    ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS"),
    ("BEGIN MARK SCHEME", "END MARK SCHEME"),
)
"""As nbgrader has them unless a course's settings say otherwise."""


def regions(config: Config) -> Sequence[Region]:
    """The regions by a course's settings."""
    if "ClearHiddenTests" not in config and "ClearMarkScheme" not in config:
        return USUAL
    # These bring a quarter of a second of imports.
    from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme  # noqa: PLC0415

    tests, scheme = ClearHiddenTests(config=config), ClearMarkScheme(config=config)
    return (
        (tests.begin_test_delimeter, tests.end_test_delimeter),
        (scheme.begin_mark_scheme_delimeter, scheme.end_mark_scheme_delimeter),
    )


def visible(source: str, hidden: Sequence[Region] = USUAL) -> str:
    """`source` without its hidden regions; one that has no end goes to the end of the cell."""
    for region in hidden:
        source = _without(source, *region)
    return source


def _without(source: str, begin: str, end: str) -> str:
    kept, inside = [], False
    for line in source.split("\n"):
        if begin in line:
            inside = True
        elif end in line:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)
