"""Ways to the walls: as root, as a user, on machines that give less; and what is said if none leads there."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

import autograder
from autograder.errors import SandboxError
from autograder.inside.limits import Limits
from autograder.sandbox import LEVELS, Nursery, require, walls
from autograder.sandbox.room import room

ROOT = Path(autograder.__file__).parent.parent
QUICK = Limits(cell_seconds=0.5, notebook_seconds=20)


def test_levels():
    assert LEVELS == ("bubblewrap", "none")
    require("none")
    require("bubblewrap")


def test_a_missing_program_is_said_with_what_to_install(monkeypatch):
    monkeypatch.setattr(walls.shutil, "which", lambda _: None)
    with pytest.raises(SandboxError, match="apt-get install bubblewrap"):
        Nursery()


def test_a_machine_that_forbids_namespaces_is_said(monkeypatch):
    monkeypatch.setattr(walls, "_bubblewrap", lambda *_: ["sh", "-c", "echo no permission >&2; exit 1"])
    with pytest.raises(SandboxError, match=r"can't be started here: no permission.*user namespaces"):
        Nursery()


def test_a_package_that_is_not_installed_is_said():
    with pytest.raises(SandboxError, match="no_such_package isn't installed"):
        walls._root("no_such_package")


def test_walls_that_stand_around_a_python_that_does_not_are_told_apart(monkeypatch):
    """As with packages that the system's package manager installed without a list of their files."""
    monkeypatch.setattr(walls, "environment", lambda *_: {"PYTHONPATH": "/code"})
    with pytest.raises(SandboxError, match="didn't start: ModuleNotFoundError: No module named"):
        Nursery()


def served(route, monkeypatch):
    """Two sessions by this way; whatever it is, the second finds nothing of the first."""
    monkeypatch.setattr(walls, "routes", lambda: [route])
    with Nursery("bubblewrap", QUICK) as nursery:
        assert nursery.route == route
        for _ in range(2):
            with nursery.open() as session:
                outputs, _ = session.run(
                    "import os; os.path.exists('left'), os.getuid() == 0, os.path.exists('/proc/self')"
                )
                assert outputs[0]["data"]["text/plain"] == "(False, False, False)"
                session.run("open('left', 'w').write('x')")
                assert session.run("os.fork()")[0][0]["ename"] == "PermissionError"


def test_every_way_that_this_user_may_go_leads_there(monkeypatch):
    found = walls.routes()
    assert found[0].inner
    assert not found[-1].inner
    # With root's two ways, each view of processes is tried by one of them.
    for route in found if len(found) == 3 else (found[0], found[3], found[4]):
        served(route, monkeypatch)


AS_ANOTHER = """
import os, sys
os.setgroups([]); os.setresgid(12345, 12345, 12345); os.setresuid(12345, 12345, 12345)
from autograder.sandbox import Nursery
with Nursery() as nursery, nursery.open() as session:
    print(nursery.route.inner, nursery.route.user)
    print(session.run("import matplotlib; print('as a user')")[0][0]["text"])
"""


def test_an_ordinary_user_grades_too(monkeypatch):
    """Where the suite itself is run by one, the other tests show it."""
    if os.geteuid() != 0:
        assert walls.routes()[0] == walls.Route(inner=True)
        return
    # The copy that is there already serves; the interpreter may lie in root's own folder, opened here alone.
    monkeypatch.setenv("XDG_CACHE_HOME", str(room(QUICK.packages).parent.parent))
    command = ["bwrap", "--dev-bind", "/", "/", "--perms", "0755", "--tmpfs", str(Path.home())]
    for place in map(Path, (walls.sys.base_prefix, walls.sys.prefix, ROOT)):
        for parent in reversed(place.parents):
            command += ["--perms", "0755", "--dir", str(parent)] * parent.is_relative_to(Path.home())
        command += ["--ro-bind", str(place), str(place)]
    command += ["--cap-add", "ALL", walls.sys.executable, "-c", AS_ANOTHER]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.split("\n")[:2] == ["True None", "as a user"], done.stderr


def test_a_submission_that_cannot_be_walled_in_is_nobodys_fault(monkeypatch):
    """Its notebook isn't run, and no zero is recorded: the run stops and says what the matter is."""
    monkeypatch.setattr(walls, "routes", lambda: [walls.Route(inner=True)])
    with pytest.raises(SandboxError, match=r"can't be started here: mounting /tmp/work: Invalid argument\."):
        Nursery("bubblewrap", replace(QUICK, disk_files=-1))
