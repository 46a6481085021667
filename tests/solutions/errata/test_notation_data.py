"""The notation map has a cell for every lecture, and its letters are the book's."""

from pathlib import Path

import pytest
import yaml

DATA = yaml.safe_load((Path(__file__).parents[3] / "book" / "notation.yml").read_text(encoding="utf-8"))
LECTURES = ["A", "B", "C", "D", "E"]
EVERY_ROW = pytest.mark.parametrize("row", DATA["quantities"], ids=lambda row: row["quantity"])


def test_the_lectures_are_those_of_the_errata():
    errata = yaml.safe_load((Path(__file__).parents[3] / "book" / "errata.yml").read_text(encoding="utf-8"))
    assert list(DATA["lectures"]) == list(errata["lectures"]) == LECTURES


@EVERY_ROW
def test_a_row_has_a_cell_for_everyone(row):
    assert set(row) == {"quantity", "shape", "book", *LECTURES}
    for cell in row.values():
        assert isinstance(cell, str)
        assert cell.strip()
        assert cell.count("$") % 2 == 0
        assert cell.count("{") == cell.count("}")
    assert row["book"] != "–"
    assert any(row[lecture] != "–" for lecture in LECTURES)


def test_no_quantity_stands_twice():
    names = [row["quantity"] for row in DATA["quantities"]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "letter",
    [
        "x_t",
        "z_t",
        "h_t",
        "o_t",
        "y_t",
        r"\tau_t",
        "E_t",
        "h_0",
        "U",
        "W",
        "V",
        "b",
        "c",
        r"\delta_t",
        r"\epsilon_t",
        r"\eta",
        "T",
        "n",
        "d",
        "k",
    ],
)
def test_every_letter_of_the_book_has_its_row(letter):
    assert any(f"${letter}" in row["book"] or f"{letter}$" in row["book"] for row in DATA["quantities"])


@pytest.mark.parametrize("clash", DATA["clashes"], ids=lambda clash: clash["letter"])
def test_a_clash_says_who_means_what(clash):
    assert set(clash) == {"letter", "meanings"}
    assert clash["meanings"]
    assert set(clash["meanings"]) <= {"book", *LECTURES}
    assert all(isinstance(meaning, str) for meaning in clash["meanings"].values())
