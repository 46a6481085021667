"""The class that is graded in bench/grading.py: hand-ins from the sample's recipes, each a little different.

The recipes without an endless loop, without a damaged file and without a due date are taken in turn, so that stock
nbgrader and otter-grader can grade all of them, too, and have to give the same scores. Each hand-in has its number
in a comment, so that no two files are alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from solutions.course import RECIPES

NAME = "ch05-bptt-unrolled"
TAKEN = ("ada", "emmy", "blaise", "carl", "grace", "niels", "kurt", "leonhard", "joseph", "hypatia")
"""Right in two styles; wrong in four ways; half done; untouched; a syntax error; plots, prints and warnings."""


def student(number: int) -> str:
    return f"s{number:04d}"


def hand_ins(released: bytes, numbers: range) -> Iterator[tuple[str, bytes]]:
    """A student's name and notebook for each number, made from the released notebook."""
    recipes = [recipe for name in TAKEN for recipe in RECIPES if recipe.student == name]
    assert len(recipes) == len(TAKEN)
    template = json.loads(released)
    for number in numbers:
        (data,) = recipes[number % len(recipes)].make(template).values()
        notebook = json.loads(data)
        for cell in notebook["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("solution"):
                cell["source"] = "".join(cell["source"]) + f"\n# hand-in {number}"
        yield student(number), json.dumps(notebook, indent=1).encode()


def write(course: Path, released: bytes, numbers: range) -> None:
    """Put hand-ins where nbgrader's layout has them."""
    for name, data in hand_ins(released, numbers):
        folder = course / "submitted" / name / NAME
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{NAME}.ipynb").write_bytes(data)
        (folder / "timestamp.txt").write_text("2026-03-01 10:00:00 UTC\n", encoding="ascii")
