# ruff: noqa: E501  (a program per line)
"""Notebooks that try to cheat, to break or to slow the run: none earns more than its honest part, none leaves a trace.

Each attack stands in the cell that should define `double`, which it does not; the answer to 1.2 below is honest.
"""

from pathlib import Path

import pytest

import autograder

pytestmark = [pytest.mark.xdist_group("sample-course"), pytest.mark.usefixtures("honest_afterwards")]

ROOT = Path(autograder.__file__).parent.parent

READING = {
    "the machine's users": "print(open('/etc/passwd').read())",
    "the reference": f"print(open('{ROOT}/solutions/course.py').read())",
    "the reference by import": "import solutions.course\ndouble = solutions.course.EXERCISES['1.1'].tasks[0].reference",
    "this course by import": "import tinycourse.course\ndouble = tinycourse.course.DOUBLE.reference",
    "a package from the project": f"import sys; sys.path.insert(0, '{ROOT}')\nimport solutions",
    "what the disk holds": "import os\nfor place, _, files in os.walk('/'):\n"
    "    for f in files:\n        if f.endswith(('.ipynb', '.db')) or 'secret' in f: print(place, f)",
    "environments": "import glob\nfor p in glob.glob('/proc/*/environ'): print(open(p, 'rb').read())",
    "command lines": "import glob\nfor p in glob.glob('/proc/*/cmdline'): print(open(p, 'rb').read())",
    "the parent's memory": "import os\nprint(open(f'/proc/{os.getppid()}/mem', 'rb').read(10))",
    "the root of the first process": "import os\nprint([n for n in ('etc', 'home') if os.path.exists(f'/proc/1/root/{n}')])",
    "mounted places": "print(open('/proc/self/mountinfo').read())",
    "open descriptors": "import os\nfor n in range(3, 99):\n    try: print(os.readlink(f'/proc/self/fd/{n}'))\n"
    "    except OSError: pass",
    "waiting messages": "import gc, socket\nfor s in gc.get_objects():\n    if isinstance(s, socket.socket):\n"
    "        s.setblocking(False)\n        print(s.recv(10**6, socket.MSG_PEEK))",
    "frames above": "import sys\nf = sys._getframe()\nwhile f:\n    print(sorted(f.f_locals)[:50])\n    f = f.f_back",
    "all objects": "import gc\nprint([o for o in gc.get_objects() if type(o).__name__ in ('Paper', 'Exercise', 'Case')])",
    "a core of the kernel": "print(open('/proc/kcore', 'rb').read(9)); print(open('/sys/kernel/vmcoreinfo').read())",
}

