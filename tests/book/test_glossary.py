"""The glossary and the index: each word once, with a place, and linked from the chapters."""

import re
from html import unescape

import pytest
from book_extensions import glossary
from book_extensions.appendices import load

TERM = re.compile(r"\{term\}`(?:[^`<]*<)?([^`>]+)>?`")


@pytest.fixture(scope="module")
def terms():
    return load(glossary.DATA)["terms"]


@pytest.fixture(scope="module")
def words(terms):
    """All words that can be linked."""
    return [word for entry in terms for word in (entry["term"], *entry.get("also", ()))]


def test_each_word_stands_once(words):
    assert len({word.casefold() for word in words}) == len(words)


def test_terms_are_in_order_and_have_a_sentence(terms):
    names = [entry["term"] for entry in terms]
    assert names == sorted(names, key=str.casefold)
    for entry in terms:
        assert set(entry) <= {"term", "also", "text", "where", "more"}
        assert 25 <= len(glossary.flat(entry["text"])) <= 220, entry["term"]
        assert entry["text"].rstrip()[-1] == ".", entry["term"]
        assert entry["text"].count("$") % 2 == 0


def test_places_are_sections_of_chapters_that_are_written(terms, chapters):
    anchors = glossary.anchors()
    for entry in terms:
        for place in (entry["where"], *entry.get("more", ())):
            assert re.fullmatch(r"sec-\d{1,2}-\d", place)
            assert place in anchors or int(place.split("-")[1]) not in chapters, (entry["term"], place)


def test_the_word_is_used_where_it_is_introduced(terms, chapters):
    for entry in terms:
        chapter = chapters.get(int(entry["where"].split("-")[1]))
        if chapter is not None:
            # "saturation" is introduced by "saturated", "unrolling" by "unrolled".
            stems = [word[: max(6, len(word) - 4)] for word in (entry["term"], *entry.get("also", ()))]
            assert any(stem.casefold() in chapter.casefold() for stem in stems), entry["term"]


def test_links_lead_to_words_of_the_glossary(root, words):
    known = {word.casefold() for word in words}
    for path in root.glob("book/*.md"):
        for target in TERM.findall(path.read_text(encoding="utf-8")):
            assert target.casefold() in known, f"{path.name}: there is no {target!r} in book/glossary.yml"


def test_every_chapter_links_to_the_glossary(chapters):
    missing = [number for number, text in chapters.items() if not TERM.search(text)]
    assert not missing, f"chapters that link no word to the glossary: {missing}"


def test_every_chapter_leads_to_the_back_matter(chapters):
    for number, text in chapters.items():
        for link in (
            "{doc}`glossary <glossary>`",
            "{ref}`index <genindex>`",
            "<notation>`",
            "<errata>`",
            "{cite:t}`",
        ):
            assert link in text, f"chapter {number} has no {link}"


def test_a_word_is_linked_once_in_a_chapter(chapters):
    for number, text in chapters.items():
        targets = [target.casefold() for target in TERM.findall(text)]
        assert len(targets) == len(set(targets)), f"chapter {number}"


def test_a_definition_lists_its_words_and_links_its_section_if_that_is_written():
    entry = {"term": "gate", "also": ["valve"], "text": "Lets\nthrough.", "where": "sec-10-1"}
    assert list(glossary.definition(entry, frozenset({"sec-10-1"}))) == [
        "gate",
        "valve",
        "  Lets through. {ref}`Section 10.1 <sec-10-1>`.",
        "",
    ]
    assert list(glossary.definition(entry, frozenset()))[2] == "  Lets through."


def test_sections_of_the_index(terms):
    sections = glossary.by_section({"terms": terms})
    assert "forget gate" in sections["sec-10-2"]
    assert "forget gate" in sections["sec-10-6"]
    assert all(sections.values())


def test_the_built_glossary_explains_every_word(site, words):
    page = unescape((site / "book" / "glossary.html").read_text(encoding="utf-8"))
    for word in words:
        assert f'id="term-{word.replace(" ", "-")}"'.casefold() in page.casefold() or f">{word}<" in page


def test_the_built_index_leads_to_every_place(site, terms, chapters):
    page = (site / "genindex.html").read_text(encoding="utf-8")
    for entry in terms:
        for place in (entry["where"], *entry.get("more", ())):
            if int(place.split("-")[1]) in chapters:
                assert f'#{place}">section {glossary.number(place)}</a>' in page, entry["term"]


def test_contents_of_every_page_end_with_the_index(site):
    for path in (site / "book" / "index.html", site / "book" / "05-bptt-unrolled.html"):
        assert 'href="../genindex.html"' in path.read_text(encoding="utf-8")
