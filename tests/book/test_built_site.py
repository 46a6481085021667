"""The built site, read as files: whole, light, and without anything that a student should not see."""

import html
import json
import re
from itertools import pairwise

import pytest

SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
LINK = re.compile(r'<(\w+)\b[^>]*?\s(?:src|href|srcset|data|poster)="([^"]*)"')
MEGABYTE = 2**20


@pytest.fixture(scope="module")
def pages(site):
    """Text of every page by its path in the site."""
    return {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in site.rglob("*.html")
    }


def words(text):
    """`text` without tags, spaces and line breaks."""
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", text)))


def strings(value):
    """All texts in a value read from JSON, in order: a notebook keeps each line of a cell by itself."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def test_the_first_page_leads_to_the_book(pages):
    assert "url=book/index.html" in pages["index.html"]


def test_no_solution_is_in_any_file_of_the_site(root, site):
    solutions = [
        words(solution)
        for path in root.glob("solutions/assignments/*.md")
        for solution in SOLUTION.findall(path.read_text(encoding="utf-8"))
    ]
    assert solutions
    for path in site.rglob("*"):
        if path.suffix in {".html", ".ipynb", ".js", ".md", ".txt", ".inv"}:
            text = path.read_text(encoding="utf-8", errors="replace")
            # One page shows instructors how an assignment of their own is written.
            assert "BEGIN SOLUTION" not in text or path.name == "guide-own-exercises.html", path
            flat = words("".join(strings(json.loads(text))) if path.suffix == ".ipynb" else text)
            for solution in solutions:
                assert solution not in flat, path


def test_only_links_that_are_clicked_lead_off_the_machine(pages):
    for name, page in pages.items():
        for tag, address in LINK.findall(page):
            if tag != "a":
                assert "//" not in address, f"{name}: {tag} {address}"


def test_every_link_within_the_site_leads_somewhere(site, pages):
    anchors = {
        name: {html.unescape(found) for found in re.findall(r'\bid="([^"]+)"', page)}
        for name, page in pages.items()
    }
    for name, page in pages.items():
        for _tag, address in LINK.findall(page):
            if re.match(r"[a-z]+:", address) or not address:
                continue
            path, _, anchor = html.unescape(address).partition("#")
            path = path.partition("?")[0]
            target = (site / name).parent / path if path else site / name
            assert target.exists(), f"{name}: {address}"
            key = target.resolve().relative_to(site.resolve()).as_posix()
            if anchor and key in anchors:
                assert anchor in anchors[key], f"{name}: {address}"


def test_the_sections_of_chapter_five_can_be_linked_to(pages):
    for number in range(1, 10):
        assert f'id="sec-5-{number}"' in pages["book/05-bptt-unrolled.html"]


def test_equations_and_figures_are_numbered_in_order(pages):
    page = pages["book/05-bptt-unrolled.html"]
    equations = [int(number) for number in re.findall(r'class="eqno">\(5\.(\d+)\)', page)]
    figures = [int(number) for number in re.findall(r'class="caption-number">Figure 5\.(\d+)', page)]
    for numbers in (equations, figures):
        assert numbers[0] == 1
        assert all(after == before + 1 for before, after in pairwise(numbers))
    assert len(equations) == 24
    assert len(figures) == 8


def test_the_front_page_lists_every_chapter(pages, chapters):
    page = pages["book/index.html"]
    assert sorted(chapters) == list(range(13))
    for number in chapters:
        assert page.count(f"<td><p><strong>{number}</strong></p></td>") == 1


def test_the_site_is_light(root, site, chapters):
    files = [path for path in site.rglob("*") if path.is_file()]
    # The theme and MathJax weigh the same whatever the book holds; each chapter brings its drawings, twice; a guide
    # has words only.
    guides = len(list(root.glob("book/guide-*.md")))
    allowed = (3 + 0.75 * len(chapters) + 0.05 * guides) * MEGABYTE
    assert sum(path.stat().st_size for path in files) < allowed
    assert not [path for path in files if path.suffix in {".map", ".ttf"}]


def test_a_page_s_own_weight_is_that_of_its_words_and_code(pages):
    assert max(len(page) for page in pages.values()) < MEGABYTE / 4
