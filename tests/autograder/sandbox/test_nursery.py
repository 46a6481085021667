"""A session ends in every way a process can end, and the nursery goes on to the next one."""

import os
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

import autograder
from autograder import wire
from autograder.errors import SandboxError
from autograder.inside.limits import Limits
from autograder.sandbox import LEVELS, Nursery, require, walls
from autograder.sandbox import session as judges_end
from autograder.sandbox.room import room
from autograder.student import Failure

ROOT = Path(autograder.__file__).parent.parent
QUICK = Limits(cell_seconds=0.5, notebook_seconds=20)


@pytest.fixture(scope="module")
def impatient():
    """A nursery that gives a cell half a second."""
    with Nursery("bubblewrap", QUICK) as started:
        yield started


@pytest.fixture
def answers(nursery):
    """Whether a fresh session of the shared nursery works."""

    def check():
        with nursery.open() as session:
            return session.run("40 + 2")[0][0]["data"]["text/plain"] == "42"

    yield check
    assert check()


@pytest.mark.parametrize(
    "source",
    [
        "import os; os._exit(0)",
        "import ctypes; ctypes.string_at(0)",
        "import os; os.abort()",
        "import os, resource; resource.setrlimit(resource.RLIMIT_CPU, (0, 0))\nwhile True: pass",
        "import os; os.closerange(0, 100)",
        "import gc, socket\n[each.close() for each in gc.get_objects() if isinstance(each, socket.socket)]",
        "import os; os.write(3, b'junk')",
    ],
    ids=["exit", "segfault", "abort", "processor time", "close all", "close the pipe", "junk in the pipe"],
)  # fmt: skip
def test_a_process_that_ends_is_a_failure_of_its_own_only(nursery, answers, source):
    with nursery.open() as session:
        session.run("x = 1")
        assert session.run(source) == ([], Failure.DIED)
        assert not session.hung
        # From then on everything fails at once.
        assert session.run("x")[1] is Failure.DIED
        assert session.call("f", ()).failure is Failure.DIED
        assert session.value("x").detail == session.lost
    assert answers()


@pytest.mark.parametrize("target", ["os.getpid()", "0", "os.getppid()"])
@pytest.mark.parametrize("number", ["SIGKILL", "SIGSTOP", "SIGTERM"])
def test_the_first_process_of_a_namespace_cannot_be_killed_from_within(nursery, target, number):
    with nursery.open() as session:
        assert session.run(f"import os, signal; os.kill({target}, signal.{number})") == ([], None)
        assert session.run("1")[1] is None


@pytest.mark.parametrize(
    "source",
    [
        "import time\nwhile True:\n    try: time.sleep(9)\n    except BaseException: pass",
        "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass",
        "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0)\nwhile True: pass",
        "sum(range(10**11))",
    ],
    ids=["swallows everything", "ignores the alarm", "stops the timer", "one long sum"],
)
def test_a_process_that_cannot_be_interrupted_is_given_up(impatient, monkeypatch, source):
    monkeypatch.setattr(judges_end, "GRACE_SECONDS", 0.3)
    with impatient.open() as session:
        started = time.monotonic()
        outputs, failure = session.run(source)
        assert time.monotonic() - started < 3
        assert (outputs, failure, session.hung) == ([], Failure.TIMEOUT, True)
        assert "couldn't be interrupted" in session.lost
        assert session.run("1")[1] is Failure.DIED
    with impatient.open() as session:
        assert session.run("1")[1] is None


def test_a_process_that_does_not_listen_cannot_hold_up_the_judge(impatient, monkeypatch):
    monkeypatch.setattr(judges_end, "GRACE_SECONDS", 0.3)
    stop = (
        "import gc, sys, threading\ndef hold():\n    gc.disable(); sys.setswitchinterval(1e6)\n    sum(range(10**11))\n"
        "threading.Timer(0.1, hold).start()"
    )
    with impatient.open() as session:
        session.run(stop)
        time.sleep(0.3)
        started = time.monotonic()
        assert session.run("#" * wire.MAX_TEXT)[1] is Failure.TIMEOUT
        assert time.monotonic() - started < 3


