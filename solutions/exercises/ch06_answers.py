"""Chapter 6's answers that are no functions: a table of paths and its derivation, a count, a prediction, a letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solutions.exercises import path_table
from solutions.model import AnswerTask, Criterion, Part, Remark, WrittenTask

COUNTS = (4, 6, 21)
_WAYS = ("E_4 to W", "E_6 to U", "all to U")


def _table(change: Any) -> dict[tuple[int, int], list[str]]:
    """The right table with one change made to every path."""
    return {path: change(path, list(factors)) for path, factors in path_table.RIGHT.items()}


def _without(token: str) -> Any:
    def change(_path: tuple[int, int], factors: list[str]) -> list[str]:
        if token in factors:
            factors.remove(token)
        return factors

    return change


def _later_slopes(path: tuple[int, int], factors: list[str]) -> list[str]:
    """Every slope is that of step t."""
    return [f"D_{path[0]}" if factor.startswith("D_") else factor for factor in factors]


def _reversed_slopes(path: tuple[int, int], factors: list[str]) -> list[str]:
    t, k = path
    return [f"D_{t + k - int(factor[2:])}" if factor.startswith("D_") else factor for factor in factors]


TABLE = AnswerTask(
    name="table_6_3",
    expects=dict,
    wording="a dict from pairs (t, k) to lists of factors",
    parts=tuple(Part(path_table.name_of(path), 2 / 3) for path in path_table.PATHS),
    mark=path_table.mark,
    remark=path_table.remark,
    answer=path_table.RIGHT,
    wrong={
        "path-left-out": {path: factors for path, factors in path_table.RIGHT.items() if path != (3, 1)},
        "path-slope-missing": _table(lambda path, factors: _without(f"D_{path[1]}")(path, factors)),
        "path-slope-misplaced": _table(_later_slopes),
        "path-order-reversed": _table(_reversed_slopes),
        "path-weight-missing": _table(_without("WT")),
        "path-weight-extra": _table(lambda _, factors: ["WT", *factors]),
        "path-wrong-ends": _table(lambda path, factors: [*factors[:-1], f"x_{path[0]}"]),
        "path-factors-unfit": _table(lambda _, factors: [factors[-1], *factors[:-1]]),
    },
)

DERIVATION = WrittenTask(
    name="derivation_6_3",
    rubric=(
        Criterion(
            "the sums are swapped",
            2,
            "the order of the two sums is exchanged, the new limits t = k, ..., T are stated, and a reason is given "
            "(a picture of the triangle will do, or: step k is heard by the losses from k on)",
            "the right result, but the exchange is not shown, or its limits are missing or wrong",
            "the result is quoted only",
        ),
        Criterion(
            "the recursion and its start",
            1,
            "the common factor is taken out, so that the sum for k is the slope at k times "
            "V^T eps_k + W^T delta_{k+1}; the start is given, as delta_T or as delta_{T+1} = 0",
            "the recursion without its start, or without the step that leads to it",
            "neither",
        ),
        Criterion(
            "immediate derivatives are marked",
            1,
            "says that the derivative by U under the sum holds h_{k-1} fixed, and what would happen with a total one",
            "marks it, or says what is held fixed, without the reason",
            "total and immediate are not told apart",
        ),
    ),
)


def _mark_counts(value: tuple[Any, ...]) -> dict[str, float]:
    found = value if len(value) == len(COUNTS) else (None,) * len(COUNTS)
    return {way: float(one == right) for way, one, right in zip(_WAYS, found, COUNTS, strict=True)}


def _remark_counts(value: tuple[Any, ...]) -> Remark | None:
    if len(value) != len(COUNTS):
        return None
    if value[0] in (8, 16) or value[1] in (32, 64):
        return Remark(
            "paths-doubled",
            "From E_4 back to a use of W there is one way along the states. How many uses of W lie before E_4?",
        )
    if value[2] in (36, 42):
        return Remark(
            "paths-squared",
            "The table of losses and steps has 36 squares. In which of them could a loss hear a step after its own?",
        )
    if value[2] == 6 and value[:2] == COUNTS[:2]:
        return Remark(
            "path-left-out",
            "You counted the paths of a single loss, or one for each. How many has E_1, how many E_2, and so on?",
        )
    return None


COUNT = AnswerTask(
    name="ans_6_6",
    expects=tuple,
    wording="a tuple of three whole numbers",
    parts=(Part(_WAYS[0], 0.5), Part(_WAYS[1], 0.5), Part(_WAYS[2], 1)),
    mark=_mark_counts,
    remark=_remark_counts,
    answer=COUNTS,
    wrong={"paths-doubled": (16, 64, 126), "paths-squared": (4, 6, 36), "path-left-out": (4, 6, 6)},
)


def _letter(name: str, letters: str, points: float, right: str, wrong: Mapping[str, Remark]) -> AnswerTask:
    return AnswerTask(
        name=name,
        expects=str,
        wording=f'one of the letters "{letters[0]}" to "{letters[-1]}"',
        parts=(Part(name, points),),
        mark=lambda value: {name: float(value.strip().upper() == right)},
        remark=lambda value: wrong.get(value.strip().upper()),
        answer=right,
        wrong={found.misconception: letter for letter, found in wrong.items()},
    )


SHARE = _letter(
    "ans_6_7",
    "ABC",
    2,
    "B",
    {
        "A": Remark(
            "last-path-trusted",
            "The last path alone is not even a safe hint of the direction. "
            "Go to w = 1.5, T = 10 in widget W6.1, and read both numbers with their signs.",
        ),
        "C": Remark(
            "last-path-only",
            "The other nine paths would have to add up to zero. "
            "Look at their bars in widget W6.1 at w = 1.5, T = 10.",
        ),
    },
)

BUG = _letter(
    "bug_6_8",
    "ABCDE",
    1,
    "E",
    {
        "A": Remark(
            "path-order-reversed",
            "For T = 2 each product has one factor at most, so its order could not matter. "
            "Is the given function right there?",
        ),
        "B": Remark(
            "immediate-only",
            "If the earlier uses were lost, the entry [i, a, b] would be zero wherever i is not a. "
            "Print one such entry of the given function for t = 2.",
        ),
        "C": Remark(
            "w-not-transposed",
            "Make W symmetric: a transpose would then do no harm. Is the given function right there?",
        ),
        "D": Remark(
            "fprime-twice",
            "Make all states tiny, so that every slope is nearly 1: a slope too many would then do no harm. "
            "Is the given function right there?",
        ),
    },
)
