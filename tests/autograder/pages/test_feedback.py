"""A feedback page is safe to open, says what happened, and gives nothing away."""

import base64
import hashlib
import html
import re
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import autograder
from autograder.engine import Graded
from autograder.errors import UnknownName
from autograder.grading import grade_assignment
from autograder.pages.feedback import feedback_page, read_again, write_feedback
from autograder.record.gradebook import open_gradebook
from autograder.record.standings import Standing
from autograder.verdict import ExerciseVerdict, PartVerdict
from solutions.model import Misconception

pytestmark = [pytest.mark.usefixtures("warm"), pytest.mark.xdist_group("sample-course")]

EVIL = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>\"' & {{ 7 * 7 }}"
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="  # one pixel
STAND = Standing(score=3.0, max_score=4.0, penalty=0.0, open=False, comments=())


def verdict(**change):
    values = {
        "exercise": "1.1", "title": "Double",
        "parts": (PartVerdict("twice", 2.0, 1.0), PartVerdict("sum", 1.0, 0.0), PartVerdict("dh0", 1.0, 1.0)),
        "messages": ("Look again.",), "section": "5.4",
    }  # fmt: skip
    return ExerciseVerdict(**(values | change))


CHAPTERS = {"5": "book/05-tiny", "12": "book/12-later"}
EXERCISES = {"1.1": SimpleNamespace(section="12.10")}


def a_course(book_url=""):
    """As much of a course as a page needs."""
    named = {"half": Misconception("half", "Twice is not half of {name}.", "5.4")}
    catalogue = SimpleNamespace(exercises=EXERCISES, chapters=CHAPTERS, misconceptions=named)
    return SimpleNamespace(catalogue=catalogue, settings=SimpleNamespace(book_url=book_url))


def make(*, cells=(), verdicts=None, stand=STAND, book_url="", title="Tiny", **change):
    values = {"student": "ada", "assignment": "ch01-tiny", "timestamp": "2026-02-01 10:30:59 UTC"} | change
    graded = Graded(
        notebooks={"ch01-tiny": new_notebook(cells=list(cells))},
        verdicts=(verdict(),) if verdicts is None else verdicts,
        **values,
    )
    return feedback_page(graded, stand, title, a_course(book_url))


