"""The list of errata is whole: every entry has its fields, and every claim has its test."""

import ast
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
DATA = yaml.safe_load((ROOT / "book" / "errata.yml").read_text(encoding="utf-8"))
ERRATA = DATA["errata"]
KINDS = {"content", "over-claim", "index", "shape", "gap", "wording", "OCR"}
FIELDS = {"id", "source", "items", "place", "kind", "chapters", "stands", "right", "why", "shown", "test"}
LAST_ITEM = {"A": 45, "B": 46, "C": 84, "D": 84, "E": 45}
EVERY_ENTRY = pytest.mark.parametrize("entry", ERRATA, ids=lambda entry: entry["id"])


def names_in(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_ids_are_unique_and_without_a_gap():
    assert [entry["id"] for entry in ERRATA] == [f"E-{number:02d}" for number in range(1, len(ERRATA) + 1)]


@EVERY_ENTRY
def test_every_field_is_there(entry):
    assert set(entry) == FIELDS
    for field in entry.keys() - {"items", "chapters"}:
        assert isinstance(entry[field], str)
        assert entry[field].strip()
    assert entry["source"] in DATA["lectures"]
    assert entry["kind"] in KINDS
    assert entry["chapters"]
    assert entry["chapters"] == sorted(set(entry["chapters"]) & set(range(13)))


@EVERY_ENTRY
def test_items_are_those_of_the_lecture(entry):
    assert entry["items"]
    for item in entry["items"]:
        source, number = item.split("-")
        assert source == entry["source"]
        assert 1 <= int(number) <= LAST_ITEM[source]


@EVERY_ENTRY
def test_the_test_exists_and_is_its_own(entry):
    path, _, name = entry["test"].partition("::")
    assert path == f"tests/solutions/errata/test_lecture_{entry['source'].lower()}.py"
    assert name in names_in(path)
    assert name.startswith(f"test_e{entry['id'].removeprefix('E-')}_")


def test_no_test_is_left_without_an_entry():
    listed = {entry["test"] for entry in ERRATA}
    written = {
        f"tests/solutions/errata/{path.name}::{name}"
        for path in Path(__file__).parent.glob("test_lecture_*.py")
        for name in names_in(path.relative_to(ROOT))
        if re.match(r"test_e\d\d_", name)
    }
    assert written == listed


@EVERY_ENTRY
def test_mathematics_is_closed_and_prose_ends(entry):
    for field in ("place", "stands", "right", "why", "shown"):
        text = entry[field]
        assert text.count("$") % 2 == 0
        assert text.count("{") == text.count("}")
        assert field == "place" or text[-1] in ".$`"
