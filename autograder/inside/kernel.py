"""The kernel's calls that Python has no function for, by ctypes; each raises OSError when it is refused."""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import struct
from functools import cache

PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_CAP_AMBIENT, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 1, 24, 47, 38, 22
_CAP_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION_3 = 0x20080522
_CAPSET = {"x86_64": 126, "aarch64": 91}
_LAST_CAPABILITY = 63


@cache
def libc() -> ctypes.CDLL:
    """The C library."""
    return ctypes.CDLL(None, use_errno=True)


def system_call(number: int, *arguments: int) -> int:
    """Make a call by its number; its result."""
    found = int(libc().syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)))
    return _checked(found, f"system call {number}")


def prctl(option: int, *arguments: int) -> int:
    """Make one of the many calls about this process by its number, with zeros for what isn't given."""
    filled = (*arguments, 0, 0, 0, 0)[:4]
    return _checked(int(libc().prctl(option, *map(ctypes.c_ulong, filled))), f"prctl {option}")


_CLONE = {"x86_64": 56, "aarch64": 220}


def fork_into(flags: int) -> int:
    """Fork as os.fork does, the child at once in new namespaces: 0 in the child, its process id here."""
    python = ctypes.pythonapi  # it keeps the interpreter's lock, as a fork has to
    number, arguments = _CLONE[platform.machine()], (flags | signal.SIGCHLD, 0, 0, 0, 0)
    call = ctypes.PyDLL(None, use_errno=True).syscall
    call.restype = ctypes.c_long
    python.PyOS_BeforeFork()
    child = int(call(ctypes.c_long(number), *map(ctypes.c_ulong, arguments)))
    if child == 0:
        python.PyOS_AfterFork_Child()
        return 0
    python.PyOS_AfterFork_Parent()
    return _checked(child, "new namespaces")


def mount(kind: str | None, target: str, flags: int, data: str = "") -> None:
    """Mount a file system that has no device, or change flags if `kind` is None."""
    name = kind.encode() if kind else None
    found = int(libc().mount(name, target.encode(), name, ctypes.c_ulong(flags), data.encode() or None))
    _checked(found, f"mounting {target}")


def set_names(host: str) -> None:
    """Name the machine for this uts namespace."""
    name = host.encode()
    _checked(int(libc().sethostname(name, len(name))), "a host name")
    _checked(int(libc().setdomainname(name, len(name))), "a domain name")


def drop_capabilities() -> None:
    """Give up every capability, and the means to have one again."""
    drop = libc().prctl
    for number in range(_LAST_CAPABILITY + 1):
        if drop(PR_CAPBSET_DROP, number, 0, 0, 0):  # the kernel has no more, or there is none to give up
            break
    prctl(PR_CAP_AMBIENT, _CAP_AMBIENT_CLEAR_ALL)
    header = ctypes.create_string_buffer(struct.pack("Ii", _CAPABILITY_VERSION_3, 0))
    nothing = ctypes.create_string_buffer(bytes(24))
    system_call(_CAPSET[platform.machine()], ctypes.addressof(header), ctypes.addressof(nothing))


def _checked(found: int, what: str) -> int:
    if found < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")
    return found
