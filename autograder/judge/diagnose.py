"""Give a wrong answer its name: the twist, or the two twists, that produce the student's numbers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from autograder.judge.ask import Heard
from autograder.judge.compare import TOLERANCE
from autograder.judge.pieces import in_pieces
from autograder.judge.prepared import Prepared
from autograder.judge.sentences import listed
from autograder.judge.variants import Given, Variants
from solutions.model import Function, Misconception

MOST_NAMED = 4
"""Above this many explanations, none is read out: they would say nothing."""


@dataclass(frozen=True)
class Named:
    """What fits: misconceptions, sentences, where to read ("" if the exercise's own section), the twist."""

    ids: tuple[str, ...]
    messages: tuple[str, ...]
    section: str = ""
    function: Function | None = None
    key: str = ""


@dataclass(frozen=True)
class Evidence:
    """The parts to compare with the twists: question number -> parts of the right shape.

    `blank`: all of them are zero, as in work that is only begun. `hollow`: those that are wrong are.
    """

    given: Mapping[int, Given]
    blank: bool = False
    hollow: bool = False


def evidence(prepared: Prepared, heard: Heard, wrong: Mapping[str, set[int]]) -> Evidence:
    """Take diagnostic questions if any part is wrong there, one with a wrong part first.

    Otherwise take all questions: an overflow shows in extreme cases only. A wrong shape alone is no
    evidence: some part must be there that is wrong by its values.
    """
    at_fault = set().union(*wrong.values())
    diagnostic = {number for number in heard.parts if prepared.asked[number].case.diagnostic}
    chosen = diagnostic if diagnostic & at_fault else set(heard.parts)
    found = {
        number: _arrays(heard, number)
        for number in sorted(chosen, key=lambda number: (number not in at_fault, number))
    }
    told = [found[n][name] for name, numbers in wrong.items() for n in numbers & chosen if name in found[n]]
    if not told:
        return Evidence({})
    every = [part for given in found.values() for part in given.values()]
    return Evidence(
        {number: given for number, given in found.items() if given},
        blank=not any(part.any() for part in every),
        hollow=not any(part.any() for part in told),
    )


def _arrays(heard: Heard, number: int) -> Given:
    readings = heard.parts[number].items()
    return {name: reading.array for name, reading in readings if reading.array is not None}


def name_it(prepared: Prepared, found: Evidence, catalogue: Mapping[str, Misconception]) -> Named | None:
    """The misconception, the group of them, or the two at once that give exactly these numbers.

    Zeros everywhere have no name, and zeros in all wrong parts are no two mistakes: they are unfinished.
    """
    if found.blank:
        return None
    singles = _matches(prepared.singles, prepared.singles.matching(found.given))
    if singles:
        return _one_of(singles, catalogue)
    if found.hollow:
        return None
    pairs = [
        _Match(_ids(each.keys), str(each.keys), each.function) for each in in_pieces(prepared, found.given)
    ] or _matches(prepared.pairs, prepared.pairs.matching(found.given, _likely(prepared, found)))
    return _two_of(pairs, catalogue) if pairs else None


def _likely(prepared: Prepared, found: Evidence) -> tuple[int, ...] | None:
    """The pairs that fit the parts which are right and wrong; None for all, if not every part is known."""
    start, asked = prepared.plainest, prepared.asked[prepared.plainest]
    given = found.given.get(start, {})
    if given.keys() != asked.expected.keys():
        return None
    return prepared.likely_pairs(
        frozenset(name for name, part in given.items() if asked.error(name, part) >= TOLERANCE)
    )


def name_form(heard: Heard, catalogue: Mapping[str, Misconception]) -> Named | None:
    """What a part of another form than the right one gives away: a vector, say, where a matrix belongs."""
    shown = [reading.shows for readings in heard.parts.values() for reading in readings.values()]
    ids = tuple(dict.fromkeys(name for name in shown if name))
    if not ids:
        return None
    return Named(ids, tuple(_message(name, catalogue) for name in ids), _section(ids, catalogue))


@dataclass(frozen=True)
class _Match:
    ids: tuple[str, ...]
    key: str
    function: Function


def _matches(variants: Variants, indices: list[int]) -> list[_Match]:
    names = [(index, variants.names[index]) for index in indices]
    return [_Match(_ids(name), str(name), variants.function(index)) for index, name in names]


def _ids(key: Hashable) -> tuple[str, ...]:
    """The misconceptions in the key of a twist, or of two: what stands before a colon names a variant's own."""
    keys = key if isinstance(key, tuple) else (key,)
    return tuple(str(each).partition(":")[0] for each in keys)


def _one_of(matches: list[_Match], catalogue: Mapping[str, Misconception]) -> Named:
    """One name, or a group whose members give the same numbers here, none of them singled out."""
    ids = tuple(dict.fromkeys(name for match in matches for name in match.ids))
    first = matches[0]
    if len(ids) == 1:
        return Named(ids, (_message(ids[0], catalogue),), _section(ids, catalogue), first.function, first.key)
    if len(ids) > MOST_NAMED:
        said: tuple[str, ...] = (
            f"What you returned fits {len(ids)} known mistakes; the other arrays would tell them apart.",
        )
    else:
        said = (
            f"What you returned fits {len(ids)} known mistakes, which give the same numbers here. One of these:",
            *(_message(name, catalogue) for name in ids),
        )
    return Named(ids, said, _section(ids, catalogue), first.function, first.key)


def _two_of(matches: list[_Match], catalogue: Mapping[str, Misconception]) -> Named:
    """Two things at once; what all explanations share is said first."""
    sets = [set(match.ids) for match in matches]
    ids = tuple(dict.fromkeys(name for match in matches for name in match.ids))
    shared = tuple(name for name in ids if all(name in each for each in sets))
    rest = tuple(name for name in ids if name not in shared)
    first = matches[0]
    said = ["Two things at once:", *(_message(name, catalogue) for name in shared)]
    if rest and len(rest) <= MOST_NAMED:
        said.append("And one of these, which give the same numbers here:" if shared else "Two of these:")
        said += [_message(name, catalogue) for name in rest]
    elif rest:
        said.append(f"What comes with it fits {len(rest)} known mistakes.")
    return Named(ids, tuple(said), _section(shared or ids, catalogue), first.function, first.key)


def _message(name: str, catalogue: Mapping[str, Misconception]) -> str:
    return catalogue[name].message if name in catalogue else f"This is the mistake called {listed([name])}."


def _section(ids: tuple[str, ...], catalogue: Mapping[str, Misconception]) -> str:
    """The section that explains them all; "" when they have no common one."""
    sections = {catalogue[name].section for name in ids if name in catalogue}
    return sections.pop() if len(sections) == 1 else ""
