"""What formgrader shows of a hand-in, made harmless: a script in its page could do all that the instructor may.

Filters for nbconvert's templates, in the place of its own, which let through whatever a student wrote in a text, and a
step before them for what they put into a page as it is.
"""

from __future__ import annotations

import re
from typing import Any

import nh3
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat import from_dict
from pygments.token import STANDARD_TYPES

_COLOURS = set(STANDARD_TYPES.values()) - {""}
"""The classes of coloured code; any other may be one that formgrader's own program looks for."""
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,")
_MACROS = re.compile(
    r"\\(href|url|style|class|cssId|data|bbox|mmlToken|require|html\w*|includegraphics|texttip|mathtip|toggle|enclose)"
    r"(?![A-Za-z])"
)
"""What lets a formula set links, styles and attributes, in MathJax."""


def _attribute(tag: str, name: str, value: str) -> str | None:
    """A picture is one that is in the page: any other address would be asked for in the instructor's name."""
    if (tag, name) == ("img", "src"):
        return value if _PICTURE.match(value) else None
    return None if value.strip().lower().startswith("data:") else value


_CLEANER = nh3.Cleaner(
    tags=nh3.ALLOWED_TAGS
    - {"area", "article", "aside", "details", "figure", "header", "hgroup", "map", "nav"},
    attributes={
        "a": {"href", "title"},
        "img": {"src", "alt", "width", "height"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    },
    attribute_filter=_attribute,
    allowed_classes={"div": {"highlight"}, "span": _COLOURS},
    url_schemes={"http", "https", "mailto", "data"},
    link_rel="noopener noreferrer",
)


def clean_html(html: str | bytes) -> str:
    """HTML without what acts, loads, or looks like a part of the page."""
    text = html.decode("utf-8", "replace") if isinstance(html, bytes) else str(html)
    return without_macros(_CLEANER.clean(text))


def markdown_html(source: str) -> str:
    """Markdown as nbconvert shows it, cleaned; formulas stay for MathJax."""
    return clean_html(
        MarkdownWithMath(renderer=IPythonRenderer(escape=False, exclude_anchor_links=True)).render(source)
    )


def without_macros(text: str) -> str:
    """`text` with those macros of a formula made plain text that set links, styles or attributes."""
    return _MACROS.sub(r"\\text{\1}", text)


class HarmlessOutputs(Preprocessor):  # type: ignore[misc]  # nbconvert has no types
    """Of an output's metadata only the sizes of pictures stay, which the templates write unquoted into a tag."""

    def preprocess_cell(self, cell: Any, resources: Any, _number: int) -> tuple[Any, Any]:
        """Change the outputs in place; returns what it got."""
        for output in cell.get("outputs", ()):
            if "metadata" in output:
                output.metadata = from_dict({kind: _sizes(each) for kind, each in output.metadata.items()})
            if "text/latex" in output.get("data", {}):
                output.data["text/latex"] = without_macros(output.data["text/latex"])
        return cell, resources


def _sizes(metadata: Any) -> dict[str, float]:
    told = metadata if isinstance(metadata, dict) else {}
    return {name: told[name] for name in ("width", "height") if type(told.get(name)) in (int, float)}
