"""The filter of system calls: every row refuses, and what a notebook needs works behind it."""

import ast
import platform

import pytest

from autograder.inside import seccomp
from autograder.student import Failure

COLUMN = seccomp.MACHINES[platform.machine()][0]
CALL = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    ctypes.set_errno(0)
    found = libc.syscall(number, *map(ctypes.c_long, arguments))
    return found, ctypes.get_errno()
"""
NO_PROCESS = "No program, process or connection can be started"


@pytest.fixture(scope="module")
def evaluate(nursery):
    """evaluate(expression): its value in one session, in which `call` makes a system call.

    A nursery has one session at a time, so the tests that open their own come after those that ask here.
    """
    with nursery.open() as session:
        assert session.run(CALL) == ([], None)

        def ask(expression):
            outputs, failure = session.run(f"print(repr({expression}))")
            assert failure is None
            return ast.literal_eval(outputs[0]["text"])

        yield ask


@pytest.mark.parametrize("name", sorted(seccomp.REFUSED))
def test_a_refused_call(evaluate, name):
    number = seccomp.REFUSED[name][COLUMN]
    if number is None:
        assert COLUMN == 1
        return
    # Arguments that a kernel would answer with another error, if it looked at them.
    assert evaluate(f"call({number}, -1, -1, -1, -1, -1)") == (-1, 1)


def test_calls_of_the_other_table_are_refused(evaluate):
    if COLUMN == 0:
        assert evaluate(f"call({0x40000000 + 39})") == (-1, 1)


@pytest.mark.parametrize("number", [seccomp.UNKNOWN, 458, 500, 10_000])
def test_what_the_kernel_will_learn_is_not_there(evaluate, number):
    assert evaluate(f"call({number}, 0, 0)") == (-1, 38)


@pytest.mark.parametrize("name", sorted(seccomp.OWN))
def test_other_processes_are_out_of_reach(evaluate, name):
    number = seccomp.OWN[name][COLUMN]
    for process in ("2", "65000", "-1"):
        assert evaluate(f"call({number}, {process}, 0, 0, 0)") == (-1, 1)
    harmless = "0" if name == "kill" else "os.getpid()"
    assert evaluate(f"call({number}, os.getpid(), {harmless}, 0, 0)[1] != 1")


def test_a_process_is_made_by_no_call(evaluate):
    assert evaluate(f"call({seccomp.CLONE3[COLUMN]}, 0, 0)") == (-1, 38)
    assert evaluate(f"call({seccomp.CLONE[COLUMN]}, 17, 0, 0, 0, 0)") == (-1, 1)
    # A new namespace with a thread's flag is no thread: the kernel itself refuses the pair.
    assert evaluate(f"call({seccomp.CLONE[COLUMN]}, {0x10000000 | 0x10000}, 0, 0, 0, 0)")[0] == -1


@pytest.mark.parametrize(
    "source",
    [
        "import os; os.fork()",
        "import subprocess; subprocess.run(['ls'])",
        "import os; os.execv('/bin/true', ['true'])",
        "import socket; socket.socket()",
        "import multiprocessing; multiprocessing.get_context('fork').Process(target=print).start()",
        "import os; os.kill(2, 9)",
        "import os; os.kill(-1, 9)",
    ],
)
def test_a_student_reads_why(nursery, source):
    with nursery.open() as session:
        outputs, failure = session.run(source)
        assert failure is None
        assert outputs[-1]["ename"] == "PermissionError"
        assert NO_PROCESS in outputs[-1]["evalue"]
        assert session.run("1")[1] is None


def test_os_system_starts_nothing(nursery):
    with nursery.open() as session:
        assert session.run("import os; print(os.system('true') != 0)")[0][0]["text"] == "True\n"


@pytest.mark.parametrize(
    "source",
    [
        "from concurrent.futures import ThreadPoolExecutor as P\nwith P(4) as pool: print(*pool.map(abs, [1, 2]))",
        "import asyncio\nasync def f(): await asyncio.sleep(0.01); return 1\nassert await f() == 1",
        "import numpy as np\na = np.ones((300, 300)); assert (a @ a)[0, 0] == 300",
        "import tempfile\nwith tempfile.TemporaryFile() as f: f.write(b'x')",
        "import os, signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)\nos.kill(os.getpid(), signal.SIGUSR1)",
        "import sqlite3\nassert sqlite3.connect(':memory:').execute('select 1').fetchone() == (1,)",
    ],
    ids=["threads", "asyncio", "products", "files", "its own signal", "sqlite"],
)
def test_what_a_notebook_needs_works(nursery, source):
    with nursery.open() as session:
        outputs, failure = session.run(source)
        assert (failure, [each for each in outputs if each["output_type"] == "error"]) == (None, [])


def test_the_filter_stays(nursery):
    with nursery.open() as session:
        session.run("import ctypes; ctypes.CDLL(None).prctl(22, 0, 0, 0, 0)")
        assert session.run("import os; os.fork()")[0][-1]["ename"] == "PermissionError"
        assert session.run("import os; os._exit(0)")[1] is Failure.DIED


def test_the_program_fits_into_the_kernel():
    assert seccomp.supported()
    program = seccomp.program_for(platform.machine(), 4711)
    assert len(program) % 8 == 0
    assert len(program) // 8 < 4096
    assert seccomp.program_for("aarch64", 4711) != seccomp.program_for("x86_64", 4711)
