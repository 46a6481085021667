"""The student's zip: the notebook, the public package, nothing that knows an answer; pip installs it, and it checks."""

import json
import os
import subprocess
import sys
import zipfile

import nbformat
import pytest
from through_time.handin.report import examine
from through_time.handin.stamp import put_stamp, read_stamp

from autograder.assignment.notebook import student_notebook
from autograder.bundle import refresh_bundles, write_bundle
from autograder.errors import UnknownName
from autograder.release import release

pytestmark = [pytest.mark.xdist_group("sample-course")]

IMPORTS = """
import through_time
from through_time import check, widgets
assert through_time.__file__.startswith(sys.argv[1])
assert widgets.GradientExplorer(w_h=1.5, T=50).T == 50
"""


def read(path):
    with zipfile.ZipFile(path) as bundle:
        assert bundle.testzip() is None
        return {name.partition("/")[2]: bundle.read(name) for name in bundle.namelist()}


def test_release_packs_what_students_need_and_nothing_else(made_sample):
    folder = made_sample.root / "bundles"
    name = made_sample.assignment
    assert {path.name for path in folder.iterdir()} == {f"{name}.zip", "course.zip"}
    found = read(folder / f"{name}.zip")
    for file in (f"{name}.ipynb", "README.md", "requirements.txt", "package/pyproject.toml",
                 "package/through_time/__main__.py", "package/through_time/checks/ch05.py",
                 "package/through_time/handin/look.py", "package/through_time/_widgets/unrolled.js"):  # fmt: skip
        assert file in found
    assert not [file for file in found if "solutions" in file or "autograder" in file or "secret" in file]
    text = b"".join(found.values()).decode()
    for secret in ("BEGIN SOLUTION", "from solutions", "import solutions", made_sample.course.secret.hex()):
        assert secret not in text
    readme = found["README.md"].decode()
    assert readme.startswith("# Backpropagation through time")
    assert f"python -m through_time check {name}.ipynb" in readme
    assert json.loads(found[".vscode/extensions.json"])["recommendations"]
    assert len(found["requirements.txt"].splitlines()) == 3
    assert read(folder / "course.zip")["README.md"].decode().startswith("# course\n")


def test_the_released_notebook_is_the_one_of_the_books_download(made_sample):
    released = nbformat.read(made_sample.course.release(made_sample.assignment), 4)
    assert read_stamp(released).assignment == made_sample.assignment
    assert released == student_notebook(made_sample.course.catalogue.source(made_sample.assignment))


def test_what_did_not_change_is_not_written_again(sample, cli):
    before = {path: path.stat().st_mtime_ns for path in (sample.root / "bundles").iterdir()}
    assert not any(bundle.fresh for bundle in refresh_bundles(sample.course).values())
    done = cli("--course", sample.root, "release", sample.assignment, "--json")
    assert json.loads(done.stdout) == {
        "assignment": sample.assignment, "fresh": False, "points": 40.0,
        "notebook": str(sample.course.release(sample.assignment)),
        "bundle": str(sample.root.resolve() / "bundles" / f"{sample.assignment}.zip"),
        "warnings": [],
    }  # fmt: skip
    assert {path: path.stat().st_mtime_ns for path in before} == before


def run(place, *arguments, **options):
    """Run this Python with the installed package in `place` before all others."""
    environment = {**os.environ, "PYTHONPATH": str(place)}
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        **options,
    )


def test_pip_installs_it_and_it_says_what_is_fit_to_hand_in(made_sample, tmp_path):
    name = made_sample.assignment
    with zipfile.ZipFile(made_sample.root / "bundles" / f"{name}.zip") as bundle:
        bundle.extractall(tmp_path)
    folder, place = tmp_path / name, tmp_path / "installed"
    # What comes from an index is here already; the package is built and installed from the zip alone.
    offline = ("--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--quiet")
    done = run("", "-m", "pip", "install", *offline, "--target", place, "./package", cwd=folder)
    assert done.returncode == 0, done.stderr
    done = run(place, "-c", f"import sys\n{IMPORTS}", place, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    done = run(place, "-m", "through_time", "check", f"{name}.ipynb", cwd=folder)
    assert (done.returncode, done.stderr) == (1, "")
    assert "Not written yet: 5.1, 5.2" in done.stdout

    notebook = nbformat.read(folder / f"{name}.ipynb", 4)
    solution = nbformat.read(made_sample.course.source(name), 4)
    answers = {
        cell.metadata.nbgrader.grade_id: cell.source for cell in solution.cells if "nbgrader" in cell.metadata
    }
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answers[cell.metadata.nbgrader.grade_id]
    nbformat.write(notebook, folder / f"{name}.ipynb")
    done = run(place, "-m", "through_time", "check", f"{name}.ipynb", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.rstrip().endswith("Fit to hand in.")


def test_what_is_not_released_is_not_packed(empty, tmp_path):
    with pytest.raises(UnknownName, match="run 'autograder release ch02-later' first"):
        write_bundle(empty.course, ("ch02-later",), tmp_path / "a.zip")
    assert refresh_bundles(empty.course) == {}
    assert not (empty.root / "bundles").exists()


@pytest.mark.usefixtures("warm")
def test_another_course_with_packages_of_its_own(small, tiny, cli, monkeypatch):
    monkeypatch.setattr("tinycourse.course.REQUIREMENTS", ("scipy>=1.11",), raising=False)
    release(small.course, "ch02-later")
    assert set(refresh_bundles(small.course)) == {"ch01-tiny", "ch02-later", ""}
    found = read(small.root / "bundles" / "course.zip")
    assert found["requirements.txt"].endswith(b"jupyterlab\nscipy>=1.11\n")
    assert b"`ch01-tiny.ipynb`: Tiny\n- `ch02-later.ipynb`: Later" in found["README.md"]
    # What is taken back is nothing that students should get any more.
    tiny.edit('word = "yes"', 'word = "no"')
    done = cli("--course", small.root, "release", "ch01-tiny", code=2)
    assert "the model solution" in done.stderr
    assert not (small.root / "bundles" / "ch01-tiny.zip").exists()
    assert "ch01-tiny.ipynb" not in read(small.root / "bundles" / "course.zip")


def test_another_courses_checks_may_be_plain_asserts(made_small, tmp_path):
    notebook = nbformat.read(made_small.course.release("ch01-tiny"), 4)
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
    cells["ex-1-1-check"].source = "assert double(1) == 2, 'twice one is two'"
    put_stamp(notebook, "ch01-tiny")
    path = tmp_path / "ch01-tiny.ipynb"

    def examined():
        nbformat.write(notebook, path)
        return examine(path, 10)

    assert (examined().mend, examined().open) == ((), ("Not written yet: 1.1 and 1.2.",))
    cells["ex-1-1-solution"].source = "def double(x):\n    return x + 2"
    cells["ex-1-2-solution"].source = "word = 'yes'"
    report = examined()
    assert report.rows == (
        ("1.1", "[2]", "not right yet: AssertionError"),
        ("1.2", "[4]", "ran without an error"),
    )
    assert report.mend == ()
    assert "Cell [2], 1.1 (check), stopped with AssertionError: twice one is two, at line 1" in report.open[0]
    cells["ex-1-1-solution"].source = "def double(x):\n    return x + 1"
    assert examined().fit


def test_a_course_that_is_called_like_an_assignment(made_small):
    copy = made_small.copy(made_small.root.parent / "ch01-tiny")
    assert {bundle.path.name for bundle in refresh_bundles(copy.course).values()} == {
        "ch01-tiny.zip",
        "ch01-tiny-all.zip",
    }
