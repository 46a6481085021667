"""A submission's own walls within the nursery's: namespaces of every kind, and a private working folder.

One fork makes the process and its namespaces at once: it is the first of its process namespace, so that with it
everything dies.
"""

from __future__ import annotations

import os
from pathlib import Path

from autograder.inside import kernel
from autograder.inside.limits import Limits

_NEW_MOUNT, _NEW_IPC, _NEW_NET = 0x20000, 0x8000000, 0x40000000
_NEW_UTS, _NEW_USER, _NEW_PID = 0x4000000, 0x10000000, 0x20000000
_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_PROGRAMS = 1, 2, 4, 8
_RECURSIVE, _PRIVATE = 0x4000, 0x40000

USER = 1000
"""Who a student's process seems to be."""

HOST = "notebook"
"""What the machine seems to be called."""


def fork() -> int:
    """Fork as os.fork does, the child in namespaces of its own. Raises OSError if the kernel refuses."""
    return kernel.fork_into(_NEW_USER | _NEW_MOUNT | _NEW_PID | _NEW_NET | _NEW_IPC | _NEW_UTS)


def settle(user: int, group: int) -> None:
    """In the child: be somebody, who outside is this user and group. Raises OSError if the kernel refuses."""
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny")
    (own / "uid_map").write_text(f"{USER} {user} 1")
    (own / "gid_map").write_text(f"{USER} {group} 1")
    # Should memory run out, this one goes first.
    (own / "oom_score_adj").write_text("1000")


def furnish(work: str, limits: Limits) -> None:
    """An empty working folder of its own with a bound, no view of processes, a name that tells nothing."""
    kernel.mount(None, "/", _RECURSIVE | _PRIVATE)
    options = f"size={limits.disk_bytes},nr_inodes={limits.disk_files},mode=0700"
    kernel.mount("tmpfs", work, _NO_SUID | _NO_DEVICES, options)
    os.chdir(work)
    kernel.mount("tmpfs", "/proc", _NO_SUID | _NO_DEVICES | _NO_PROGRAMS | _READ_ONLY, "size=4k,nr_inodes=2")
    kernel.set_names(HOST)