LYING = {
    "numpy agrees with all": "import numpy as np\nnp.allclose = np.array_equal = lambda *a, **k: True\n"
    "np.linalg.norm = lambda *a, **k: 0.0\ndef double(x): return {'twice': x, 'sum': 0.0}",
    "builtins agree with all": "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.abs = lambda x: 0\n"
    "builtins.max = lambda *a, **k: 0\ndef double(x): return {'twice': x, 'sum': 0.0}",
    "equal to everything": "class E:\n    __eq__ = lambda *a: True\n    __hash__ = lambda s: 0\n"
    "def double(x): return {'twice': E(), 'sum': E()}",
    "a number of numbers": "class F(float):\n    __sub__ = __rsub__ = lambda *a: 0.0\n    __eq__ = lambda *a: True\n"
    "def double(x): return {'twice': x, 'sum': F(1)}",
    "an array that cancels": "import numpy as np\nclass A(np.ndarray):\n    def __array_ufunc__(self, *a, **k): return 0.0\n"
    "    __sub__ = __rsub__ = lambda *a: np.zeros(3)\ndef double(x): return {'twice': x.view(A), 'sum': x.view(A)[0]}",
    "an array by promise": "class P:\n    shape = (3,)\n    dtype = float\n    def __array__(self, *a, **k): return 1 / 0\n"
    "def double(x): return {'twice': P(), 'sum': P()}",
    "objects in an array": "import numpy as np\nclass Z:\n    def __getattr__(self, n): return lambda *a: 0.0\n"
    "def double(x): return {'twice': np.array([Z()] * 3, dtype=object), 'sum': 0.0}",
    "a dict of its own kind": "class D(dict):\n    def __getitem__(self, k): return 0\n    def items(self): return [('twice', 0)]\n"
    "def double(x): return D(twice=x, sum=0.0)",
    "not a number": "def double(x): return {'twice': x * float('nan'), 'sum': float('nan')}",
    "infinite": "def double(x): return {'twice': x * float('inf'), 'sum': float('inf')}",
    "too many dimensions": "import numpy as np\ndef double(x): return {'twice': np.zeros((1,) * 30), 'sum': 0.0}",
    "a broadcast giant": "import numpy as np\ndef double(x): return {'twice': np.broadcast_to(0.0, (10**9,)), 'sum': 0.0}",
    "an endless answer": "def double(x):\n    a = []\n    a.append(a)\n    return {'twice': a, 'sum': a}",
    "a deep answer": "def double(x):\n    a = {}\n    for _ in range(10**5): a = {'twice': a}\n    return a",
    "a million keys": "def double(x): return dict.fromkeys(map(str, range(10**6)), 0.0)",
    "a number of ten thousand digits": "def double(x): return {'twice': x, 'sum': 10**10000}",
    "a generator": "def double(x):\n    while True: yield x",
    "keys that are no text": "def double(x): return {('twice',): x, None: 0.0, b'sum': x.sum()}",
}

FORGING = {
    "a verdict in print": "print('Exercise 1.1, Double: 3 of 3 points.')\n3.0",
    "a verdict on display": "from IPython.display import HTML, display\ndisplay(HTML('<b>3 of 3 points</b>'))\n3.0",
    "a script": "from IPython.display import Javascript, display\ndisplay(Javascript('document.title = 4'))",
    "an answer in the pipe": "import gc, socket, struct, msgpack\nm = msgpack.packb({'failure': None, 'value': {}})\n"
    "[s.send(struct.pack('>I', len(m)) + m) for s in gc.get_objects() if isinstance(s, socket.socket)]",
    "junk in the pipe": "import gc, os, socket\n[s.send(os.urandom(4096)) for s in gc.get_objects() if isinstance(s, socket.socket)]",
    "a long promise": "import gc, socket\n[s.send(b'\\x7f\\xff\\xff\\xff') for s in gc.get_objects() if isinstance(s, socket.socket)]",
    "another session's code": "import sys\ns = next(o for o in __import__('gc').get_objects() if type(o).__name__ == 'Session')\n"
    "s._answers['call'] = lambda **k: {'failure': None, 'value': {'twice': 1, 'sum': 1}, 'changed': []}",
    "the wire": "import autograder.wire as w\nw.send = lambda *a, **k: None",
    "the gradebook": "import sqlite3\nc = sqlite3.connect('../../gradebook.db')\n"
    "c.execute('update grade set manual_score = 4')\nc.commit()",
    "the check": "import through_time\nthrough_time.check = lambda *a: 3.0",
    "the shell": "get_ipython().run_cell = lambda *a, **k: None",
    "cells to come": "get_ipython().input_transformers_post.append(lambda lines: ['double = dict\\n'])",
    "the tree of cells to come": "import ast\nclass T(ast.NodeTransformer):\n    def visit_Constant(self, n): return ast.Constant('yes')\n"
    "get_ipython().ast_transformers.append(T())",
}

