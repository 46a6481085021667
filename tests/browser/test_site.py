"""The built site in a real browser: from disk and from a server, light and dark, wide and narrow."""

import json

import pytest

CHAPTER = "book/05-bptt-unrolled.html"
EXERCISES = "book/exercises/ch05-bptt-unrolled.html"


@pytest.mark.parametrize(("origin", "theme"), [("disk", "light"), ("disk", "dark"), ("server", "light")])
def test_a_walk_by_clicks_from_the_first_page_to_the_exercises(visit, origin, theme):
    walk = visit(origin, theme)
    page = walk.page
    page.goto(f"{walk.start}/index.html")
    page.wait_for_url("**/book/index.html")
    walk.settle()
    assert page.locator("h1").first.inner_text().startswith("Through Time")
    page.locator("article").get_by_role("link", name="Backpropagation through time by unrolling").click()
    page.wait_for_url(f"**/{CHAPTER}")
    walk.settle()
    assert page.locator("mjx-container").count() > 100
    assert page.locator("mjx-merror").count() == 0
    page.locator("article").get_by_role("link", name="exercises", exact=True).click()
    page.wait_for_url(f"**/{EXERCISES}")
    walk.settle()
    assert page.locator("mjx-container").count() > 0
    assert page.locator("mjx-merror").count() == 0
    assert page.locator("article h2").count() == 9
    assert walk.problems == []


def test_folded_code_and_answers_open_by_mouse_and_by_keyboard(visit):
    tour = visit()
    tour.open(CHAPTER)
    folds = tour.page.locator("details.numpy")
    assert folds.count() == 24
    first, second = folds.nth(0), folds.nth(1)
    assert not first.locator("pre").is_visible()
    first.locator("summary").click()
    assert first.locator("pre").is_visible()
    assert "def rnn_step" in first.inner_text()
    second.locator("summary").focus()
    tour.page.keyboard.press("Enter")
    assert second.locator("pre").is_visible()
    tour.page.keyboard.press("Enter")
    assert not second.locator("pre").is_visible()
    answer = tour.page.locator("details.sd-dropdown").first
    assert not answer.locator(".sd-card-body").is_visible()
    answer.locator("summary").focus()
    tour.page.keyboard.press("Enter")
    assert answer.locator(".sd-card-body").is_visible()
    assert tour.problems == []


def test_text_and_code_stand_out_in_both_themes(visit):
    tour = visit()
    tour.open(CHAPTER)
    for theme in ("light", "dark"):
        tour.page.emulate_media(color_scheme=theme)
        tour.page.wait_for_selector(f"html[data-theme={theme}]")
        for selector in SHOWN:
            text, ground = tour.page.locator(selector).first.evaluate(COLOURS)
            assert contrast(text, ground) >= 4.5, f"{selector} in {theme}"
    assert tour.problems == []


def test_pictures_follow_the_theme_button_and_paper_is_light(visit):
    tour = visit()
    tour.open("book/index.html")
    theme = "() => document.documentElement.dataset.theme"
    button = tour.page.locator("button.theme-switch-button:visible")
    for _ in range(3):
        button.click()
        shown = tour.page.evaluate(theme)
        other = {"light": "dark", "dark": "light"}[shown]
        assert tour.page.locator(f"img.only-{shown}").first.is_visible()
        assert not tour.page.locator(f"img.only-{other}").first.is_visible()
        tour.page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
        assert tour.page.evaluate(theme) == "light"
        tour.page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
        assert tour.page.evaluate(theme) == shown
    assert tour.problems == []


@pytest.mark.parametrize("origin", ["disk", "server"])
def test_the_search_finds_the_chapter(visit, origin):
    tour = visit(origin)
    tour.open("book/index.html")
    tour.page.keyboard.press("Control+k")
    tour.page.locator("#pst-search-dialog input").fill("unrolling")
    tour.page.keyboard.press("Enter")
    tour.page.wait_for_url("**/search.html?q=unrolling")
    found = tour.page.locator("#search-results li a", has_text="5 Backpropagation through time by unrolling")
    found.first.wait_for()
    found.first.click()
    tour.page.wait_for_url("**/05-bptt-unrolled.html*")
    assert tour.problems == []


def test_links_from_feedback_arrive_at_their_sections(visit):
    tour = visit()
    tour.open(CHAPTER)
    for number in range(9, 0, -1):
        assert tour.page.locator(f"#sec-5-{number}").count() == 1
        tour.page.evaluate(f"() => {{ location.hash = 'sec-5-{number}'; }}")
        heading = tour.page.locator(f"article h2:has-text('5.{number} ')").element_handle()
        tour.page.wait_for_function(NEAR_THE_TOP, arg=heading)
    assert tour.problems == []


def test_the_exercise_page_hands_out_the_released_notebook(visit, tmp_path):
    tour = visit("server")
    tour.open(EXERCISES)
    with tour.page.expect_download() as download:
        tour.page.locator("article a.download").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "ch05-bptt-unrolled.ipynb"
    text = path.read_text(encoding="utf-8")
    assert json.loads(text)["nbformat"] == 4
    assert "YOUR CODE HERE" in text
    assert "BEGIN SOLUTION" not in text


def test_without_scripts_the_words_and_one_picture_of_each_pair_are_there(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.as_uri()}/{CHAPTER}")
    assert page.locator("img.only-light").first.is_visible()
    assert not page.locator("img.only-dark").first.is_visible()
    assert page.locator("article h2").count() >= 9
    context.close()


NEAR_THE_TOP = "heading => Math.abs(heading.getBoundingClientRect().top) < 200"

SHOWN = (
    "article p",
    "article td",
    "article figcaption",
    ".new",
    "details.numpy summary",
    ".admonition.lectures li",
    "div.cell_input pre",
    "div.cell_output pre",
)

COLOURS = """element => {
  const parse = colour => colour.match(/[\\d.]+/g).map(Number);
  let node = element, ground = [255, 255, 255, 0];
  while (node && (ground[3] ?? 1) === 0) {
    ground = parse(getComputedStyle(node).backgroundColor);
    node = node.parentElement;
  }
  return [parse(getComputedStyle(element).color), ground];
}"""


def contrast(one, other):
    """The ratio that the accessibility guidelines define, for two colours of numbers 0 to 255."""

    def luminance(colour):
        channels = [c / 255 for c in colour[:3]]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
