"""The copy of the interpreter: what is written over, what is linked, what is left out, and when it is made anew."""

import os
import sys
import time
from importlib import metadata
from pathlib import Path

import pytest

from autograder.errors import SandboxError
from autograder.sandbox import room as rooms
from autograder.sandbox.room import copy_clean, places, room


def test_every_place_is_written_over_by_one_of_the_same_length():
    assert len(places()) >= 2
    for place, neutral in places().items():
        assert len(place) == len(neutral)
        assert neutral.startswith((b"/py/", b"/env/", b"/code/", b"/home/"))
    base = Path(sys.base_prefix)
    if len(base.parts) > 2:  # a system's own Python lies in /usr, which tells nothing
        assert places()[bytes(base)].endswith(base.name.encode())
    else:
        assert bytes(base) not in places()


def test_files_keep_their_size_and_time(tmp_path):
    source = tmp_path / "a" / "x.txt"
    source.parent.mkdir()
    source.write_text(f"in {sys.prefix}/lib and {sys.base_prefix}/lib")
    os.utime(source, (1e9, 1e9))
    (tmp_path / "a" / "plain").write_text("nothing")
    (tmp_path / "a" / "tests").mkdir()
    copy_clean(tmp_path / "a", tmp_path / "b")
    made = tmp_path / "b" / "x.txt"
    assert sys.prefix not in made.read_text()
    assert (made.stat().st_size, made.stat().st_mtime) == (source.stat().st_size, 1e9)
    assert (tmp_path / "b" / "plain").samefile(tmp_path / "a" / "plain")
    assert not (tmp_path / "b" / "tests").exists()


def test_what_others_may_not_read_is_copied_for_them(tmp_path):
    (tmp_path / "a").write_text("closed")
    (tmp_path / "a").chmod(0o600)
    copy_clean(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_a_room_is_kept_and_another_set_of_packages_is_another_room(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(rooms, "_OURS", ())
    first = room(())
    assert room(()) == first == room(("no-such-package", "through-time"))
    other = room(("msgpack",))
    assert other != first
    assert (other / "env" / "msgpack").is_dir()
    assert sorted(tmp_path.glob("*/*")) == sorted([first, other])
    assert (first / "py" / "bin" / "python").is_file()
    for name in ("solutions", "autograder", "through_time", "nbgrader", "msgpack"):
        assert not (first / "env" / name).exists()


def test_a_package_brings_what_it_requires_and_nothing_optional():
    names = {distribution.metadata["Name"].lower() for distribution in rooms._distributions(("ipython",))}
    assert {"ipython", "traitlets"} <= names
    assert not names & {"pytest", "nbgrader"}
    assert [each.version for each in rooms._distributions(("numpy",))] == [metadata.version("numpy")]


def test_rooms_that_nobody_uses_go(tmp_path):
    for name, days in (("room-old", 40), ("room-new", 1), (".making-old", 40), ("other", 40)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - days * 86400,) * 2)
    rooms._sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "room-new"]


def test_a_cache_that_cannot_be_written_is_said(monkeypatch, tmp_path):
    (tmp_path / "through-time").write_text("a file")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(SandboxError, match=r"can't be made in .*XDG_CACHE_HOME"):
        room(())
