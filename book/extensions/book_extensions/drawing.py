"""The directive for a figure that code draws, once for light pages and once for dark ones.

    ```{drawing} chapter05.siso
    :name: fig-siso
    :alt: What to see in the picture, in words.

    The caption.
    ```

The argument names a function in `book/figures`; it takes a palette and returns a Matplotlib figure.
"""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

logger = logging.getLogger(__name__)

FOLDER = Path("_build") / "drawings"
"""Where the pictures are kept between builds, below the root; Sphinx copies those in use into the site."""


class Drawing(SphinxDirective):
    """A numbered figure with its alternative text, drawn by a function of `figures`."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        "name": directives.unchanged_required,
        "alt": directives.unchanged_required,
        "class": directives.class_option,
    }

    def run(self) -> list[nodes.Node]:
        """Return the figure; warn, and return nothing, if it has no alt text or can't be found."""
        missing = [name for name in ("name", "alt") if not self.options.get(name)]
        if missing or not self.content:
            what = " and ".join([*missing, *([] if self.content else ["caption"])])
            return self._refuse(f"The drawing '{self.arguments[0]}' has no {what}.")
        try:
            draw = find(self.arguments[0])
        except (ImportError, AttributeError, ValueError) as error:
            return self._refuse(f"There is no drawing '{self.arguments[0]}' in book/figures: {error}.")
        for path in sources(draw):
            self.env.note_dependency(str(path))
        return [self._figure(write(draw, self.arguments[0], Path(self.env.srcdir)))]

    def _refuse(self, sentence: str) -> list[nodes.Node]:
        logger.warning("%s", sentence, location=self.get_location(), type="book", subtype="drawing")
        return []

    def _figure(self, pictures: dict[str, str]) -> nodes.figure:
        # The theme hides every caption that is a sibling of a hidden picture, hence the box around the two.
        box = nodes.container(classes=["drawing"])
        for theme, uri in pictures.items():
            # A light page doesn't fetch the dark pictures; a dark one has the light ones ready for paper.
            later = {"loading": "lazy"} if theme == "dark" else {}
            box += nodes.image(uri=uri, alt=self.options["alt"], classes=[f"only-{theme}"], **later)
        figure = nodes.figure("", box, classes=["drawn", *self.options.get("class", [])])
        parsed = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, parsed)
        first, *rest = parsed.children
        figure += nodes.caption("", "", *first.children)
        if rest:
            figure += nodes.legend("", *rest)
        self.set_source_info(figure)
        self.add_name(figure)
        return figure


def find(name: str) -> Callable[[Any], Any]:
    """The drawing function that `name` ("module.function") stands for."""
    module, _, function = name.partition(".")
    found: Callable[[Any], Any] = getattr(importlib.import_module(f"figures.{module}"), function)
    return found


def sources(draw: Callable[[Any], Any]) -> Iterator[Path]:
    """The files that decide what the picture looks like."""
    folder = Path(inspect.getfile(draw)).parent
    yield from sorted(folder.glob("*.py"))


def write(draw: Callable[[Any], Any], name: str, root: Path) -> dict[str, str]:
    """Draw both pictures into FOLDER below `root`; returns the address of each by theme."""
    from figures.style import PALETTES, svg  # noqa: PLC0415  (Matplotlib is slow to import)

    addresses = {}
    for theme, palette in PALETTES.items():
        path = FOLDER / f"{name.replace('.', '-')}-{theme}.svg"
        picture = svg(draw, palette)
        target = root / path
        if not target.is_file() or target.read_text(encoding="utf-8") != picture:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(picture, encoding="utf-8")
        addresses[theme] = f"/{path.as_posix()}"
    return addresses


def open_figures(app: Sphinx, _config: Config) -> None:
    """Make `figures` importable in this build, and in the kernels that it starts."""
    book = str(Path(app.srcdir) / "book")
    if book not in sys.path:
        sys.path.append(book)
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if book not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join([book, *filter(None, paths)])


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_directive("drawing", Drawing)
    app.connect("config-inited", open_figures)
