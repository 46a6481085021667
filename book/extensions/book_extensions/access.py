"""Mend what the theme gives screen readers wrongly: the sidebar, its folds, empty headings, readings."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

FOLD = re.compile(
    r"(<a class=\"[^\"]*\" href=\"[^\"]*\">(?P<title>(?:(?!</a>).)*)</a><details[^>]*>)<summary>", re.DOTALL
)
"""A page of the sidebar, and the button that shows the pages below it."""

EMPTY_HEADING = re.compile(r"<th class=\"([^\"]*)\">((?:<p>\s*</p>)?)</th>")
"""A heading that says nothing is a plain cell."""

ENTRY = 'role="doc-biblioentry"'
"""A role that WAI-ARIA gave up; the entries stand in a list."""

SIDEBAR = '<div id="pst-primary-sidebar" class="bd-sidebar-primary bd-sidebar">'


def mended(page: str) -> str:
    """The text of a page with names where the theme has none. Mending twice changes nothing more."""
    page = FOLD.sub(_named, page)
    page = EMPTY_HEADING.sub(r'<td class="\1">\2</td>', page)
    page = page.replace(ENTRY, 'role="listitem"')
    return page.replace(SIDEBAR, f'{SIDEBAR[:-1]} role="region" aria-label="Contents of the book">')


def _named(found: re.Match[str]) -> str:
    title = " ".join(re.sub(r"<[^>]+>", "", found["title"]).split())
    return f'{found[1]}<summary aria-label="Pages below {html.escape(html.unescape(title))}">'


def mend(app: Sphinx, error: Exception | None) -> None:
    """Mend all pages that were built."""
    if error is None and app.builder.format == "html":
        for path in Path(app.outdir).rglob("*.html"):
            page = path.read_text(encoding="utf-8")
            if (better := mended(page)) != page:
                path.write_text(better, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("build-finished", mend)
