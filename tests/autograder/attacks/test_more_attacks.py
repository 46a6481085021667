# ruff: noqa: E501  (a program per line)
"""More of them: leaks in disguise, values that lie about themselves, late answers, and floods of every kind."""

import pytest

from autograder.sandbox import session as judges_end

pytestmark = [pytest.mark.xdist_group("sample-course"), pytest.mark.usefixtures("honest_afterwards")]

LOOK = (
    "import base64, os, sys, sysconfig, site, platform, socket, numpy as np, matplotlib, through_time\n"
    "what = repr([sys.executable, sys.path, sys.orig_argv, vars(sys).get('_base_executable'), sysconfig.get_config_vars(),\n"
    "    sysconfig.get_paths(), site.getsitepackages(), dict(os.environ), np.__file__, matplotlib.get_data_path(),\n"
    "    matplotlib.get_cachedir(), through_time.__path__, os.getcwd(), platform.uname(), socket.gethostname(),\n"
    "    [getattr(m, '__cached__', 0) for m in list(sys.modules.values())], [getattr(m, '__spec__', 0) for m in list(sys.modules.values())]])\n"
)
ENCODED = {
    "places in base64": LOOK + "print(base64.b64encode(what.encode()).decode())",
    "places in base64, by one": LOOK + "print(base64.b64encode(b'x' + what.encode()).decode())",
    "places in hex": LOOK + "print(what.encode().hex())",
    "places backwards": LOOK + "print(what[::-1])",
    "places by other letters": LOOK + "import codecs; print(codecs.encode(what, 'rot13'))",
    "places in an error": LOOK + "raise ValueError(what[::-1])",
    "places in an error of the function": LOOK + "def double(x): raise ValueError(what[:500])",
    "places in an error's name": LOOK + "raise type(sys.executable + np.__file__, (Exception,), {})(1)",
    "places in a picture": LOOK
    + "from IPython.display import display; display({'image/png': base64.b64encode(what.encode()).decode()}, raw=True)",
    "places in metadata": LOOK
    + "from IPython.display import display; display({'text/plain': 'x'}, raw=True, metadata={'a': what})",
    "bytecode": "import base64, glob, json, numpy\nfor m in (json, numpy):\n    print(base64.b64encode(open(m.__cached__, 'rb').read()).decode())",
    "names in the bytes of the interpreter": "import glob, os, re, sys\nfor p in [os.path.realpath(sys.executable), *glob.glob(sys.prefix + '/lib/*.so*')]:\n"
    "    print([m.hex() for m in re.findall(rb'/[ -~]{8,200}', open(p, 'rb').read())][:4000])",
    "build settings": "import glob\nfor p in glob.glob('/py/lib/python3*/_sysconfigdata*'): print(open(p).read()[::-1])",
    "how packages were installed": "import importlib.metadata as m\nfor d in m.distributions():\n    print([d.read_text(n) for n in ('direct_url.json', 'RECORD', 'INSTALLER')], [str(f) for f in d.files or ()][:3])",
    "how numpy was built": "import numpy as np; np.show_config(); print(np.__config__.CONFIG)",
    "path files": "import glob\nfor p in glob.glob('/**/*.pth', recursive=True) + glob.glob('/**/pyvenv.cfg', recursive=True): print(open(p).read())",
    "mounts by a new call": "import ctypes\nb = ctypes.create_string_buffer(65536)\nfor n in (457, 458, 465): print(ctypes.CDLL(None).syscall(n, b, 0, b, 65536, 0), b.raw[:999])",
    "the vector of the loader": "import ctypes\nl = ctypes.CDLL(None); l.getauxval.restype = ctypes.c_char_p\nprint(l.getauxval(31)[::-1])",
    "the first stack": "import ctypes\ne = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), 'environ')\nprint([e[n] for n in range(12)])",
    "libraries by address": "import ctypes\nclass D(ctypes.Structure): _fields_ = [('f', ctypes.c_char_p), ('b', ctypes.c_void_p), ('s', ctypes.c_char_p), ('a', ctypes.c_void_p)]\n"
    "d = D(); print([ctypes.CDLL(None).dladdr(ctypes.cast(f, ctypes.c_void_p), ctypes.byref(d)) and d.f for f in (ctypes.pythonapi.Py_Main, ctypes.CDLL(None).getpid)])",
    "tracebacks of libraries": "import numpy as np, json, traceback\nfor f in (lambda: np.linalg.inv(np.ones(3)), lambda: json.loads('{'), lambda: open('/none')):\n"
    "    try: f()\n    except Exception: print(traceback.format_exc()[::-1])",
    "all of proc": "import os\nfor n in ('self', 'thread-self', '1', 'mounts', 'version', 'cmdline', 'net', 'sys/kernel/hostname'):\n"
    "    for f in ('', 'environ', 'cmdline', 'maps', 'mountinfo', 'cwd', 'root', 'exe', 'fd', 'mem'):\n"
    "        p = f'/proc/{n}/{f}'\n        if os.path.lexists(p): print(p, open(p).read())",
    "parents by dots": "import os\nprint([os.path.exists('../' * 20 + p) for p in ('etc/hosts', 'home', 'var/lib', 'bin/sh')])",
    "descriptors of others": "import os\nfor n in range(300):\n    for f in (os.ttyname, os.fpathconf and os.fstat):\n        try: print(n, f(n).st_dev)\n        except Exception: pass",
    "objects that hold code": "import gc\nprint([o.co_filename for o in gc.get_objects() if hasattr(o, 'co_filename')][:99])\nprint({f.__code__.co_filename for f in gc.get_objects() if hasattr(f, '__code__')})",
}

