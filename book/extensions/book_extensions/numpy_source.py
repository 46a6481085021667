"""The directive that shows the tested NumPy of a labelled equation, folded, below it.

    ```{numpy} eq-siso-delta
    ```

The code is taken from the reference by the equation's label when the book is built; it is never typed again.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from solutions.reference.errors import UnknownNameError
from solutions.reference.registry import Formula, formula

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)


class FoldedCode(nodes.Element):
    """A block of code behind a line that opens it; `function` is the name that the line shows."""


class NumpyOfEquation(SphinxDirective):
    """Show the source of the function that is registered for an equation's label."""

    required_arguments = 1
    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """Return the folded code; warn, and return nothing, if the label is unknown."""
        label = self.arguments[0]
        try:
            entry = formula(label)
        except UnknownNameError:
            logger.warning(
                "There is no NumPy for equation '%s': register it in solutions/reference/registry.py.",
                label,
                location=self.get_location(),
                type="book",
                subtype="numpy",
            )
            return []
        self.env.note_dependency(inspect.getfile(entry.resolve()))
        self.env.note_dependency(inspect.getfile(formula))
        return [folded(entry)]


def folded(entry: Formula) -> FoldedCode:
    """The node that shows an entry's source, and says which test proves it."""
    source = entry.source().rstrip()
    fold = FoldedCode("", nodes.literal_block(source, source, language="python"))
    fold["function"] = entry.function.rpartition(".")[2]
    test = entry.test.rpartition("::")[2]
    fold += nodes.paragraph("", "", nodes.Text("Proved by "), nodes.literal(test, test), nodes.Text("."))
    return fold


def visit_html(translator: HTML5Translator, node: FoldedCode) -> None:
    """Open the block. A details element works by keyboard, and without a script."""
    name = f"<code>{node['function']}</code>"
    translator.body.append(f'<details class="numpy"><summary>NumPy: {name}</summary>\n')


def depart_html(translator: HTML5Translator, _node: FoldedCode) -> None:
    """Close the block."""
    translator.body.append("</details>\n")


def _nothing(_translator: nodes.NodeVisitor, _node: nodes.Node) -> None:
    """Other formats print the code unfolded."""


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    plain = (_nothing, _nothing)
    app.add_node(FoldedCode, html=(visit_html, depart_html), latex=plain, text=plain, man=plain)
    app.add_directive("numpy", NumpyOfEquation)
