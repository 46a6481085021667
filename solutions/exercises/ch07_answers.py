"""Chapter 7's answers that are no functions: arrows that leave a node, inputs that are heard, a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solutions.model import AnswerTask, Criterion, Part, Remark, WrittenTask

LEAVING: Mapping[str, frozenset[str]] = {
    "stacked": frozenset({"delta2[t]", "delta1[t+1]"}),
    "bidirectional": frozenset({"eps[t]", "deltab[t-1]"}),
    "skip": frozenset({"delta[t+1]", "delta[t+2]"}),
}
"""The errors on the right-hand side, for a node in the middle of each graph."""
ENTERING: Mapping[str, frozenset[str]] = {
    "stacked": frozenset({"delta1[t-1]"}),
    "bidirectional": frozenset({"deltab[t+1]"}),
    "skip": frozenset({"delta[t-1]", "delta[t-2]"}),
}
"""The errors of the nodes that the arrows come from."""
HEARD = frozenset({1, 2, 3, 4, 5})


def _members(value: object) -> frozenset[Any]:
    return frozenset(value) if isinstance(value, frozenset | set) else frozenset()


def _mark_arrows(value: dict[Any, Any]) -> dict[str, float]:
    return {node: float(_members(value.get(node)) == right) for node, right in LEAVING.items()}


def _remark_arrows(value: dict[Any, Any]) -> Remark | None:
    given = {node: _members(value.get(node)) for node in LEAVING}
    if any(given[node] & ENTERING[node] for node in LEAVING):
        return Remark(
            "incoming-for-outgoing",
            "An error in one of your sets belongs to a node that comes before the one asked about. "
            "Which arrows leave the node?",
        )
    stacked = given["stacked"]
    if stacked == {"delta2[t]"}:
        return Remark(
            "lower-layer-carry-missing",
            "The lower layer's node has an arrow up and an arrow to the right. Yours has the arrow up only.",
        )
    if stacked == {"delta1[t+1]"}:
        return Remark(
            "upper-branch-missing",
            "The lower layer's node has an arrow up and an arrow to the right. Yours has the arrow to the right only.",
        )
    if given["bidirectional"] == {"eps[t]"} or given["skip"] == {"delta[t+2]"}:
        return Remark(
            "next-step-missing",
            "One of your sets lacks the arrow that the chain itself goes on by. Which node does this one feed next?",
        )
    if given["skip"] == {"delta[t+1]"}:
        return Remark(
            "skip-carry-missing",
            "Follow the long arrow of the third graph as well: where does the one that starts at the node end?",
        )
    return None


def _mark_heard(value: frozenset[Any]) -> dict[str, float]:
    return {"members": float(value == HEARD)}


def _remark_heard(value: frozenset[Any]) -> Remark | None:
    if value in ({1, 2, 3}, {1, 2}):
        return Remark(
            "one-chain-only",
            "That is what one chain brings to y_3. Where does the other one begin, and which inputs has it read "
            "when it comes to step 3?",
        )
    if value in ({3, 4, 5}, {4, 5}):
        return Remark(
            "one-chain-only",
            "That is what the chain against time brings to y_3. What does the other one bring?",
        )
    return None


ARROWS = AnswerTask(
    name="ans_7_5",
    expects=dict,
    wording="a dict from each graph to a frozenset of errors",
    parts=tuple(Part(node, 1) for node in LEAVING),
    mark=_mark_arrows,
    remark=_remark_arrows,
    answer=dict(LEAVING),
    wrong={
        "incoming-for-outgoing": dict(ENTERING),
        "lower-layer-carry-missing": {**LEAVING, "stacked": frozenset({"delta2[t]"})},
        "upper-branch-missing": {**LEAVING, "stacked": frozenset({"delta1[t+1]"})},
        "next-step-missing": {**LEAVING, "bidirectional": frozenset({"eps[t]"})},
        "next-step-missing:skip": {**LEAVING, "skip": frozenset({"delta[t+2]"})},
        "skip-carry-missing": {**LEAVING, "skip": frozenset({"delta[t+1]"})},
    },
)

INPUTS = AnswerTask(
    name="ans_7_6",
    expects=frozenset,
    wording="a frozenset of whole numbers",
    parts=(Part("members", 1),),
    mark=_mark_heard,
    remark=_remark_heard,
    answer=HEARD,
    wrong={"one-chain-only": frozenset({1, 2, 3}), "one-chain-only:later": frozenset({3, 4, 5})},
)

DERIVATION = WrittenTask(
    name="derivation_7_7",
    rubric=(
        Criterion(
            "the error of h",
            1,
            "three terms, one for each arrow that leaves h_t: to the output, to z^h at t + 1, "
            "and to z^m at the same step t; the slope outside of the sum, the transposes right",
            "one of the three terms is missing, or the error of m stands there at t + 1",
            "the rule of a plain RNN, copied",
        ),
        Criterion(
            "the error of m",
            1,
            "three terms: to the output, to z^m at t + 1, and to z^h at t + 1; it says that at each step "
            "this error is computed before that of h, or the formulas come in this order",
            "one of the three terms is missing, or the two errors are computed in an order that can't be followed",
            "the rule of a plain RNN, copied",
        ),
        Criterion(
            "all gradients",
            1,
            "every weight, bias and start state has its sum: Whm with m_{t-1}, Wmh with h_t, "
            "both start states with all the arrows that leave them",
            "one or two are missing or have a wrong partner, such as h_{t-1} for Wmh",
            "more than two are missing or wrong",
        ),
        Criterion(
            "shapes",
            1,
            "the forward pass is written down, each array has its shape, and the products fit",
            "shapes are given for some of the arrays, or one does not fit",
            "no shapes",
        ),
    ),
)
