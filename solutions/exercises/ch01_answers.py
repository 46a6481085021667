"""Chapter 1's answers that are no functions: which data are sequences, and which kind a task is."""

from __future__ import annotations

from typing import Any

from solutions.model import AnswerTask, Part, Remark

IN_ORDER = frozenset({"letter", "chess", "heart", "tide", "steps"})
NOT_IN_ORDER = frozenset({"xray", "house", "ballots"})

TASKS = {
    "plant": "one-to-one",
    "throw": "SISO",
    "caption": "SIMO",
    "tags": "MIMO",
    "review": "many-to-one",
}


def _mark_sequences(value: frozenset[Any]) -> dict[str, float]:
    # An empty set has no false member, and is no answer either.
    return {
        "no_false": float(bool(value) and value <= IN_ORDER),
        "none_missed": float(value >= IN_ORDER),
    }


def _remark_sequences(value: frozenset[Any]) -> Remark | None:
    if "xray" in value:
        return Remark(
            "image-as-sequence",
            "Its numbers have an order in space. Is there one of them that comes before another in time?",
        )
    if value & NOT_IN_ORDER:
        return Remark(
            "list-as-sequence",
            "One of those that you name is a list of facts. Read them out in another order: "
            "does the answer to the question change?",
        )
    if value and value < IN_ORDER:
        return Remark(
            "series-as-static",
            "You leave something out. For each of the others, ask whether its answer stays the same "
            "when its pieces are shuffled.",
        )
    return None


def _mark_kinds(value: dict[Any, Any]) -> dict[str, float]:
    return {task: float(value.get(task) == kind) for task, kind in TASKS.items()}


def _remark_kinds(value: dict[Any, Any]) -> Remark | None:
    if value.get("throw") == "one-to-one" or value.get("plant") == "SISO":
        return Remark(
            "siso-as-one-to-one",
            "Two of the tasks have one value in and one out. In which of the two do steps pass in between?",
        )
    if value.get("review") == "MIMO" or value.get("tags") == "many-to-one":
        return Remark(
            "many-to-one-as-mimo",
            "Two of the tasks read one word after the other. After how many of the words is an answer asked for?",
        )
    if value.get("caption") in ("MIMO", "SISO", "many-to-one"):
        return Remark(
            "one-input-as-many",
            "For the caption count what comes from outside: how often, and how many words leave the network?",
        )
    return None


SEQUENCES = AnswerTask(
    name="ans_1_1",
    expects=frozenset,
    wording="a frozenset of ids from the table",
    parts=(Part("no_false", 1), Part("none_missed", 1)),
    mark=_mark_sequences,
    remark=_remark_sequences,
    answer=IN_ORDER,
    wrong={
        "image-as-sequence": IN_ORDER | {"xray"},
        "list-as-sequence": IN_ORDER | {"ballots"},
        "series-as-static": IN_ORDER - {"tide"},
    },
)

KINDS = AnswerTask(
    name="ans_1_2",
    expects=dict,
    wording="a dict from each of the five tasks to the name of its kind",
    parts=tuple(Part(task, 0.4) for task in TASKS),
    mark=_mark_kinds,
    remark=_remark_kinds,
    answer=TASKS,
    wrong={
        "siso-as-one-to-one": {**TASKS, "throw": "one-to-one"},
        "many-to-one-as-mimo": {**TASKS, "review": "MIMO"},
        "one-input-as-many": {**TASKS, "caption": "MIMO"},
    },
)
