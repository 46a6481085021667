"""Directives that make the appendices from data: the errata of a lecture, and the map of notations.

```{errata} A
```
```{errata} all
:chapter: 5
```
```{notation-map}
```
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).parent.parent.parent
"""The folder of the book, with the data."""

PARTS = (
    ("stands", "There stands"),
    ("right", "Right is"),
    ("why", "Why it matters"),
    ("shown", "By numbers"),
)


def load(name: str) -> dict[str, Any]:
    """The data file `name` of the book."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return found


class FromData(SphinxDirective):
    """A directive whose content is Markdown made from a data file."""

    data = ""
    classes: ClassVar[list[str]] = []

    def run(self) -> list[nodes.Node]:
        """Return what the Markdown means, and rebuild the page when the data change."""
        self.env.note_dependency(str(FOLDER / self.data))
        lines = list(self.lines(load(self.data)))
        if not lines:
            logger.warning("Nothing in %s fits here.", self.data, location=self.get_location(), type="book")
        box = nodes.container(classes=[self.name, *self.classes])
        self.state.nested_parse(StringList(lines, source=self.data), self.content_offset, box)
        return [box]

    def lines(self, data: dict[str, Any]) -> Iterator[str]:
        """The Markdown, line by line."""
        raise NotImplementedError


class Errata(FromData):
    """The errata of one lecture (A to E), or of all; with `:chapter:` those that this chapter sets right."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {"chapter": directives.nonnegative_int}
    data = "errata.yml"

    def lines(self, data: dict[str, Any]) -> Iterator[str]:
        """A paragraph with the place, then a list of what stands there, what is right, why, and how it shows."""
        chapter = self.options.get("chapter")
        for entry in data["errata"]:
            fits = self.arguments[0] in {entry["source"], "all"}
            if fits and (chapter is None or chapter in entry["chapters"]):
                yield from erratum(entry)


def erratum(entry: dict[str, Any]) -> Iterator[str]:
    """One erratum as Markdown."""
    chapters = ", ".join(map(str, entry["chapters"]))
    noun = "chapter" if len(entry["chapters"]) == 1 else "chapters"
    place = flat(entry["place"])
    yield f"**{entry['id']}.** Lecture {entry['source']}, {place} ({entry['kind']}; {noun} {chapters})."
    yield ""
    for key, title in PARTS:
        if entry.get(key):
            yield f"- *{title}:* {flat(entry[key])}"
    yield ""


def flat(text: str) -> str:
    """A text on one line, as a list item wants it."""
    return " ".join(str(text).split())


class NotationMap(FromData):
    """A table with a row per quantity, and a column for the book and for each lecture."""

    data = "notation.yml"
    classes: ClassVar[list[str]] = ["full-width"]

    def lines(self, data: dict[str, Any]) -> Iterator[str]:
        """The table as Markdown."""
        letters = list(data["lectures"])
        yield (
            "| quantity | shape | this book | " + " | ".join(f"lecture {letter}" for letter in letters) + " |"
        )
        yield "|---" * (3 + len(letters)) + "|"
        for row in data["quantities"]:
            cells = [row["quantity"], row["shape"], row["book"], *(row[letter] for letter in letters)]
            yield "| " + " | ".join(flat(cell).replace("|", r"\|") for cell in cells) + " |"


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_directive("errata", Errata)
    app.add_directive("notation-map", NotationMap)
