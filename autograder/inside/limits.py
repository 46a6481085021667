"""What a submission may use."""

from __future__ import annotations

import resource
from dataclasses import dataclass


class TimeIsUp(BaseException):
    """The cell's or call's time limit was reached; a student's `except Exception` doesn't catch it."""


@dataclass(frozen=True)
class Limits:
    """Limits of one submission; a cell or call that reaches its time is stopped, and the next one runs."""

    cell_seconds: float = 10.0
    """Wall-clock time of one cell, or of one call of a student's function."""
    notebook_seconds: float = 60.0
    """Wall-clock time of a whole submission; nothing more is asked afterwards."""
    memory_bytes: int = 2 * 2**30
    """Address space of the process."""
    file_bytes: int = 64 * 2**20
    """Size of any one file that it writes."""
    processes: int = 64
    """Processes and threads (not in force for a process of uid 0)."""
    output_bytes: int = 2**20
    """Text kept of one cell's output; the rest is cut, and the output says so."""


def apply(walls: Limits) -> None:
    """Set the process's own limits for good: neither it nor its children can raise them."""
    cpu = int(walls.notebook_seconds) + 10
    for name, limit in (
        (resource.RLIMIT_AS, walls.memory_bytes),
        (resource.RLIMIT_FSIZE, walls.file_bytes),
        (resource.RLIMIT_NPROC, walls.processes),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (limit, limit))
