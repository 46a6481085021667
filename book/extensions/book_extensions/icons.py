"""Keep of the theme's icon font, some 2000 icons, those that the site shows: 3 kB instead of 150 on every page."""

from __future__ import annotations

import re
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from sphinx.application import Sphinx

FONT = Path("vendor/fontawesome/webfonts/fa-solid-900.woff2")
"""In the output. What is written there is in the older WOFF form: browsers look at the first bytes, not the name."""

WHOLE = Path("pydata_sphinx_theme/theme/pydata_sphinx_theme/static") / FONT.with_suffix(".ttf")
"""The same font in the installed theme."""

NAMED = re.compile(r"\.fa-([a-z0-9-]+):{1,2}before")
RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
CODE = re.compile(r"[\"']\\(f[0-9a-f]{3})[\"']")


def shown(site: Path) -> set[int]:
    """The code points of all icons that the pages, scripts and style sheets of a built site name."""
    texts = [path.read_text(encoding="utf-8") for kind in ("html", "js") for path in site.rglob(f"*.{kind}")]
    names = set(re.findall(r"\bfa-([a-z0-9-]+)", "\n".join(texts)))
    found: set[int] = set()
    for path in site.rglob("*.css"):
        for selector, body in RULE.findall(path.read_text(encoding="utf-8")):
            own = set(NAMED.findall(selector))
            if not own or own & names:
                found |= {int(code, 16) for code in CODE.findall(body)}
    return found


def keep(codes: set[int], source: Path, target: Path) -> None:
    """Write the font `source` with those code points only to `target`."""
    options = subset.Options(flavor="woff", layout_features=[], notdef_outline=True)
    font = TTFont(source)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    subset.save_font(font, str(target), options)


def cut(app: Sphinx, error: Exception | None) -> None:
    """Cut the font of the output down to what is shown."""
    target = Path(app.outdir) / "_static" / FONT
    source = Path(str(distribution("pydata-sphinx-theme").locate_file(WHOLE)))
    if error is None and app.builder.format == "html" and target.is_file() and source.is_file():
        keep(shown(Path(app.outdir)), source, target)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx, after what empties the theme's script of all icons."""
    app.connect("build-finished", cut, priority=900)
