"""Several machines: hand-ins go to Dask workers in chunks, as bytes. They share no disk, and none has the gradebook."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import Any, Self

from dask.distributed import Client, wait
from distributed.scheduler import KilledWorker

from autograder.bulk.crew import Failed
from autograder.bulk.work import Desk, Done, Job, Order
from autograder.errors import ClusterError

CHUNK = 8
"""Hand-ins that go to a worker together, at most."""
CHUNK_BYTES = 8 * 2**20
"""Their bytes together, except that one hand-in may have more."""
CHUNKS_PER_WORKER = 2
CONNECT_SECONDS = 15


class Cluster:
    """The workers of a Dask scheduler. A lost worker's chunks are done again by another."""

    def __init__(self, order: Order, address: str) -> None:
        self._order, self._address = order, address
        try:
            self._client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ClusterError(
                f"No Dask scheduler answers at {address}: start one with 'dask scheduler', and name the address that "
                "it prints."
            ) from error
        if not self._client.scheduler_info()["workers"]:
            self._client.close()
            raise ClusterError(
                f"The scheduler at {address} has no workers: start some with 'dask worker {address} --nthreads 1'."
            )
        self._chunk: list[Job] = []
        self._under_way: dict[Any, list[Job]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._client.cancel(list(self._under_way), force=True)
        self._client.run(_leave, on_error="ignore")
        self._client.close()

    def submit(self, job: Job) -> None:
        """Put a job into the chunk that is being filled."""
        held = sum(len(each.taken.data) for each in self._chunk)
        if self._chunk and held + len(job.taken.data) > CHUNK_BYTES:
            self._send(self._chunk)
        self._chunk.append(job)
        if len(self._chunk) == CHUNK:
            self._send(self._chunk)

    def done(self, *, everything: bool = False) -> list[Done | Failed]:
        """What is ready; waits while the workers have enough, or until something comes, for `everything`."""
        if everything and self._chunk:
            self._send(self._chunk)
        ready: deque[Done | Failed] = deque()
        most = CHUNKS_PER_WORKER * max(1, len(self._client.scheduler_info()["workers"]))
        while self._under_way and not ready and (everything or len(self._under_way) >= most):
            ended = wait(list(self._under_way), return_when="FIRST_COMPLETED").done
            for future in ended:
                ready += self._result(future)
        return list(ready)

    def _send(self, chunk: list[Job]) -> None:
        future = self._client.submit(_grade_chunk, self._order, tuple(chunk), pure=False)
        self._under_way[future] = list(chunk)
        if chunk is self._chunk:
            self._chunk = []

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
        except ImportError as error:
            raise ClusterError(
                f"A worker at {self._address} can't grade: {error}. Install the same course book on each machine."
            ) from error


_desks: dict[str, Desk] = {}
_one = Lock()


def _grade_chunk(order: Order, jobs: tuple[Job, ...]) -> list[Done]:
    """Grade on a worker. Its desk, with the nursery, is kept for the next chunk."""
    key = repr(order)
    with _one:  # a worker may have several threads, and a nursery has one child
        if key not in _desks:
            _leave()
            _desks[key] = Desk(order)
        return [_desks[key].do(job) for job in jobs]


def _leave() -> None:
    """Close a worker's desk when a run is over."""
    for desk in _desks.values():
        desk.close()
    _desks.clear()
