"""Read the pages for instructors as a program: their command lines, and the files that they show."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from autograder.cli import main

ROOT = Path(__file__).parents[3]
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(
    r"^(?P<fence>`{3,4})\{code-block\} \w+\n:caption: (?P<name>\S+)\n(?P<text>.*?)^(?P=fence)$", re.M | re.S
)
PROGRAMS = Path(sys.executable).parent
PATIENCE = 120
"""Seconds; servers start in a few on an idle machine."""


def page(name):
    """A page's text; of the README, what is for instructors."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return text.partition("## For instructors\n")[2].partition("\n## ")[0] if name == "README.md" else text


def command_lines(name):
    """The command lines of a page, in order."""
    lines = "".join(BLOCK.findall(page(name))).splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def files(name):
    """The files that a page shows, by name."""
    return {found["name"]: found["text"] for found in FILE.finditer(page(name))}


def pip(words):
    """Nothing is installed by a test: the extras have to be the project's."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    (named,) = re.findall(r"^\.\[(\w+)\]$", words[2])
    assert words[:2] == ["pip", "install"]
    assert named in extras


def make(words):
    """`make` installs, and builds what other tests look at: the targets have to be in the Makefile."""
    text = (ROOT / "Makefile").read_text()
    assert all(re.search(rf"^{target}:", text, re.MULTILINE) for target in words[1:] or ["all"])


def activate(words):
    """The environment that `make` makes."""
    assert words[1:] == [".venv/bin/activate"]
    assert "-m venv .venv" in (ROOT / "Makefile").read_text()


def postgresql(words):
    """Needs a server, which the tests of the gradebook start: here, Debian's package has the program."""
    assert list(Path("/usr/lib/postgresql").glob(f"*/bin/{words[0]}"))


BY_RULE = {"pip": pip, "make": make, ".": activate, "createdb": postgresql, "pg_dump": postgresql}
"""Lines that are checked and not run, by their first word; all others are run."""

SERVERS = (["autograder", "serve"], ["dask", "scheduler"], ["dask", "worker"])
"""What runs until it is stopped, at the end of a walk; it isn't started twice in one."""


class Walk:
    """An instructor who does what pages say, line by line, in a scratch folder."""

    def __init__(self, home, monkeypatch):
        self.home, self.cwd, self.monkeypatch = home, home, monkeypatch
        self.servers = {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.other = {"10.0.0.5": "127.0.0.1", "8786": str(self.port), "/srv/nbgrader": str(home / "srv")}
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.chdir(home)

    def read(self, name, before=lambda _walk, _line: None):
        """Do what a page says."""
        for line in command_lines(name):
            before(self, line)
            self.run(line)

    def run(self, line):
        """One line: a server, a rule, `cd` and `export` as a shell has them, the program itself, or a shell's."""
        started = time.monotonic()
        self._run(line)
        print(f"{time.monotonic() - started:6.1f} s  {line}")

    def _run(self, line):
        for here, there in self.other.items():
            line = line.replace(here, there)
        words = shlex.split(line, comments=True)
        if words[:2] in SERVERS:
            self._serve(words)
        elif words[0] in BY_RULE:
            BY_RULE[words[0]](words)
        elif words[0] == "cd":
            self.go(self.cwd / words[1])
        elif words[0] == "export":
            assert line == 'export PYTHONPATH="$PWD"'
            self.monkeypatch.syspath_prepend(str(self.cwd))
            self.monkeypatch.setenv("PYTHONPATH", str(self.cwd))
        elif words[0] == "autograder" and "--scheduler" not in words:
            self._program(words[1:])
        else:
            self._shell(line)

    def go(self, folder):
        """Go to a folder."""
        self.cwd = folder.resolve()
        self.monkeypatch.chdir(self.cwd)

    def _program(self, words):
        words = [re.sub(r"^~(?=/)", str(self.home), word) for word in words]
        # 1 says that something needs an eye; a sentence of failure would stand on standard error.
        done = CliRunner().invoke(main, words, catch_exceptions=False)
        assert done.exit_code in (0, 1), (words, done.output)
        assert "autograder: " not in done.stderr, done.stderr
        assert done.stdout

    def _shell(self, line):
        done = subprocess.run(
            ["bash", "--norc", "-euc", line], cwd=self.cwd, capture_output=True, text=True, check=False
        )
        # An empty notebook is still open, and says so by 1.
        assert done.returncode == 0 or "still open" in done.stdout, (line, done.stdout, done.stderr)

    def _serve(self, words):
        kind = tuple(words[:2])
        if kind in self.servers:
            return
        quiet = ["--port", "0", "--no-browser"] if kind == ("autograder", "serve") else ["--no-dashboard"]
        log = self.home / f"{'-'.join(kind)}.log"
        with log.open("w") as said:
            self.servers[kind] = subprocess.Popen(
                [*words, *quiet], cwd=self.cwd, env={**os.environ, "PYTHONUNBUFFERED": "1"},
                stdout=said, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        ready = {"serve": "End with Ctrl-C", "scheduler": "Scheduler at", "worker": "Registered to"}[words[1]]
        end = time.monotonic() + PATIENCE
        while ready not in log.read_text():
            assert self.servers[kind].poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.1)

    def close(self):
        """Ctrl-C to all servers, the last one first."""
        for server in reversed(self.servers.values()):
            os.killpg(server.pid, signal.SIGINT)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()


@pytest.fixture
def pages():
    """Reading pages: pages.page(name), pages.command_lines(name), pages.files(name)."""
    return SimpleNamespace(page=page, command_lines=command_lines, files=files)


@pytest.fixture
def walk(tmp_path, monkeypatch):
    """A walk that starts in an empty home."""
    made = Walk(tmp_path, monkeypatch)
    yield made
    made.close()
    shutil.rmtree(tmp_path, ignore_errors=True)
