"""The book's Sphinx extension, part by part, and in small books of its own."""

import io
import json
import re
import shutil

import pytest
from book_extensions import exercises, freshness, numbering, offline
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace

from autograder.errors import SourceError
from autograder.files import write_if_changed

PAGE = """# 7 A page

```{math}
:label: eq-siso-delta
a = b
```

```{numpy} eq-siso-delta
```

```{drawing} chapter05.siso
:name: fig-one
:alt: What there is to see.

A caption with $x$.
```

See {eq}`eq-siso-delta` and {numref}`fig-one`.
"""


@pytest.fixture
def build(tmp_path):
    """Build a book of a front page and one more; returns that page's HTML, and the warnings."""

    def run(page, name="07-page"):
        source = tmp_path / "source"
        (source / "book").mkdir(parents=True, exist_ok=True)
        for path, text in {name: page, "index": f"# Front\n\n```{{toctree}}\n{name}\n```\n"}.items():
            write_if_changed(source / "book" / f"{path}.md", text)
        warnings = io.StringIO()
        with docutils_namespace():
            app = Sphinx(
                source,
                None,
                source / "_build" / "html",
                source / "_build" / "doctrees",
                "html",
                confoverrides={
                    "extensions": ["myst_nb", "book_extensions"],
                    "include_patterns": ["book/*.md"],
                    "master_doc": "book/index",
                    "myst_enable_extensions": ["dollarmath"],
                    "nb_execution_mode": "off",
                    "numfig": True,
                    "html_theme": "basic",
                },
                status=None,
                warning=warnings,
            )
            app.build()
        html = source / "_build" / "html" / "book" / f"{name}.html"
        return html.read_text(encoding="utf-8"), re.sub(r"\x1b\[[0-9;]*m", "", warnings.getvalue())

    return run


def test_a_page_shows_folded_code_two_pictures_and_numbers_by_chapter(build):
    html, warnings = build(PAGE)
    assert warnings == ""
    fold = re.search(r'<details class="numpy">(.*?)</details>', html, re.DOTALL).group(1)
    assert "<summary>NumPy: <code>delta_siso_step</code></summary>" in fold
    assert "def" in fold
    assert "Proved by" in fold
    pictures = re.findall(
        r'<img alt="What there is to see." class="only-(light|dark)"[^>]* src="([^"]+)"', html
    )
    assert [theme for theme, _ in pictures] == ["light", "dark"]
    assert "(7.1)" in html
    assert "Fig. 7.1" in html


def test_a_page_that_is_no_chapter_numbers_from_one(build):
    html, warnings = build(PAGE, name="guide")
    assert warnings == ""
    assert "(1)" in html
    assert "Fig. 1" in html


def test_the_numbers_do_not_make_an_unchanged_page_be_written_again(build, tmp_path):
    build(PAGE)
    path = tmp_path / "source" / "_build" / "html" / "book" / "07-page.html"
    path.write_text("as it was", encoding="utf-8")
    assert build(PAGE) == ("as it was", "")


def test_an_unknown_equation_is_a_warning(build):
    html, warnings = build("# Page\n\n```{numpy} eq-nobody-knows\n```\n")
    assert "There is no NumPy for equation 'eq-nobody-knows'" in warnings
    assert "<details" not in html


@pytest.mark.parametrize(
    ("drawing", "sentence"),
    [
        ("```{drawing} chapter05.siso\n:name: a\n\nCaption.\n```", "has no alt"),
        ("```{drawing} chapter05.siso\n:alt: a\n\nCaption.\n```", "has no name"),
        ("```{drawing} chapter05.siso\n:name: a\n:alt: a\n```", "has no caption"),
        (
            "```{drawing} chapter05.none\n:name: a\n:alt: a\n\nCaption.\n```",
            "There is no drawing 'chapter05.none'",
        ),
        (
            "```{drawing} chapter99.siso\n:name: a\n:alt: a\n\nCaption.\n```",
            "There is no drawing 'chapter99.siso'",
        ),
    ],
)
def test_a_drawing_without_its_parts_is_a_warning(build, drawing, sentence):
    html, warnings = build(f"# Page\n\n{drawing}\n")
    assert sentence in warnings
    assert "<img" not in html


def test_a_built_page_has_its_mathjax_beside_it_and_no_more(build, tmp_path):
    build(PAGE)
    folder = tmp_path / "source" / "_build" / "html" / "_static" / "mathjax"
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {"startup.js", "input/tex/extensions/html.js", "a11y/assistive-mml.js"} <= found
    assert sum(name.endswith(".woff") for name in found) == 23
    assert len(found) == 30


@pytest.mark.parametrize(
    ("docname", "chapter"),
    [
        ("book/05-bptt-unrolled", 5),
        ("book/12-capstones", 12),
        ("book/index", None),
        ("book/exercises/ch05-bptt-unrolled", None),
        ("05-other", None),
    ],
)
def test_the_chapter_is_in_the_name_of_the_file(docname, chapter):
    assert numbering.chapter_of(docname) == chapter


