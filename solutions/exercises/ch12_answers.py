"""Chapter 12's answers that are no functions: why a trained network is no adder, two floors, and a proof."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from solutions.model import AnswerTask, Part, Remark

WORD = "peeped"
FLOOR = 3 * math.log(3)
PROOF = (False, 19)

WRONG_LETTERS: Mapping[str, Remark] = {
    "A": Remark(
        "more-of-the-same",
        "These eight are all cases that there are, for sequences of that form. What would a ninth one ask for "
        "that none of the eight asks for?",
    ),
    "C": Remark(
        "vanishing-while-running",
        "Gradients are computed while the network is trained, over three steps. Which of them is used when it adds?",
    ),
    "D": Remark(
        "errors-add-up",
        "A loss of 0.01 over 24 outputs is a probability of about 0.9996 for each. Raise that to the power 65: "
        "that is far more than nearly none.",
    ),
    "E": Remark(
        "states-hold-no-bits",
        "The cell that you have trained has real-valued units, too, and its carry is never rounded. "
        "At 64 bits it makes no mistake.",
    ),
}


def _mark_letter(value: str) -> dict[str, float]:
    return {"ans_12_1": float(value.strip().upper() == "B")}


def _near(value: float, other: float) -> bool:
    return abs(value - other) < 0.01


def _mark_floor(value: float) -> dict[str, float]:
    return {"ans_12_2": float(_near(value, FLOOR))}


WRONG_FLOORS: Mapping[str, tuple[float, str]] = {
    "floor-of-another-word": (
        2 * math.log(2),
        'That is the floor of "deep". In this word another letter has several successors, or more of them.',
    ),
    "one-choice-counted": (
        math.log(3),
        "That is what a single guess among three successors costs. How many such guesses are there in the word?",
    ),
    "start-taken-for-floor": (
        len(WORD) * math.log(4),
        "That is the loss of four equal shares at every step. The letter just read tells more than that.",
    ),
    "floor-is-zero": (
        0.0,
        "Zero would mean that the letter just read decides the next one. Look at all letters that follow an e.",
    ),
}


def _remark_floor(value: float) -> Remark | None:
    for name, (wrong, message) in WRONG_FLOORS.items():
        if _near(value, wrong):
            return Remark(name, message)
    return None


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _mark_proof(value: tuple[Any, ...]) -> dict[str, float]:
    proof, most = value if len(value) == 2 else (None, None)
    return {"proof": float(proof is PROOF[0]), "most": float(_is_whole(most) and most == PROOF[1])}


def _remark_proof(value: tuple[Any, ...]) -> Remark | None:
    if len(value) != 2:
        return None
    if value[0] is True:
        return Remark(
            "three-prove-nothing",
            "The three sentences end in rat, mat and cat, and no two of them in the same word. "
            "A network that sees the last word only fits them, too; yours did, without W.",
        )
    if value[1] == 27:
        return Remark(
            "all-27-without-memory",
            "Without W the network sees the last word and nothing else. Then it has to give one answer to all "
            "nine sentences that end in cat. Do they have one label?",
        )
    if value[1] == 17:
        return Remark(
            "majority-forgotten",
            "You answer 0 to every sentence that doesn't end in rat. Count how many of the nine that end in cat "
            "have a rat before it.",
        )
    return None


WHY_TASK = AnswerTask(
    name="ans_12_1",
    expects=str,
    wording='one of the letters "A" to "E"',
    parts=(Part("ans_12_1", 1),),
    mark=_mark_letter,
    remark=lambda value: WRONG_LETTERS.get(value.strip().upper()),
    answer="B",
    wrong={remark.misconception: letter for letter, remark in WRONG_LETTERS.items()},
)

FLOOR_TASK = AnswerTask(
    name="ans_12_2",
    expects=float,
    wording="a number",
    parts=(Part("ans_12_2", 2),),
    mark=_mark_floor,
    remark=_remark_floor,
    answer=FLOOR,
    wrong={name: value for name, (value, _) in WRONG_FLOORS.items()},
)

PROOF_TASK = AnswerTask(
    name="ans_12_3",
    expects=tuple,
    wording="a tuple of True or False and a whole number",
    parts=(Part("proof", 1), Part("most", 1)),
    mark=_mark_proof,
    remark=_remark_proof,
    answer=PROOF,
    wrong={
        "three-prove-nothing": (True, 19),
        "all-27-without-memory": (False, 27),
        "majority-forgotten": (False, 17),
    },
)
