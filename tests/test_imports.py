"""Imports go one way, in a fresh interpreter: the public package knows neither solutions nor grader."""

import json
import pkgutil
import subprocess
import sys

import pytest
import through_time

import autograder.inside
import solutions

SCRIPT = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted(sys.modules)))
"""


def loaded(*names):
    """All modules that importing `names` loads."""
    done = subprocess.run([sys.executable, "-c", SCRIPT, *names], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def modules(package):
    """The names of a package and all modules below it, except what runs when it is imported."""
    below = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return [package.__name__, *(each.name for each in below if not each.name.endswith("__main__"))]


def below(found, *packages):
    return [name for name in found if any(name == each or name.startswith(f"{each}.") for each in packages)]


def test_the_public_package_stands_alone():
    found = loaded(*modules(through_time))
    assert below(found, "solutions", "autograder") == []
    assert below(found, "nbgrader", "autograd", "torch") == []


def test_solutions_do_not_know_the_grader():
    assert below(loaded(*modules(solutions)), "autograder", "nbgrader") == []


def test_the_students_process_knows_no_answer():
    found = loaded(*modules(autograder.inside))
    assert below(found, "solutions", "autograder.judge", "nbgrader", "sqlalchemy") == []
    ours = {name for name in below(found, "autograder") if not name.startswith("autograder.inside")}
    # What the sandbox makes visible, and nothing else.
    assert ours == {"autograder", "autograder.wire"}


@pytest.mark.parametrize("module", ["autograder.wire", "autograder.judge", "autograder.canonical"])
def test_the_judge_starts_without_nbgrader(module):
    assert below(loaded(module), "nbgrader", "sqlalchemy", "IPython") == []
