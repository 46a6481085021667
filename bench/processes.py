"""Run a command on given cores and take its time and the memory of all its processes."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import psutil

EVERY = 0.2
"""Seconds between two looks at the memory."""

# Compiled modules are kept, as where anybody installs a package.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True)
class Measured:
    """One run of a command."""

    seconds: float
    peak_mb: float
    output: str


def memory_mb(process: psutil.Process) -> float:
    """Megabytes of a process and all below it; a page that several share counts once."""
    total = 0
    for each in [process, *process.children(recursive=True)]:
        try:
            total += each.memory_full_info().pss
        except (psutil.AccessDenied, AttributeError):
            total += each.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 2**20


class Watch(threading.Thread):
    """Looks at a process's memory until it has ended."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._process = psutil.Process(pid)
        self.ended = threading.Event()
        self.peak_mb = 0.0

    def run(self) -> None:
        while not self.ended.wait(EVERY):
            try:
                self.peak_mb = max(self.peak_mb, memory_mb(self._process))
            except psutil.NoSuchProcess:
                return


def run(
    command: Sequence[str | Path],
    folder: Path,
    cores: Sequence[int] = (0,),
    environment: Mapping[str, str] | None = None,
    *,
    watch: bool = False,
) -> Measured:
    """Run a command to its end. Raises CalledProcessError with what it said, if it fails."""
    pinned = ["taskset", "--cpu-list", ",".join(map(str, cores)), *map(str, command)]
    said = folder / "said.log"
    start = perf_counter()
    with said.open("w") as log:
        process = subprocess.Popen(
            pinned, cwd=folder, env=environment or ENVIRONMENT, stdout=subprocess.PIPE, stderr=log, text=True
        )  # fmt: skip
        watcher = Watch(process.pid)
        if watch:
            watcher.start()
        output, _ = process.communicate()
    seconds = perf_counter() - start
    watcher.ended.set()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, pinned, output, said.read_text()[-2000:])
    return Measured(seconds, watcher.peak_mb, output)


def median(runs: list[Measured]) -> float:
    return statistics.median(each.seconds for each in runs)


def told(name: str, count: int, runs: list[Measured]) -> None:
    seconds = median(runs)
    memory = f", {runs[-1].peak_mb:.0f} MB" if runs[-1].peak_mb else ""
    rate = f"{count / seconds:8.2f} per second, {1e3 * seconds / count:7.1f} ms each"
    print(f"{name:<28} {count:5d} in {seconds:7.2f} s: {rate}{memory}", flush=True)
