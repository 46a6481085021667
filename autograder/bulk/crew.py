"""Who grades: this process itself, or several beside it. All take jobs and give back what is done, in any order."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import signal
import sys
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Protocol, Self

from pebble import ProcessExpired, ProcessPool

from autograder.bulk.work import Desk, Done, Job, Order
from autograder.engine import Paper

PER_PROCESS = 2
"""Jobs under way per process: one at work and one that waits, so that nobody is idle and little is held."""
TRIES = 2
"""A hand-in in which the grading process itself ends is tried once more, in a fresh process."""
_PR_SET_PDEATHSIG = 1


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


class Processes:
    """Several processes of this machine, each with walls of its own."""

    def __init__(self, order: Order, count: int) -> None:
        # A forked child of a process with threads may hang; forks of a fresh server that has imported all are cheap.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["autograder.bulk.work", *filter(None, [order.exercises])])
        self._pool = ProcessPool(max_workers=count, initializer=_begin, initargs=(order,), context=context)
        self._most = count * PER_PROCESS
        self._under_way: dict[Future[Done], tuple[Job, int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._pool.stop()
        self._pool.join()

    def submit(self, job: Job, tries: int = 1) -> None:
        """Hand a job to whichever process is free next."""
        self._under_way[self._pool.schedule(_grade, args=(job,))] = job, tries

    def done(self, *, everything: bool = False) -> list[Done | Failed]:
        """What is ready; waits while there are as many jobs under way as are good, or any, for `everything`."""
        ready: deque[Done | Failed] = deque()
        while self._under_way:
            full = everything or len(self._under_way) >= self._most
            ended, _ = wait(self._under_way, None if full and not ready else 0, FIRST_COMPLETED)
            if not ended:
                break
            for future in ended:
                job, tries = self._under_way.pop(future)
                try:
                    ready.append(future.result())
                except ProcessExpired:
                    if tries < TRIES:
                        self.submit(job, tries + 1)
                    else:
                        ready.append(Failed(job))
        return list(ready)


_desk: Desk | None = None


def _begin(order: Order) -> None:
    """Make a process's desk. Should its parent be killed, it ends as well, and its walls with it."""
    global _desk  # noqa: PLW0603  (a pool's process has no other place for what its jobs share)
    gc.freeze()  # what forks share stays shared
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _desk = Desk(order)


def _grade(job: Job) -> Done:
    if _desk is None:
        raise RuntimeError("This process was started without its order.")
    return _desk.do(job)
