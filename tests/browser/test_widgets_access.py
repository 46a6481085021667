"""The pages by the rules of axe-core, and the weight of their widgets."""

import gzip
import re
from importlib.resources import files

import pytest

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RUN = """() => axe.run(document, {resultTypes: ['violations']}).then(({ violations }) =>
  violations.map(v => `${v.id} (${v.impact}): ${v.nodes.map(n => n.html.slice(0, 200)).join(' | ')}`))"""
UNLOCK = """() => document.querySelectorAll('.widget').forEach(({ view }) => {
  view.answer(String(view.spec.prediction.answer));
  view.details.open = true;
})"""
LABELLED = "() => [...document.querySelectorAll('th math')].every(m => m.hasAttribute('aria-label'))"
KILOBYTE = 1024


@pytest.fixture(scope="module")
def chapters(site):
    found = sorted(path.relative_to(site).as_posix() for path in site.glob("book/*.html"))
    assert "book/05-bptt-unrolled.html" in found
    return found


def violations(page):
    page.evaluate(AXE)
    return page.evaluate(RUN)


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_of_the_book_breaks_a_rule(visit, chapters, theme):
    tour = visit("server", theme)  # axe reads the style sheets by itself, which a page from disk may not
    for path in chapters:
        tour.open(path)
        tour.page.wait_for_function(LABELLED)
        assert violations(tour.page) == [], f"{path} in {theme}"
        if tour.page.locator(".widget").count():
            tour.page.evaluate(UNLOCK)
            tour.page.wait_for_timeout(100)
            assert violations(tour.page) == [], f"{path} in {theme}, answered"
    assert tour.problems == []


def test_the_widgets_of_a_page_are_light(site, chapters):
    for path in chapters:
        page = (site / path).read_text(encoding="utf-8")
        scripts = re.findall(r'src="\.\./_static/widgets/([\w.-]+\.js)', page)
        assert sum(packed(site / "_static" / "widgets" / name) for name in scripts) <= 30 * KILOBYTE, path


def test_a_chapter_with_all_that_it_loads_is_light(visit, chapters):
    tour = visit("server")
    for path in chapters:
        loaded = []
        tour.page.on("response", loaded.append)
        tour.open(path)
        tour.page.remove_listener("response", loaded.append)
        assert sum(len(gzip.compress(one.body())) for one in loaded) <= 600 * KILOBYTE, path


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