LYING = {
    "a class that says it is dict": "class L:\n    __class__ = dict\n    def items(self): return [('twice', 0)]\n    __getitem__ = lambda s, k: 0\ndef double(x): return L()",
    "a class of classes": "class M(type):\n    __instancecheck__ = __subclasscheck__ = lambda *a: True\n    __eq__ = lambda *a: True\n    __hash__ = lambda s: hash(dict)\nclass D(dict, metaclass=M): pass\ndef double(x): return D(twice=x, sum=0.0)",
    "numbers with their own memory": "class A:\n    __array_interface__ = {'shape': (3,), 'typestr': '<f8', 'data': (8, False), 'version': 3}\ndef double(x): return {'twice': A(), 'sum': A()}",
    "memory that isn't there": "import numpy as np\nclass A:\n    __array_interface__ = {'shape': (3,), 'typestr': '<f8', 'data': (8, False), 'version': 3}\ndef double(x): return {'twice': np.asarray(A()), 'sum': 0.0}",
    "an array that writes itself": "import numpy as np\nclass A(np.ndarray):\n    def tobytes(self, *a): return b''\n    nbytes = property(lambda s: 0)\n    dtype = property(lambda s: 'x')\ndef double(x): return {'twice': x.view(A), 'sum': x.sum()* 0}",
    "an array without strides": "import numpy as np\ndef double(x): return {'twice': np.lib.stride_tricks.as_strided(x, (2**40,), (0,)), 'sum': 0.0}",
    "dates for numbers": "import numpy as np\ndef double(x): return {'twice': np.array(['2020', '2021', '2022'], 'M8'), 'sum': np.timedelta64(1)}",
    "fields for numbers": "import numpy as np\ndef double(x): return {'twice': np.zeros(3, [('a', 'f8')]), 'sum': np.void(b'x')}",
    "a mask": "import numpy as np\ndef double(x): return {'twice': np.ma.masked_all(3), 'sum': np.ma.masked}",
    "something to rebuild": "class R:\n    def __reduce__(self): return (__import__('os').system, ('true',))\ndef double(x): return {'twice': R(), 'sum': R()}",
    "a text of its own kind": "class S(str):\n    __eq__ = lambda *a: True\n    __hash__ = lambda s: hash('twice')\ndef double(x): return {S('a'): x, S('b'): 0.0}",
    "a list without end": "class L(list):\n    def __iter__(self):\n        while True: yield 0\n    __len__ = lambda s: 3\ndef double(x): return {'twice': L(), 'sum': L()}",
    "a length that lies": "class D(dict):\n    __len__ = lambda s: 2**62\n    keys = lambda s: (_ for _ in iter(int, 1))\ndef double(x): return D(twice=0.0, sum=0.0)",
    "infinite by generator": "import itertools\ndef double(x): return {'twice': itertools.count(), 'sum': iter(int, 1)}",
    "fractions and decimals": "from fractions import Fraction\nfrom decimal import Decimal\ndef double(x): return {'twice': [Fraction(1)] * 3, 'sum': Decimal(1)}",
    "halves of characters": "def double(x): return {'twice': '\\ud800', '\\udfff': 0.0}",
    "control characters in names": "globals()['\\x00\\x1b[2J\\n'] = 1\ndef double(x): return {'\\x00\\x1b[31m': x, 'sum\\x08': 0.0}",
    "attributes on demand": "class G:\n    def __getattr__(self, n): return self\n    __call__ = __getitem__ = lambda s, *a, **k: s\ndef double(x): return G()",
    "a property that ends": "class P:\n    @property\n    def __array__(self): raise SystemExit\n    def __repr__(self): raise KeyboardInterrupt\ndef double(x): return {'twice': P(), 'sum': P()}",
    "copies that differ": "import copy\ncopy.deepcopy = lambda v, *a: v\ndef double(x):\n    x[:] = 0\n    return {'twice': x, 'sum': 0.0}",
    "no call but a class": "class double:\n    def __init__(self, x): self.twice = x\n    def __getitem__(self, k): return 0",
    "the same object for all": "class E(float):\n    def __new__(cls, *a): return float.__new__(cls, 'nan')\ndef double(x): return {'twice': [E()] * 3, 'sum': E()}",
}

