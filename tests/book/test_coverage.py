"""Every item of the lectures that a chapter claims to teach has a section there."""

import re

import pytest
import yaml

ITEMS = {"A": 45, "B": 46, "C": 84, "D": 84, "E": 45}
"""How many items each lecture has."""


@pytest.fixture(scope="module")
def coverage(root):
    return yaml.safe_load((root / "book" / "coverage.yml").read_text(encoding="utf-8"))


def test_items_are_items_of_a_lecture(coverage):
    for page, items in coverage.items():
        for item in items:
            lecture, _, number = item.partition("-")
            assert re.fullmatch(r"[A-E]-\d\d", item), f"{page}: {item}"
            assert 1 <= int(number) <= ITEMS[lecture], f"{page}: {item}"


def test_anchors_stand_in_the_chapter(coverage, root):
    for page, items in coverage.items():
        text = (root / "book" / f"{page}.md").read_text(encoding="utf-8")
        anchors = set(re.findall(r"^\(([\w-]+)\)=$", text, re.MULTILINE))
        missing = {item: anchor for item, anchor in items.items() if anchor not in anchors}
        assert not missing, f"{page}: no such anchors: {missing}"


def test_no_item_is_listed_twice_in_a_chapter(root):
    lines = (root / "book" / "coverage.yml").read_text(encoding="utf-8").splitlines()
    seen, page = set(), ""
    for line in lines:
        if re.match(r"^[\w-]+:$", line):
            page = line
        found = re.match(r"^  ([A-E]-\d\d):", line)
        if found:
            assert (page, found.group(1)) not in seen, f"{page} {found.group(1)}"
            seen.add((page, found.group(1)))
