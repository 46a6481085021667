"""Number figures, tables, code blocks and equations by chapter: Figure 5.2, equation (5.9).

The chapter's headings carry their own numbers, so Sphinx's numbered tables of contents, which would give
the prefix, are off. The prefix is taken from the file's name instead: `book/05-name` is chapter 5.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder

FigureNumbers = dict[str, dict[str, dict[str, tuple[int, ...]]]]
"""Document -> kind of thing -> id -> number; the kinds are "figure", "table", "displaymath" and so on."""


def chapter_of(docname: str) -> int | None:
    """The chapter that a document is, by its name: "book/05-bptt-unrolled" -> 5; None for any other page."""
    found = re.fullmatch(r"book/(\d\d)-[a-z0-9-]+", docname)
    return int(found.group(1)) if found else None


def by_chapter(numbers: FigureNumbers) -> FigureNumbers:
    """The same things numbered 1, 2, … in each document, after the chapter's number where there is one."""
    renumbered: FigureNumbers = {}
    for docname, kinds in numbers.items():
        chapter = chapter_of(docname)
        prefix = () if chapter is None else (chapter,)
        renumbered[docname] = {
            kind: {name: (*prefix, count) for count, name in enumerate(names, start=1)}
            for kind, names in kinds.items()
        }
    return renumbered


def renumber(app: Sphinx, _builder: Builder) -> None:
    """Replace Sphinx's numbers after they are saved.

    The saved ones are compared with the next build's to find what changed; they have to stay Sphinx's own.
    """
    app.env.toc_fignumbers = by_chapter(app.env.toc_fignumbers)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("write-started", renumber)
