"""Every page of the book as its reader meets it: pictures, accessibility, a phone, the weight. Read once, from disk."""

import gzip
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# Preloading reads all style sheets again, for a rule on turned phones, and looks for parts of them at wrong places.
RUN = """(part) => axe.run(part, {resultTypes: ['violations'], preload: false}).then(({ violations }) =>
  violations.map(v => `${v.id} (${v.impact}): ${v.nodes.map(n => n.html.slice(0, 200)).join(' | ')}`))"""
LABELLED = "() => [...document.querySelectorAll('th math')].every(m => m.hasAttribute('aria-label'))"
UNLOCK = """() => document.querySelectorAll('.widget').forEach(({ view }) => {
  view.answer(String(view.spec.prediction.answer));
  view.details.open = true;
})"""
STILL = "() => document.getAnimations().every(one => one.playState !== 'running')"
"""Colours have stopped to change."""
KILOBYTE = 1024


def pages_of_the_book():
    """The pages of the table of contents."""
    toc = yaml.safe_load((Path(__file__).parents[2] / "_toc.yml").read_text(encoding="utf-8"))
    names = [toc["root"]]
    for part in toc["parts"]:
        for chapter in part["chapters"]:
            names.append(chapter["file"])
            names += [section["file"] for section in chapter.get("sections", [])]
    names.append("genindex")  # no file is behind it
    return [f"{name}.html" for name in names]


@pytest.fixture(scope="module", params=pages_of_the_book())
def reading(request, chromium, site, visiting):
    """A page that was opened from disk, and the addresses of all that it asked for."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    context.set_default_timeout(120_000)
    visit = visiting(context.new_page(), site.as_uri())
    visit.watch()
    visit.asked = []
    visit.page.on("request", lambda request: visit.asked.append(request.url))
    visit.open(request.param)
    visit.page.wait_for_function(LABELLED)
    visit.page.evaluate(AXE)
    yield visit
    context.close()


@pytest.fixture(params=["light", "dark"])
def themed(request, reading):
    """The page in each theme."""
    reading.page.emulate_media(color_scheme=request.param)
    reading.page.wait_for_selector(f"html[data-theme={request.param}]")
    reading.page.wait_for_function(STILL)
    return reading


def test_it_is_light(reading):
    paths = {unquote(urlsplit(url).path) for url in reading.asked if url.startswith("file:")}
    assert len(paths) > 5
    assert sum(len(gzip.compress(Path(path).read_bytes())) for path in paths) <= 600 * KILOBYTE


def test_its_pictures_are_shown_and_described(themed):
    # Those of the other theme are fetched when they are shown.
    pictures = themed.page.locator("article img").evaluate_all(
        """async all => {
          all.forEach(i => { i.loading = 'eager'; });
          await Promise.all(all.map(i => i.decode()));
          return all.map(i => ({
            alt: i.alt, shown: i.checkVisibility(), width: i.naturalWidth, still: !i.closest('.widget')
          }));
        }"""
    )
    assert all(picture["alt"].strip() for picture in pictures)
    assert all(picture["width"] > 0 for picture in pictures)
    # Each drawing is there twice, and one of the two is shown; a widget puts its moving one in their place.
    still = [picture for picture in pictures if picture["still"]]
    assert 2 * sum(picture["shown"] for picture in still) == len(still)
    assert themed.problems == []


def test_no_rule_of_access_is_broken(themed):
    assert themed.page.evaluate(RUN, "html") == []
    assert themed.problems == []


def test_no_rule_is_broken_by_its_widgets_when_answered(themed):
    if themed.page.locator(".widget").count():
        themed.page.evaluate(UNLOCK)
        themed.page.wait_for_timeout(100)
        assert themed.page.evaluate(RUN, ".widget") == []
    assert themed.problems == []


def test_its_formulas_stand(reading):
    assert reading.page.locator("mjx-merror").count() == 0


def test_it_is_no_wider_than_a_small_phone(reading):
    reading.page.set_viewport_size({"width": 340, "height": 900})
    assert reading.page.evaluate("document.documentElement.scrollWidth") <= 340
    assert reading.problems == []
    reading.page.set_viewport_size({"width": 1280, "height": 900})
