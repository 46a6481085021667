"""A session ends in every way a process can end, and the nursery goes on to the next one."""

import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import wire
from autograder.errors import SandboxError
from autograder.inside.limits import Limits
from autograder.sandbox import Nursery, walls
from autograder.sandbox import session as judges_end
from autograder.student import Failure

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
