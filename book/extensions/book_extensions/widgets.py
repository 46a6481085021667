"""Widgets in a page: a custom element around a figure, its scripts on that page only, and links that set it.

    :::{widget} delta-back
    ```{drawing} chapter05.delta_back
    …
    ```
    :::

    Set {setting}`SISO, w = 0.5 <delta-back?mapping=SISO&w_h=0.5&T=8>`.

Without JavaScript, and on paper, the figure stands as it is, and the link leads to it.
"""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from through_time import _widget_files as files

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)


class WidgetNode(nodes.General, nodes.Element):
    """A custom element; its children stand in for it without JavaScript."""


class Widget(SphinxDirective):
    """The widget that the argument names, around the static figure that is its content."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the element; warn if there is no such widget."""
        name = self.arguments[0]
        if not files.exists(name):
            logger.warning(
                "There is no widget '%s' in book/widgets.",
                name,
                location=self.get_location(),
                type="book",
                subtype="widget",
            )
        node = WidgetNode(name=name)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


class Setting(SphinxRole):
    """A link that sets a widget: text <name?key=value&key=value>."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link."""
        found = re.fullmatch(r"(.+?)\s*<([a-z0-9-]+\?[^<>]+)>", self.text, re.DOTALL)
        if found is None:
            message = self.inliner.reporter.error(
                f"A setting is written: text <widget?key=value>, not {self.text!r}.", line=self.lineno
            )
            return [nodes.problematic(self.rawtext, self.rawtext)], [message]
        link = nodes.reference(
            self.rawtext, found[1], refuri=f"#{found[2]}", internal=True, classes=["setting"]
        )
        return [link], []


def visit(translator: HTML5Translator, node: WidgetNode) -> None:
    """Open the element, after a place for each link that sets it to arrive at without JavaScript."""
    name = node["name"]
    for address in dict.fromkeys(link["refuri"][1:] for link in settings(translator.document, name)):
        translator.body.append(f'<span id="{html.escape(address)}"></span>')
    translator.body.append(f'<tt-{name} class="widget">')


def settings(document: nodes.document, name: str) -> list[nodes.reference]:
    """The links of a page that set the widget."""
    return [
        link
        for link in document.findall(nodes.reference)
        if "setting" in link["classes"] and link["refuri"].startswith(f"#{name}?")
    ]


def depart(translator: HTML5Translator, node: WidgetNode) -> None:
    """Close the element."""
    translator.body.append(f"</tt-{node['name']}>")


def pass_by(_translator: Any, _node: WidgetNode) -> None:
    """Other formats have the figure only."""


def add_scripts(
    app: Sphinx, _page: str, _template: str, _context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Load a widget's scripts on the pages that have it."""
    names = [node["name"] for node in doctree.findall(WidgetNode)] if doctree else []
    if names:
        app.add_css_file(f"widgets/{files.STYLE}")
        for number, file in enumerate(dict.fromkeys(file for name in names for file in files.scripts(name))):
            app.add_js_file(f"widgets/{file}", priority=900 + number, loading_method="defer")


def copy_scripts(app: Sphinx) -> None:
    """Put the widgets' files into the output."""
    if app.builder.format == "html":
        target = Path(app.outdir) / "_static" / "widgets"
        target.mkdir(parents=True, exist_ok=True)
        for path in files.folder().iterdir():
            if path.suffix in {".js", ".css"}:
                shutil.copyfile(path, target / path.name)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_node(WidgetNode, html=(visit, depart), latex=(pass_by, pass_by), text=(pass_by, pass_by))
    app.add_directive("widget", Widget)
    app.add_role("setting", Setting())
    app.connect("html-page-context", add_scripts)
    app.connect("builder-inited", copy_scripts)
