"""A PostgreSQL server of the tests' own: on a socket in a folder of its own, and gone with them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAMS = Path("/usr/lib/postgresql")
OPTIONS = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=20"


@dataclass(frozen=True)
class PostgreSQL:
    """A server without network, whose only user may do all."""

    folder: Path
    programs: Path
    user: str | None
    """Whose process it is: it refuses to be root's."""

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs; what it says when it fails is in the exception."""
        environment = {"PATH": os.defpath, "PGHOST": str(self.folder), "PGUSER": "nbg", "LC_ALL": "C.UTF-8"}
        with (self.folder / "said").open("w+") as said:  # not a pipe: the server would keep it open
            done = subprocess.run(
                [self.programs / program, *arguments],
                user=self.user, group=self.user, extra_groups=[] if self.user else None,
                cwd=self.folder, env=environment, stdout=said, stderr=said, check=False,
            )  # fmt: skip
            said.seek(0)
            assert done.returncode == 0, f"{program}: {said.read()}"

    def start(self) -> None:
        options = f"{OPTIONS} -c unix_socket_directories='{self.folder}'"
        self.run("pg_ctl", "--pgdata", "data", "--log", "log", "--options", options, "--wait", "start")

    def stop(self) -> None:
        self.run("pg_ctl", "--pgdata", "data", "--mode", "fast", "--wait", "stop")

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://nbg@/{database}?host={self.folder}"

    def database(self, name: str) -> str:
        """Make an empty database; its address."""
        self.run("createdb", name)
        return self.url(name)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A running server, as whoever runs the tests, or as Debian's user postgres for root."""
    versions = sorted(PROGRAMS.glob("*/bin"), key=lambda path: int(path.parent.name))
    assert versions, f"There is no PostgreSQL in {PROGRAMS}: sudo apt-get install postgresql"
    # Not below pytest's folder, which only its owner may enter; and a socket's path has to be short.
    folder = Path(tempfile.mkdtemp(prefix="postgresql-", dir="/tmp"))
    server = PostgreSQL(folder, versions[-1], "postgres" if os.geteuid() == 0 else None)
    try:
        if server.user:
            shutil.chown(folder, server.user, server.user)
        server.run("initdb", "--pgdata", "data", "--auth", "trust", "--username", "nbg", "--no-sync")
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)
