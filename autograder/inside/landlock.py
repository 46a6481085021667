"""A second wall by Landlock, where the kernel has it: files by place, no TCP, no abstract socket, no signal out.

See landlock(7). It guards the same things as namespaces and filter, by other code of the kernel.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from functools import cache

from autograder.inside import kernel

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1

_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights on files each version knows; the latest for later ones."""
_EXECUTE, _WRITE, _READ, _LIST, _DEVICES = 1, 1 << 1, 1 << 2, 1 << 3, 1 << 6 | 1 << 11
_NET, _SCOPES = 0b11, 0b11


@cache
def version() -> int:
    """The kernel's version of Landlock; 0 if it has none."""
    try:
        return kernel.system_call(_CREATE, 0, 0, _VERSION)
    except OSError:
        return 0


def restrict(read: Iterable[str], write: str) -> None:
    """Leave this process reading below `read`, anything but programs below `write`, and no TCP.

    Does nothing where the kernel has no Landlock. NO_NEW_PRIVS has to be set. Raises OSError if refused.
    """
    known = version()
    if not known:
        return
    every = (1 << _RIGHTS[min(known, max(_RIGHTS))]) - 1
    fields = [every] + [_NET] * (known >= 4) + [_SCOPES] * (known >= 6)
    wanted = ctypes.create_string_buffer(struct.pack(f"{len(fields)}Q", *fields), 8 * len(fields))
    rules = kernel.system_call(_CREATE, ctypes.addressof(wanted), len(wanted), 0)
    try:
        for place in read:
            _allow(rules, place, _READ | _LIST)
        _allow(rules, "/dev/null", _READ | _WRITE)
        _allow(rules, write, every & ~_EXECUTE & ~_DEVICES)
        kernel.system_call(_RESTRICT, rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, place: str, rights: int) -> None:
    try:
        found = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        # Of a file, only the rights that a file can have.
        held = rights if os.path.isdir(place) else rights & ~_LIST  # noqa: PTH112
        rule = ctypes.create_string_buffer(struct.pack("=Qi", held, found))
        kernel.system_call(_ADD, rules, _PATH_BENEATH, ctypes.addressof(rule), 0)
    finally:
        os.close(found)
