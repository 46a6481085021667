"""Fill the page templates; everything that came from a student is escaped by jinja2, or cleaned by nh3."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from autograder.judge.sentences import one_digit
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


def policy(scripted: bool) -> Markup:  # noqa: FBT001  (called by a template)
    """The page's Content-Security-Policy: nothing is loaded, and only our own style and script count."""
    rules = ["default-src 'none'", f"style-src {_hash(_CSS)}", "img-src data:"]
    if scripted:
        rules.append(f"script-src {_hash(_SORT)}")
    return Markup("; ".join([*rules, "base-uri 'none'", "form-action 'none'"]))  # noqa: S704  (our own words)


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


def anchor(name: str) -> str:
    """What a place of this name is called in an address: "5.1" is "5-1"."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name)


def _file(name: str) -> str:
    loader = _environment.loader
    assert loader is not None  # noqa: S101  (for mypy)
    return loader.get_source(_environment, name)[0]


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_CSS, _SORT = _file("page.css"), _file("sort.js")

_environment.globals["bars"] = bars
_environment.globals["policy"] = policy
_environment.globals["css"] = Markup(_CSS)  # noqa: S704  (our own file)
_environment.globals["sort"] = Markup(_SORT)  # noqa: S704  (our own file)
_environment.filters["anchor"] = anchor
_environment.filters["inline"] = inline
_environment.filters["one_digit"] = one_digit
_environment.filters["points"] = points
