"""Two mistakes that don't meet: one twist explains some of the wrong parts, another one the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from autograder.judge.compare import TOLERANCE
from autograder.judge.prepared import Prepared
from autograder.judge.variants import Given
from solutions.model import Answer, Function


@dataclass(frozen=True)
class Pieces:
    """Two twists by their keys, and what somebody computes who holds both."""

    keys: tuple[str, str]
    function: Function


def in_pieces(prepared: Prepared, given: Mapping[int, Given]) -> list[Pieces]:
    """Every two twists that get different parts wrong, all wrong ones between them, exactly as the student.

    A pair's own function is needed only where two twists act on the same part.
    """
    start, asked = prepared.plainest, prepared.asked[prepared.plainest]
    plain = given.get(start, {})
    wrong = {name for name, part in plain.items() if asked.error(name, part) >= TOLERANCE}
    equal = prepared.singles.equal(start, {name: plain[name] for name in wrong})
    explained: list[tuple[int, frozenset[str]]] = []
    for index, name in enumerate(prepared.singles.names):
        parts = prepared.changed[name] & plain.keys()
        here = parts and parts < wrong and all(index in equal[part] for part in parts)
        if here and _explains(prepared, given, index, parts):
            explained.append((index, parts))
    return [
        _together(prepared, one, other)
        for one, other in combinations(explained, 2)
        if not one[1] & other[1] and one[1] | other[1] == wrong
    ]


def _explains(prepared: Prepared, given: Mapping[int, Given], index: int, parts: frozenset[str]) -> bool:
    """Whether the twist's parts are the student's in every question, as far as they are there."""
    return all(
        prepared.singles.matching({number: {name: found[name] for name in parts & found.keys()}}, [index])
        for number, found in given.items()
    )


def _together(
    prepared: Prepared, one: tuple[int, frozenset[str]], other: tuple[int, frozenset[str]]
) -> Pieces:
    singles = prepared.singles
    first, second = singles.function(one[0]), singles.function(other[0])

    def answer(*arguments: Any) -> Answer:
        others = second(*arguments)
        return {**first(*arguments), **{name: others[name] for name in other[1] if name in others}}

    return Pieces((str(singles.names[one[0]]), str(singles.names[other[0]])), answer)
