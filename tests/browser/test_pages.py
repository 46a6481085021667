"""Feedback and report pages as people open them, from disk: access, light and dark, phone, printer, keyboard."""

import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

NAME = "ch05-bptt-unrolled"
AUTOGRADER = Path(sys.executable).with_name("autograder")
CLASS = ("blaise", "isaac", "leonhard", "rene")
EVE = "<b>eve & co"
PAGES = {
    "a named mistake": f"feedback/blaise/{NAME}/{NAME}.html",
    "figures": f"feedback/leonhard/{NAME}/{NAME}.html",
    "wild outputs": f"feedback/{EVE}/{NAME}/{NAME}.html",
    "report": f"reports/{NAME}.html",
    "course": "reports/index.html",
}
WILD = """
from IPython.display import HTML, SVG, Markdown, display
import subprocess
display(HTML('<table><tr><th></th><th>a</th></tr><tr><th>0</th><td>1</td></tr></table>'
             '<script>document.title = "stolen"</script>'))
display(HTML('<h1 onclick="x()">Big</h1><img src="https://example.org/a.png"><ul><p>x</ul>'
             '<a href="https://example.org"></a>'))
display(HTML('<table>' + '<tr>' + '<td>a long cell of a wide table</td>' * 30 + '</tr></table>'))
display(Markdown('# Head\\n\\n- [ ](https://example.org)\\n\\n$x_1 + x_2$'))
display(SVG('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
            '<script>alert(1)</script><rect width="40" height="20"/></svg>'))
print('w' * 3000)
"""
NOISE = """
import numpy as np, matplotlib.pyplot as plt
plt.figure(figsize=(10, 10), dpi=100); plt.imshow(np.random.default_rng(0).random((1000, 1000, 3))); plt.show()
"""

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RUN = """() => axe.run(document, {resultTypes: ['violations'], preload: false}).then(({ violations }) =>
  violations.map(v => `${v.id} (${v.impact}): ${v.nodes.map(n => n.html.slice(0, 200)).join(' | ')}`))"""


def autograder(course, *arguments):
    done = subprocess.run(
        [AUTOGRADER, "--course", course, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A few of the sample class and a student with outputs of every kind, taken as far as the report."""
    root = tmp_path_factory.mktemp("pages") / "course"
    autograder(root, "init", root, "--sample")
    autograder(root, "release", NAME, "--due", "2026-03-01T12:00:00")
    notebook = nbformat.read(root / "release" / NAME / f"{NAME}.ipynb", 4)
    text = "## Mine\n\n1. *one*\n2. [a](https://example.org)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<b>so</b> $W^\\top$"
    notebook.cells += [new_code_cell(WILD), new_code_cell(NOISE), new_markdown_cell(text)]
    (root / "submitted" / EVE / NAME).mkdir(parents=True)
    nbformat.write(notebook, root / "submitted" / EVE / NAME / f"{NAME}.ipynb")
    for student in CLASS:
        shutil.copytree(root / "inbox" / student, root / "submitted" / student / NAME)
    autograder(root, "grade")
    autograder(root, "feedback")
    autograder(root, "report")
    return root


@pytest.fixture
def opened(chromium, course, visiting):
    """opened(page, theme, width, ...) is a visit to one of the pages, read from disk."""
    contexts = []

    def make(page, theme="light", width=1280, **more):
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, **more)
        context.set_default_timeout(120_000)
        contexts.append(context)
        visit = visiting(context.new_page(), course.as_uri())
        visit.watch()
        visit.page.goto((course / PAGES[page]).as_uri())
        return visit

    yield make
    for context in contexts:
        context.close()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 360)])
def test_no_rule_of_access_is_broken(opened, page, theme, width):
    visit = opened(page, theme, width)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.page.locator("script").count() == (0 if PAGES[page].startswith("feedback") else 1)
    assert visit.problems == []
    visit.page.evaluate(AXE)
    assert visit.page.evaluate(RUN) == []


def test_wild_outputs_are_tame(opened):
    page = opened("wild outputs").page
    assert page.title().endswith(f"feedback for {EVE}")
    rich = page.locator(".rich")
    assert rich.first.locator("td").all_inner_texts() == ["", "1"]
    assert "Big" in rich.nth(1).inner_text()
    assert page.locator("h1").count() == 1
    assert page.locator("img").count() == 1
    assert page.locator("img").evaluate("i => i.decode().then(() => i.naturalWidth)") == 40
    assert page.get_by_text("was left out here to keep this page small").count() == 1
    assert page.locator(".heading").all_inner_texts() == ["Head", "Mine"]
    assert page.get_by_text("<b>so</b>").count() == 1


def test_an_injected_script_does_not_run(opened):
    """Even if something of a student's slipped through, the page's policy stops it."""
    page = opened("wild outputs").page
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title = 1\">')"
    )
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'document.title = 2'}))"
    )
    page.wait_for_timeout(100)
    assert page.title().endswith(f"feedback for {EVE}")


def test_all_is_printed(opened):
    page = opened("figures", "dark").page
    page.locator("details").evaluate("d => { d.open = false; }")
    assert not page.locator("details pre").first.evaluate(
        "e => e.checkVisibility({contentVisibilityAuto: true})"
    )
    page.emulate_media(media="print")
    assert page.locator("details pre").first.evaluate("e => e.checkVisibility() && e.offsetHeight > 0")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_tables_are_sorted_by_keyboard_and_by_click(opened):
    page = opened("report").page
    table = page.get_by_role("group", name="Everybody").locator("table")
    names = table.locator("tbody th")
    before = names.all_inner_texts()
    assert before == sorted(before)
    header = table.locator("thead th").nth(1)
    page.get_by_role("group", name="Everybody").get_by_role("button", name="points", exact=True).focus()
    page.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") == "ascending"
    assert names.all_inner_texts()[-1] == "leonhard"
    page.keyboard.press("Space")
    assert header.get_attribute("aria-sort") == "descending"
    assert names.all_inner_texts()[0] == "leonhard"
    table.get_by_role("button", name="student").click()
    assert header.get_attribute("aria-sort") is None
    assert names.all_inner_texts() == before
    # By the time that a cell stands for, not by its words.
    table.get_by_role("button", name="against the due date").click()
    assert names.all_inner_texts()[0] == "isaac"
    assert names.all_inner_texts()[-1] == EVE  # has no time


def test_without_scripts_the_tables_are_plain(opened):
    page = opened("report", java_script_enabled=False).page
    assert page.get_by_role("button").count() == 0
    assert page.get_by_role("group", name="Everybody").locator("tbody tr").count() == len(CLASS) + 1


def test_every_link_leads_somewhere(opened, course):
    for page in ("report", "course", "a named mistake"):
        found = (
            opened(page)
            .page.locator("a[href]")
            .evaluate_all(
                "all => all.map(a => [a.href, !!a.hash && !document.getElementById(a.hash.slice(1))])"
            )
        )
        assert found
        for address, lost in found:
            assert Path(unquote(urlsplit(address).path)).is_file(), address
            assert not lost, address
    assert (course / "reports" / f"{NAME}.csv").read_bytes().count(b"\r\n") == len(CLASS) + 2