def test_things_are_counted_by_kind_and_page():
    numbers = {
        "book/index": {"figure": {"a": (1,)}},
        "book/05-x": {"figure": {"b": (2,), "c": (3,)}, "displaymath": {"e": (1,)}},
    }
    assert numbering.by_chapter(numbers) == {
        "book/index": {"figure": {"a": (1,)}},
        "book/05-x": {"figure": {"b": (5, 1), "c": (5, 2)}, "displaymath": {"e": (5, 1)}},
    }


@pytest.fixture
def book(tmp_path):
    for name in ("through_time", "figures"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "module.py").write_text("a = 1\n", encoding="utf-8")
    return tmp_path


def test_the_fingerprint_follows_what_the_cells_import(book):
    before = freshness.fingerprint(book)
    assert before == freshness.fingerprint(book)
    (book / "through_time" / "notes.txt").write_text("not imported", encoding="utf-8")
    assert freshness.fingerprint(book) == before
    (book / "figures" / "module.py").write_text("a = 2\n", encoding="utf-8")
    assert freshness.fingerprint(book) != before


def test_a_renamed_module_changes_the_fingerprint(book):
    before = freshness.fingerprint(book)
    shutil.move(book / "figures" / "module.py", book / "figures" / "other.py")
    assert freshness.fingerprint(book) != before


def test_exercise_pages_are_written_and_old_ones_removed(tmp_path):
    (tmp_path / "ch01-old.md").write_text("old", encoding="utf-8")
    (tmp_path / "ch01-old.ipynb").write_text(json.dumps({}), encoding="utf-8")

    def write(folder):
        page = folder / "ch05-new.md"
        page.write_text("new", encoding="utf-8")
        page.with_suffix(".ipynb").write_text("{}", encoding="utf-8")
        return [page]

    exercises.refresh(tmp_path, write)
    assert {path.name for path in tmp_path.iterdir()} == {"ch05-new.md", "ch05-new.ipynb"}


def test_the_real_pages_are_left_alone_when_nothing_changed(tmp_path):
    exercises.refresh(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    exercises.refresh(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_an_assignment_that_does_not_hold_together_stops_the_build_with_its_sentence(tmp_path):
    def write(_folder):
        raise SourceError("The assignment says why.")

    with pytest.raises(ExtensionError, match="The assignment says why"):
        exercises.refresh(tmp_path, write)


def test_what_no_page_asks_for_is_left_out(tmp_path):
    unused = ("scripts/a.js.map", "vendor/fontawesome/webfonts/fa-solid-900.ttf", "locales/de/x.mo")
    used = ("scripts/a.js", "vendor/fontawesome/webfonts/fa-solid-900.woff2", "scripts/fontawesome.js")
    for name in (*unused, *used):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x" * 1000, encoding="utf-8")
    offline.leave_out(tmp_path)
    assert [name for name in unused if (tmp_path / name).exists()] == []
    assert [name for name in used if not (tmp_path / name).exists()] == []
    assert (tmp_path / "scripts/fontawesome.js").stat().st_size < 100
    offline.leave_out(tmp_path)


def test_a_missing_mathjax_says_what_to_do(monkeypatch):
    monkeypatch.setattr(offline, "MATHJAX_PACKAGE", "no-such-package")
    with pytest.raises(ExtensionError, match="run `make`"):
        list(offline.mathjax_files())


def test_the_reference_of_commands_is_made_from_the_program(build):
    html, warnings = build("# Page\n\n```{command} grade\n```\n\n```{command}\n```\n", name="guide")
    assert warnings == ""
    text = re.sub(r"<[^>]+>", "", html)
    assert "autograder grade [OPTIONS] [NAME]..." in text
    assert "So many processes of this machine grade at once. Default: 1." in text
    assert re.search(r'<code class="docutils literal notranslate"><span class="pre">--jobs</span>', html)
    assert "autograder grade --jobs 4" in text
    assert "Example" not in text
    assert "autograder [OPTIONS] COMMAND [ARGS]..." in text
    assert "autograder --course my-course export" in text


def test_settings_are_listed_with_their_defaults(build):
    page = "# Page\n\n```{settings}\n```\n\n```{settings}\n:class: PerDayPenalty\n```\n"
    html, warnings = build(page, name="guide")
    assert warnings == ""
    text = re.sub(r"<[^>]+>", "", html)
    assert "c.Grading.cell_seconds" in text
    assert "in seconds. Default: 10." in text
    assert "Default: 2147483648 (2048 MiB)." in text
    assert "c.PerDayPenalty.largest_share" in text


def test_a_command_that_is_not_there_is_a_warning(build):
    assert "There is no command polish." in build("# Page\n\n```{command} polish\n```\n")[1]
