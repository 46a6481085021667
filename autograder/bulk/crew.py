"""Who grades: this process itself, or several beside it. All take jobs and give back what is done, in any order."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import tempfile
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Protocol, Self

from autograder import forks
from autograder.bulk.work import Desk, Done, Job, Order
from autograder.engine import Paper

PER_PROCESS = 2
"""Jobs under way per process: one at work and one that waits, so that nobody is idle and little is held."""
TRIES = 2
"""A hand-in in which the grading process itself ends is tried once more, in a fresh process."""


class Crew(Protocol):
    """Where jobs are given, and results come from. A context manager that ends all its processes."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...

    def submit(self, job: Job) -> None:
        """Take a job."""
        ...

    def done(self, *, everything: bool = False) -> list[Done | Failed]:
        """What is ready now; waits if no more jobs can be taken, or until all is, if `everything` is wanted.

        Raises SandboxError if there can be no walls, SourceError if the exercises are others there.
        """
        ...


class Failed:
    """A job in which the grading process itself ended, twice."""

    def __init__(self, job: Job) -> None:
        self.job = job


class Here:
    """The calling process, one job after the other."""

    def __init__(self, order: Order, paper: Paper) -> None:
        self._desk = Desk(order, paper)
        self._ready: list[Done | Failed] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._desk.close()

    def submit(self, job: Job) -> None:
        """Grade at once."""
        self._ready.append(self._desk.do(job))

    def done(self, *, everything: bool = False) -> list[Done | Failed]:  # noqa: ARG002  (nothing is ever under way)
        """What was graded since the last call."""
        ready, self._ready = self._ready, []
        return ready


@dataclass(frozen=True)
class _Handed:
    """A job in the hands of one of the processes, and which try it is."""

    job: Job
    place: int
    tries: int = 1


class Processes:
    """Several processes of this machine, each with walls of its own, and with queues of its own.

    With a shared queue, a process that is killed while it holds the queue's lock would stop all others.
    """

    def __init__(self, order: Order, count: int) -> None:
        forks.begin()
        self._order = order
        self._folder = tempfile.TemporaryDirectory(prefix="through-time-", ignore_cleanup_errors=True)
        Path(self._folder.name).chmod(0o711)  # who runs student code has to get through
        self._others = set(multiprocessing.active_children())
        self._executors = [self._started() for _ in range(count)]
        self._under_way: dict[Future[Done], _Handed] = {}
        self._ready: list[Done | Failed] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for executor in self._executors:
            executor.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - self._others:
            process.kill()
        for executor in self._executors:
            executor.shutdown()
        self._folder.cleanup()

    def submit(self, job: Job) -> None:
        """Hand a job to the process with the fewest."""
        load = Counter(handed.place for handed in self._under_way.values())
        self._hand(_Handed(job, min(range(len(self._executors)), key=load.__getitem__)))

    def done(self, *, everything: bool = False) -> list[Done | Failed]:
        """What is ready; waits while there are as many jobs under way as are good, or any, for `everything`."""
        while self._under_way:
            full = everything or len(self._under_way) >= PER_PROCESS * len(self._executors)
            ended, _ = wait(self._under_way, None if full and not self._ready else 0, FIRST_COMPLETED)
            if not ended:
                break
            for future in ended & self._under_way.keys():
                self._take(future)
        ready, self._ready = self._ready, []
        return ready

    def _started(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, forks.CONTEXT, _begin, (self._order, self._folder.name))

    def _hand(self, handed: _Handed) -> None:
        try:
            future = self._executors[handed.place].submit(_grade, handed.job)
        except BrokenProcessPool:
            self._replace(handed.place)
            future = self._executors[handed.place].submit(_grade, handed.job)
        self._under_way[future] = handed

    def _take(self, future: Future[Done]) -> None:
        handed = self._under_way.get(future)
        if handed is None:  # it went with another of its process
            return
        if isinstance(future.exception(), BrokenProcessPool):
            self._replace(handed.place)
        else:
            del self._under_way[future]
            self._ready.append(future.result())

    def _replace(self, place: int) -> None:
        """Start a process anew. The first of its jobs was at work when it ended; those behind it only waited."""
        self._executors[place].shutdown()
        self._executors[place] = self._started()
        own = [future for future, handed in self._under_way.items() if handed.place == place]
        lost = [self._under_way.pop(each) for each in own if isinstance(each.exception(), BrokenProcessPool)]
        for number, handed in enumerate(lost):
            tries = handed.tries + (number == 0)
            if tries > TRIES:
                self._ready.append(Failed(handed.job))
            else:
                self._hand(replace(handed, tries=tries))


_desk: Desk | None = None


def _begin(order: Order, folder: str) -> None:
    """Make a process's desk. What it leaves for a while lies in `folder`, which goes with the crew."""
    global _desk  # noqa: PLW0603  (a pool's process has no other place for what its jobs share)
    gc.freeze()  # what forks share stays shared
    Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; who started the run ends it
    tempfile.tempdir = folder
    _desk = Desk(order)


def _end_with_parent() -> None:
    """Should the run be killed, its processes end as well, and their walls with them."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)


def _grade(job: Job) -> Done:
    if _desk is None:
        raise RuntimeError("This process was started without its order.")
    return _desk.do(job)