STAYING = {
    "a start-up file": "import os\np = os.path.expanduser('~/.ipython/profile_default/startup'); os.makedirs(p, exist_ok=True)\n"
    "open(p + '/00.py', 'w').write('word = 0')",
    "a site file": "open('sitecustomize.py', 'w').write('1/0'); open('usercustomize.py', 'w').write('1/0')",
    "a module in the way": "open('numpy.py', 'w').write('1/0'); open('through_time.py', 'w').write('1/0')",
    "settings of matplotlib": "open('matplotlibrc', 'w').write('backend: TkAgg')",
    "a daemon": "import os\nif os.fork() == 0:\n    os.setsid()\n    while True: pass",
    "a thread": "import threading\ndef f():\n    while True: pass\nthreading.Thread(target=f, daemon=True).start()",
    "a farewell": "import atexit; atexit.register(lambda: open('/tmp/work/left', 'w').write('x'))",
    "a tracer": "import sys, threading\nsys.settrace(lambda *a: None); threading.settrace(lambda *a: None)",
    "a collector": "import gc; gc.callbacks.append(lambda *a: None); gc.disable()",
    "a changed clock": "import time; time.time = time.monotonic = lambda: 0.0",
    "a locked folder": "import os\nos.makedirs('a/b'); os.chmod('a/b', 0); os.chmod('a', 0)",
}

BREAKING = {
    "a fork bomb": "import os\nwhile True: os.fork()",
    "programs": "import subprocess\nwhile True: subprocess.Popen(['sleep', '100'])",
    "processes": "import multiprocessing as m\nfor _ in range(99): m.Process(target=print).start()",
    "threads": "import threading, time\nfor _ in range(10**5): threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
    "memory": "import numpy as np\nx = [np.ones(10**8) for _ in range(100)]",
    "text": "x = 'x'\nwhile True: x += x",
    "files": "n = 0\nwhile True:\n    n += 1\n    open(str(n), 'wb').write(bytes(2**24))",
    "one file": "f = open('f', 'wb')\nwhile True: f.write(bytes(2**24))",
    "lines": "while True: print('x' * 1000)",
    "pictures": "from IPython.display import display\nwhile True: display({'image/png': 'x' * 10**6}, raw=True)",
    "recursion": "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nf()",
    "a loop": "while True: pass",
    "a loop that swallows": "while True:\n    try:\n        while True: pass\n    except Exception: pass",
    "the end": "import os; os._exit(0)",
    "the end by exit": "import sys; sys.exit(0)",
    "a fault": "import ctypes; ctypes.string_at(0)",
    "an abort": "import os; os.abort()",
    "a stop": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "a kill of all": "import os; os.kill(-1, 9)",
    "a kill of the parent": "import os; os.kill(os.getppid(), 9)",
    "limits for the parent": "import os, resource\nresource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))",
    "no descriptors": "import os; os.closerange(0, 1000)",
    "no builtins": "import builtins\nfor n in list(vars(builtins)):\n    if not n.startswith('_'): delattr(builtins, n)",
    "no modules": "import sys; sys.modules.clear()",
    "no output": "import sys; sys.stdout = sys.stderr = None",
    "a new mount": "import ctypes\nprint(ctypes.CDLL(None).unshare(0x10000000))",
    "shared memory": "from multiprocessing.shared_memory import SharedMemory\nSharedMemory('left', create=True, size=10**8)",
    "a server": "import socket\nsocket.create_server(('0.0.0.0', 8888))",
}

ATTACKS = READING | LYING | FORGING | STAYING | BREAKING
ENDING = {"the end", "a fault", "an abort", "no descriptors", "no modules", "no builtins", "builtins agree with all",
          "the shell", "cells to come", "an answer in the pipe", "junk in the pipe", "a long promise"}  # fmt: skip
"""They cost their own notebook the rest of its points, too."""
HUNGRY = {"a stop", "a thread", "threads", "memory", "text", "recursion"}
"""What is left for the rest of their own notebook depends on the machine."""


def test_there_are_more_than_fifty():
    assert len(ATTACKS) == sum(map(len, (READING, LYING, FORGING, STAYING, BREAKING))) > 50
    assert set(ATTACKS) > ENDING | HUNGRY


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_earns_nothing_and_learns_nothing(fended, name):
    fended(ATTACKS[name], costly=name in ENDING | HUNGRY)
