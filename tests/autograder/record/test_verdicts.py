"""Verdict files hold all of a grading, and say when it no longer holds."""

import json

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.engine import Graded
from autograder.record.verdicts import read_verdict, still_holds, write_verdict
from autograder.verdict import ExerciseVerdict, PartVerdict

pytestmark = pytest.mark.xdist_group("sample-course")


@pytest.fixture
def graded():
    verdict = ExerciseVerdict(
        "1.1", "Double", (PartVerdict("twice", 2.0, 1.0, 0.5), PartVerdict("sum", 1.0, 0.0)), ("Nearly – é.",),
        ("half",), "1.1", ((1, 0.5), (2, 1e-9)), "the step",
    )  # fmt: skip
    notebook = new_notebook(cells=[new_code_cell(source="x", id="cell-0")])
    return Graded(
        "ada", "ch01-tiny", notebook, (verdict,), None, ("A note.",), "digest", "2026-02-01 UTC", 1.25
    )


def test_round_trip(empty, graded):
    write_verdict(empty.course, graded, "engine")
    assert read_verdict(empty.course, "ada", "ch01-tiny") == graded
    assert still_holds(empty.course, "ada", "ch01-tiny", "digest", "2026-02-01 UTC", "engine")


@pytest.mark.parametrize("other", [("d", None, None), (None, "t", None), (None, None, "e")])
def test_another_hand_in_time_or_engine_no_longer_holds(empty, graded, other):
    write_verdict(empty.course, graded, "engine")
    asked = [new or old for new, old in zip(other, ("digest", "2026-02-01 UTC", "engine"), strict=True)]
    assert not still_holds(empty.course, "ada", "ch01-tiny", *asked)


def test_nothing_there(empty):
    assert read_verdict(empty.course, "ada", "ch01-tiny") is None
    assert not still_holds(empty.course, "ada", "ch01-tiny", "", None, "")


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "{}", '{"exercises": [1]}', '{"student": "ada"}'])
def test_a_file_that_is_not_whole_is_nothing(empty, graded, text):
    write_verdict(empty.course, graded, "engine")
    empty.course.verdict("ada", "ch01-tiny").write_text(text)
    assert read_verdict(empty.course, "ada", "ch01-tiny") is None
    assert not still_holds(empty.course, "ada", "ch01-tiny", "digest", "2026-02-01 UTC", "engine")


def test_a_hand_in_without_a_time_takes_the_old_one_away(empty, graded):
    from dataclasses import replace

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
