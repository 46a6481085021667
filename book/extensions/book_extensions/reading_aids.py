"""Directives of chapter 0, made from the same data as the appendices.

```{dictionary} A
```
    what lecture A writes, and what the book writes for it
```{clashes}
```
    letters that mean different things in different places
```{slips}
```
    chapter by chapter, what the lectures have wrong and what is right
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from book_extensions.appendices import FromData, flat

if TYPE_CHECKING:
    from sphinx.application import Sphinx

NOTHING = "–"
"""In the data: the lecture does not use the quantity."""


class Dictionary(FromData):
    """A table from one lecture's letters to the book's."""

    required_arguments = 1
    data = "notation.yml"

    def lines(self, data: dict[str, Any]) -> Iterator[str]:
        """The table as Markdown, without what the lecture does not use."""
        yield from dictionary(data, self.arguments[0])


def dictionary(data: dict[str, Any], lecture: str) -> Iterator[str]:
    """Lecture's entry, book's entry, and what it is, a row each; nothing for an unknown lecture."""
    if lecture not in data["lectures"]:
        return
    yield f"| lecture {lecture} writes | this book writes | for the |"
    yield "|---|---|---|"
    for row in data["quantities"]:
        if row[lecture] != NOTHING:
            cells = (row[lecture], row["book"], row["quantity"])
            yield "| " + " | ".join(flat(cell).replace("|", r"\|") for cell in cells) + " |"


class Clashes(FromData):
    """A table of letters with several meanings."""

    data = "notation.yml"

    def lines(self, data: dict[str, Any]) -> Iterator[str]:
        """The table as Markdown."""
        yield "| letter | in this book | in the lectures |"
        yield "|---|---|---|"
        for entry in data["clashes"]:
            meanings = dict(entry["meanings"])
            here = meanings.pop("book", NOTHING)
            yield f"| {entry['letter']} | {here} | {'; '.join(grouped(meanings))} |"


def grouped(meanings: dict[str, str]) -> Iterator[str]:
    """Lectures that mean the same, together: "**A and C**: the step"."""
    by_meaning: dict[str, list[str]] = {}
    for lecture, meaning in meanings.items():
        by_meaning.setdefault(meaning, []).append(lecture)
    for meaning, lectures in by_meaning.items():
        *head, last = lectures
        names = f"{', '.join(head)} and {last}" if head else last
        yield f"**{names}**: {meaning}"


class Slips(FromData):
    """A bar for each chapter that opens to the slips that it sets right."""

    data = "errata.yml"

    def lines(self, data: dict[str, Any]) -> Iterator[str]:
        """The bars as Markdown."""
        chapters = sorted({chapter for entry in data["errata"] for chapter in entry["chapters"]})
        for chapter in chapters:
            entries = [entry for entry in data["errata"] if chapter in entry["chapters"]]
            noun = "slip" if len(entries) == 1 else "slips"
            yield f"::::{{dropdown}} Chapter {chapter}: {len(entries)} {noun}"
            for entry in entries:
                yield f"- **Lecture {entry['source']}** ({entry['id']}). {flat(entry['stands'])}"
                yield f"  *Right is:* {flat(entry['right'])}"
            yield "::::"
            yield ""


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_directive("dictionary", Dictionary)
    app.add_directive("clashes", Clashes)
    app.add_directive("slips", Slips)
