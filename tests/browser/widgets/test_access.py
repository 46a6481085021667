"""All widgets by the rules of axe-core: before and after the answer, light, dark and narrow."""

from importlib.resources import files

import pytest

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RUN = """() => axe.run(document, {resultTypes: ['violations']}).then(({ violations }) =>
  violations.map(v => `${v.id} (${v.impact}): ${v.nodes.map(n => n.html.slice(0, 200)).join(' | ')}`))"""
UNLOCK = """() => document.querySelectorAll('.widget').forEach(({ view }) => {
  view.answer(String(view.spec.prediction.answer));
  view.details.open = true;
})"""


@pytest.mark.slow
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 1280), ("light", 320)])
def test_no_widget_breaks_a_rule(visit, theme, width):
    tour = visit(
        "server", width=width
    )  # axe reads the style sheets by itself, which a page from disk may not
    tour.open("all.html")
    tour.page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    tour.page.evaluate(AXE)
    assert tour.page.evaluate(RUN) == []
    tour.page.evaluate(UNLOCK)
    tour.page.wait_for_timeout(1000)
    assert tour.page.evaluate(RUN) == []
    assert tour.problems == []
