"""A graded notebook as its student may see it: own cells and their outputs, bounded, and nothing that is locked."""

from __future__ import annotations

import base64
import binascii
import io
import re
import warnings
from collections.abc import Container, Iterator, Mapping
from typing import Any

from markupsafe import Markup
from PIL import Image, UnidentifiedImageError

from autograder.assignment.notebook import INSTRUCTOR_TAG, exercise_of
from autograder.pages.sanitise import markdown, output_html
from autograder.sandbox.conceal import conceal

MOST_TEXT = 20_000
"""Characters of one output or of one cell's source."""
MOST_HTML = 100_000
"""Characters of one HTML output, tags included."""
MOST_IMAGE = 1_500_000
"""Characters of one figure."""
MOST_PIXELS = 40_000_000
MOST_PAGE = 4_000_000
"""Characters of all that comes from the notebook."""

_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_RASTER = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF"}
_SVG = "image/svg+xml"


def own_cells(notebooks: Mapping[str, Any], released: Container[str] = ()) -> list[dict[str, Any]]:
    """The student's own cells of all notebooks, ready for the template.

    Locked cells hold tests, and instructors' cells hold rubrics: both are left out, and so are the texts
    that stand in `released`.
    """
    space = _Space()
    return [
        _cell(cell, space)
        for notebook in notebooks.values()
        for cell in notebook.get("cells", ())
        if _is_own(cell, released) and _joined(cell.get("source", "")).strip()
    ]


class _Space:
    """What is left of a page's size, and the figures counted."""

    def __init__(self) -> None:
        self.left = MOST_PAGE
        self.figures = 0

    def take(self, size: int) -> bool:
        """Whether there was room for `size` characters, which then are taken."""
        if size > self.left:
            return False
        self.left -= size
        return True


def _is_own(cell: Any, released: Container[str]) -> bool:
    if cell.get("cell_type") != "code" and _joined(cell.get("source", "")) in released:
        return False
    metadata = cell.get("metadata", {})
    known = metadata.get("nbgrader", {})
    tested = known.get("grade", False) and not known.get("solution", False)
    return not (known.get("locked", False) or tested or INSTRUCTOR_TAG in metadata.get("tags", ()))


def _cell(cell: Any, space: _Space) -> dict[str, Any]:
    name = str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""))
    source, cut = _shortened(_joined(cell.get("source", "")), MOST_TEXT, space)
    code = cell.get("cell_type") == "code"
    outputs = cell.get("outputs", ()) if code else ()
    return {
        "exercise": exercise_of(name, "solution") or exercise_of(name, "written") or "",
        "code": code,
        "source": source if code else markdown(source),
        "cut": cut,
        "outputs": [shown for output in outputs for shown in _output(output, space)],
    }


def _output(output: Any, space: _Space) -> Iterator[dict[str, Any]]:
    kind = output.get("output_type")
    if kind == "stream":
        yield _text(_joined(output.get("text", "")), space)
    elif kind == "error":
        yield _text(f"{output.get('ename', '')}: {output.get('evalue', '')}", space)
    else:
        yield _rich(output.get("data", {}), space)


def _rich(data: Mapping[str, Any], space: _Space) -> dict[str, Any]:
    """The best form that an output has: a figure, HTML, Markdown or plain text."""
    plain = _joined(data.get("text/plain", ""))
    for kind in (*_RASTER, _SVG):
        if kind in data:
            figure = _figure(kind, _joined(data[kind]), space)
            if figure:
                return figure
    html, text = _joined(data.get("text/html", "")), _joined(data.get("text/markdown", ""))
    cleaned = Markup()
    if html and len(html) <= MOST_HTML:
        cleaned = output_html(conceal(html))
    elif text and len(text) <= MOST_TEXT:
        cleaned = markdown(conceal(text))
    if cleaned and space.take(len(cleaned)):
        return {"html": cleaned}
    return _text(plain, space)


def _figure(kind: str, image: str, space: _Space) -> dict[str, Any] | None:
    """A figure as a data URL, or a sentence if it is too large; None if it is none."""
    space.figures += 1
    if len(image) > MOST_IMAGE or not space.take(len(image)):
        return _left_out(f"Figure {space.figures}, of {len(image) / 1e6:.1f} MB,")
    if kind == _SVG:
        if "<svg" not in image[:1000]:
            return None
        # A browser runs no script of a picture's, and fetches nothing for it.
        image = base64.b64encode(image.encode("utf-8", "replace")).decode()
    else:
        image = "".join(image.split())
        pixels = _pixels(image, _RASTER[kind])
        if not pixels:
            return None
        if pixels > MOST_PIXELS:
            return _left_out(f"Figure {space.figures}, of {pixels / 1e6:.0f} million pixels,")
    return {"image": f"data:{kind};base64,{image}", "number": space.figures}


def _pixels(image: str, kind: str) -> int:
    """How many pixels a picture says it has, without unpacking it; 0 if it is no picture of this kind."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            data = io.BytesIO(base64.b64decode(image, validate=True))
            with Image.open(data, formats=[kind]) as opened:
                return int(opened.width) * int(opened.height)
    except Image.DecompressionBombError:
        return MOST_PIXELS + 1
    except (binascii.Error, ValueError, UnidentifiedImageError, OSError, SyntaxError):
        return 0


def _left_out(what: str) -> dict[str, Any]:
    return {"note": f"{what} was left out here to keep this page small; it is in your own notebook."}


def _text(text: str, space: _Space) -> dict[str, Any]:
    text, cut = _shortened(_UNPRINTABLE.sub("", _COLOURS.sub("", conceal(text))), MOST_TEXT, space)
    return {"text": text, "note": cut}


def _shortened(text: str, most: int, space: _Space) -> tuple[str, str]:
    """`text`, or its beginning and a sentence about the rest."""
    kept = text[: min(most, space.left)]
    space.take(len(kept))
    if len(kept) == len(text):
        return text, ""
    return kept, f"{len(text) - len(kept)} more characters were left out here to keep this page small."


def _joined(text: Any) -> str:
    """A text of a notebook, which may be a list of lines."""
    if isinstance(text, list):
        return "".join(map(str, text))
    return text if isinstance(text, str) else str(text)
