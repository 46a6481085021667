"""Verdict files hold all of a grading, and say when it no longer holds."""

import json
from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.engine import Graded
from autograder.record.verdicts import Known, read_known, read_verdict, write_verdict
from autograder.verdict import ExerciseVerdict, Mark, PartVerdict

pytestmark = pytest.mark.xdist_group("sample-course")


HOLDS = ("digest", "2026-02-01 UTC", "engine")


def known(empty, *asked):
    """What is known of ada's hand-in of this digest, time and engine."""
    return read_known(empty.course, "ada", "ch01-tiny", Known(*(asked or HOLDS)))


@pytest.fixture
def graded():
    verdict = ExerciseVerdict(
        "1.1", "Double", (PartVerdict("twice", 2.0, 1.0, 0.5), PartVerdict("sum", 1.0, 0.0)), ("Nearly – é.",),
        ("half",), "1.1", ((1, 0.5), (2, 1e-9)), "the step",
    )  # fmt: skip
    notebook = new_notebook(cells=[new_code_cell(source="x", id="cell-0")])
    return Graded(
        "ada", "ch01-tiny", {"ch01-tiny": notebook}, (verdict,), None, ("A note.",), "digest",
        "2026-02-01 UTC", 1.25, {"ch01-tiny": {"ex-1-1-check": Mark(1.0), "text": Mark(None, untouched=True)}},
    )  # fmt: skip


def test_round_trip(empty, graded):
    write_verdict(empty.course, graded, "engine")
    assert read_verdict(empty.course, "ada", "ch01-tiny", notebooks=True) == graded
    without = replace(graded, notebooks={})
    assert read_verdict(empty.course, "ada", "ch01-tiny") == without
    assert known(empty) == without


def test_a_graded_notebook_that_is_not_whole_is_graded_again(empty, graded):
    write_verdict(empty.course, graded, "engine")
    path = empty.course.autograded("ada", "ch01-tiny") / "ch01-tiny.ipynb"
    path.write_bytes(path.read_bytes()[:-40])
    assert known(empty) is None


@pytest.mark.parametrize("other", [("d", None, None), (None, "t", None), (None, None, "e")])
def test_another_hand_in_time_or_engine_no_longer_holds(empty, graded, other):
    write_verdict(empty.course, graded, "engine")
    asked = [new or old for new, old in zip(other, HOLDS, strict=True)]
    assert known(empty, *asked) is None


def test_nothing_there(empty):
    assert read_verdict(empty.course, "ada", "ch01-tiny") is None
    assert known(empty, "", None, "") is None


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "{}", '{"exercises": [1]}', '{"student": "ada"}'])
def test_a_file_that_is_not_whole_is_nothing(empty, graded, text):
    write_verdict(empty.course, graded, "engine")
    empty.course.verdict("ada", "ch01-tiny").write_text(text)
    assert read_verdict(empty.course, "ada", "ch01-tiny") is None
    assert known(empty) is None


def test_a_hand_in_without_a_time_takes_the_old_one_away(empty, graded):
    folder = empty.course.autograded("ada", "ch01-tiny")
    write_verdict(empty.course, graded, "engine")
    assert (folder / "timestamp.txt").read_text() == "2026-02-01 UTC\n"
    write_verdict(empty.course, replace(graded, timestamp=None), "engine")
    assert not (folder / "timestamp.txt").exists()


def test_the_file_is_for_people_and_programs(empty, graded):
    write_verdict(empty.course, graded, "engine")
    text = empty.course.verdict("ada", "ch01-tiny").read_text(encoding="utf-8")
    assert "Nearly – é." in text
    data = json.loads(text)
    assert (data["score"], data["max_score"], data["exercises"][0]["score"]) == (1.0, 3.0, 1.0)