LATE = {
    "a packer of its own": "import msgpack\nm = msgpack.packb({'failure': None, 'value': {'twice': [0.0] * 3, 'sum': 0.0}, 'changed': []})\nmsgpack.packb = lambda *a, **k: m",
    "a coder of its own": "import autograder.wire as w\nold = w.encode\nw.encode = lambda v: old({'failure': None, 'value': {'twice': 0, 'sum': 0}, 'changed': []})",
    "answers by a thread": "import msgpack, os, struct, threading, time\nm = msgpack.packb({'failure': None, 'value': 1.0})\ndef f():\n"
    "    while True: time.sleep(0.001); os.write(3, struct.pack('>I', len(m)) + m)\nthreading.Thread(target=f, daemon=True).start()",
    "answers by a signal": "import msgpack, os, signal, struct\nm = msgpack.packb({'failure': None, 'outputs': [{'output_type': 'stream', 'name': 'stdout', 'text': '4.0'}]})\n"
    "signal.signal(signal.SIGUSR1, lambda *a: os.write(3, struct.pack('>I', len(m)) + m))\nfor _ in range(50): os.kill(os.getpid(), signal.SIGUSR1)",
    "answers at the end": "import atexit, os\natexit.register(lambda: os.write(3, b'\\0\\0\\0\\1\\x01'))\nimport sys; sys.exitfunc = lambda: os.write(3, b'x')",
    "outputs that are none": "import autograder.wire as w, numpy as np, socket\ns = socket.socket(fileno=3)\nfor o in ({1: 2, 'a': np.ones(2)}, {'output_type': 'display_data', 'data': {'application/json': np.ones(3), 'text/plain': float('nan')}, 'metadata': {}}, {'output_type': 'error', 'ename': 1, 'traceback': [2]}):\n"
    "    w.send(s, {'failure': None, 'outputs': [o, None, 7]})",
    "frames without end": "import os, struct\nf = struct.pack('>I', 2**20) + b'\\xc6' + struct.pack('>I', 2**20 - 5) + bytes(2**20 - 5)\nwhile True: os.write(3, f)",
    "a swallower": "import threading, os\ndef f():\n    while True: os.read(3, 2**20)\nthreading.Thread(target=f, daemon=True).start()",
    "descriptors for the judge": "import array, socket\ns = socket.socket(fileno=3)\ns.sendmsg([b'\\0'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0, 1, 2] * 80))])",
    "the child's own judge": "import gc, types\nfor o in gc.get_objects():\n    if isinstance(o, types.FunctionType) and o.__name__ in ('_guarded', '_call', '_same', 'serve'): o.__code__ = (lambda *a, **k: {'failure': None, 'value': 1}).__code__",
    "markup": "from IPython.display import display\nx = '<img src=x onerror=alert(1)><script>alert(2)</script>'\ndisplay({'text/html': x, 'image/svg+xml': '<svg onload=alert(3)>', 'text/latex': r'\\href{javascript:alert(4)}{x}', 'text/markdown': '[x](javascript:alert(5))', x: x}, raw=True)\nraise type(x, (Exception,), {})(x)",
    "escapes": "print('\\x1b]0;title\\x07\\x1b[2J\\x1b[31m4.0 of 4\\x1b[0m\\r\\x08\\x00')\nimport sys; print('\\x9b31m\\u202e', file=sys.stderr)",
    "widgets": "from IPython.display import display\ndisplay({'application/vnd.jupyter.widget-view+json': {'model_id': 'x'}, 'application/javascript': 'alert(1)'}, raw=True)",
    "metadata of a score": "from IPython.display import display\ndisplay({'text/plain': '3.0'}, raw=True, metadata={'nbgrader': {'grade': True, 'points': 99, 'grade_id': 'ex-1-1-check'}})",
}

