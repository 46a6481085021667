"""The judge's handle on a nursery: start it once, open one session per submission."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from autograder import wire
from autograder.errors import SandboxError
from autograder.inside.limits import Limits
from autograder.sandbox import walls
from autograder.sandbox.session import SandboxSession

START_SECONDS = 120.0
ORDER_SECONDS = 30.0


class Nursery:
    """A warm parent behind walls that forks a fresh child per submission; use as a context manager."""

    def __init__(self, level: str = "bubblewrap", limits: Limits | None = None) -> None:
        walls.require(level)
        self._level = level
        self._limits = limits or Limits()
        self._start()

    def _start(self) -> None:
        self._workplace = Path(tempfile.mkdtemp(prefix="through-time-"))
        self._control, far = socket.socketpair()
        with far:
            self._process = subprocess.Popen(
                walls.command(self._level, far.fileno()),
                pass_fds=(far.fileno(),),
                env=walls.environment(self._level, self._workplace),
                cwd=self._workplace,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        try:
            wire.receive(self._control, time.monotonic() + START_SECONDS)
        except wire.WireError as error:
            said = self.close()
            raise SandboxError(f"The process for student code didn't start: {said or error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> str:
        """End the nursery and all that runs in it; returns what it wrote on standard error."""
        self._control.close()
        self._process.kill()
        _, said = self._process.communicate()
        shutil.rmtree(self._workplace, ignore_errors=True)
        return said.decode(errors="replace").strip() if said else ""

    @contextmanager
    def open(self) -> Iterator[SandboxSession]:
        """A session with a fresh child; afterwards the child and all that it started are dead."""
        near, far = socket.socketpair()
        with near:
            with far:
                walled = self._level != "none"
                self._order({"do": "open", "limits": asdict(self._limits), "walled": walled}, far)
            try:
                yield SandboxSession(near, self._limits)
            finally:
                self._end_session()

    def _end_session(self) -> None:
        """Kill the child; if it took the nursery with it, or left what can't be removed, start another."""
        try:
            # Only in a process namespace of our own may a nursery kill everything it sees.
            self._order({"do": "close", "alone": self._level != "none"})
        except SandboxError:
            self.close()
            self._start()

    def _order(self, order: dict[str, object], given: socket.socket | None = None) -> None:
        try:
            wire.send(self._control, order, time.monotonic() + ORDER_SECONDS)
            if given is not None:
                socket.send_fds(self._control, [b"x"], [given.fileno()])
            wire.receive(self._control, time.monotonic() + ORDER_SECONDS)
        except (wire.WireError, OSError) as error:
            raise SandboxError(f"The process for student code has gone away: {error}") from error
