"""A session of its own for each test, in the one nursery."""

import pytest


@pytest.fixture
def session(nursery):
    with nursery.open() as opened:
        yield opened


@pytest.fixture
def run(session):
    """run(source) runs a cell that has to go well as a process, and is its outputs."""

    def cell(source):
        outputs, failure = session.run(source)
        assert failure is None
        return outputs

    return cell


@pytest.fixture
def text(run):
    """text(source) is what a cell prints and shows, as one text."""

    def joined(source):
        return "".join(
            output.get("text") or output.get("evalue") or output["data"]["text/plain"]
            for output in run(source)
        )

    return joined
