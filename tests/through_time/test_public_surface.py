"""What students import is what is promised, and the package can do without everything else."""

import ast
import re
import subprocess
import sys
import types
from pathlib import Path

import pytest
import through_time

PACKAGE = Path(through_time.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
JUPYTER = {
    "widgets.py": {"anywidget", "ipywidgets", "traitlets"},
    "check.py": {"IPython"},
    "handin/look.py": {"nbformat"},
    "handin/run.py": {"jupyter_client", "nbformat"},
}
"""Modules that need more; `import through_time` brings none of that in."""


def test_all_is_sorted_and_real():
    public = {
        name
        for name, value in vars(through_time).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert list(through_time.__all__) == sorted(public)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_are_numpy_and_the_standard_library(path):
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(node.module.split(".")[0])
    jupyter = JUPYTER.get(path.relative_to(PACKAGE).as_posix(), set())
    assert names <= {"numpy", "through_time", *jupyter, *sys.stdlib_module_names}


def test_it_runs_from_a_copy_without_the_other_packages(tmp_path):
    (tmp_path / "through_time").symlink_to(PACKAGE)
    script = (
        "import sys; from through_time import check; check('5.1', None);"
        "heavy = {'solutions', 'autograder', 'IPython', 'nbformat', 'jupyter_client', 'matplotlib'};"
        "assert not heavy & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_backward_pass_and_no_answer_in_it(path):
    # The homework returns its deltas; `check` may name them, and compares them with nudges.
    # Chapter 7 asks which errors stand in a formula, and lists the names to choose from.
    source = re.sub(r'deltas|"delta[12b]?\[t', "", path.read_text())
    for trace in ("np.outer", "einsum", ".T @", "@ W", "delta", "1, 5", "solutions"):
        assert trace not in source
