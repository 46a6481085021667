"""Make the built site whole and light: MathJax from the installed package, and nothing that no page uses."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.errors import ExtensionError

if TYPE_CHECKING:
    from sphinx.application import Sphinx

MATHJAX_PACKAGE = "sphinx-mathjax-offline"
MATHJAX_FILES = (
    "startup.js",
    "core.js",
    "input/tex.js",
    "input/tex/extensions/html.js",
    "output/chtml.js",
    "output/chtml/fonts/tex.js",
    "output/chtml/fonts/woff-v2/*.woff",
    "a11y/assistive-mml.js",
)
"""What pages with ordinary TeX, and a class on parts of it, ask for; the package holds far more.

The parts weigh two thirds of the usual single file, which brings a menu along and makes every formula a stop of
the Tab key. Screen readers get MathML from the last part.
"""

UNUSED = (
    "**/*.map",  # for debugging the theme
    "vendor/fontawesome/webfonts/*.ttf",  # the woff2 files come first in the style sheet
    "vendor/fontawesome/webfonts/fa-brands-400.*",
    "locales/**/*",  # read while building only
    "images/logo_*",  # buttons of notebook services
    "*webpack-macros.html",  # templates of the theme
)
ICON_SCRIPT = Path("scripts/fontawesome.js")
"""1.5 MB on every page to draw again, as SVG, the icons that the theme's web font draws."""


def mathjax_files() -> Iterator[tuple[Path, Path]]:
    """Each MathJax file that the site needs: its place in the package and its place below `mathjax/`."""
    try:
        found = distribution(MATHJAX_PACKAGE)
    except PackageNotFoundError as error:
        raise ExtensionError(
            f"{MATHJAX_PACKAGE} is not installed, so the formulas can't be shown offline: run `make`."
        ) from error
    root = Path(str(found.locate_file(MATHJAX_PACKAGE))) / "static" / "mathjax"
    paths = [path for pattern in MATHJAX_FILES for path in sorted(root.glob(pattern))]
    if len(paths) < 2:
        raise ExtensionError(f"{root} holds no MathJax of the expected form: install the pinned version.")
    for path in paths:
        yield path, path.relative_to(root)


def copy_mathjax(app: Sphinx) -> None:
    """Put MathJax into the output, unless it is there."""
    if app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static" / "mathjax"
    for source, place in mathjax_files():
        copy = target / place
        if not copy.is_file() or copy.stat().st_size != source.stat().st_size:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)


def leave_out(static: Path) -> None:
    """Remove from `static` what no page asks for, and empty the script that does a thing twice."""
    for pattern in UNUSED:
        for path in static.glob(pattern):
            if path.is_file():
                path.unlink()
    shutil.rmtree(static / "locales", ignore_errors=True)
    if (static / ICON_SCRIPT).is_file():
        (static / ICON_SCRIPT).write_text("/* The web font draws the icons. */\n", encoding="utf-8")


def make_light(app: Sphinx, error: Exception | None) -> None:
    """Run `leave_out` on a site that was built."""
    if error is None and app.builder.format == "html":
        leave_out(Path(app.outdir) / "_static")


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("builder-inited", copy_mathjax)
    app.connect("build-finished", make_light)
