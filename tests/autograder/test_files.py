"""Files are written whole or not at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import WriteError
from autograder.files import write_atomically, write_if_changed


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("content", ["text é", b"\0bytes", ""])
def test_content_and_mode(tmp_path, content):
    path = tmp_path / "new" / "folder" / "file"
    write_atomically(path, content)
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert path.stat().st_mode & 0o777 == 0o644
    assert names(path.parent) == ["file"]


def test_an_old_file_is_replaced(tmp_path):
    path = tmp_path / "file"
    write_atomically(path, "old")
    path.chmod(0o444)
    write_atomically(path, "new")
    assert path.read_text() == "new"


def test_a_failure_leaves_the_old_file_and_no_trace(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_atomically(path, "old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(WriteError, match=r"file can't be written \(No space left on device\)"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file"]


def test_a_folder_that_cannot_be_made_or_is_in_the_way(tmp_path):
    (tmp_path / "file").write_text("old")
    with pytest.raises(WriteError, match="check its permissions"):
        write_atomically(tmp_path / "file" / "below", "new")
    (tmp_path / "folder").mkdir()
    with pytest.raises(WriteError):
        write_atomically(tmp_path / "folder", "new")
    assert names(tmp_path) == ["file", "folder"]
    assert names(tmp_path / "folder") == []


def test_names_as_long_as_they_may_be(tmp_path):
    write_atomically(tmp_path / ("a" * 255), "x")
    assert names(tmp_path) == ["a" * 255]


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_only_what_changed_is_written(tmp_path_factory, first, second):
    path = tmp_path_factory.mktemp("files") / "file"
    assert write_if_changed(path, first)
    before = path.stat().st_ino
    assert not write_if_changed(path, first)
    assert path.stat().st_ino == before
    assert write_if_changed(path, second) == (first != second)
    assert path.read_bytes() == second.encode()
