"""What stands above an assignment's cells can be read alone."""

import jupytext
import pytest

from autograder.assignment.source import Header, read_header
from autograder.errors import SourceError
from autograder.loader import load_catalogue


def test_it_is_what_the_notebook_says():
    catalogue = load_catalogue()
    for name in catalogue.assignments:
        path = catalogue.sources / f"{name}.md"
        found = jupytext.reads(path.read_text(), fmt="md:myst").metadata["through_time"]
        assert catalogue.header(name) == Header(found["title"], found["chapter"])


@pytest.mark.parametrize(
    "text", ["", "# Words\n", "---\n---\n\n---\n", "---\nkernelspec: {name: a}\n---\n# Words\n"]
)
def test_without_one_the_file_gives_the_title(tmp_path, text):
    (tmp_path / "ch01-a.md").write_text(text)
    assert read_header(tmp_path / "ch01-a.md") == Header("ch01-a", "")


@pytest.mark.parametrize(
    "data", [b"\xff\xfe", b"---\na: [\n---\n", b"---\n- a\n---\n", b"---\nthrough_time: [1]\n---\n"]
)
def test_a_broken_one_is_an_error(tmp_path, data):
    (tmp_path / "ch01-a.md").write_bytes(data)
    with pytest.raises(SourceError, match=r"The head of .*ch01-a\.md can't be read"):
        read_header(tmp_path / "ch01-a.md")
    with pytest.raises(SourceError, match="can't be read"):
        read_header(tmp_path / "none.md")
