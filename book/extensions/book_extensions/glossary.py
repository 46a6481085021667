"""The glossary page, and the entries of the general index, from one list of terms.

```{terms}
```
    the glossary: each term once, with what it means and the section that introduces it

A page that introduces a term gets an entry in the index at that section; nothing has to be written there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

from book_extensions.appendices import FOLDER, FromData, flat, load

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DATA = "glossary.yml"
CHAPTER = re.compile(r"book/\d\d-[a-z0-9-]+")
ANCHOR = re.compile(r"^\((sec-\d+-\d+)\)=$", re.MULTILINE)


def anchors() -> frozenset[str]:
    """The sections of all chapters that are written."""
    pages = FOLDER.glob("[0-9][0-9]-*.md")
    return frozenset(anchor for page in pages for anchor in ANCHOR.findall(page.read_text(encoding="utf-8")))


def number(anchor: str) -> str:
    """A section's number: "sec-5-4" -> "5.4"."""
    return anchor.removeprefix("sec-").replace("-", ".")


class Terms(FromData):
    """The glossary."""

    data = DATA

    def lines(self, data: dict[str, Any]) -> Iterator[str]:
        """The terms as a glossary in Markdown. Each chapter that is written is linked."""
        written = anchors()
        for page in FOLDER.glob("[0-9][0-9]-*.md"):
            self.env.note_dependency(str(page))
        yield "```{glossary}"
        for entry in sorted(data["terms"], key=lambda entry: entry["term"].casefold()):
            yield from definition(entry, written)
        yield "```"


def definition(entry: dict[str, Any], written: frozenset[str]) -> Iterator[str]:
    """One term: the words that it goes by, a line each, and what it means."""
    yield entry["term"]
    yield from entry.get("also", ())
    where = entry["where"]
    link = f" {{ref}}`Section {number(where)} <{where}>`." if where in written else ""
    yield f"  {flat(entry['text'])}{link}"
    yield ""


class IndexSections(SphinxTransform):
    """Puts each term into the index, under the numbers of the sections that are about it."""

    default_priority = 700  # before Sphinx's domains collect the entries, at 850

    def apply(self, **_options: Any) -> None:
        """Insert an invisible node with its terms into each section that introduces some or returns to them."""
        if not CHAPTER.fullmatch(self.env.docname):
            return
        self.env.note_dependency(str(FOLDER / DATA))
        terms = by_section(load(DATA))
        for section in self.document.findall(nodes.section):
            for anchor in terms.keys() & set(section["ids"]):
                entries = [
                    ("single", f"{term}; section {number(anchor)}", anchor, "", None)
                    for term in terms[anchor]
                ]
                section.insert(1, addnodes.index(entries=entries))


def by_section(data: dict[str, Any]) -> dict[str, list[str]]:
    """The terms that the index lists at each section."""
    found: dict[str, list[str]] = {}
    for entry in data["terms"]:
        for anchor in (entry["where"], *entry.get("more", ())):
            found.setdefault(anchor, []).append(entry["term"])
    return found


def list_index(app: Sphinx, doctree: nodes.document) -> None:
    """Add the general index, which no file is behind, at the end of the table of contents."""
    tables = list(doctree.findall(addnodes.toctree))
    if tables and app.env.docname == app.config.root_doc:
        tables[-1]["entries"].append(("Index", "genindex"))


AFTER_THE_TABLE_OF_CONTENTS = 600
"""Priority: sphinx-external-toc makes the table's nodes at the same event, at the usual 500."""


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_directive("terms", Terms)
    app.add_transform(IndexSections)
    app.connect("doctree-read", list_index, priority=AFTER_THE_TABLE_OF_CONTENTS)
