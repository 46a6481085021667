"""Where the widgets' scripts are, and which of them a widget needs."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

SHARED = ("maths.js", "plots.js", "widget.js")
"""What every widget needs, in the order of loading; its own file comes last."""

STYLE = "widgets.css"

_PLACES = (Path(__file__).parent / "_widgets", Path(__file__).parents[1] / "widgets")
"""In an installed package, and in the book's own folder."""

_NEEDS = re.compile(r"^ *needs: \[([^\]]*)\]", re.MULTILINE)


@cache
def folder() -> Path:
    """The folder of scripts. Raises FileNotFoundError if the package was copied without it."""
    for place in _PLACES:
        if (place / STYLE).is_file():
            return place
    raise FileNotFoundError(
        "The widgets' scripts are not beside the package: install it whole, with pip, or use the book's pages."
    )


def exists(name: str) -> bool:
    """Whether there is a widget of that name."""
    return name in names()


@cache
def names() -> tuple[str, ...]:
    """The names of all widgets, sorted."""
    own = (path for path in folder().glob("*.js") if path.name not in SHARED)
    return tuple(sorted(path.stem for path in own if "  widget({" in path.read_text("utf-8")))


def scripts(name: str) -> list[str]:
    """The files of a widget in the order of loading; those that its declaration `needs` come before its own."""
    found = _NEEDS.search((folder() / f"{name}.js").read_text("utf-8"))
    needed = re.findall(r"[\w-]+", found[1]) if found else []
    return [*SHARED, *(f"{one}.js" for one in needed), f"{name}.js"]


def source(name: str) -> str:
    """The text of all scripts of a widget."""
    return "\n".join((folder() / file).read_text("utf-8") for file in scripts(name))


def style() -> str:
    """The text of the style sheet."""
    return (folder() / STYLE).read_text("utf-8")
