"""What goes wrong in the capstones that read texts: words, sentences, and a gap between words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from solutions.misconceptions.bptt import STEPS
from solutions.misconceptions.family import Family
from solutions.misconceptions.rows import outer
from solutions.misconceptions.steps import Run, Step, Twist, after
from solutions.model import Answer, Array, Function
from solutions.reference.activations import sigmoid
from solutions.reference.bidirectional import bptt_bidirectional
from solutions.reference.losses import softmax
from solutions.reference.rnn import rnn_forward
from solutions.reference.training.completion import encode_word

# Words and sentences


def in_words(functions: Mapping[str, Function]) -> Mapping[str, Function]:
    """Versions of bptt_mimo(p, X, Tau) as versions of word_bptt(p, word)."""
    return {key: _of_word(function) for key, function in functions.items()}


def _of_word(function: Function) -> Function:
    return lambda p, word: function(p, *encode_word(word))


def in_sentences(functions: Mapping[str, Function]) -> Mapping[str, Function]:
    """Versions of bptt_many_to_one(p, X, tau) as versions of sentence_bptt(p, X, label)."""
    return {key: _of_sentence(function) for key, function in functions.items()}


def _of_sentence(function: Function) -> Function:
    return lambda p, X, label: function(p, X, np.array([float(label)]))


def loss_at_every_step(p: Mapping[str, Array], X: Array, label: int) -> Answer:
    """sentence_bptt(p, X, label) with the label as the target of every step."""
    given = {"p": p, "inputs": X[:, None], "targets": np.full((len(X), 1, 1), float(label))}
    g: Answer = Run(STEPS, given | {"output": sigmoid, "losses": np.ones(len(X))}).g
    return g


def _encoded(change: Callable[[Array, str], Array]) -> Function:
    def answer(word: str) -> Answer:
        X, Tau = encode_word(word)
        return {"X": X, "Tau": change(Tau, word)}

    return answer


def _in_order(word: str, order: Sequence[int]) -> Answer:
    X, Tau = encode_word(word)
    return {"X": X[:, order], "Tau": Tau[:, order]}


WORD: Mapping[str, Function] = {
    "target-shifted": _encoded(lambda _, word: encode_word(word)[0]),
    "stop-missing": _encoded(lambda Tau, _: np.concatenate([Tau[:-1], np.zeros((1, 4))])),
    "stop-missing:first-letter-again": _encoded(
        lambda Tau, word: np.concatenate([Tau[:-1], encode_word(word)[0][:1]])
    ),
    "stop-missing:last-letter-again": _encoded(
        lambda Tau, word: np.concatenate([Tau[:-1], encode_word(word)[0][-1:]])
    ),
    "sorted-vocab": lambda word: _in_order(word, (3, 0, 1, 2)),
}
"""Wrong versions of encode_word(word)."""


def _grown(
    p: Mapping[str, Array], first: str, max_len: int, *, remembers: bool = True, stops: bool = True
) -> str:
    word = first
    while len(word) < max_len:
        o = rnn_forward(p, encode_word(word if remembers else word[-1])[0])["o"][-1]
        best = int(o.argmax() if stops else o[:3].argmax())
        if best == 3:
            break
        word += "dep"[best]
    return word


def grown(p: Mapping[str, Array], first: str, max_len: int) -> str:
    """complete(p, first, max_len)."""
    return _grown(p, first, max_len)


GROWN: Mapping[str, Callable[..., str]] = {
    "stop-missing": lambda p, first, max_len: _grown(p, first, max_len, stops=False),
    "feeds-truth-when-free": lambda _p, first, max_len: (first + "deep"[len(first) :])[:max_len],
    "state-lost-between-letters": lambda p, first, max_len: _grown(p, first, max_len, remembers=False),
    "max-len-off-by-one": lambda p, first, max_len: _grown(p, first, max_len + 1),
    "max-len-off-by-one:too-short": lambda p, first, max_len: _grown(p, first, max_len - 1),
    "max-len-off-by-one:not-counting": lambda p, first, max_len: _grown(p, first, max_len + len(first)),
}
"""Wrong versions of complete(p, first, max_len)."""


def _predicted(p: Mapping[str, Array], X: Array) -> Array:
    return np.asarray(rnn_forward(p, X, "sigmoid-ce")["o"][-1, 0])


PREDICT: Mapping[str, Function] = {
    "last-word-only": lambda p, X: {"y": sigmoid(_predicted({**p, "W": 0 * p["W"]}, X[-1:]))},
    "last-word-only:from-h0": lambda p, X: {"y": sigmoid(_predicted(p, X[-1:]))},
    "bag-of-words": lambda p, X: {"y": sigmoid(_predicted(p, X.sum(axis=0, keepdims=True)))},
    "bag-of-words:mean": lambda p, X: {"y": sigmoid(_predicted(p, X.mean(axis=0, keepdims=True)))},
    "f-skipped-last": lambda p, X: {"y": _predicted(p, X)},
    "h0-ignored": lambda p, X: {"y": sigmoid(_predicted({**p, "h0": 0 * p["h0"]}, X))},
}
"""Wrong versions of predict(p, X)."""


# A gap: two chains, each a many-to-one network whose last state is the one at the gap


def _chain(U: Array, W: Array, b: Array, h0: Array, X: Array) -> Array:
    h = [h0]
    for x in X:
        h.append(np.tanh(U @ x + W @ h[-1] + b))
    return np.array(h)


def _back(r: Run, W: Array, h: Array, error: Array) -> Array:
    """The deltas of a chain whose last state has this error."""
    delta, slope = np.zeros((len(h) - 1, len(W))), r.slope_of(h[1:])
    for t in range(len(delta) - 1, -1, -1):
        delta[t] = slope[t] * error
        error = r.passed * r.across(W) @ delta[t]
    return delta


def _gap_gradients(r: Run) -> Answer:
    p, before, after_ = r.p, r.with_time, r.against
    return {
        "dU": outer(before, r.X_before),
        "dW": outer(before, r.h[:-1]),
        "db": before.sum(axis=0),
        "dh0": p["W"].T @ before[0] if len(before) else p["V"].T @ r.eps,
        "dUb": outer(after_, r.X_after),
        "dWb": outer(after_, r.hb[:-1]),
        "dbb": after_.sum(axis=0),
        "dhb0": p["Wb"].T @ after_[0] if len(after_) else p["Vb"].T @ r.eps,
        "dV": np.outer(r.eps, r.h[-1]),
        "dVb": r.heard * np.outer(r.eps, r.hb[-1]),
        "dc": r.eps,
    }


def _everywhere(r: Run) -> Answer:
    g: Answer = bptt_bidirectional(r.p, r.X, np.tile(r.tau, (len(r.X), 1)))
    return g


_GAP_STEPS: Mapping[str, Step] = {
    "X_before": lambda r: r.X[: r.gap + 1],
    "X_after": lambda r: r.X[r.gap :][::-1],
    "h": lambda r: _chain(r.p["U"], r.p["W"], r.p["b"], r.p["h0"], r.X_before),
    "hb": lambda r: _chain(r.p["Ub"], r.p["Wb"], r.p["bb"], r.p["hb0"], r.X_after),
    "heard": lambda _: 1.0,
    "o": lambda r: r.p["V"] @ r.h[-1] + r.heard * r.p["Vb"] @ r.hb[-1] + r.p["c"],
    "y": lambda r: softmax(r.o),
    "eps": lambda r: r.y - r.tau,
    "slope_of": lambda _: lambda h: 1.0 - h**2,
    "passed": lambda _: 1.0,
    "across": lambda _: lambda W: W.T,
    "with_time": lambda r: _back(r, r.p["W"], r.h, r.p["V"].T @ r.eps),
    "against": lambda r: _back(r, r.p["Wb"], r.hb, r.heard * r.p["Vb"].T @ r.eps),
    "g": _gap_gradients,
}
_ON_THE_WAY: Mapping[str, Twist] = {
    "one-side-only": {"heard": lambda _: 0.0},
    "word-at-the-gap-left-out": {
        "X_before": lambda r: r.X[: r.gap],
        "X_after": lambda r: r.X[r.gap + 1 :][::-1],
    },
    "backward-chain-time-not-reversed": {"X_after": lambda r: r.X[r.gap :]},
    "backward-chain-time-not-reversed:from-the-start": {"X_after": lambda r: r.X[: r.gap + 1]},
}

GAP = Family(
    _GAP_STEPS,
    lambda p, X, tau, gap: {"p": p, "X": X, "tau": tau, "gap": gap},
    {
        **_ON_THE_WAY,
        "gap-loss-everywhere": {"g": _everywhere},
        "sign-flipped": {"eps": after(lambda _, eps: -eps)},
        "softmax-derivative-twice": {"eps": after(lambda r, eps: r.y * (eps - r.y @ eps))},
        "fprime-missing": {"slope_of": lambda _: np.ones_like},
        "one-minus-h": {"slope_of": lambda _: lambda h: 1.0 - h},
        "immediate-only": {"passed": lambda _: 0.0},
        "w-not-transposed": {"across": lambda _: lambda W: W},
    },
)
"""gap_bptt(p, X, tau, gap)."""

FILL = Family(
    {**_GAP_STEPS, "g": lambda r: {"y": r.y}},
    lambda p, X, gap: {"p": p, "X": X, "gap": gap},
    _ON_THE_WAY,
)
"""fill_gap(p, X, gap)."""
