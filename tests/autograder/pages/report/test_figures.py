"""Pictures stay in their frame, say what they show, and escape what they are given."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.pages.report.figures import boxes, histogram, line, parts, rows
from autograder.pages.report.numbers import Spread

EVIL = '"><script>alert(1)</script>'


def inside(picture):
    """The parsed picture, after a look whether all bars lie in it."""
    tree = ET.fromstring(str(picture))  # noqa: S314  (ours)
    _, _, width, height = map(float, tree.get("viewBox").split())
    for bar in tree.iter("rect"):
        x, y, w, h = (float(bar.get(name)) for name in ("x", "y", "width", "height"))
        assert 0 <= x <= x + w <= width + 0.1
        assert 0 <= y <= y + h <= height + 0.1
    return tree


@given(st.lists(st.integers(0, 10_000), max_size=12))
def test_bars_stay_in_their_frame(counts):
    labels = [f"label {number}" for number in range(len(counts))]
    for draw in (histogram, rows):
        tree = inside(draw(labels, counts, "Said"))
        assert tree.get("role") == "img"
        assert len(list(tree.iter("rect"))) == len(counts)
        assert all(
            f"{label}: {count}" in tree.get("aria-label") for label, count in zip(labels, counts, strict=True)
        )


@given(st.lists(st.tuples(st.text("abc", max_size=30), *3 * [st.integers(0, 500)]), max_size=6))
def test_parts_stay_in_their_frame(found):
    tree = inside(parts(found, "Said"))
    assert len(list(tree.iter("rect"))) == 3 * len(found)


@given(st.lists(st.floats(0, 1), min_size=1))
def test_boxes_stay_in_their_frame(shares):
    spread = Spread.of(shares)
    tree = inside(boxes([("one", spread), ("two", spread)], "Said"))
    assert f"median {100 * spread.median:.0f} per cent" in tree.get("aria-label")


@pytest.mark.parametrize(
    "picture",
    [
        histogram([EVIL], [1], EVIL), rows([EVIL], [1], EVIL), parts([(EVIL, 1, 0, 0)], EVIL),
        boxes([(EVIL, Spread.of([1.0]))], EVIL),
    ],
)  # fmt: skip
def test_texts_are_escaped(picture):
    assert "<script" not in picture
    inside(picture)


def test_a_line_leaves_out_what_is_missing():
    tree = ET.fromstring(str(line([1.0, None, 0.0])))  # noqa: S314  (ours)
    assert tree.get("aria-hidden") == "true"
    assert [(dot.get("cx"), dot.get("cy")) for dot in tree.iter("circle")] == [
        ("4.0", "4.0"),
        ("84.0", "20.0"),
    ]
    assert not re.search("circle", str(line([])))
