"""The dictionaries, the letters that clash, and the slips by chapter: all of the data, and nothing else."""

import pytest
from book_extensions.appendices import load
from book_extensions.reading_aids import NOTHING, Clashes, Slips, dictionary, grouped


@pytest.fixture(scope="module")
def notation():
    return load("notation.yml")


@pytest.fixture(scope="module")
def errata():
    return load("errata.yml")


@pytest.mark.parametrize("lecture", "ABCDE")
def test_a_dictionary_has_a_row_for_each_quantity_that_the_lecture_uses(notation, lecture):
    head, rule, *rows = dictionary(notation, lecture)
    used = [row for row in notation["quantities"] if row[lecture] != NOTHING]
    assert head.startswith(f"| lecture {lecture} writes | this book writes |")
    assert rule == "|---|---|---|"
    assert len(rows) == len(used) > 15
    for row, quantity in zip(rows, used, strict=True):
        assert quantity["quantity"] in row


def test_an_unknown_lecture_has_no_dictionary(notation):
    assert not list(dictionary(notation, "F"))


def test_letters_that_clash_are_all_there(notation):
    directive = Clashes.__new__(Clashes)
    _head, _rule, *rows = directive.lines(notation)
    assert len(rows) == len(notation["clashes"])
    for row, entry in zip(rows, notation["clashes"], strict=True):
        assert row.startswith(f"| {entry['letter']} |")
        assert entry["meanings"].get("book", NOTHING) in row


def test_lectures_that_mean_the_same_stand_together():
    assert list(grouped({"A": "the step", "B": "a bias", "C": "the step", "D": "the step"})) == [
        "**A, C and D**: the step",
        "**B**: a bias",
    ]


def test_every_slip_stands_in_each_of_its_chapters(errata):
    directive = Slips.__new__(Slips)
    text = "\n".join(directive.lines(errata))
    parts = {
        int(part.partition(":")[0]): part for part in text.split("::::{dropdown} Chapter ") if part.strip()
    }
    for entry in errata["errata"]:
        for chapter in entry["chapters"]:
            assert f"({entry['id']})" in parts[chapter]
    for chapter, part in parts.items():
        count = sum(chapter in entry["chapters"] for entry in errata["errata"])
        assert part.startswith(f"{chapter}: {count} slip")
        assert part.count("- **Lecture ") == part.count("*Right is:*") == count
