"""What grading processes are forked from: a server that has imported what they need. It imports nothing of ours."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver

# A forked child of a process with threads may hang; the server has none.
CONTEXT = multiprocessing.get_context("forkserver")


def begin() -> None:
    """Start the server, if there is none yet; it imports while the caller goes on."""
    CONTEXT.set_forkserver_preload(["autograder.bulk.work"])
    forkserver.ensure_running()
