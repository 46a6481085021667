"""Checks of the gradients that the capstones descend by (chapter 12)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from solutions.reference.adder import adder_rows
from solutions.reference.shapes import Array, Gradients, Params
from solutions.reference.training.adder import adder_bptt, adder_loss, rows_objective
from solutions.reference.training.completion import encode_word, words_objective
from solutions.reference.training.gap import TEXTS, VOCABULARY, encode_example, gap_objective
from solutions.reference.training.sentiment import THREE_SENTENCES, encode_sentence, sentences_objective
from solutions.reference.verification import oracles_capstones as oracles
from solutions.reference.verification.check import Check, Problem, gradient_checks
from solutions.reference.verification.problems import SEEDS, rnn_params

Objective = Callable[..., tuple[float, Gradients]]


def checks() -> Iterator[Check]:
    """Yield the checks of this topic."""
    yield from gradient_checks(
        "adder_bptt",
        adder_bptt,
        adder_loss,
        oracles.adder,
        [numbers(seed, N) for seed in SEEDS for N in (6, 1)],
        too_small_for_differences=[numbers(SEEDS[0], 200)],
    )
    for objective, oracle, problems in (
        (rows_objective, oracles.rows, [rows(seed) for seed in SEEDS]),
        (words_objective, oracles.words, [words(seed) for seed in SEEDS]),
        (sentences_objective, oracles.sentences, [sentences(seed) for seed in SEEDS]),
        (gap_objective, oracles.texts, [texts(seed) for seed in SEEDS]),
    ):
        loss, gradients = partial(_loss, objective), partial(_gradients, objective)
        yield from gradient_checks(objective.__name__, gradients, loss, oracle, problems)


def _loss(objective: Objective, p: Params, examples: Sequence[Any]) -> float:
    return objective(p, examples)[0]


def _gradients(objective: Objective, p: Params, examples: Sequence[Any]) -> Gradients:
    return objective(p, examples)[1]


def cell(rng: np.random.Generator, d: int) -> dict[str, Array]:
    """Return an untrained adder cell of d units, no array of it zero."""
    return {
        "U": rng.normal(size=(d, 3)),
        "b": rng.normal(size=d) / 2,
        "V": rng.normal(size=(2, d)),
        "c": rng.normal(size=2) / 2,
    }


def numbers(seed: int, N: int) -> Problem:
    """Return a problem for `adder_bptt`, with random bits as targets, right or not."""
    rng = np.random.default_rng(seed)
    a, b, target = (rng.integers(2, size=size).astype(float) for size in (N, N, N + 1))
    return Problem("numbers", cell(rng, 5), {"a": a, "b": b, "target": target})


def rows(seed: int) -> Problem:
    """Return the 8 rows for `rows_objective`."""
    return Problem(
        "rows", cell(np.random.default_rng(seed), 5), {"examples": list(zip(*adder_rows(), strict=True))}
    )


def words(seed: int) -> Problem:
    """Return words of different lengths for `words_objective`."""
    examples = [encode_word(word) for word in ("deep", "d", "pepeed")]
    return Problem("words", rnn_params(np.random.default_rng(seed), 4, 3, 4), {"examples": examples})


def sentences(seed: int) -> Problem:
    """Return sentences of different lengths for `sentences_objective`."""
    labelled = [*THREE_SENTENCES, (("rat",), 1), (("cat", "mat", "mat", "cat", "mat"), 0)]
    examples = [(encode_sentence(text), label) for text, label in labelled]
    return Problem("sentences", rnn_params(np.random.default_rng(seed), 3, 4, 1), {"examples": examples})


def texts(seed: int) -> Problem:
    """Return texts with gaps at different places for `gap_objective`; the chains have 3 and 2 units."""
    rng = np.random.default_rng(seed)
    n, d, e, k = len(VOCABULARY), 3, 2, 4
    p = dict(rnn_params(rng, n, d, k))
    against = rnn_params(rng, n, e, k)
    p |= {f"{name}b": against[name] for name in ("U", "W", "b", "V")} | {"hb0": against["h0"]}
    examples = [
        encode_example(*pair) for pair in (*TEXTS[:2], ("___ his bread", "oven"), ("the wife ___", "palace"))
    ]
    return Problem("texts", p, {"examples": examples})
