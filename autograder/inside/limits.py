"""What a submission may use."""

from __future__ import annotations

import resource
from dataclasses import dataclass

CALLS_SHARE = 1 / 3
"""Of a submission's time, what calls of its functions get when its cells have used up all of it."""
_OPEN_FILES = 256
_NONE_OF = [
    getattr(resource, name)
    for name in ("RLIMIT_CORE", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE")
    if hasattr(resource, name)
]


class TimeIsUp(BaseException):
    """The cell's or call's time limit was reached; a student's `except Exception` doesn't catch it."""


@dataclass(frozen=True)
class Limits:
    """Limits of one submission; a cell or call that reaches its time is stopped, and the next one runs."""

    cell_seconds: float = 10.0
    """Wall-clock time of one cell, or of one call of a student's function."""
    notebook_seconds: float = 60.0
    """Wall-clock time of a whole submission, or a third more if functions are to be called when it is used up."""
    memory_bytes: int = 2 * 2**30
    """Address space of the process."""
    file_bytes: int = 64 * 2**20
    """Size of any one file that it writes."""
    disk_bytes: int = 256 * 2**20
    """Size of all its files together; they lie in memory."""
    disk_files: int = 10_000
    """Number of its files and folders."""
    processes: int = 64
    """Threads, the first one included (not in force for a process of uid 0)."""
    output_bytes: int = 2**20
    """Text kept of one cell's output; the rest is cut, and the output says so."""
    notebook_output_bytes: int = 5 * 2**20
    """What is kept of all outputs of a submission, figures included; the rest is cut, and the output says so."""
    answer_bytes: int = 2**30
    """All that the judge reads from one submission's process."""
    packages: tuple[str, ...] = ("anywidget", "ipywidgets", "pandas", "scipy", "sympy")
    """What may be imported besides NumPy, matplotlib, IPython and through_time, if it is installed here."""


def apply(walls: Limits) -> None:
    """Set the process's own limits for good: neither it nor its children can raise them."""
    cpu = int((1 + CALLS_SHARE) * walls.notebook_seconds) + 10
    for name, limit in (
        (resource.RLIMIT_AS, walls.memory_bytes),
        (resource.RLIMIT_FSIZE, walls.file_bytes),
        (resource.RLIMIT_NPROC, walls.processes),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        *((name, 0) for name in _NONE_OF),
    ):
        resource.setrlimit(name, (limit, limit))
