"""autograder serve: open formgrader in the course's folder, to mark what was written."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING

import click

from autograder.cli.common import console, interruptible, open_course
from autograder.errors import ServerError

if TYPE_CHECKING:
    from autograder.course import Course

START_SECONDS = 120.0


@click.command()
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=8888,
    show_default=True,
    help="Port on this machine; 0 takes a free one.",
)
@click.option("--no-browser", is_flag=True, help="Print the address only, and open no browser.")
@click.pass_context
def serve(ctx: click.Context, port: int, *, no_browser: bool) -> None:
    """Open nbgrader's formgrader for the course, to mark written answers and to write comments.

    It serves this machine only, and ends with Ctrl-C. The rubric stands below each written answer.

    Example: autograder serve --port 0 --no-browser
    """
    course = open_course(ctx)
    with interruptible():
        _serve(course, port, no_browser=no_browser)


def _serve(course: Course, port: int, *, no_browser: bool) -> None:
    token, port = secrets.token_hex(16), _free(port)
    server = subprocess.Popen(_command(course, port, token), cwd=course.root, stdout=subprocess.DEVNULL)
    try:
        _wait(server, f"http://127.0.0.1:{port}/api/status?token={token}")
        # Formgrader's pages ask before the token became a cookie; by the login page they ask after.
        address = f"http://127.0.0.1:{port}/login?next=%2Fformgrader&token={token}"
        console.print(f"Formgrader for {course.root}: {address}\nEnd with Ctrl-C.")
        if not no_browser:
            click.launch(address)
        server.wait()
    except KeyboardInterrupt:
        console.print("Formgrader has ended; all marks are in the gradebook.")
    finally:
        server.terminate()
        server.wait()


def _free(port: int) -> int:
    """`port`, or a free one for 0. Raises ServerError if something listens there."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as error:
            raise ServerError(
                f"Port {port} can't be used ({error.strerror}): name another with --port, or 0 for a free one."
            ) from error
        return int(trial.getsockname()[1])


def _command(course: Course, port: int, token: str) -> list[str]:
    line = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    line += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", "--log-level=ERROR"]
    line += [f"--ServerApp.root_dir={course.root.resolve()}"]
    return line + (["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])


def _wait(server: subprocess.Popen[bytes], address: str) -> None:
    """Return when the server answers. Raises ServerError if it ended, or didn't answer in two minutes."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310  (our own address)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise ServerError(
        "JupyterLab didn't start; what it said stands above. Try: python -m jupyterlab --version"
    )
