"""Right answers to chapter 12's functions in other styles than the reference's; a grader must take them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from solutions.exercises.alternatives import alternatives_for
from solutions.exercises.ch12_codes import codes
from solutions.model import Answer, Array, Function
from solutions.reference.adder import adder_rows
from solutions.reference.training.completion import SYMBOLS, encode_word

Parameters = Mapping[str, Array]


def _rows_backwards() -> Answer:
    X, Y = adder_rows()
    return {"X": X[::-1], "Y": Y[::-1]}


def _rows_by_counting() -> Answer:
    X = np.array([[c, b, a] for a in (0.0, 1.0) for b in (0.0, 1.0) for c in (0.0, 1.0)])
    total = X.sum(axis=1)
    return {"X": X, "Y": np.stack([total % 2, total // 2], axis=1)}


ROWS_STYLES: Mapping[str, Function] = {"backwards": _rows_backwards, "by counting": _rows_by_counting}


def _sigmoid(o: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-o)))


def _run(params: Parameters, a: Array, b: Array, *, rounded: bool) -> Answer:
    carry, bits = 0.0, []
    for x in [*zip(a, b, strict=True), (0.0, 0.0)]:
        y = _sigmoid(params["V"] @ np.tanh(params["U"] @ np.array([*x, carry]) + params["b"]) + params["c"])
        carry = float(np.round(y[1])) if rounded else float(y[1])
        bits.append(int(y[0] > 0.5))
    return {"bits": np.array(bits)}


RUN_STYLES: Mapping[str, Function] = {
    "probabilities": lambda params, a, b: _run(params, a, b, rounded=False),
    # A trained cell's carry is near 0 or 1: rounding it changes no bit.
    "rounded carry": lambda params, a, b: _run(params, a, b, rounded=True),
}


def _forwards(params: Parameters, a: Array, b: Array, target: Array) -> Answer:
    """The derivatives of the carry by all weights, carried along with the carry."""
    U, V = params["U"], params["V"]
    g = {f"d{name}": np.zeros_like(array) for name, array in params.items()}
    carry, by = 0.0, {name: np.zeros_like(array) for name, array in params.items()}
    for t, bits in enumerate([*zip(a, b, strict=True), (0.0, 0.0)]):
        x = np.array([*bits, carry])
        h = np.tanh(U @ x + params["b"])
        y = _sigmoid(V @ h + params["c"])
        through = V * (1 - h**2)
        direct = [
            {
                "U": np.outer(through[i], x),
                "b": through[i],
                "V": np.outer(np.eye(2)[i], h),
                "c": np.eye(2)[i],
            }
            for i in (0, 1)
        ]
        do = [{name: direct[i][name] + (through[i] @ U[:, 2]) * by[name] for name in by} for i in (0, 1)]
        for name in by:
            g[f"d{name}"] += (y[0] - target[t]) * do[0][name]
        carry, by = float(y[1]), {name: y[1] * (1 - y[1]) * do[1][name] for name in by}
    return g


ADDER_STYLES: Mapping[str, Function] = {"forwards": _forwards}


def _words_by_index(word: str) -> Answer:
    places = {symbol: i for i, symbol in enumerate(SYMBOLS)}
    numbers = [places[letter] for letter in word] + [3]
    return {"X": np.eye(4)[numbers[:-1]], "Tau": np.eye(4)[numbers[1:]]}


WORD_STYLES: Mapping[str, Function] = {"by index": _words_by_index}

WORD_BPTT_STYLES: Mapping[str, Function] = {
    name: lambda p, word, function=function: function(p, *encode_word(word))
    for name, function in alternatives_for("mimo").items()
}

SENTENCE_BPTT_STYLES: Mapping[str, Function] = {
    name: lambda p, X, label, function=function: function(p, X, np.array([float(label)]))
    for name, function in alternatives_for("many-to-one").items()
}


def _state_kept(p: Parameters, first: str, max_len: int) -> Answer:
    """The state goes along; the word is not read again for each letter."""
    h, word = p["h0"], ""
    for letter in first[:max_len]:
        h, word = np.tanh(p["U"] @ np.eye(4)[SYMBOLS.index(letter)] + p["W"] @ h + p["b"]), word + letter
    while len(word) < max_len:
        best = SYMBOLS[int(np.argmax(p["V"] @ h + p["c"]))]
        if best == "<stop>":
            break
        h, word = np.tanh(p["U"] @ np.eye(4)[SYMBOLS.index(best)] + p["W"] @ h + p["b"]), word + best
    return {"word": codes(word, max_len)}


COMPLETE_STYLES: Mapping[str, Function] = {"state kept": _state_kept}


def _predicted(p: Parameters, X: Array) -> Answer:
    h = p["h0"]
    for x in X:
        h = np.tanh(p["U"] @ x + p["W"] @ h + p["b"])
    return {"y": 0.5 * (1 + np.tanh(0.5 * (p["V"] @ h + p["c"])[0]))}


PREDICT_STYLES: Mapping[str, Function] = {"by tanh": _predicted}
