"""How far a run is: a bar on a terminal, a line now and then elsewhere, nothing for programs."""

import io

import pytest
from rich.console import Console

from autograder.cli import progress


@pytest.fixture
def clock(monkeypatch):
    """A clock on which each hand-in takes four seconds."""

    class Clock:
        now = 0.0

        @classmethod
        def monotonic(cls):
            return cls.now

        @classmethod
        def items(cls, count):
            for number in range(count):
                cls.now += 4
                yield number

    monkeypatch.setattr(progress, "time", Clock)
    return Clock


@pytest.fixture
def screen(monkeypatch):
    """screen(terminal) is where it is said."""

    def make(*, terminal):
        text = io.StringIO()
        console = Console(file=text, force_terminal=terminal, soft_wrap=True, width=120)
        monkeypatch.setattr(progress, "errors", console)
        return text

    return make


def test_lines_with_rate_and_remaining_time(clock, screen):
    said = screen(terminal=False)
    assert list(progress.followed(clock.items(9), "ch01-tiny", 9, quiet=False)) == list(range(9))
    assert said.getvalue().splitlines() == [
        "ch01-tiny: 3 of 9, 0.2 per second, 24 s left",
        "ch01-tiny: 6 of 9, 0.2 per second, 12 s left",
    ]


def test_a_bar_on_a_terminal(screen):
    said = screen(terminal=True)
    assert list(progress.followed(iter("abc"), "ch01-tiny", 3, quiet=False)) == list("abc")
    assert "ch01-tiny" in said.getvalue()
    assert "3/3" in said.getvalue()


@pytest.mark.parametrize("terminal", [True, False])
def test_nothing_for_programs(clock, screen, terminal):
    said = screen(terminal=terminal)
    assert len(list(progress.followed(clock.items(9), "ch01-tiny", 9, quiet=True))) == 9
    assert said.getvalue() == ""
