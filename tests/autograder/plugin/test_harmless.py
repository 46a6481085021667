"""Nothing that a student writes or puts out acts in nbgrader's pages, which have the instructor's rights."""

from html.parser import HTMLParser

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from autograder.plugin import configure
from autograder.plugin.harmless import clean_html, markdown_html, without_macros
from autograder.show import as_html
from autograder.verdict import ExerciseVerdict, PartVerdict

EVIL = """<script>harm()</script><img src=x onerror=harm()><a href='javascript:harm()'>a</a><svg onload=harm()></svg>
<a href=' DATA:text/html,<script>harm()</script>'>b</a><img src="/logout"><img src="https://example.org/seen.png">
<p id="nav" class="btn full-credit" style="position: fixed" onclick="harm()">p</p><iframe src="/hub"></iframe>
<form action="/formgrader/api"><input autofocus onfocus=harm()><button>x</button></form>
<base href="https://example.org">
<noscript><p title="</noscript><img src=x onerror=harm()>"><math><mtext><table><mglyph><style>
<img src=x onerror=harm()>"""
CODE = "```mermaid\n</pre><script>harm()</script>\n```"
LINKS = "[l](javascript:harm()) ![i](https://example.org/seen.png) <javascript:harm()>"
FORMULA = "$\\href{javascript:harm()}{x}$ and $\\style{position: fixed}{y}$"
GRADED = {
    "schema_version": 3, "grade_id": "w", "grade": True, "solution": True, "locked": False, "task": False, "points": 4,
}  # fmt: skip
DATA = {
    "text/html": EVIL, "text/markdown": "\n\n".join([EVIL, CODE, LINKS, FORMULA]), "text/latex": FORMULA,
    "image/svg+xml": EVIL, "image/png": 'AA=="onerror=harm() x="', "image/jpeg": "AA==", "text/plain": EVIL,
    "application/javascript": "harm()", "application/vnd.jupyter.widget-view+json": {"model_id": "</script>" + EVIL},
}  # fmt: skip
METADATA = {
    "image/jpeg": {"width": "1 onerror=harm()", "height": 7, "alt": '"><script>harm()</script>'},
    "text/html": {"isolated": True}, "image/png": {"filenames": {"image/png": "x"}}, "filenames": ["image/png"],
}  # fmt: skip


def hostile():
    outputs = [
        new_output("display_data", data={kind: data}, metadata=told)
        for kind, data in DATA.items()
        for told in ({}, METADATA)
    ]
    outputs += [
        new_output("stream", text=EVIL),
        new_output("error", ename=EVIL, evalue=EVIL, traceback=[EVIL]),
    ]
    text = "\n\n".join([EVIL, CODE, LINKS, FORMULA])
    return new_notebook(
        cells=[
            new_markdown_cell(text),
            new_markdown_cell(text, metadata={"nbgrader": GRADED}),
            new_raw_cell(EVIL),
            new_code_cell(EVIL, outputs=outputs),
        ]
    )


def shown(notebook, config):
    """Formgrader's page of a notebook."""
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    names = ("notebook_id", "assignment_id", "submission_id", "student", "last_name", "first_name")
    resources = {**dict.fromkeys(names, "x"), "notebook_path": "x", "base_url": "", "index": 0, "total": 1}
    return HTMLExporter(config=config).from_notebook_node(notebook, resources=resources)[0]


TAGS = {
    "script", "style", "iframe", "object", "embed", "form", "base", "link", "meta", "svg", "math",
}  # fmt: skip
ACTING = {"style", "action", "formaction", "srcdoc"}


class Acting(HTMLParser):
    """Collects what acts or asks for an address in a page."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        names = [
            name
            for name in known
            if name.startswith("on") or name in ("style", "action", "formaction", "srcdoc")
        ]
        if (
            tag
            in ("script", "style", "iframe", "object", "embed", "form", "base", "link", "meta", "svg", "math")
            or names
        ):
            self.found.append((tag, tuple(names)))
        for name in ("href", "src"):
            value = (known.get(name) or "").strip().lower()
            if value and not value.startswith(("http://", "https://", "mailto:", "#", "data:image/")):
                self.found.append((tag, value[:40]))
            if name == "src" and value.startswith("http"):
                self.found.append((tag, value[:40]))
        if known.get("id") == "nav" or (
            "full-credit" in (known.get("class") or "").split() and tag != "button"
        ):
            self.found.append((tag, "looks like the page's own"))


@pytest.fixture
def ours():
    config = Config()
    configure(config)
    return config


@pytest.mark.filterwarnings("ignore:Your element with mimetype")
def test_a_hostile_notebook_adds_nothing_that_acts(ours):
    harmless = new_notebook(cells=[new_markdown_cell("x", metadata={"nbgrader": GRADED})])
    assert Acting(shown(hostile(), ours)).found == Acting(shown(harmless, ours)).found


@pytest.mark.filterwarnings("ignore:Your element with mimetype")
def test_as_nbgrader_comes_it_would_act():
    found = Acting(shown(hostile(), Config())).found
    assert sum(tag == "script" for tag, _ in found) > 5


def test_verdicts_figures_and_formulas_look_as_they_are(ours):
    verdict = ExerciseVerdict("1.1", "Twice & more", (PartVerdict("dU", 2, 1.0),), ("Look at `dU`.",))
    html = as_html(verdict)
    assert clean_html(html).replace("<tbody>", "").replace("</tbody>", "") == html
    book = new_notebook(
        cells=[
            new_markdown_cell("## So\n\n$a < b$, `x`\n\n| a |\n|---|\n| 1 |"),
            new_code_cell(
                "def f(x): return x", outputs=[new_output("display_data", data={"image/png": "AAAA"})]
            ),
        ]
    )
    page = shown(book, ours)
    assert "<h2>So</h2>" in page
    assert "$a &lt; b$" in page
    assert "<td>1</td>" in page
    assert "data:image/png;base64,AAAA" in page
    assert '<span class="k">def</span>' in page


@pytest.mark.parametrize(
    "macro", ["href", "url", "style", "class", "cssId", "bbox", "mmlToken", "require", "htmlData"]
)
def test_formulas_set_no_links_and_styles(macro):
    assert without_macros(f"$\\{macro}{{a}}{{b}}$") == f"$\\text{{{macro}}}{{a}}{{b}}$"
    assert f"\\{macro}" not in markdown_html(f"$\\{macro}{{a}}{{b}}$ &#92;{macro}")
    assert f"\\{macro}" not in markdown_html(f"$&#92;{macro[0]}&#{ord(macro[1])};{macro[2:]}{{a}}$")


def test_other_macros_stay():
    formula = "$\\hrefs \\classes \\displaystyle \\textstyle \\frac{a}{b} \\text{style}$"
    assert without_macros(formula) == formula
