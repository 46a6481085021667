"""Whenever collecting is cut off, a whole hand-in is there to be graded or none, and the next run completes it."""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from autograder.collecting import Options, collect
from autograder.collecting.keep import keep
from autograder.times import STAMP, parse_time

pytestmark = pytest.mark.xdist_group("sample-course")

NAME = "ch01-tiny.ipynb"
OLD = {NAME: b"old", "data.csv": b"old", "timestamp.txt": b"2026-02-01 10:00:00 UTC"}
NEW = {NAME: b"new", "more.csv": b"new", "timestamp.txt": b"2026-02-02 10:00:00 UTC"}


class Killed(BaseException):
    """What no handler of errors catches."""


@pytest.fixture
def inbox(tmp_path):
    """inbox(files) is a download with a hand-in of ada's."""

    def put(files):
        folder = tmp_path / "inbox" / "ada"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        return folder.parent

    return put


def to_be_graded(course):
    folder = course.submitted("ada", "ch01-tiny")
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else None


def whole(files):
    stamp = parse_time(files["timestamp.txt"].decode()).strftime(STAMP) + "\n"
    return {**files, "timestamp.txt": stamp.encode()}


def completed(course, folder):
    """After another run all is there, and nothing else."""
    collect(course, [folder], Options("ch01-tiny"))
    assert to_be_graded(course) == whole(NEW)
    kept = sorted(course.collected("ada", "ch01-tiny").iterdir())
    assert [{path.name: path.read_bytes() for path in place.iterdir()} for place in kept] == [OLD, NEW]
    assert [path.name for path in course.submitted("ada", "x").parent.iterdir()] == ["ch01-tiny"]


CALLS = ((Path, "mkdir"), (Path, "rename"), (Path, "write_bytes"), (shutil, "rmtree"), (shutil, "copytree"))


def test_cut_off_at_each_step(small, inbox, monkeypatch):
    course = small.course
    steps = [0, 0]

    def counted(call):
        def run(*arguments, **more):
            steps[0] += 1
            if steps[0] == steps[1]:
                raise Killed
            return call(*arguments, **more)

        return run

    for at in range(1, 100):
        with monkeypatch.context() as patched:
            steps[:] = [0, at]
            shutil.rmtree(course.root / "collected", ignore_errors=True)
            shutil.rmtree(course.root / "submitted", ignore_errors=True)
            for files, before in ((OLD, None), (NEW, OLD)):
                folder = inbox(files)
                for owner, name in CALLS:
                    patched.setattr(owner, name, counted(getattr(owner, name)))
                try:
                    collect(course, [folder], Options("ch01-tiny"))
                    done = True
                except Killed:
                    done = False
                patched.undo()
                there = to_be_graded(course)
                assert there in ([whole(files)] if done else [None, whole(files), before and whole(before)])
                if not done:
                    collect(course, [folder], Options("ch01-tiny"))
                    assert to_be_graded(course) == whole(files)
        completed(course, folder)
        if steps[0] < at:
            break
    assert 10 < at < 99


def test_really_killed(small):
    """The process is gone in the middle of its work, at ten moments."""
    course = small.course
    folder = course.submitted("ada", "ch01-tiny")
    for turn in range(10):
        child = os.fork()
        if child == 0:
            for number in range(10**6):  # until it is killed
                data = f"{turn} {number}".encode()
                files = {NAME: data, "data.csv": data}
                keep(
                    course,
                    "ada",
                    "ch01-tiny",
                    files,
                    parse_time(f"2026-02-{turn + 1:02} 10:00:00 UTC"),
                    sure=True,
                )
            os._exit(0)
        time.sleep(0.02 + turn / 200)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if folder.is_dir():
            assert sorted(path.name for path in folder.iterdir()) == [NAME, "data.csv", "timestamp.txt"]
            assert (folder / NAME).read_bytes() == (folder / "data.csv").read_bytes()
        for place in course.collected("ada", "ch01-tiny").glob("2*"):
            assert len(list(place.iterdir())) == 2
