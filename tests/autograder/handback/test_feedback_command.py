"""`autograder feedback --zip` and `--release`: each student's page where the platform looks for it, and only there."""

import json
import re
import zipfile

import nbformat
import pytest
from nbgrader.utils import notebook_hash

from autograder.collecting.origin import remember
from autograder.handback.as_notebook import as_notebook

pytestmark = [pytest.mark.xdist_group("sample-course")]


def packed(room, form):
    with zipfile.ZipFile(room.root / "handback" / f"{room.assignment}-{form}.zip") as bundle:
        assert bundle.testzip() is None
        return {name: bundle.read(name).decode() for name in bundle.namelist()}


def page(room, student):
    return (room.course.feedback(student, room.assignment) / f"{room.assignment}.html").read_text()


def test_plain_has_a_folder_per_student(sample, cli):
    done = cli("--course", sample.root, "feedback", "--zip", "plain")
    students = list(sample.course.students_with(sample.assignment))
    assert f"the feedback of {len(students)} students." in done.stdout
    assert packed(sample, "plain") == {
        f"{who}/{sample.assignment}.html": page(sample, who) for who in students
    }
    path = sample.root / "handback" / f"{sample.assignment}-plain.zip"
    before = path.stat().st_mtime_ns
    again = json.loads(cli("--course", sample.root, "feedback", "--zip", "plain", "--json").stdout)
    assert (again["packed"], again["missing"], again["changed"]) == (len(students), [], 0)
    assert path.stat().st_mtime_ns == before


def test_moodle_and_who_is_not_known_there(sample, cli, tmp_path):
    first, second, *others = sample.course.students_with(sample.assignment)
    remember(sample.course, first, sample.assignment, "moodle", [f"{first}_77_assignsubmission_file"])
    done = cli("--course", sample.root, "feedback", sample.assignment, "--zip", "moodle", code=1)
    assert "the feedback of 1 student." in done.stdout
    assert f"Not in the zip: {', '.join([second, *others])}." in done.stdout
    assert "--worksheet" in done.stdout
    assert "Upload multiple feedback files in a zip" in done.stdout
    sheet = tmp_path / "worksheet.csv"
    lines = [f"Participant {number},Name {who},{who}" for number, who in enumerate([second, *others], 100)]
    sheet.write_text("\n".join(["Identifier,Full name,ID number", *lines]) + "\n")
    cli("--course", sample.root, "feedback", sample.assignment, "--zip", "moodle", "--worksheet", sheet)
    found = packed(sample, "moodle")
    assert found[f"{first}_77_assignsubmission_file_/{sample.assignment}.html"] == page(sample, first)
    assert found[f"Name {second}_100_assignsubmission_file_/{sample.assignment}.html"] == page(sample, second)
    assert len(found) == len(others) + 2


def test_canvas_gets_a_notebook_since_it_will_be_called_one(sample, cli):
    first, second, *_ = sample.course.students_with(sample.assignment)
    remember(
        sample.course,
        first,
        sample.assignment,
        "canvas",
        [f"{first}_LATE_12_345_{sample.assignment}-1.ipynb"],
    )
    remember(sample.course, second, sample.assignment, "canvas", [f"{second}_13_346_work.zip"])
    cli("--course", sample.root, "feedback", sample.assignment, "--zip", "canvas", code=1)
    found = packed(sample, "canvas")
    assert set(found) == {f"{first}_LATE_12_345_{sample.assignment}-1.ipynb", f"{second}_13_346_work.html"}
    assert found[f"{second}_13_346_work.html"] == page(sample, second)
    notebook = nbformat.reads(found[f"{first}_LATE_12_345_{sample.assignment}-1.ipynb"], 4)
    (cell,) = notebook.cells
    nbformat.validate(notebook)
    assert "\n" not in cell.source
    for heading in re.findall(r"<h1>(.*?)</h1>", page(sample, first)):
        assert heading in cell.source


def test_the_notebook_is_plain_html_in_one_line():
    text = as_notebook(
        '<html><head><style>x</style></head><main class="a"><h1 onclick="x()">A</h1>\n\n'
        '<pre>a = 1\n\n\nb = "$x$ \\(y\\)"</pre>'
        '<svg><text>7</text></svg><script>x()</script><img src="data:image/png;base64,AA==" alt="A figure">'
        '<a href="https://example.org/x">s</a><a href="javascript:x()">t</a><a href="#h">u</a></main></html>'
    )
    (cell,) = nbformat.reads(text, 4).cells
    assert cell.source == (
        '<div><h1>A</h1>&#10;&#10;<pre>a = 1&#10;&#10;&#10;b = "&#36;x&#36; &#92;(y&#92;)"</pre>'
        '<img src="data:image/png;base64,AA==" alt="A figure"><a href="https://example.org/x">s</a><a>t</a><a>u</a></div>'
    )


