"""Release feedback through nbgrader's exchange, to those whose hand-in came by it."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from autograder.course import Course
from autograder.errors import AutograderError, SubmissionProblem
from autograder.files import write_if_changed
from autograder.grading import handed_in
from autograder.read import read_bytes
from autograder.record.verdicts import read_verdict

SECRET = "submission_secret.txt"  # noqa: S105  (the name of a file)
"""What nbgrader's submit leaves with a hand-in; its fetch_feedback asks for the feedback by it."""


@dataclass(frozen=True)
class ReleasedFeedback:
    """Who can fetch feedback now, who handed in another way, and whose latest hand-in isn't graded yet."""

    students: tuple[str, ...]
    without: tuple[str, ...]
    waiting: tuple[str, ...]


def release_feedback(course: Course, assignment: str, pages: Mapping[str, Path]) -> ReleasedFeedback:
    """Let the students fetch their `pages` by nbgrader's fetch_feedback.

    Raises AutograderError, with nbgrader's own words, if the exchange can't be used.
    """
    done, without, waiting = [], [], []
    api = _api(course)
    for student, page in sorted(pages.items()):
        secret = _secret(course, student, assignment)
        if secret is None and _by_secret(course):
            without.append(student)
        elif not _is_latest(course, student, assignment):
            waiting.append(student)
        else:
            _provide(course, student, assignment, page, secret)
            _release(api, student, assignment)
            done.append(student)
    return ReleasedFeedback(tuple(done), tuple(without), tuple(waiting))


def _by_secret(course: Course) -> bool:
    """Whether feedback is fetched by the secret: so it is with nbgrader's own exchange; a service knows its users."""
    return "ExchangeFactory" not in course.config


def _secret(course: Course, student: str, assignment: str) -> bytes | None:
    with contextlib.suppress(SubmissionProblem):
        return read_bytes(course.submitted(student, assignment) / SECRET)
    return None


def _is_latest(course: Course, student: str, assignment: str) -> bool:
    """Whether the feedback is on the hand-in that the secret came with."""
    graded = read_verdict(course, student, assignment)
    return graded is not None and graded.timestamp == handed_in(course.submitted(student, assignment))[0]


def _provide(course: Course, student: str, assignment: str, page: Path, secret: bytes | None) -> None:
    """Put into the feedback's folder what nbgrader expects there: a page per notebook, the secret and the time."""
    text, _ = handed_in(course.submitted(student, assignment))
    if secret is not None:
        write_if_changed(page.parent / SECRET, secret)
    write_if_changed(page.parent / "timestamp.txt", text or "")
    for notebook in course.release(assignment).parent.glob("*.ipynb"):
        write_if_changed(page.parent / f"{notebook.stem}.html", page.read_bytes())


def _release(api: Any, student: str, assignment: str) -> None:
    with warnings.catch_warnings():
        # Nbgrader misspells the name of an argument there, and leaves a file open; Python says so.
        warnings.filterwarnings("ignore", "Passing unrecognized arguments", DeprecationWarning)
        warnings.simplefilter("ignore", ResourceWarning)
        result = api.release_feedback(assignment, student)
    if not result["success"]:
        said = (result.get("error") or result.get("log") or "no reason given").strip().splitlines()
        raise AutograderError(
            f"nbgrader couldn't release the feedback of {student} for {assignment}: {said[-1]} "
            "Check c.Exchange.root in nbgrader_config.py, and that you may write there."
        )


def _api(course: Course) -> Any:
    config = Config()
    config.merge(course.config)
    config.CourseDirectory.root = str(course.root)
    api = NbGraderAPI(config=config)
    api.log.setLevel(logging.ERROR)
    return api
