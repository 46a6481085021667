"""Filling a gap in a text from the words on both sides: two chains, and a loss at the gap only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solutions.reference.bidirectional import bidirectional_forward, bidirectional_loss, bptt_bidirectional
from solutions.reference.errors import RangeError, UnknownNameError
from solutions.reference.sequences import one_hot
from solutions.reference.sgd import Descent, added, sgd
from solutions.reference.shapes import Array, Gradients, Params
from solutions.reference.training.completion import start_values

GAP = "___"
TEXTS = (
    ("the king built a ___ for his wife", "palace"),
    ("the king built a ___ for his ships", "harbour"),
    ("the baker built a ___ for his wife", "cottage"),
    ("the baker built a ___ for his bread", "oven"),
)
"""Neither the words before the gap decide, nor the words after it."""
VOCABULARY = tuple(dict.fromkeys(word for text, _ in TEXTS for word in text.split() if word != GAP))
ANSWERS = tuple(answer for _, answer in TEXTS)

HEAD = "softmax-ce"
UNITS = 3
DESCENT = Descent(eta=0.3, epochs=300, limit=1.0)
UNUSED = {"both": (), "before": ("Vb",), "after": ("V",)}
"""The sides that may be read, and the output weights that are 0 then."""

Example = tuple[Array, Array, Array]


def encode_text(text: str) -> tuple[Array, int]:
    """Return X (T,n), one-hot rows over VOCABULARY with a row of zeros at the gap, and the gap's index; float64.

    Raises UnknownNameError for another word, RangeError unless there is one gap. Source: lecture C.
    """
    words = text.split()
    if words.count(GAP) != 1:
        raise RangeError("the number of gaps", words.count(GAP), "1")
    gap = words.index(GAP)
    rows = one_hot([word for word in words if word != GAP], VOCABULARY)
    return np.insert(rows, gap, 0.0, axis=0), gap


def encode_example(text: str, answer: str) -> Example:
    """Return X (T,n), Tau (T,k) with the answer at the gap, and the mask (T,) that is 1 there alone; float64.

    Raises UnknownNameError, RangeError. Source: lecture C (a gap in a text).
    """
    X, gap = encode_text(text)
    Tau, loss_at = np.zeros((len(X), len(ANSWERS))), np.zeros(len(X))
    Tau[gap], loss_at[gap] = one_hot([answer], ANSWERS)[0], 1.0
    return X, Tau, loss_at


def train_gap(seed: int, sides: str = "both") -> tuple[dict[str, Array], list[float]]:
    """Return the parameters of a bidirectional RNN trained on TEXTS, and the losses; float64.

    `sides` is "both", "before" or "after": what lies on the other side reaches no output then. The start
    states are 0 and aren't trained. Raises UnknownNameError. Source: lecture C (context on both sides).
    """
    if sides not in UNUSED:
        raise UnknownNameError("side", sides, UNUSED)
    rng = np.random.default_rng(seed)
    p = start_values(rng, UNITS, len(VOCABULARY), len(ANSWERS))
    against = start_values(rng, UNITS, len(VOCABULARY), len(ANSWERS))
    p |= {f"{name}b": against[name] for name in ("U", "W", "b", "V")} | {"hb0": against["h0"]}
    for name in UNUSED[sides]:
        p[name] = np.zeros_like(p[name])
    examples = [encode_example(*pair) for pair in TEXTS]
    return sgd(gap_objective, p, examples, DESCENT, rng, ("h0", "hb0", *UNUSED[sides]))


def gap_objective(p: Params, examples: Sequence[Example]) -> tuple[float, Gradients]:
    """Return the loss summed over encoded examples, and its gradients; float64.

    Raises ArrayError, CountError. Source: lecture C (bidirectional slides).
    """
    E = sum(bidirectional_loss(p, X, Tau, HEAD, loss_at) for X, Tau, loss_at in examples)
    return E, added([bptt_bidirectional(p, X, Tau, HEAD, loss_at) for X, Tau, loss_at in examples])


def fill(p: Params, text: str) -> str:
    """Return the likeliest of ANSWERS for the gap in the text.

    Raises InputError. Source: lecture C. For p as `train_gap` returns it.
    """
    X, gap = encode_text(text)
    return ANSWERS[int(bidirectional_forward(p, X)["o"][gap].argmax())]
