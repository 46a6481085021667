"""Several machines: hand-ins go to Dask workers in chunks, as bytes. They share no disk, and none has the gradebook."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from collections import deque
from concurrent.futures import CancelledError
from threading import Lock
from typing import Any, Self

from dask.distributed import Client, wait
from distributed.core import rpc
from distributed.scheduler import KilledWorker
from distributed.security import Security

from autograder.bulk.crew import Failed
from autograder.bulk.work import Desk, Done, Job, Order
from autograder.errors import ClusterError, SandboxError, SourceError

CHUNK = 8
"""Hand-ins that go to a worker together, at most."""
CHUNK_BYTES = 8 * 2**20
"""Their bytes together, except that one hand-in may have more."""
CHUNKS_PER_WORKER = 2
CONNECT_SECONDS = 15
LOOK_SECONDS = 5.0
"""While waiting, how often it is looked whether there still are workers."""
ALONE_SECONDS = 60.0
"""So long without any worker, and the run ends: the nannies of lost workers have had time to start others."""


class Cluster:
    """The workers of a Dask scheduler. A lost worker's chunks are done again by another."""

    def __init__(self, order: Order, address: str) -> None:
        self._order, self._address = order, address
        self._run = uuid.uuid4().hex
        # What goes wrong is said in a sentence; the library's own log would stand between the lines of a table.
        for name in list(logging.root.manager.loggerDict):
            if name.partition(".")[0] == "distributed":
                logging.getLogger(name).setLevel(logging.CRITICAL)
        _require_workers(address)
        self._client = Client(address)
        self._chunk: list[Job] = []
        self._under_way: dict[Any, list[Job]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        with contextlib.suppress(Exception):  # whatever is left of the cluster, this run is over
            self._client.cancel(list(self._under_way), force=True)
            self._client.run(_leave, self._run, on_error="ignore")
        with contextlib.suppress(Exception):
            self._client.close()

    def submit(self, job: Job) -> None:
        """Put a job into the chunk that is being filled."""
        held = sum(each.size for each in self._chunk)
        if self._chunk and held + job.size > CHUNK_BYTES:
            self._send_chunk()
        self._chunk.append(job)
        if len(self._chunk) == CHUNK:
            self._send_chunk()

    def done(self, *, everything: bool = False) -> list[Done | Failed]:
        """What is ready; waits while the workers have enough, or until something comes, for `everything`."""
        if everything and self._chunk:
            self._send_chunk()
        ready: deque[Done | Failed] = deque()
        while self._under_way and not ready and (everything or self._enough()):
            for future in self._ended():
                ready += self._result(future)
        return list(ready)

    def _enough(self) -> bool:
        return len(self._under_way) >= CHUNKS_PER_WORKER and (
            len(self._under_way) >= CHUNKS_PER_WORKER * max(1, self._workers())
        )

    def _workers(self) -> int:
        """How many there are now. Raises ClusterError if the scheduler is gone."""
        try:
            return len(self._client.scheduler_info()["workers"])
        except (OSError, ValueError) as error:
            raise self._gone() from error

    def _ended(self) -> set[Any]:
        """The chunks that are done; waits for one. Raises ClusterError if nobody is left who could do it."""
        seen = time.monotonic()
        while True:
            try:
                ended: set[Any] = wait(
                    list(self._under_way), timeout=LOOK_SECONDS, return_when="FIRST_COMPLETED"
                ).done
            except TimeoutError:
                if self._workers():
                    seen = time.monotonic()
                elif time.monotonic() - seen > ALONE_SECONDS:
                    raise ClusterError(
                        f"All workers of {self._address} are gone. What was graded stays; start workers, and run the "
                        "command again to go on from there."
                    ) from None
            except (CancelledError, OSError) as error:
                raise self._gone() from error
            else:
                return ended

    def _gone(self) -> ClusterError:
        return ClusterError(
            f"The scheduler at {self._address} is gone. What was graded stays; start it and its workers, and run the "
            "command again to go on from there."
        )

    def _send_chunk(self) -> None:
        chunk, self._chunk = self._chunk, []
        self._send(chunk)

    def _send(self, chunk: list[Job]) -> None:
        future = self._client.submit(_grade_chunk, self._run, self._order, tuple(chunk), pure=False)
        self._under_way[future] = chunk

    def _result(self, future: Any) -> list[Done | Failed]:
        """A chunk's results. One that cost several workers is taken apart, to find the hand-in that does it."""
        chunk = self._under_way.pop(future)
        try:
            results: list[Done | Failed] = list(future.result())
            return results
        except KilledWorker:
            if len(chunk) == 1:
                return [Failed(chunk[0])]
            for job in chunk:
                self._send([job])
            return []
        except (ImportError, SourceError) as error:
            said = str(error).rstrip(".")
            raise ClusterError(
                f"A worker of {self._address} can't grade: {said}. Install the same version on each machine."
            ) from error
        except SandboxError as error:
            said = str(error).rstrip(".")
            raise ClusterError(
                f"A worker of {self._address} can't grade: {said}. Run 'autograder doctor' on each machine."
            ) from error
        except CancelledError as error:
            raise self._gone() from error


def _require_workers(address: str) -> None:
    """Raises ClusterError unless there is a scheduler at `address`, and workers with it."""
    try:
        found = asyncio.run(_ask(address))
    except (OSError, ValueError, TypeError) as error:
        raise ClusterError(
            f"No Dask scheduler answers at {address!r}: start one with 'dask scheduler', and name the address that "
            "it prints."
        ) from error
    if found.get("type") != "Scheduler":
        raise ClusterError(
            f"At {address} is no Dask scheduler: name the address that 'dask scheduler' prints."
        )
    if not found["workers"]:
        raise ClusterError(
            f"The scheduler at {address} has no workers: start some with 'dask worker {address} --nthreads 1'."
        )


async def _ask(address: str) -> dict[str, Any]:
    """What whoever listens there says of itself. A `Client` that fails would go on trying in the background."""
    security = Security().get_connection_args("client")
    async with rpc(address, timeout=CONNECT_SECONDS, connection_args=security) as there:
        found: dict[str, Any] = await asyncio.wait_for(there.identity(), CONNECT_SECONDS)
        return found


_desks: dict[str, Desk] = {}
_over: set[str] = set()
_one = Lock()


def _grade_chunk(run: str, order: Order, jobs: tuple[Job, ...]) -> list[Done]:
    """Grade on a worker. Its desk, with the nursery, is kept for the run's next chunk."""
    with _one:  # a worker may have several threads, and a nursery has one child
        for other in [each for each in _desks if each != run]:
            _desks.pop(other).close()
        desk = _desks.setdefault(run, Desk(order))
        done = []
        for job in jobs:
            if run in _over:
                break
            done.append(desk.do(job))
        if run in _over:
            _desks.pop(run).close()
        return done


def _leave(run: str) -> None:
    """A run is over: close its desk on this worker; if a chunk is still at work there, it does so after a hand-in."""
    _over.add(run)
    if _one.acquire(blocking=False):
        try:
            if run in _desks:
                _desks.pop(run).close()
        finally:
            _one.release()