def test_a_cell_that_is_too_long_for_the_wire_is_not_run(nursery):
    with nursery.open() as session:
        assert session.run("#" * (wire.MAX_TEXT + 1)) == ([], Failure.NOT_PLAIN)
        assert session.run("1")[1] is None


@pytest.mark.usefixtures("answers")
def test_a_call_can_end_the_process_too(nursery):
    with nursery.open() as session:
        session.run("def f(): __import__('os')._exit(0)")
        assert session.call("f", ()).failure is Failure.DIED
        assert session.value("f").detail == "the student's process had ended"


def test_a_nursery_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Nursery("bubblewrap", QUICK) as nursery:
        assert len(list(tmp_path.iterdir())) == 1
        process = nursery._process
        with nursery.open() as session:
            session.run("import time; time.sleep(0.1)")
    assert process.poll() is not None
    assert list(tmp_path.iterdir()) == []


def test_a_nursery_dies_with_the_judge():
    source = (
        "import os, signal\nfrom autograder.sandbox import Nursery\n"
        "nursery = Nursery()\nprint(nursery._process.pid, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([walls.sys.executable, "-c", source], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    pid = int(done.stdout)
    for _ in range(50):
        if not Path(f"/proc/{pid}").exists() or "Z (" in Path(f"/proc/{pid}/stat").read_text():
            return
        time.sleep(0.1)
    pytest.fail("bwrap goes on without its judge")


def test_sessions_end_when_the_test_raises(nursery, answers):
    with pytest.raises(ZeroDivisionError), nursery.open():
        raise ZeroDivisionError
    assert answers()


@pytest.mark.usefixtures("answers")
def test_memory_of_one_is_not_seen_by_the_next(nursery):
    mark = "magic" * 3
    with nursery.open() as session:
        session.run(f"secret = '{mark}'")
    with nursery.open() as session:
        outputs, _ = session.run(
            "import gc; ['magicmagic' in repr(each)[:200] for each in gc.get_objects()].count(True)"
        )
        assert session.value("secret").failure is Failure.MISSING
    # The cell itself is a string in memory.
    assert int(outputs[0]["data"]["text/plain"]) <= 12


def test_without_walls_the_same_cells_run(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Nursery("none", replace(QUICK, cell_seconds=1)) as nursery:
        with nursery.open() as session:
            outputs, failure = session.run("open('left', 'w').write('x')\nimport os; sorted(os.environ)[:2]")
            assert failure is None
            assert outputs[0]["data"]["text/plain"] == "['HOME', 'IPYTHONDIR']"
            session.run("def f(x): return x + 1")
            assert session.call("f", (1,)).value == 2
            assert session.run("while True: pass")[1] is Failure.TIMEOUT
            assert session.run("import os; os._exit(1)")[1] is Failure.DIED
        with nursery.open() as session:
            assert session.run("import os; os.path.exists('left')")[0][0]["data"]["text/plain"] == "False"
    assert list(tmp_path.iterdir()) == []


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


def test_a_nursery_that_does_not_start_says_why(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(walls, "command", lambda *_: ["sh", "-c", "echo broken >&2; exit 3"])
    with pytest.raises(SandboxError, match="didn't start: broken"):
        Nursery("none")
    assert list(tmp_path.iterdir()) == []


def test_a_nursery_that_is_gone_between_sessions_is_replaced(monkeypatch):
    with Nursery("none", QUICK) as nursery:
        nursery._process.kill()
        nursery._process.wait()
        with nursery.open() as session:
            assert session.run("1")[1] is None
        nursery._process.kill()
        monkeypatch.setattr(walls, "command", lambda *_: ["sh", "-c", "echo broken >&2; exit 3"])
        with pytest.raises(SandboxError, match="broken"), nursery.open():
            pytest.fail("there is nobody to open a session")
