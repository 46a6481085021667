"""The innermost wall of a submission: system calls that no answer to an exercise needs are refused (EPERM).

No new process and no other program, so nothing outlives a submission and memory has one bound; no socket; no
look into other processes, and signals to its own alone; none of the kernel's doors that limits don't count. Threads,
files, `socketpair` (asyncio wants it) and everything that computes stay.

The filter is a small program for the kernel's classic BPF machine: see seccomp(2) and linux/filter.h.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from functools import lru_cache

from autograder.inside import kernel

REFUSED: dict[str, tuple[int | None, int | None]] = {
    # name: (number on x86_64, on aarch64); None where the machine has no such call.
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "setpriority": (141, 140), "ioprio_set": (251, 30), "migrate_pages": (256, 238), "move_pages": (279, 239),
    "process_madvise": (440, 440), "process_mrelease": (448, 448),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "open_tree": (428, 428), "move_mount": (429, 429),
    "mount_setattr": (442, 442), "quotactl": (179, 60), "quotactl_fd": (443, 443),
    "swapon": (167, 224), "swapoff": (168, 225),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "fanotify_init": (300, 262),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "syslog": (103, 116),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142), "acct": (163, 89),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "semget": (64, 190),
    "msgget": (68, 186), "mq_open": (240, 180), "socket": (41, 198), "connect": (42, 203), "bind": (49, 200),
    "personality": (135, 92), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "adjtimex": (159, 171), "clock_adjtime": (305, 266), "sethostname": (170, 161),
    "io_setup": (206, 0), "lookup_dcookie": (212, 18), "vhangup": (153, 58), "sysfs": (139, None),
    "setdomainname": (171, 162), "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None),
}  # fmt: skip

OWN = {
    "kill": (62, 129), "tgkill": (234, 131), "prlimit64": (302, 261), "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119), "sched_setparam": (142, 118), "sched_setattr": (314, 274),
}  # fmt: skip
"""Calls whose first argument is a process: allowed for its own only, which is also called 0."""

UNKNOWN = 457
"""From here on the kernel is asked for nothing: what it will learn, such as telling of mounts, nobody needs here."""

CLONE, CLONE3 = (56, 220), (435, 435)
CLONE_THREAD = 0x10000

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Column of the tables, and the kernel's number of the architecture."""

_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _EQUAL, _LEAST, _BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16  # places in struct seccomp_data; of an argument its low half
_X32 = 0x40000000
_MODE_FILTER = 2


def supported() -> bool:
    """Whether there is a filter for this kind of machine."""
    return sys.platform == "linux" and platform.machine() in MACHINES


def apply() -> None:
    """Refuse the calls for this process for good. Raises OSError if the kernel has no such filter."""
    program = program_for(platform.machine(), os.getpid())
    code = ctypes.create_string_buffer(program)
    filter_ = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    held = ctypes.create_string_buffer(filter_)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.prctl(kernel.PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(held))


@lru_cache(maxsize=1)
def program_for(machine: str, own: int) -> bytes:
    """The filter: `own` is the process that it is made for."""
    column, architecture = MACHINES[machine]
    refuse = [(_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    allow = [(_RETURN, 0, 0, _ALLOW)]
    lines = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL)]
    lines += [(_LOAD, 0, 0, _NUMBER), (_LEAST, 0, 1, _X32), *refuse]
    for numbers in REFUSED.values():
        if (number := numbers[column]) is not None:
            lines += [(_EQUAL, 0, 1, number), *refuse]
    lines += [(_LEAST, 0, 1, UNKNOWN), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    # Without clone3, whose flags a filter can't read, the C library takes clone.
    lines += [(_EQUAL, 0, 1, CLONE3[column]), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    lines += [(_EQUAL, 0, 4, CLONE[column]), (_LOAD, 0, 0, _FIRST), (_BITS, 0, 1, CLONE_THREAD)]
    lines += allow + refuse
    for numbers in OWN.values():
        lines += [(_EQUAL, 0, 5, numbers[column]), (_LOAD, 0, 0, _FIRST)]
        lines += [(_EQUAL, 1, 0, 0), (_EQUAL, 0, 1, own), *allow, *refuse]
    lines += allow
    return b"".join(struct.pack("HBBI", *line) for line in lines)
