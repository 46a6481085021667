"""Right answers for the checks, in the form of functions that a test can spoil."""

from collections.abc import Callable, Mapping

import pytest

from solutions.reference import bptt


@pytest.fixture
def right() -> Mapping[str, Callable]:
    return {
        "5.1": bptt.bptt_siso,
        "5.2": bptt.bptt_simo,
        "5.3": bptt.bptt_mimo,
        "5.4": bptt.bptt_many_to_one,
        "5.5": bptt.bptt_batch,
    }


@pytest.fixture
def spoil(right) -> Callable:
    """spoil(change) is bptt_simo with its result changed by `change(g)`, in place or by what it returns."""

    def make(change: Callable) -> Callable:
        def bptt_simo(p, x, Tau):
            g = right["5.2"](p, x, Tau)
            changed = change(g)
            return g if changed is None else changed

        return bptt_simo

    return make


@pytest.fixture(autouse=True)
def outside_nbgrader(monkeypatch) -> None:
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