class Page(HTMLParser):
    """What a browser would see: the tags with their attributes, and the text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.said = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.said.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.said).split())


def output_cell(*outputs):
    return new_code_cell(source="x = 1", outputs=list(outputs))


def test_what_it_says():
    page = Page(make(cells=[new_code_cell(source="y = 2")], notes=("A note.",)))
    for said in (
        "Feedback for ada , handed in 2026-02-01 10:30 UTC", "3 of 4 points.", "A note.", "1.1 Double: 2 of 4",
        "twice ◐ partly right 1 of 2", "sum ✗ not right 0 of 1", "dh0 ✓ right 1 of 1", "Look again.",
        "Read again: section 5.4, section 12.10.", "y = 2",
    ):  # fmt: skip
        assert said in page.text


def test_parts_without_points_are_shown_once_something_of_them_is_right():
    graded = PartVerdict("dU", 1.0, 1.0)
    left_out = verdict(parts=(graded, PartVerdict("dm0", 0.0, 0.0), PartVerdict("dn0", 0.0, 0.0)))
    assert "dm0" not in Page(make(verdicts=(left_out,))).text
    begun = verdict(parts=(graded, PartVerdict("dm0", 0.0, 0.0, 1e-12), PartVerdict("dn0", 0.0, 0.0, 0.3)))
    text = Page(make(verdicts=(begun,))).text
    assert "dm0 ✓ right no points" in text
    assert "dn0 ✗ not right no points" in text


def test_it_is_one_file_that_runs_nothing_and_loads_nothing():
    page = make(book_url="../html", cells=[output_cell(new_output("display_data", data={"image/png": PNG}))])
    seen = Page(page)
    assert {"script", "iframe", "link", "object", "embed", "form", "base"}.isdisjoint(
        tag for tag, _ in seen.tags
    )
    (policy,) = [
        each["content"] for tag, each in seen.tags if each.get("http-equiv") == "Content-Security-Policy"
    ]
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert not any("style" in attributes for _, attributes in seen.tags)
    for tag, attributes in seen.tags:
        assert not any(name.startswith("on") for name in attributes)
        if tag == "img":
            assert attributes["src"].startswith("data:image/png;base64,")
            assert attributes["alt"]
    assert page.startswith('<!doctype html>\n<html lang="en">')


@pytest.mark.parametrize(
    "place",
    [
        {"student": EVIL}, {"title": EVIL}, {"problem": EVIL}, {"notes": (EVIL,)},
        {"verdicts": (verdict(messages=(EVIL,)),)}, {"verdicts": (verdict(title=EVIL),)},
        {"verdicts": (verdict(exercise=EVIL),)}, {"verdicts": (verdict(parts=(PartVerdict(EVIL, 1.0, 0.0),)),)},
        {"verdicts": (verdict(section=EVIL),)}, {"verdicts": (verdict(curve=((1, 0.5),), curve_label=EVIL),)},
        {"stand": replace(STAND, comments=((EVIL, EVIL),))},
        {"cells": [new_code_cell(source=EVIL)]},
        {"cells": [output_cell(new_output("stream", name="stdout", text=EVIL))]},
        {"cells": [output_cell(new_output("error", ename=EVIL, evalue=EVIL, traceback=[EVIL]))]},
        {"cells": [output_cell(new_output("execute_result", data={"text/plain": EVIL, "text/html": EVIL}))]},
        {"cells": [output_cell(new_output("display_data", data={"image/png": EVIL, "text/plain": "x"}))]},
        {"cells": [output_cell(new_output("display_data", data={"image/svg+xml": EVIL, "text/html": EVIL}))]},
        {"cells": [output_cell(new_output("display_data", data={"text/markdown": EVIL}))]},
        {"cells": [new_markdown_cell(source=EVIL)]},
        {"verdicts": (verdict(misconceptions=(EVIL,)),)},
        {"cells": [output_cell(new_output("display_data", data={"application/javascript": EVIL}))]},
    ],
    ids=lambda place: next(iter(place)),
)  # fmt: skip
def test_nothing_of_a_student_is_markup(place):
    page = make(**place)
    seen = Page(page)
    assert {"script", "img", "iframe"}.isdisjoint(tag for tag, _ in seen.tags)
    assert not any(name.startswith("on") for _, attributes in seen.tags for name in attributes)
    # Tags stand in pairs, so no text has closed one.
    for tag in ("pre", "details", "table", "ul", "li", "p", "main", "body"):
        assert page.count(f"<{tag}>") + page.count(f"<{tag} ") == page.count(f"</{tag}>")
    assert "49" not in seen.text


def test_outputs():
    page = Page(
        make(
            cells=[
                output_cell(
                    new_output("stream", name="stdout", text="printed"),
                    new_output("error", ename="\x1b[31mE\x1b[39m", evalue="why", traceback=["secret line"]),
                    new_output("execute_result", data={"text/plain": "shown"}),
                    new_output("display_data", data={"text/plain": "<Figure>", "image/png": PNG}),
                ),
                new_markdown_cell(source="only *text*"),
            ]
        )
    )
    for said in ("printed", "E: why", "shown", "only text"):
        assert said in page.text
    for unsaid in ("secret line", "<Figure>", "\x1b"):
        assert unsaid not in page.text
    assert [each["src"] for tag, each in page.tags if tag == "img"] == [f"data:image/png;base64,{PNG}"]


def test_what_to_look_at_first():
    half = {"messages": ("Right: sum.", "Twice is not half of x."), "misconceptions": ("half",)}
    page = Page(
        make(
            verdicts=(
                verdict(**half),
                verdict(exercise="1.2", messages=("There is no function `f`.", "More.")),
                verdict(exercise="1.3", **half),
                verdict(exercise="1.4", messages=("Fine.",), parts=(PartVerdict("a", 1.0, 1.0),)),
            )
        )
    )
    first = page.text.partition("What to look at first")[2].partition("Points")[0]
    assert "This mistake is called half . Twice is not half of x. In 1.1 , 1.3 ; 4 points open." in first
    assert "There is no function f . In 1.2 ; 2 points open. Read section 5.4" in first
    assert "Fine." not in first
    assert {"#exercise-1-1", "#exercise-1-3"} <= {each.get("href") for tag, each in page.tags if tag == "a"}


@pytest.mark.parametrize(
    ("said", "label"),
    [
        (("Two things at once:", "Twice is not half."), "Two mistakes at once:"),
        (("It fits 2 known mistakes. One of these:", "Twice is not half."), "One of these mistakes:"),
    ],
)
def test_several_names(said, label):
    page = Page(make(verdicts=(verdict(messages=said, misconceptions=("half", "other")),)))
    assert f"{label} half , other ." in page.text


def test_all_right_is_said():
    right = verdict(parts=(PartVerdict("twice", 4.0, 4.0),), messages=(), section="")
    page = Page(make(verdicts=(right,), stand=replace(STAND, score=4.0)))
    assert "Everything is right." in page.text
    assert "What to look at first" not in page.text


def test_an_answer_is_linked_from_its_exercise():
    cell = new_code_cell(
        "def double", metadata={"nbgrader": {"grade_id": "ex-1-1-solution", "solution": True}}
    )
    page = Page(make(cells=[cell]))
    assert "#answer-1-1" in {each.get("href") for tag, each in page.tags if tag == "a"}
    assert "answer-1-1" in {each.get("id") for tag, each in page.tags if tag == "h3"}


def test_released_texts_are_not_shown(small):
    small.hand_in("ada", {"ch01-tiny.ipynb": small.course.release("ch01-tiny").read_bytes()})
    grade_assignment(small.course, "ch01-tiny")
    (page,), _ = write_feedback(small.course, "ch01-tiny")
    assert "Your answer to 1.1" in page.read_text()
    assert '<p class="heading">' not in page.read_text()


def test_locked_cells_are_not_shown():
    locked = new_code_cell(source="check(1)", metadata={"nbgrader": {"locked": True, "grade": True}})
    assert "check(1)" not in make(cells=[locked, new_code_cell(source="mine")])


def test_what_could_not_be_read_has_the_reason_and_no_tables():
    page = Page(make(problem="It is damaged.", cells=[new_code_cell(source="empty")]))
    assert "It is damaged." in page.text
    assert "table" not in {tag for tag, _ in page.tags}
    assert "What to look at first" not in page.text
    assert "empty" not in page.text


def test_lateness_marks_by_hand_and_open_answers():
    stand = Standing(score=2.5, max_score=4.0, penalty=0.5, open=True, comments=(("ex-1", "Nice & short."),))
    page = Page(make(stand=stand))
    assert "2.5 of 4 points." in page.text
    assert "0.5 points were taken off because it came late." in page.text
    assert "still to be marked by hand" in page.text
    assert "ex-1 : Nice & short." in page.text


def test_a_curve_is_a_picture_with_its_numbers_in_words():
    page = Page(make(verdicts=(verdict(curve=((1, 1e-12), (2, 1e-4), (3, 2.0)), curve_label="t"),)))
    heights = [float(each["height"]) for tag, each in page.tags if tag == "rect"]
    assert heights == [0.0, 30.0, 60.0]
    (label,) = [each["aria-label"] for tag, each in page.tags if tag == "svg"]
    assert label == "t: 1: 1e-12, 2: 1e-04, 3: 2"


@pytest.mark.parametrize(
    ("url", "section", "expected"),
    [
        ("https://x.org/b/", "5.4", [("5.4", "https://x.org/b/book/05-tiny.html#sec-5-4"),
                                     ("12.10", "https://x.org/b/book/12-later.html#sec-12-10")]),
        ("", "5.4", [("5.4", ""), ("12.10", "")]),
        ("../html", "12.10", [("12.10", "../html/book/12-later.html#sec-12-10")]),
        ("../html", "7.1", [("12.10", "../html/book/12-later.html#sec-12-10")]),
        ("../html", "", []),
    ],
)  # fmt: skip
def test_links_to_sections(url, section, expected):
    assert read_again(verdict(section=section), a_course(url)) == expected


def test_links_of_an_exercise_that_the_course_no_longer_has():
    assert read_again(verdict(exercise="9.9"), a_course()) == [("5.4", "")]


def test_the_sample_links_into_the_book(made_sample):
    folder = made_sample.course.feedback("blaise", made_sample.assignment)
    page = Page((folder / f"{made_sample.assignment}.html").read_text())
    links = {each["href"] for tag, each in page.tags if tag == "a" and not each["href"].startswith("#")}
    assert any(link.startswith("../../../../html/book/05-bptt-unrolled.html#sec-5-") for link in links)
    assert all(re.fullmatch(r"\.\./\.\./\.\./\.\./html/book/[\w-]+\.html#sec-[\w-]+", link) for link in links)


def test_no_path_of_this_machine_and_no_locked_cell(made_sample):
    places = {str(made_sample.root), str(Path(sys.prefix)), str(Path(autograder.__file__).parent.parent)}
    pages = list(made_sample.root.glob("feedback/*/*/*.html"))
    assert len(pages) == len(made_sample.objects)
    for path in pages:
        text = html.unescape(path.read_text())
        assert not any(place in text for place in places)
        assert "check(" not in text


def test_no_hidden_inputs_and_no_expected_values(made_sample):
    """A student who prints and raises what the judge sends still reads none of it in the messages."""
    for student in ("blaise", "carl", "joseph", "kurt"):
        folder = made_sample.course.feedback(student, made_sample.assignment)
        before, _, _ = (folder / f"{made_sample.assignment}.html").read_text().partition("<h2>Your notebook")
        said = Page(before).text
        # No array, and no number with more digits than a relative error has.
        assert not re.search(r"array\(|\[\s*-?\d", said)
        assert not re.search(r"\d\.\d{4,}", said)


def test_an_exception_made_of_inputs_does_not_show_them(small, raw):
    notebook = nbformat.read(small.course.release("ch01-tiny"), 4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "ex-1-1-solution":
            cell.source = "def double(x):\n    print('seen', x)\n    raise ValueError(f'seen {x.tolist()}')"
    small.hand_in("eve", {"ch01-tiny.ipynb": raw(notebook)})
    (outcome,) = grade_assignment(small.course, "ch01-tiny")
    (page,), _ = write_feedback(small.course, "ch01-tiny")
    said = html.unescape(page.read_text())
    assert "ValueError" in said
    assert not re.search(r"seen \[?\s*-?\d", said)
    assert outcome.graded.score == 0.0


def test_only_changed_pages_are_written(small):
    small.hand_in("ada", {})
    grade_assignment(small.course, "ch01-tiny")
    (page,), changed = write_feedback(small.course, "ch01-tiny")
    assert (page, changed) == (small.course.feedback("ada", "ch01-tiny") / "ch01-tiny.html", 1)
    assert write_feedback(small.course, "ch01-tiny") == ([page], 0)


def test_a_verdict_that_is_not_in_the_gradebook_yet_is_said(small):
    small.hand_in("ada", {})
    grade_assignment(small.course, "ch01-tiny")
    with open_gradebook(small.course) as gradebook:
        gradebook.remove_student("ada")
    with pytest.raises(UnknownName, match="run 'autograder grade ch01-tiny'"):
        write_feedback(small.course, "ch01-tiny")
