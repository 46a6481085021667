"""Fill the page templates; everything that came from a student is escaped by jinja2."""

from __future__ import annotations

import math
import re
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from autograder.show import points

_environment = Environment(
    loader=PackageLoader("autograder.pages"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, **values: Any) -> str:
    """The page that `template` makes of `values`."""
    return _environment.get_template(template).render(**values)


def bars(curve: tuple[tuple[int, float], ...], height: int = 60) -> list[dict[str, float]]:
    """The bars of a small picture of errors on a log scale from 1e-8 to 1: position, height and value of each."""
    made = []
    for number, (t, error) in enumerate(curve):
        share = (math.log10(min(max(error, 1e-8), 1.0)) + 8) / 8
        made.append({"x": 10 + 22 * number, "height": round(share * height, 1), "t": t, "error": error})
    return made


def inline(text: str) -> Markup:
    """`text` escaped, with what stands in backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704  (escaped just before)


_environment.globals["bars"] = bars
_environment.filters["inline"] = inline
_environment.filters["points"] = points
