"""What `autograder doctor` finds, and what it says to do."""

import shutil

import pytest

from autograder.inside import seccomp
from autograder.sandbox.examine import examine


def missing():
    return {finding.part: finding.remedy for finding in examine() if finding.needed and not finding.there}


def test_a_machine_that_grades_has_all_that_is_needed():
    assert missing() == {}


def test_without_bubblewrap(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    found = missing()
    assert list(found) == ["bubblewrap", "walls can be started"]
    assert "apt-get install bubblewrap" in found["bubblewrap"]


def test_another_kind_of_machine(monkeypatch):
    monkeypatch.setattr(seccomp, "MACHINES", {})
    assert "filter of system calls" in missing()


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_the_command(cli, options):
    done = cli("doctor", *options)
    for part in ("bubblewrap", "filter of system calls", "walls can be started", "memory"):
        assert part in done.stdout


def test_the_command_fails_where_grading_would(cli, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    done = cli("doctor", code=1)
    assert "apt-get install bubblewrap" in done.stdout
