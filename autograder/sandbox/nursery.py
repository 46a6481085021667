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
from autograder.sandbox.room import room
from autograder.sandbox.session import SandboxSession

START_SECONDS = 120.0
ORDER_SECONDS = 30.0


class Nursery:
    """A warm parent behind walls that forks a fresh child per submission; use as a context manager."""

    def __init__(self, level: str = "bubblewrap", limits: Limits | None = None) -> None:
        walls.require(level)
        self.limits = limits or Limits()
        self.room = None if level == "none" else room(self.limits.packages)
        """What a student's process sees of the disk; None is all of it."""
        self.route = walls.Route(inner=False)
        """How the walls were had."""
        self.landlock = 0
        """The kernel's version of Landlock, a wall besides; 0 if it has none."""
        self._start_somehow([self.route] if level == "none" else walls.routes())

    def _start_somehow(self, routes: list[walls.Route]) -> None:
        """Take the first way that leads there. Raises SandboxError with what the last, which asks least, said."""
        problems = []
        for route in routes:
            try:
                self.route = route
                return self._start()
            except SandboxError as error:
                problems.append(str(error))
        if self.room is None:
            raise SandboxError(f"The process for student code didn't start: {problems[-1]}")
        raise walls.refusal(problems[-1])

    def _start(self) -> None:
        self._workplace = Path(tempfile.mkdtemp(prefix="through-time-"))
        walled = self.room is not None
        if walled:
            walls.prepare(self._workplace)
        self._control, far = socket.socketpair()
        with far:
            self._process = self._launched(far.fileno())
        wanted = {"filtered": walled, "inner": self.route.inner}
        deadline = time.monotonic() + START_SECONDS
        try:
            wire.send(self._control, {"limits": asdict(self.limits), "walls": wanted}, deadline)
            found = wire.receive(self._control, deadline)
        except wire.WireError as error:
            said = self.close()
            raise SandboxError(said or str(error)) from error
        if found["error"] or found["filtered"] is not walled:
            self.close()
            raise SandboxError(found["error"] or "the kernel doesn't filter system calls")
        self.landlock = found["landlock"]

    def _launched(self, descriptor: int) -> subprocess.Popen[bytes]:
        walled = self.room is not None
        before = None if self.route.builds else self.route.user
        try:
            return subprocess.Popen(
                walls.command(descriptor, self._workplace, self.room, self.route, self.limits),
                pass_fds=(descriptor,),
                env=walls.environment("bubblewrap" if walled else "none", self._workplace),
                cwd="/" if walled else self._workplace,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
                user=before,
                group=before,
                extra_groups=None if before is None else [],
            )
        except (OSError, subprocess.SubprocessError) as error:
            self._control.close()
            shutil.rmtree(self._workplace, ignore_errors=True)
            raise SandboxError(str(error)) from error

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
        voice = self._process.stderr
        said = b"" if voice is None or voice.closed else self._process.communicate()[1]
        shutil.rmtree(self._workplace, ignore_errors=True)
        return said.decode(errors="replace").strip() if said else ""

    @contextmanager
    def open(self) -> Iterator[SandboxSession]:
        """A session with a fresh child; afterwards the child and all that it started are dead."""
        near, far = socket.socketpair()
        with near:
            with far:
                self._bear(far)
            try:
                yield SandboxSession(near, self.limits)
            finally:
                self._end_session()

    def _bear(self, far: socket.socket) -> None:
        """Have a child made; once more in a new nursery if this one has ended, as for want of memory."""
        try:
            self._order("open", far)
        except SandboxError:
            self.close()
            self._start()
            self._order("open", far)

    def _end_session(self) -> None:
        """Kill the child; if it took the nursery with it, or left what can't be removed, start another."""
        try:
            self._order("close")
        except SandboxError:
            self.close()
            self._start()

    def _order(self, order: str, given: socket.socket | None = None) -> None:
        try:
            wire.send(self._control, order, time.monotonic() + ORDER_SECONDS)
            if given is not None:
                socket.send_fds(self._control, [b"x"], [given.fileno()])
            problem = wire.receive(self._control, time.monotonic() + ORDER_SECONDS)
        except (wire.WireError, OSError) as error:
            raise SandboxError(f"The process for student code has gone away: {error}") from error
        if problem is not None:
            raise SandboxError(f"A student's process couldn't be walled in: {problem}")
