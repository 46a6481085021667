"""The widgets in the pages of the book: what they weigh, and that they move."""

import gzip
import re

import pytest

KILOBYTE = 1024


@pytest.fixture(scope="module")
def chapters(site):
    found = sorted(path.relative_to(site).as_posix() for path in site.glob("book/*.html"))
    assert "book/05-bptt-unrolled.html" in found
    return found


def test_the_widgets_of_a_page_are_light(site, chapters):
    for path in chapters:
        page = (site / path).read_text(encoding="utf-8")
        scripts = re.findall(r'src="\.\./_static/widgets/([\w.-]+\.js)', page)
        assert sum(packed(site / "_static" / "widgets" / name) for name in scripts) <= 30 * KILOBYTE, path


def packed(path):
    return len(gzip.compress(path.read_bytes()))


def test_a_page_without_a_widget_loads_no_script_of_widgets(site):
    page = (site / "book" / "bibliography.html").read_text(encoding="utf-8")
    assert "_static/widgets/" not in page
    assert "_static/widgets/delta-back.js" in (site / "book" / "05-bptt-unrolled.html").read_text(
        encoding="utf-8"
    )


def test_a_widget_in_its_chapter(visit):
    tour = visit()
    tour.open("book/05-bptt-unrolled.html#delta-back?mapping=SISO&w_h=0.5&T=20")
    widget = tour.page.locator("tt-delta-back")
    assert widget.locator("img").first.is_visible() is False
    widget.locator("input[value='1/30']").check()
    widget.get_by_role("button", name="Show").click()
    assert "SISO, w = 0.5, T = 20" in widget.locator(".tt-words").inner_text()
    assert "1.24 × 10⁻⁷" in widget.locator(".tt-words").inner_text()
    for theme in ("light", "dark"):
        tour.page.emulate_media(color_scheme=theme)
        tour.page.wait_for_selector(f"html[data-theme={theme}]")
        assert widget.locator("svg").first.is_visible()
    assert tour.problems == []
