"""A cell's outputs as they may stand in the graded notebook: bounded, and without this machine's paths."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from autograder.sandbox.conceal import conceal

OUTPUTS_CUT = "[The rest was cut: the notebook's outputs together are too large.]\n"
WRONG_FORM = "[An output of a wrong form was left out.]\n"


class Outputs:
    """What a notebook puts out, as far as there is room for it."""

    def __init__(self, room: int) -> None:
        self._room = room

    def kept(self, outputs: Iterable[object]) -> list[dict[str, Any]]:
        """The outputs that there is room for; where it ends, they say so."""
        found: list[dict[str, Any]] = []
        for output in outputs:
            text = _as_json(output)
            self._room -= len(text)
            if self._room < 0:
                found.append(note(OUTPUTS_CUT))
                break
            found.append(conceal(json.loads(text)))
        return found


def note(text: str) -> dict[str, Any]:
    """An output that says something."""
    return {"output_type": "stream", "name": "stdout", "text": text}


def _as_json(output: object) -> str:
    """An output as it will stand in the notebook's file, or a note instead of one that can't."""
    try:
        if isinstance(output, dict):
            return json.dumps(output, allow_nan=False, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        pass
    return json.dumps(note(WRONG_FORM))
