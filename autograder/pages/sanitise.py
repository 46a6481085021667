"""What a student wrote in Markdown or put out as HTML, made harmless: nh3 decides which tags and attributes stay."""

from __future__ import annotations

import re
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup
from mdit_py_plugins.dollarmath import dollarmath_plugin

_WORDS = {
    "b",
    "br",
    "code",
    "del",
    "em",
    "hr",
    "i",
    "kbd",
    "p",
    "pre",
    "s",
    "samp",
    "strong",
    "sub",
    "sup",
    "u",
    "var",
}
_TABLES = {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
_SPANS = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
# What stands in these is no text for people.
_DROPPED = {
    "head",
    "iframe",
    "math",
    "noscript",
    "object",
    "script",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
}

_TEXT = nh3.Cleaner(
    tags=_WORDS | _TABLES | {"a", "blockquote", "li", "ol", "ul"},
    clean_content_tags=_DROPPED,
    attributes={**_SPANS, "a": {"href"}},
    allowed_classes={"p": {"heading"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer",
)
_OUTPUT = nh3.Cleaner(
    tags=_WORDS | _TABLES | {"blockquote", "div", "span"},
    clean_content_tags=_DROPPED,
    attributes=_SPANS,
)

_EMPTY_LINK = re.compile(r"<a [^>]*>\s*</a>")
_EMPTY_HEADER = re.compile(r"<th([^>]*)>\s*</th>")
_TAG = re.compile(r"<[^>]*>")


def markdown(text: str) -> Markup:
    """Markdown as HTML: no picture, no markup of the student's own; formulas stay as they were typed.

    What the parser gives up, such as quotes a hundred deep, is shown as it was typed.
    """
    try:
        cleaned = _told(_TEXT.clean(_parser.render(text)))
    except (IndexError, RecursionError, ValueError):
        cleaned = Markup()
    return cleaned if _TAG.sub("", cleaned).strip() else Markup("<pre>{}</pre>").format(text)


def output_html(html: str) -> Markup:
    """A cell's HTML output without links, pictures, forms, styles and scripts; "" if no text is left."""
    cleaned = _told(_OUTPUT.clean(html))
    return cleaned if _TAG.sub("", cleaned).strip() else Markup()


def _told(html: str) -> Markup:
    """`html` without what a screen reader would stumble over: links and table headers without a text."""
    html = _EMPTY_HEADER.sub(r"<td\1></td>", _EMPTY_LINK.sub("", html))
    if "<th" in html and "<td" not in html:
        html = html.replace("<th>", "<td>").replace("<th ", "<td ").replace("</th>", "</td>")
    return Markup(html)  # noqa: S704  (nh3 has cleaned it)


def _made() -> MarkdownIt:
    # The student's headings are no headings of the page.
    parser = (
        MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).use(dollarmath_plugin)
    )
    parser.add_render_rule("heading_open", lambda *_: '<p class="heading">')
    parser.add_render_rule("heading_close", lambda *_: "</p>")
    parser.add_render_rule(
        "image", lambda _self, tokens, at, *_: _escaped(f"[{tokens[at].content or 'picture'}]")
    )
    for name in ("math_inline", "math_inline_double", "math_block", "math_block_label"):
        parser.add_render_rule(name, _formula)
    return parser


def _formula(_self: Any, tokens: Any, at: int, *_: Any) -> str:
    return f"<code>{_escaped(tokens[at].content.strip())}</code>"


def _escaped(text: str) -> str:
    return str(nh3.clean_text(text))


_parser = _made()
