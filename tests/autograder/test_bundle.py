"""The student's zip: the notebook, the public package, nothing that knows an answer, and pip installs it."""

import subprocess
import sys
import zipfile

import pytest

from autograder.bundle import write_bundle
from autograder.errors import UnknownName

pytestmark = [pytest.mark.xdist_group("sample-course")]

CHECK = """
import sys
sys.path.insert(0, sys.argv[1])
import through_time
from through_time import check, widgets
assert through_time.__file__.startswith(sys.argv[1])
assert widgets.GradientExplorer(w_h=1.5, T=50).T == 50
check("0.1", None)
"""


def names(path):
    with zipfile.ZipFile(path) as bundle:
        assert bundle.testzip() is None
        return bundle.namelist()


def test_what_is_in_it_and_what_is_not(cli, sample):
    done = cli("--course", sample.root, "bundle")
    assert done.stdout.count(".zip") == 2
    folder = sample.root / "bundles"
    assert {path.name for path in folder.iterdir()} == {f"{sample.assignment}.zip", "course.zip"}
    found = names(folder / f"{sample.assignment}.zip")
    for file in (f"{sample.assignment}.ipynb", "README.md", "requirements.txt", "package/pyproject.toml",
                 "package/through_time/check.py", "package/through_time/checks/ch05.py",
                 "package/through_time/_widgets/unrolled.js"):  # fmt: skip
        assert f"{sample.assignment}/{file}" in found
    assert not [name for name in found if "solutions" in name or "autograder" in name or "secret" in name]
    with zipfile.ZipFile(folder / f"{sample.assignment}.zip") as bundle:
        text = b"".join(map(bundle.read, found)).decode()
    for secret in ("BEGIN SOLUTION", "from solutions", "import solutions", sample.course.secret.hex()):
        assert secret not in text
    assert f"`{sample.assignment}.ipynb`" in text


def test_the_same_contents_are_the_same_bytes(sample, tmp_path):
    for number in ("one", "two"):
        write_bundle(sample.course, (sample.assignment,), tmp_path / number / "a.zip")
    assert (tmp_path / "one" / "a.zip").read_bytes() == (tmp_path / "two" / "a.zip").read_bytes()


def test_pip_installs_it_and_the_checks_run(cli, sample, tmp_path):
    cli("--course", sample.root, "bundle", sample.assignment)
    with zipfile.ZipFile(sample.root / "bundles" / f"{sample.assignment}.zip") as bundle:
        bundle.extractall(tmp_path)
    package, place = tmp_path / sample.assignment / "package", tmp_path / "installed"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
    ]
    done = subprocess.run(
        [*pip, "--disable-pip-version-check", "--target", place, package],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    done = subprocess.run(
        [sys.executable, "-S", "-c", "import sys; sys.path += sys.argv[2:]\n" + CHECK, place,
         *(entry for entry in sys.path if "site-packages" in entry)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "0.1" in done.stdout


def test_what_is_not_released_is_not_packed(cli, empty, tmp_path):
    with pytest.raises(UnknownName, match="run 'autograder release ch02-later' first"):
        write_bundle(empty.course, ("ch02-later",), tmp_path / "a.zip")
    done = cli("--course", empty.root, "bundle", "ch02-later", code=2)
    assert "hasn't been released" in done.stderr
    assert not (empty.root / "bundles").exists()