FLOODING = {
    "its group": "import os; os.kill(0, 9); os.killpg(0, 9)",
    "folders without end": "import os\nn = 0\nwhile True:\n    os.mkdir(str(n)); n += 1",
    "depth": "import os\nwhile True: os.mkdir('d'); os.chdir('d')",
    "a file with holes": "f = open('f', 'wb')\nfor n in range(60): f.truncate(2**n)",
    "descriptors": "import os\nheld = []\nwhile True: held.append(os.pipe())",
    "no descriptor more": "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))",
    "shared pages": "import mmap\nheld = [mmap.mmap(-1, 2**28) for _ in range(99)]",
    "buffers of sockets": "import socket\nheld = [socket.socketpair() for _ in range(99)]\nfor a, b in held: a.setblocking(False); a.send(bytes(10**7))",
    "a number to a power": "x = 10 ** 10 ** 9",
    "a deaf loop": "import signal, sys\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65)); sys.setswitchinterval(1e9)\nwhile True: pass",
    "a farewell without end": "class D:\n    def __del__(self):\n        while True: pass\nd = D()\ndel d",
    "a name without end": "class R:\n    def __repr__(self): return 'x' * 10**8\nR()",
    "a name of itself": "class R:\n    def __repr__(self): return repr(self)\nR()",
    "a tree too deep": "import ast; ast.parse('(' * 10**5); eval('-' * 10**6 + '1')",
    "nested texts": "import json; json.loads('[' * 10**6)",
    "broken memory": "import ctypes; ctypes.memset(id(None), 0, 64)",
    "a small stack": "import threading, sys\nthreading.stack_size(32768); sys.setrecursionlimit(10**6)\ndef f(): f()\nt = threading.Thread(target=f); t.start(); t.join()",
    "threads that print": "import threading\ndef f():\n    while True: print('x' * 10**5)\nfor _ in range(8): threading.Thread(target=f, daemon=True).start()",
    "warnings without end": "import warnings, logging\nwarnings.simplefilter('always')\nwhile True: warnings.warn('x' * 999); logging.error('x' * 999)",
    "figures without end": "import matplotlib.pyplot as plt\nfor _ in range(10**4): plt.figure(figsize=(50, 50))",
    "loud arithmetic": "import numpy as np; np.seterr(all='raise'); np.set_printoptions(threshold=10**9); np.zeros(10**6)",
    "no finder": "import sys; sys.meta_path.clear(); sys.path_hooks.clear(); sys.path.clear(); sys.path_importer_cache.clear()",
    "hooks": "import sys\nsys.excepthook = sys.displayhook = sys.unraisablehook = lambda *a: 1 / 0\nsys.addaudithook(lambda *a: None)\n1",
    "an auditor that forbids": "import sys\ndef f(*a): raise RuntimeError\nsys.addaudithook(f)",
    "fonts and styles": "import matplotlib, os\nos.makedirs('.matplotlib', exist_ok=True); open('.matplotlib/matplotlibrc', 'w').write('x')\nmatplotlib.rcParams['backend'] = 'svg'\nmatplotlib.rcParams.clear()",
    "start-up of the interpreter": "import os, site\nfor p in (site.getusersitepackages(), '.ipython/profile_default/startup', '.local/bin', '.jupyter'):\n    os.makedirs(p, exist_ok=True); open(p + '/x.pth', 'w').write('import os; os._exit(1)'); open(p + '/usercustomize.py', 'w').write('1/0')",
}

ATTACKS = ENCODED | LYING | LATE | FLOODING
COSTLY = set(LATE) | set(FLOODING) | {"memory that isn't there", "a mask"}
"""What meddles with its own process, or floods it, may lose the rest of its own notebook, and nothing else."""


def test_the_names_are_different():
    assert len(ATTACKS) == sum(map(len, (ENCODED, LYING, LATE, FLOODING))) > 80


@pytest.mark.parametrize("name", ATTACKS)
def test_it_earns_nothing_and_learns_nothing(fended, name):
    fended(ATTACKS[name], costly=name in COSTLY)


KEEPS = """
seen = []
def double(x):
    seen.append(x.tobytes().hex())
    double.calls = seen
    open("seen", "a").write(str(seen))
    return {"twice": 2 * x, "sum": x.sum()}
"""


@pytest.mark.parametrize(
    ("later", "shown"),
    [
        ("print(len(seen), seen)", "0 []\n"),
        ("print(getattr(double, 'calls', None))", "None\n"),
        ("import os; print(os.path.exists('seen'))", "False\n"),
    ],
)
def test_what_a_function_keeps_is_told_by_no_cell(judged, later, shown):
    graded = judged(double=KEEPS, after=[later])
    assert graded.score == 4.0
    outputs = graded.notebooks["ch01-tiny"].cells[-1].outputs
    assert [output.text for output in outputs] == [shown]


@pytest.mark.parametrize(
    "end", ["import os; os._exit(0)", "while True:\n try: input()\n except BaseException: pass"]
)
def test_nor_when_the_cells_are_run_again(judged, monkeypatch, end):
    monkeypatch.setattr(judges_end, "GRACE_SECONDS", 0.3)
    graded = judged(double=KEEPS, after=["print(seen)", end, "print(seen, 'at last')"])
    assert graded.score == 4.0
    outputs = [output for cell in graded.notebooks["ch01-tiny"].cells[-3:] for output in cell.outputs]
    told = [output.text for output in outputs if "[" in output.get("text", "")]
    assert told == ["[]\n"] + ["[] at last\n"] * ("input" in end)
