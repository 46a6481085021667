"""The outer walls around student code: the command that starts a nursery behind them, and the ways to have them.

`bubblewrap` (the default): own user, mount, process, network, ipc and uts namespaces; of the disk only a copy of
the interpreter and its packages, the public package and the child's own code, read-only, at neutral places; no
network; an empty environment. Each submission gets walls of its own within (`autograder.inside.birth`). `none`: a
separate process with limits only; student code can then read what the instructor can, the solutions included,
so it is for one's own notebooks.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from autograder.errors import SandboxError
from autograder.inside import seccomp
from autograder.inside.limits import Limits
from autograder.sandbox.room import CODE, PACKAGES, PYTHON, copy_clean

WORK = "/tmp/work"  # noqa: S108  (inside the walls, where /tmp is private)

_VISIBLE = ("autograder/__init__.py", "autograder/wire.py", "autograder/inside")

_RESERVED = 65000
"""Debian reserves the numbers from here to 65533: no user of the machine has one."""

_BECOME = (
    "import os, sys; n = int(sys.argv[1]); os.setgroups([]); os.setresgid(n, n, n); os.setresuid(n, n, n); "
    "os.execv(sys.argv[2], sys.argv[2:])"
)
_SYS_ADMIN = 21


@dataclass(frozen=True)
class Route:
    """A way to the walls.

    `user` is who runs student code, if not the grader himself: root never does, because limits don't bind him.
    With `inner`, each submission has namespaces of its own. With `builds`, root makes the outer walls and
    becomes `user` behind them; otherwise that user makes them. A container may forbid a view of processes
    of one's own; `own_proc` is then false, and the nursery sees the container's. Submissions see neither.
    """

    inner: bool
    user: int | None = None
    builds: bool = False
    own_proc: bool = True


def routes() -> list[Route]:
    """The ways that this user may go, the best first."""
    ways: list[tuple[int | None, bool]] = [(None, False)]
    if os.geteuid() == 0:
        user = _RESERVED + os.getpid() % 500
        may_mount = (_capabilities() >> _SYS_ADMIN) & 1
        # Root of a user namespace is somebody else outside, whom limits do bind.
        ways = [(user, True)] * may_mount + [(user, False)] + ways * (not is_outmost_root())
    views = ((True, True), (True, False), (False, False))
    return [Route(inner, user, builds, own_proc) for inner, own_proc in views for user, builds in ways]


def require(level: str) -> None:
    """Raise SandboxError, saying what to install or enable, if `level` certainly can't be had here.

    What only the kernel knows is found when a nursery starts.
    """
    if level == "none":
        return
    if shutil.which("bwrap") is None:
        raise SandboxError(
            "Grading needs the program bwrap, which is missing: install the package bubblewrap "
            "(apt-get install bubblewrap). To run notebooks that you trust without walls: --sandbox none."
        )
    if not seccomp.supported():
        raise SandboxError(
            "There is no filter of system calls for this kind of machine: grade on Linux on x86_64 or aarch64. "
            "To run notebooks that you trust without walls: --sandbox none."
        )


def refusal(reason: str) -> SandboxError:
    """The error for a machine that has what `require` asks for, and yet no walls."""
    if "Traceback" in reason:  # the walls stood, and Python didn't
        said = reason.strip().rpartition("\n")[2]
        return SandboxError(f"The process for student code didn't start: {said}")
    hint = "This machine or container has to allow user namespaces"
    restricted = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    most = Path("/proc/sys/user/max_user_namespaces")
    if most.exists() and most.read_text().strip() == "0":
        hint += ": set user.max_user_namespaces to more than 0 (sysctl)"
    elif restricted.exists() and restricted.read_text().strip() == "1":
        hint += ": an administrator can load an AppArmor profile with 'userns' for bwrap"
    elif Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        hint += ": start the container with a seccomp profile that allows them, or grade on the host"
    return SandboxError(
        f"The sandbox can't be started here: {reason or 'bwrap gave no reason'}. {hint}. "
        "To run notebooks that you trust without walls: --sandbox none."
    )


def prepare(workplace: Path) -> None:
    """Lay our own code out for student processes, in a folder that they may read."""
    workplace.chmod(0o755)
    code = workplace / CODE[1:]
    for name in _VISIBLE:
        (code / name).parent.mkdir(parents=True, exist_ok=True)
        copy_clean(_root("autograder") / name, code / name)
    copy_clean(_root("through_time") / "through_time", code / "through_time")


def command(descriptor: int, workplace: Path, room: Path | None, route: Route, limits: Limits) -> list[str]:
    """The command line that starts a nursery whose control socket is `descriptor`; without a room, no walls."""
    options = ["-s", "-B", "-m", "autograder.inside", str(descriptor)]
    if room is None:
        return [sys.executable, *options]
    start = [f"{PYTHON}/bin/python", *options]
    if route.builds:
        start = [start[0], "-I", "-S", "-c", _BECOME, str(route.user), *start]
    return [*_bubblewrap(workplace, room, route, limits), "--", *start]


def environment(level: str, workplace: Path) -> dict[str, str]:
    """All that a nursery finds in its environment."""
    work = str(workplace) if level == "none" else WORK
    own = [str(_root("autograder")), str(_root("through_time"))]
    paths = own if level == "none" else [CODE, PACKAGES]
    libraries = {} if level == "none" else {"LD_LIBRARY_PATH": f"{PYTHON}/lib"}
    return libraries | {
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


def _bubblewrap(workplace: Path, room: Path, route: Route, limits: Limits) -> list[str]:
    line = ["bwrap", "--die-with-parent", "--new-session", "--clearenv"]
    line += [f"--unshare-{kind}" for kind in ("ipc", "pid", "net", "uts", "cgroup-try")]
    if route.builds:
        line += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        line += ["--unshare-user", "--uid", "1000", "--gid", "1000"]
    line += ["--hostname", "notebook"]
    for folder in ("/tmp", "/dev", "/usr"):  # noqa: S108  (parents that bwrap makes of itself are closed to others)
        line += ["--perms", "0755", "--dir", folder]
    for device in ("null", "zero", "full", "random", "urandom"):
        line += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    line += _libraries()
    for place in (PYTHON, PACKAGES):
        line += ["--ro-bind", str(room / place[1:]), place]
    line += ["--ro-bind", str(workplace / CODE[1:]), CODE]
    if route.inner:  # namespaces are made through files there; a submission's own walls cover it
        line += ["--proc", "/proc"] if route.own_proc else ["--bind", "/proc", "/proc"]
    # A submission without inner walls works here, and it is emptied after each; others have a folder of their own.
    bound = [] if route.inner else ["--size", str(limits.disk_bytes)]
    line += ["--perms", "1777", *bound, "--tmpfs", WORK, "--remount-ro", "/"]
    line += ["--chdir", WORK]
    for name, value in environment("bubblewrap", workplace).items():
        line += ["--setenv", name, value]
    return line


def _libraries() -> list[str]:
    """The C library and its like: with Debian's layout its one folder, otherwise all of /usr/lib and /usr/lib64."""
    line = []
    for link in ("/lib", "/lib64"):
        if Path(link).is_symlink():
            line += ["--symlink", str(Path(link).readlink()), link]
        elif Path(link).exists():
            line += ["--ro-bind", link, link]
    own = Path("/usr/lib") / str(sysconfig.get_config_var("MULTIARCH"))
    for folder in (own if own.is_dir() else Path("/usr/lib"), Path("/usr/lib64")):
        if folder.is_symlink():
            line += ["--symlink", str(folder.readlink()), str(folder)]
        elif folder.is_dir():
            for parent in reversed(folder.parents[:-1]):
                line += ["--perms", "0755", "--dir", str(parent)]
            line += ["--ro-bind", str(folder), str(folder)]
    return line


def _capabilities() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    return 0


def is_outmost_root() -> bool:
    """Whether user 0 here is the machine's, and not one of a user namespace's."""
    return Path("/proc/self/uid_map").read_text().split()[:2] == ["0", "0"]


def _root(package: str) -> Path:
    """The folder that holds `package`."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SandboxError(f"The package {package} isn't installed where this program runs.")
    return Path(spec.origin).parent.parent