def test_the_exchange_gets_what_came_by_it(sample, cli, tmp_path):
    exchange = tmp_path / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    config = sample.root / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}\nc.Exchange.root = {str(exchange)!r}\n")
    first, second, *others = sample.course.students_with(sample.assignment)
    for student in (first, second):
        folder = sample.course.submitted(student, sample.assignment)
        (folder / "submission_secret.txt").write_text(f"secret of {student}")
    # The second handed in again after the grading.
    (sample.course.submitted(second, sample.assignment) / "timestamp.txt").write_text(
        "2026-03-02 10:00:00 UTC\n"
    )
    done = cli("--course", sample.root, "feedback", sample.assignment, "--release", code=1)
    assert "Released to the exchange: the feedback of 1 student." in done.stdout
    assert f"didn't come by the exchange: {', '.join(others)}." in done.stdout
    assert f"a later hand-in isn't graded yet: {second}." in done.stdout
    (released,) = (exchange / "course" / "feedback").iterdir()
    # The name that nbgrader's fetch_feedback looks for.
    assert released.stem == notebook_hash(secret=f"secret of {first}", notebook_id=sample.assignment)
    assert released.read_text() == page(sample, first)
    cli("--course", sample.root, "feedback", sample.assignment, "--release", code=1)


SERVICE = """
from pathlib import Path

from nbgrader.exchange.abc import ExchangeReleaseFeedback


class Release(ExchangeReleaseFeedback):
    \"\"\"As ngshare's: sends each page with the time of its hand-in, and knows students by their accounts.\"\"\"

    def start(self):
        folder = Path(self.coursedir.format_path(
            self.coursedir.feedback_directory, self.coursedir.student_id, self.coursedir.assignment_id
        ))
        with Path("sent.txt").open("a") as sent:
            for page in sorted(folder.glob("*.html")):
                sent.write(f"{self.coursedir.student_id} {page.stem} {(folder / 'timestamp.txt').read_text()!r}|")
"""


def test_a_service_in_the_exchange_s_place_needs_no_secret(sample, cli, tmp_path, monkeypatch):
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "someshare.py").write_text(SERVICE)
    monkeypatch.syspath_prepend(str(tmp_path / "service"))
    monkeypatch.chdir(tmp_path)
    config = sample.root / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}\nc.ExchangeFactory.release_feedback = 'someshare.Release'\n")
    done = cli("--course", sample.root, "feedback", sample.assignment, "--release")
    students = list(sample.course.students_with(sample.assignment))
    assert f"Released to the exchange: the feedback of {len(students)} students." in done.stdout
    (sent,) = [*tmp_path.rglob("sent.txt")] or [*sample.root.rglob("sent.txt")]
    found = sent.read_text().split("|")[:-1]
    assert [line.split()[0] for line in found] == students
    time = (sample.course.submitted("ada", sample.assignment) / "timestamp.txt").read_text().strip()
    assert f"ada {sample.assignment} {time!r}" in found


def test_an_exchange_that_is_not_there(sample, cli, tmp_path):
    config = sample.root / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}\nc.Exchange.root = {str(tmp_path / 'a-file')!r}\n")
    (tmp_path / "a-file").write_text("")
    student = next(sample.course.students_with(sample.assignment))
    (sample.course.submitted(student, sample.assignment) / "submission_secret.txt").write_text("s")
    done = cli("--course", sample.root, "feedback", sample.assignment, "--release", code=1)
    assert f"couldn't release the feedback of {student}" in done.stderr
    assert "c.Exchange.root" in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--worksheet", "x.csv"], "say --zip moodle"),
        (["--zip", "canvas", "--worksheet", "x.csv"], "say --zip moodle"),
        (["--zip", "moodle", "--worksheet", "nowhere.csv"], "can't be read"),
        (["--zip", "paper"], "'paper' is not one of"),
    ],
)
def test_wrong_use(made_sample, cli, options, said):
    done = cli("--course", made_sample.root, "feedback", made_sample.assignment, *options, code=2)
    assert said in done.stderr


@pytest.mark.usefixtures("warm")
def test_from_the_downloads_and_back_to_the_platforms(small, cli, tmp_path):
    notebook = small.course.release(small.assignment).read_bytes()
    moodle, canvas = tmp_path / "moodle.zip", tmp_path / "canvas.zip"
    folders = ("Ada Lovelace_4711_assignsubmission_file", "Eve Ång_4712_assignsubmission_file_")
    flat = (
        "lovelaceada_12_345_ch01-tiny.ipynb",
        "lovelaceada_12_399_ch01-tiny-1.ipynb",
        "xben_LATE_13_346_ch01-tiny.ipynb",
    )
    with zipfile.ZipFile(moodle, "w") as download:
        for folder in folders:
            download.writestr(f"{folder}/ch01-tiny.ipynb", notebook)
    with zipfile.ZipFile(canvas, "w") as download:
        for name in flat:
            download.writestr(name, notebook + b"\n" * (name in flat[1]))
    for path in (moodle, canvas):
        cli("--course", small.root, "collect", path, "--add", "--assignment", small.assignment)
    cli("--course", small.root, "grade")
    cli("--course", small.root, "feedback", "--zip", "moodle", code=1)
    assert set(packed(small, "moodle")) == {f"{each.rstrip('_')}_/ch01-tiny.html" for each in folders}
    cli("--course", small.root, "feedback", "--zip", "canvas", code=1)
    assert set(packed(small, "canvas")) == set(flat[1:])
