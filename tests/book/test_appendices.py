"""The appendices are made from data, and hold all of it."""

import pytest
import yaml
from book_extensions.appendices import FOLDER, erratum, load


@pytest.fixture(scope="module")
def errata():
    return load("errata.yml")["errata"]


def test_an_erratum_has_what_stands_and_what_is_right(errata):
    for entry in errata:
        text = "\n".join(erratum(entry))
        assert text.startswith(f"**{entry['id']}.** Lecture {entry['source']}, ")
        assert "- *There stands:* " in text
        assert "- *Right is:* " in text


def test_no_field_breaks_its_list_item(errata):
    for entry in errata:
        lines = list(erratum(entry))
        assert all("\n" not in line for line in lines)
        assert sum(line.startswith("- ") for line in lines) == 4 - sum(
            not entry.get(key) for key in ("stands", "right", "why", "shown")
        )


def test_the_page_of_errata_has_every_lecture_once():
    text = (FOLDER / "errata.md").read_text(encoding="utf-8")
    for letter in yaml.safe_load((FOLDER / "errata.yml").read_text(encoding="utf-8"))["lectures"]:
        assert text.count(f"```{{errata}} {letter}\n") == 1


def test_the_built_page_has_every_erratum(site, errata):
    page = (site / "book" / "errata.html").read_text(encoding="utf-8")
    for entry in errata:
        assert f"<strong>{entry['id']}.</strong>" in page


def test_the_built_map_has_every_quantity(site):
    page = (site / "book" / "notation.html").read_text(encoding="utf-8")
    rows = load("notation.yml")["quantities"]
    assert page.count("<tr ") == len(rows) + 1
