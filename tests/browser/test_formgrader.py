"""The homework's derivation is marked by a person in nbgrader's formgrader, and the total changes."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from solutions.exercises import EXERCISES

NAME = "ch06-homework-dE-dU"
AUTOGRADER = Path(sys.executable).with_name("autograder")
RUBRIC = EXERCISES["6.3"].written.rubric
EVIL = "<script>window.harmed = 1</script><img src=x onerror='window.harmed = 2'>"
EVIL_CELLS = [
    new_markdown_cell(EVIL),
    new_code_cell(
        "from IPython.display import HTML, Javascript, display\n"
        f"display(HTML({EVIL!r}), Javascript('window.harmed = 3'))\n"
        "display({'image/png': 'AA=='}, metadata={'image/png': {'width': '1 onerror=window.harmed=4'}}, raw=True)"
    ),
]
TEXT = "**Derivation.**\n\nBoth sums swapped: $\\sum_k \\sum_{t \\ge k}$, so $\\delta_T = D_T V^\\top \\epsilon_T$."


def autograder(course, *arguments):
    done = subprocess.run(
        [AUTOGRADER, "--course", course, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with the homework of one student, graded as far as a program can."""
    root = tmp_path_factory.mktemp("marked") / "course"
    autograder(root, "init", root)
    autograder(root, "release", NAME)
    notebook = nbformat.read(root / "release" / NAME / f"{NAME}.ipynb", 4)
    (cell,) = (cell for cell in notebook.cells if cell.id == "ex-6-3-written")
    cell.source = TEXT + "\n\n" + EVIL
    notebook.cells += EVIL_CELLS
    folder = root / "submitted" / "emmy" / NAME
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
    autograder(root, "grade")
    return root


@pytest.fixture(scope="module")
def formgrader(course, tmp_path_factory):
    """The address that `autograder serve` prints."""
    home = tmp_path_factory.mktemp("home")
    own = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    own |= {"HOME": str(home), "IPYTHONDIR": str(home / "ipython"), "PYTHONUNBUFFERED": "1"}
    command = [AUTOGRADER, "--course", course, "serve", "--port", "0", "--no-browser"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            command, env=os.environ | own, stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        said = server.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/login\S+", said)
        assert address, said + (home / "log").read_text()
        yield address[0]
        server.send_signal(signal.SIGINT)
        rest, _ = server.communicate(timeout=60)
    finally:
        server.terminate()
        server.communicate()
    assert "all marks are in the gradebook" in rest
    assert server.returncode == 0


def total(course):
    return json.loads(autograder(course, "grade", "--json"))["score"]


def test_a_mark_by_hand_changes_the_total(course, formgrader, chromium):
    before = total(course)
    base = formgrader.partition("/login")[0]
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(120_000)
    page = context.new_page()
    # Nbgrader's pages ask a public server for MathJax; nothing leaves this machine here.
    page.route(lambda url: not url.startswith((base, "data:", "blob:")), lambda route: route.abort())
    page.goto(formgrader)
    page.locator(f"tr:has-text('{NAME}')").wait_for()
    page.goto(f"{base}/formgrader/gradebook/{NAME}/{NAME}")
    page.locator("tbody tr a:has-text('Submission')").click()
    # The marker reads the text, and the rubric below it.
    page.locator("text=Both sums swapped").first.wait_for()
    assert page.locator("text=Marking 6.3 by hand, 4 points.").is_visible()
    for criterion in RUBRIC:
        assert page.get_by_role("cell", name=criterion.name, exact=True).is_visible()
    assert page.locator("text=window.harmed = 3").first.is_visible()
    assert page.evaluate("window.harmed") is None
    score = page.locator(".nbgrader_cell:has-text('Both sums swapped') input.score")
    score.fill("3.5")
    with page.expect_response(lambda response: response.request.method == "PUT") as saved:
        score.press("Tab")
    assert saved.value.ok
    comment = page.locator(".nbgrader_cell:has-text('Both sums swapped') textarea.comment")
    comment.fill("Say where the limits come from.")
    with page.expect_response(lambda response: response.request.method == "PUT") as saved:
        comment.press("Tab")
    assert saved.value.ok
    page.goto(f"{base}/formgrader/manage_submissions/{NAME}")
    row = page.locator("tr:has-text('emmy')")
    row.wait_for()
    assert f"{before + 3.5:g} / 39" in re.sub(r"\s+", " ", row.inner_text())
    context.close()
    # Grading again keeps mark and comment, and the student reads both.
    autograder(course, "grade", "--force")
    autograder(course, "feedback")
    feedback = (course / "feedback" / "emmy" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert f"{before + 3.5:g} of 39 points." in feedback
    assert "Say where the limits come from." in feedback
    assert RUBRIC[0].full not in feedback
    done = subprocess.run(
        [AUTOGRADER.with_name("nbgrader"), "generate_feedback", NAME, "--force"],
        cwd=course, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    theirs = (course / "feedback" / "emmy" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "Marking 6.3 by hand" not in theirs
    assert "Say where the limits come from." in theirs
    page = chromium.new_page()
    page.route(lambda url: not url.startswith(("file:", "data:")), lambda route: route.abort())
    page.goto((course / "feedback" / "emmy" / NAME / f"{NAME}.html").as_uri())
    assert page.evaluate("window.harmed") is None
    page.close()


def test_a_port_that_is_taken(course, formgrader):
    port = re.search(r":(\d+)/", formgrader)[1]
    done = subprocess.run(
        [AUTOGRADER, "--course", course, "serve", "--port", port], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert f"Port {port} can't be used" in done.stderr
    assert "Traceback" not in done.stderr
