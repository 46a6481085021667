"""A feedback page as a notebook: Canvas shows what it gets back under the name of the file that was handed in."""

from __future__ import annotations

import re

import nbformat
import nh3
from nbformat.v4 import new_markdown_cell, new_notebook

from autograder.assignment.notebook import KERNELSPEC

_MAIN = re.compile(r"<main\b[^>]*>(.*)</main>", re.DOTALL)
_TAGS = {
    "a", "b", "br", "caption", "code", "dd", "details", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "hr", "i",
    "img", "li", "ol", "p", "pre", "section", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody",
    "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_WITHIN = re.compile(r'<a href="#[^"]*">')
"""A link to a place in the page, whose name Jupyter takes away."""
_PICTURES = {"figure", "svg", "script", "style", "nav", "button"}
"""What Jupyter doesn't show, with all that is in it."""
_ESCAPES = {"\n": "&#10;", "$": "&#36;", "\\": "&#92;"}
"""A blank line would end the HTML, and what looks like a formula would be typeset."""


def as_notebook(page: str) -> str:
    """The notebook's file: what `page` says, in one Markdown cell. Jupyter and VS Code show it without running it."""
    found = _MAIN.search(page)
    text = nh3.clean(
        found[1] if found else page,
        tags=_TAGS,
        clean_content_tags=_PICTURES,
        attributes={"a": {"href"}, "img": {"src", "alt"}},
        url_schemes={"http", "https", "data"},
        link_rel=None,
    )
    text = _WITHIN.sub("<a>", text)
    for sign, escape in _ESCAPES.items():
        text = text.replace(sign, escape)
    cell = new_markdown_cell(f"<div>{text}</div>", id="feedback")
    # Without a kernel's name, Jupyter asks for one before it shows anything.
    return str(nbformat.writes(new_notebook(cells=[cell], metadata={"kernelspec": KERNELSPEC})) + "\n")
