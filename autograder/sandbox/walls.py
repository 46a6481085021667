"""The walls around student code: the command that starts a nursery behind them, and what this machine has.

`bubblewrap` (the default): own user, mount, process, network, ipc and uts namespaces; of the disk only the
interpreter, the public package and the child's own code, read-only, and a private temporary folder; no
network; an empty environment; and each submission gives up the system calls that it doesn't need. `none`: a
separate process with limits only; student code can then read what the instructor can, the solutions included,
so it is for one's own notebooks.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from autograder.errors import SandboxError

LEVELS = ("bubblewrap", "none")

CODE = "/code"
WORK = "/tmp/work"  # noqa: S108  (inside the walls, where /tmp is private)

WORK_BYTES = 256 * 2**20
"""All that a submission's files may hold together; they lie in memory."""

_PROBE = """
import numpy
from autograder.inside import seccomp
if not seccomp.supported():
    raise SystemExit("there is no filter of system calls for this kind of machine (x86_64 and aarch64 have one)")
try:
    seccomp.apply()
except OSError as error:
    raise SystemExit(str(error))
"""

_VISIBLE = ("autograder/__init__.py", "autograder/wire.py", "autograder/inside")


def require(level: str) -> None:
    """Raise SandboxError, saying what to install or enable, unless `level` can be had here."""
    if level == "none":
        return
    if shutil.which("bwrap") is None:
        raise SandboxError(
            "Grading needs the program bwrap, which is missing: install the package bubblewrap "
            "(apt-get install bubblewrap). To run notebooks that you trust without walls: --sandbox none."
        )
    probe = [*_bubblewrap(), "--", sys.executable, "-s", "-B", "-c", _PROBE]
    done = subprocess.run(probe, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise SandboxError(
            f"The sandbox can't be started here: {done.stderr.strip() or 'bwrap gave no reason'}. "
            "This machine or container has to allow user namespaces. "
            "To run notebooks that you trust without walls: --sandbox none."
        )


def command(level: str, descriptor: int) -> list[str]:
    """The command line that starts a nursery whose control socket is `descriptor`."""
    start = [sys.executable, "-s", "-B", "-m", "autograder.inside", str(descriptor)]
    return start if level == "none" else [*_bubblewrap(), "--", *start]


def environment(level: str, workplace: Path) -> dict[str, str]:
    """All that a nursery finds in its environment."""
    work = str(workplace) if level == "none" else WORK
    paths = [str(_root("autograder")), str(_root("through_time"))] if level == "none" else [CODE]
    return {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
        "PYTHONHASHSEED": "0",
        "HOME": work,
        "TMPDIR": work,
        "IPYTHONDIR": f"{work}/.ipython",
        "MPLCONFIGDIR": f"{work}/.matplotlib",
        "MPLBACKEND": "agg",
        "LANG": "C.UTF-8",
        # One BLAS thread: small products are faster, and forking stays simple.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def _bubblewrap() -> list[str]:
    line = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--uid", "1000", "--gid", "1000"]
    # First, because this interpreter may itself lie below /tmp, and would be covered later.
    line += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108
    for system in ("/usr/lib", "/usr/lib64", "/lib", "/lib64"):
        if Path(system).is_symlink():
            line += ["--symlink", str(Path(system).readlink()), system]
        elif Path(system).exists():
            line += ["--ro-bind", system, system]
    for folder in dict.fromkeys((sys.base_prefix, sys.prefix)):
        line += ["--ro-bind", folder, folder]
    line += _hide_answers()
    for name in _VISIBLE:
        line += ["--ro-bind", str(_root("autograder") / name), f"{CODE}/{name}"]
    line += ["--ro-bind", str(_root("through_time") / "through_time"), f"{CODE}/through_time"]
    # The working folder is the only place that can be written; it is emptied after each submission.
    line += ["--dir", WORK, "--size", str(WORK_BYTES), "--tmpfs", WORK]
    for place in ("/dev/shm", "/dev/mqueue"):  # noqa: S108
        line += ["--tmpfs", place, "--remount-ro", place]
    for place in ("/dev", "/tmp", "/"):  # noqa: S108
        line += ["--remount-ro", place]
    line += ["--chdir", WORK]
    for name, value in environment("bubblewrap", Path(WORK)).items():
        line += ["--setenv", name, value]
    return line


def _hide_answers() -> list[str]:
    """Cover the packages that know answers, should they be installed inside the interpreter's folders."""
    line = []
    for name in ("solutions", "autograder"):
        place = _root(name) / name
        if any(place.is_relative_to(folder) for folder in (sys.prefix, sys.base_prefix)):
            line += ["--tmpfs", str(place), "--remount-ro", str(place)]
    return line


def _root(package: str) -> Path:
    """The folder that holds `package`."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SandboxError(f"The package {package} isn't installed where this program runs.")
    return Path(spec.origin).parent.parent
