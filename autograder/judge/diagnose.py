"""Give a wrong answer its name: the twist, or the two twists, that produce the student's numbers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from autograder.judge.ask import Heard
from autograder.judge.prepared import Given, Prepared, Variants
from autograder.judge.sentences import listed
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


def evidence(prepared: Prepared, heard: Heard, wrong: Mapping[str, set[int]]) -> dict[int, Given]:
    """The parts to compare with the twists: question number -> parts of the right shape.

    Diagnostic questions if any part is wrong there, in their order, one with a wrong part first.
    Otherwise all questions: an overflow shows in extreme cases only.
    """
    at_fault = set().union(*wrong.values())
    diagnostic = {number for number in heard.parts if prepared.asked[number].case.diagnostic}
    chosen = diagnostic if diagnostic & at_fault else set(heard.parts)
    found = {
        number: {
            name: reading.array for name, reading in heard.parts[number].items() if reading.array is not None
        }
        for number in sorted(chosen, key=lambda number: (number not in at_fault, number))
    }
    # A wrong shape alone is no evidence: some part must be there that is wrong by its values.
    told = {name for name, numbers in wrong.items() if any(name in found.get(n, {}) for n in numbers)}
    return {number: given for number, given in found.items() if given} if told else {}


def name_it(
    prepared: Prepared, given: Mapping[int, Given], catalogue: Mapping[str, Misconception]
) -> Named | None:
    """The misconception, the group of them, or the two at once that give exactly these numbers."""
    singles = _matches(prepared.singles, given, lambda key: (_id(key),))
    if singles:
        return _one_of(singles, catalogue)
    pairs = _matches(
        prepared.pairs, given, lambda key: tuple(map(_id, key)) if isinstance(key, tuple) else ()
    )
    return _two_of(pairs, catalogue) if pairs else None


@dataclass(frozen=True)
class _Match:
    ids: tuple[str, ...]
    key: str
    function: Function


def _matches(
    variants: Variants, given: Mapping[int, Given], ids_of: Callable[[Hashable], tuple[str, ...]]
) -> list[_Match]:
    return [
        _Match(ids_of(variants.names[index]), str(variants.names[index]), variants.function(index))
        for index in variants.matching(given)
    ]


def _id(key: Hashable) -> str:
    return str(key).partition(":")[0]


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
