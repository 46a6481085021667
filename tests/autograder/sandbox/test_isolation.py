"""What a student's process can see, keep and touch: itself, and little else."""

import socket
import subprocess

import pytest

from autograder.inside.limits import Limits
from autograder.sandbox import Nursery, walls
from autograder.sandbox.room import room
from autograder.sandbox.walls import WORK


@pytest.mark.parametrize(
    "name",
    [
        "solutions",
        "solutions.course",
        "autograder.judge",
        "autograder.engine",
        "autograder.loader",
        "autograder.cli",
    ],
)
def test_nothing_that_knows_answers_can_be_imported(run, name):
    (found,) = run(f"import {name}")
    assert found["ename"] == "ModuleNotFoundError"


def test_the_public_package_can(text):
    assert text("import through_time, numpy, matplotlib.pyplot\nthrough_time.check.__name__") == "'check'"


def test_the_project_is_not_named_in_the_environment(text):
    names = text("import os; print(*sorted(os.environ))").split()
    assert set(names) <= {
        "HOME", "IPYTHONDIR", "LANG", "LC_CTYPE", "LD_LIBRARY_PATH", "MPLBACKEND", "MPLCONFIGDIR", "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS", "PATH", "PWD", "PYTHONHASHSEED", "PYTHONPATH", "TMPDIR",
    }  # fmt: skip
    assert text("print(os.environ['HOME'], os.getcwd())") == f"{WORK} {WORK}\n"


def test_the_environment_of_the_grader_does_not_reach_it(monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "magic")
    source = (
        "import glob; [path for path in glob.glob('/proc/*/environ') if b'SECRET' in open(path, 'rb').read()]"
    )
    with Nursery() as nursery, nursery.open() as session:
        outputs, _ = session.run(source)
    assert outputs[0]["data"]["text/plain"] == "[]"


@pytest.fixture
def behind_the_outer_walls(tmp_path):
    """What a program raises or prints there, without the filter of system calls, which is a wall of its own."""
    walls.prepare(tmp_path)
    limits = Limits()

    def run(source):
        route = walls.Route(inner=True)
        line = walls.command(0, tmp_path, room(limits.packages), route, limits)
        command = [*line[: line.index("--") + 1], "/py/bin/python", "-s", "-B", "-c", source]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stdout.strip() or done.stderr.strip().rpartition("\n")[2].partition(":")[0]

    return run


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6"])
def test_there_is_no_network(run, family, behind_the_outer_walls):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        host = "127.0.0.1" if family == "AF_INET" else "::1"
        source = f"import socket\ns = socket.socket(socket.{family})\ns.settimeout(0.5)\ns.connect(({host!r}, {port}))"
        (found,) = run(source)
        outside = behind_the_outer_walls(source)
    assert found["ename"] == "PermissionError"
    assert outside in {"ConnectionRefusedError", "OSError", "TimeoutError"}


def test_there_is_no_interface_but_its_own_loopback(behind_the_outer_walls):
    look = "import socket; print([name for _, name in socket.if_nameindex()])"
    assert behind_the_outer_walls(look) == "['lo']"


def test_names_are_not_resolved(run):
    assert run("import socket; socket.getaddrinfo('example.org', 80)")[0]["ename"] == "gaierror"


def test_a_socket_file_of_the_machine_is_not_there(run, tmp_path, behind_the_outer_walls):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        server.listen()
        source = f"import socket\nsocket.socket(socket.AF_UNIX).connect({str(tmp_path / 's')!r})"
        (found,) = run(source)
        outside = behind_the_outer_walls(source)
    assert found["ename"] == "PermissionError"
    assert outside == "FileNotFoundError"


def test_it_sees_no_process_but_itself(text):
    assert text("import os; os.getpid(), os.getppid()") == "(1, 0)"
    assert text("os.path.exists('/proc/self'), os.path.exists('/proc/1')") == "(False, False)"


def test_it_is_nobody_special(text):
    assert text("import os; os.getuid(), os.getgid(), os.getgroups()") == "(1000, 1000, [])"
    assert text("os.uname().nodename") == "'notebook'"
    # PR_GET_NO_NEW_PRIVS, and PR_CAPBSET_READ of each capability.
    asked = "import ctypes; libc = ctypes.CDLL(None); libc.prctl(39, 0, 0, 0, 0)"
    assert text(asked) == "1"
    assert text("[n for n in range(41) if libc.prctl(23, n, 0, 0, 0)]") == "[]"


def test_it_holds_the_pipe_and_three_times_nothing(text):
    look = "    try: os.fstat(n); found.append(n)\n    except OSError: pass\n"
    assert text(f"import os\nfound = []\nfor n in range(300):\n{look}found") == "[0, 1, 2, 3]"
    assert text("import stat; [stat.S_ISCHR(os.fstat(n).st_mode) for n in range(3)]") == "[True, True, True]"


@pytest.mark.parametrize(
    "leave",
    [
        "open('seen.txt', 'w').write('x')",
        "open('.hidden', 'w').write('x')",
        "import os; os.makedirs('.config/deep'); open('.config/deep/file', 'w').write('x')",
        "import os; os.makedirs('locked/deep'); open('locked/file', 'w').write('x'); os.chmod('locked', 0)",
        "import os; os.symlink('/usr', 'link')",
        "import os; os.mkfifo('fifo')",
        "import os\nfor n in range(1200): os.mkdir('d'); os.chdir('d')",
        "import numpy; numpy.magic = 'x'",
        "import through_time; through_time.magic = 'x'",
        "import builtins; builtins.magic = 'x'",
        "import os; os.environ['MAGIC'] = 'x'",
        "import sys; sys.path.insert(0, '/tmp/work')",
        "import os; os.mkdir('.ipython'); open('.ipython/startup.py', 'w').write('x')",
        "get_ipython().user_ns['magic'] = 'x'",
        "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])",
        "import os; os.umask(0o777)",
    ],
)
def test_nothing_of_a_session_is_there_in_the_next(nursery, leave):
    look = """
import os, sys, builtins, numpy, through_time
print(os.listdir('/tmp/work'))
print(hasattr(numpy, 'magic'), hasattr(through_time, 'magic'), hasattr(builtins, 'magic'), 'magic' in globals())
print('MAGIC' in os.environ, sys.path.count('/tmp/work'), os.getcwd(), os.umask(0o22))
"""
    with nursery.open() as session:
        before = session.run(look)
        assert all(output["output_type"] != "error" for output in session.run(leave)[0])
    with nursery.open() as session:
        after = session.run(look)
    assert after == before
    assert before[0][0]["text"].startswith("[]\nFalse False False False\nFalse 1 /tmp/work 18")


def test_limits_hold(run, text):
    assert run("x = bytearray(3 * 2**30)")[0]["ename"] == "MemoryError"
    written = "with open('big', 'wb') as file:\n    for n in range(100): file.write(bytes(2**20))"
    assert run(written)[0]["ename"] == "OSError"
    assert text("import resource; resource.getrlimit(resource.RLIMIT_CORE)") == "(0, 0)"
    raised = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40))"
    assert run(raised)[0]["ename"] == "ValueError"
