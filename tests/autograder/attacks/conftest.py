"""What holds for every attack: no point, no secret in any writing, no process left, no trace for the next."""

import base64
import codecs
import json
import sys
from pathlib import Path

import nbformat
import pytest

import autograder

ROOT = Path(autograder.__file__).parent.parent


def forms(secret):
    """A text as it is, backwards, by letters moved, and as base64 or hex, wherever it stood in what was encoded."""
    data = secret.encode()
    yield from (secret, secret[::-1], codecs.encode(secret, "rot13"), data.hex(), data[::-1].hex())
    for turned in (data, data[::-1]):
        for before in range(3):
            text = base64.b64encode(bytes(before) + turned).decode()
            # The first and last letters depend on the neighbours.
            yield text[4 * bool(before) : -4]


@pytest.fixture(scope="session")
def secrets(paper, made_small):
    """All that nobody may read: in every form, and long enough to be no chance."""
    places = {str(ROOT), sys.prefix, sys.base_prefix, str(made_small.root)}
    told = {place for place in places if place.count("/") > 1} | {paper.secret.hex()}
    found = {form for secret in told for form in forms(secret) if len(form) > 9}
    return found | {"reference=", "x / 2", "PYTEST_CURRENT_TEST"}


def descendants(process):
    """The processes below `process`, as the machine sees them."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(folder.name)] = int(fields[1])
    found = {process}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


@pytest.fixture
def honest_afterwards(judged):
    """Whoever comes next gets what is earned, and no note."""
    yield
    after = judged()
    assert after.score == 4.0
    assert after.notes == ()
    assert after.problem is None


@pytest.fixture
def fended(judged, secrets, nursery):
    """fended(source, costly=False) attacks in the cell that should define `double`; `costly` may lose the rest."""
    process, before = nursery._process.pid, len(descendants(nursery._process.pid))

    def check(source, *, costly=False):
        graded = judged(double=source)
        double, word = (verdict.score for verdict in graded.verdicts)
        assert double == 0.0
        assert word == 1.0 or (costly and word == 0.0)
        assert graded.seconds < 30
        notebook = graded.notebooks["ch01-tiny"]
        nbformat.validate(notebook)
        assert len(nbformat.writes(notebook)) < 6 * 2**20
        shown = json.dumps([cell.outputs for cell in notebook.cells if cell.cell_type == "code"])
        shown += "".join(message for verdict in graded.verdicts for message in verdict.messages)
        assert [secret for secret in secrets if secret in shown] == []
        if str(Path.home()) not in source:
            assert str(Path.home()) + "/" not in shown
        assert not {"SSH_AUTH_SOCK", "AWS_SECRET"} & set(shown.split("'"))
        assert nursery._process.pid != process or len(descendants(process)) == before
        return graded

    return check
