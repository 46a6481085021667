"""A warm parent that imports everything once and forks a fresh child for each submission.

It reads nothing but one-word orders from the judge, and never a notebook: a child holds a copy of its
parent's memory. One child lives at a time.
"""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import signal
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from traitlets.config import Config

from autograder import wire
from autograder.inside import landlock
from autograder.inside.birth import Child, Unwalled, Walls, bear
from autograder.inside.limits import Limits
from autograder.inside.session import Session
from autograder.inside.shell import Shell


def serve(descriptor: int) -> None:
    """Obey orders on the control socket until it closes.

    The first message tells the limits and walls of all submissions, and is answered, when everything is warm
    and the walls have been tried, with what they are. "open" arrives with one descriptor, the child's socket,
    and "close" kills the child with all that it started; both are answered with an error or None.
    """
    control = socket.socket(fileno=descriptor)
    told = wire.receive(control)
    bounds, walls = Limits(**told["limits"]), Walls(**told["walls"])
    workplace = Path.cwd()
    # No history file: all children would share its descriptor, and what one writes there another reads.
    shell = Shell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shell.warm_up()
    gc.collect()
    gc.freeze()

    def serve_student(connection: socket.socket) -> None:
        control.detach()
        Session(shell, connection, bounds).serve()

    forked = partial(bear, work=str(workplace), bounds=bounds, walls=walls)
    wire.send(control, _tried(forked))
    child: Child | None = None
    with contextlib.suppress(wire.WireError):
        while True:
            if wire.receive(control) == "open":
                _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
                with socket.socket(fileno=descriptors[0]) as given:
                    try:
                        child = forked(serve_student, given)
                    except Unwalled as error:
                        wire.send(control, str(error))
                        continue
            else:
                _bury(child, workplace, walls)
                child = None
            wire.send(control, None)
    _bury(child, workplace, walls)


def _tried(forked: Callable[..., Child]) -> dict[str, Any]:
    """What a first child, which nobody's code runs in, finds of its walls."""

    def look(connection: socket.socket) -> None:
        try:
            os.fork()
        except OSError:
            wire.send(connection, "no process")
        else:
            os._exit(0)

    near, far = socket.socketpair()
    with near:
        with far:
            try:
                child = forked(look, far)
            except Unwalled as error:
                return {"error": str(error)}
        try:
            filtered = wire.receive(near) == "no process"
        except wire.WireError:
            filtered = False
        finally:
            child.bury()
    return {"error": None, "filtered": filtered, "landlock": landlock.version()}


def _bury(child: Child | None, workplace: Path, walls: Walls) -> None:
    """End the child; without inner walls, all that it may have left, too.

    Raises OSError or RecursionError if something can't be removed: then the nursery ends, and the judge
    starts another.
    """
    if child is not None:
        child.bury()
    if walls.inner:
        return
    if walls.filtered:  # in a process namespace that is the nursery's, everything else there is a student's
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
    for path in workplace.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
