"""Trainings are judged by what the trained weights do: they come back, and our own forward pass runs on them.

The parts of such a task are 1 where the weights do what was asked; else the student reads how far they got.
Beside the parts the reference returns its weights, from which the packing makes what a student would return, and
a `fingerprint`, which tells whether the same seed gives the same weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np

from solutions.model import Answer, Arguments, Array, Misfit, Packing
from solutions.reference.activations import sigmoid
from solutions.reference.adder import adder_rows
from solutions.reference.losses import sigmoid_cross_entropy
from solutions.reference.rnn import batch_forward
from solutions.reference.sequences import one_hot
from solutions.reference.training import adder, completion, sentiment

MOST_UNITS = 64
"""A network with more is not run: it would only cost time."""
PAIRS = 500
SENTENCES = 400
SHARE = 0.95

SEEDS = 36
"""A student's training gets a seed below this: with each of them the reference learns, as the tests say."""
SEED = 11
"""What the reference is trained with, whatever the student's seed: one good set of weights is enough."""

Weights = dict[str, Array]
Verdicts = Mapping[str, float | Misfit]
Spec = Mapping[str, tuple[str | int, ...]]

CELL: Spec = {"U": ("d", 3), "b": ("d",), "V": (2, "d"), "c": (2,)}
WORDS: Spec = {"U": ("d", 4), "W": ("d", "d"), "V": (4, "d"), "b": ("d",), "c": (4,), "h0": ("d",)}
SENTENCE: Spec = {"U": ("d", 3), "W": ("d", "d"), "V": (1, "d"), "b": ("d",), "c": (1,), "h0": ("d",)}


def a_seed(rng: np.random.Generator) -> int:
    """Draw a seed for a student's training."""
    return int(rng.integers(SEEDS))


def a_trained(rng: np.random.Generator) -> int:
    """Draw the seed of a trained network that a student is given; few, since each has to be trained."""
    return int(rng.integers(3))


def read_weights(value: Any, spec: Spec) -> Weights | None:
    """The arrays that `spec` names, finite and of shapes that go together; None if they aren't there."""
    if not isinstance(value, dict) or not spec.keys() <= value.keys():
        return None
    try:
        found = {name: np.array(value[name], dtype=np.float64) for name in spec}
    except (ValueError, TypeError, OverflowError):
        return None
    d = found["b"].size
    shapes = {name: tuple(d if size == "d" else size for size in shape) for name, shape in spec.items()}
    if not 1 <= d <= MOST_UNITS or any(found[name].shape != shapes[name] for name in spec):
        return None
    return found if all(np.isfinite(array).all() for array in found.values()) else None


def fingerprint(weights: Mapping[str, Array]) -> float:
    """A number that hardly two sets of weights share."""
    return float(sum(np.cos(np.arange(array.size) + array.ravel()).sum() for array in weights.values()))


def _listed(spec: Spec) -> str:
    return ", ".join(f"{name} ({', '.join(map(str, shape))})" for name, shape in spec.items())


def _packing(
    spec: Spec,
    verdicts: Callable[[Weights, Arguments], Verdicts],
    taken: Callable[[Any], Any] = lambda value: value,
    given: Callable[[Weights], Any] = lambda weights: weights,
    wording: str = "a dict of finite arrays {}",
) -> Packing:
    """`taken` finds the weights in what is returned, `given` is the way back."""

    def unpack(value: Any, arguments: Arguments) -> Mapping[str, Any] | None:
        weights = read_weights(taken(value), spec)
        if weights is None:
            return None
        with np.errstate(all="ignore"):
            return {**verdicts(weights, arguments), "fingerprint": fingerprint(weights)}

    def pack(parts: Mapping[str, Any], _arguments: Arguments) -> Any:
        return given({name: parts[name] for name in spec})

    return Packing(wording.format(_listed(spec)), unpack, pack)


def _answer(weights: Mapping[str, Array], parts: Sequence[str]) -> Answer:
    return {
        **dict.fromkeys(parts, 1.0),
        "fingerprint": fingerprint(weights),
        **{name: array.copy() for name, array in weights.items()},
    }


def _below(value: float, limit: float, of: str) -> float | Misfit:
    """1 for a loss below the limit."""
    return (
        1.0
        if value < limit
        else Misfit(f"is not there yet: {of} is {value:.3g}, and has to be below {limit}")
    )


# The adder


@cache
def trained_adder(seed: int) -> Weights:
    """The reference's cell; for reading only."""
    return adder.train_adder(seed)


@cache
def _sums(N: int) -> tuple[Array, Array]:
    """Pairs of N-bit numbers, bits lowest first, (500, N + 1, 2), and the bits of their sums.

    The first two let a carry go all the way.
    """
    rng = np.random.default_rng([12, N])
    bits = rng.integers(2, size=(PAIRS, N + 1, 2)).astype(float)
    bits[:2, :, 0] = 1.0
    bits[:2, :, 1] = 0.0
    bits[:2, 0, 1] = 1.0
    bits[1, :, 1] = 1.0
    bits[:, N] = 0.0
    carry, sums = np.zeros(PAIRS), np.zeros((PAIRS, N + 1))
    for t in range(N + 1):
        ones = bits[:, t].sum(axis=1) + carry
        sums[:, t], carry = ones % 2, (ones >= 2).astype(float)
    return bits, sums


def sums_right(p: Weights, N: int) -> int:
    """How many of 500 sums of two N-bit numbers come out right in every bit, the carry being fed back."""
    return _sums_right(N, *((p[name].tobytes(), p[name].shape) for name in CELL))


@lru_cache
def _sums_right(N: int, *weights: tuple[bytes, tuple[int, ...]]) -> int:
    p = {name: np.frombuffer(data).reshape(shape) for name, (data, shape) in zip(CELL, weights, strict=True)}
    bits, sums = _sums(N)
    carry, right = np.zeros(PAIRS), np.ones(PAIRS, dtype=bool)
    for t in range(N + 1):
        x = np.column_stack([bits[:, t], carry])
        o = np.tanh(x @ p["U"].T + p["b"]) @ p["V"].T + p["c"]
        right &= (o[:, 0] > 0.0) == (sums[:, t] > 0.5)
        carry = sigmoid(o[:, 1])
    return int(right.sum())


def _adder_verdicts(p: Weights, _arguments: Arguments) -> Verdicts:
    rows = list(zip(*adder_rows(), strict=True))
    found: dict[str, float | Misfit] = {
        "E": _below(adder.rows_objective(p, rows)[0], 0.1, "the loss of the 8 rows")
    }
    for N in (64, 256):
        right = sums_right(p, N)
        found[f"learnt_{N}"] = (
            1.0
            if right == PAIRS
            else Misfit(f"fails: with your weights {right} of {PAIRS} sums of {N} bits are right")
        )
    return found


ADDER_PARTS = ("E", "learnt_64", "learnt_256")
ADDER_PACKING = _packing(CELL, _adder_verdicts)


def train_adder(_seed: int) -> Answer:
    """What the reference's training earns."""
    return _answer(trained_adder(SEED), ADDER_PARTS)


# The word


@cache
def trained_deep(seed: int, use_W: bool) -> Weights:  # noqa: FBT001
    """The reference's network for "deep"; for reading only."""
    return completion.train_deep(seed, use_W)[0]


def _taken_first(value: Any) -> Any:
    """The weights out of (p, losses), if the losses are a list of finite numbers that fell."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        return None
    try:
        losses = np.asarray(value[1], dtype=np.float64)
    except (ValueError, TypeError):
        return None
    good = losses.ndim == 1 and losses.size > 1 and np.isfinite(losses).all() and losses[-1] < losses[0]
    return value[0] if good else None


def _deep_verdicts(p: Weights, arguments: Arguments) -> Verdicts:
    E = completion.words_objective(p, [completion.encode_word("deep")])[0]
    if arguments[1]:
        return {"learnt": _below(E, 0.05, 'the loss of "deep"')}
    if p["W"].any():
        return {"ablation": Misfit("is no ablation: W is not zero after it", "w-trained-in-ablation")}
    return {"ablation": _below(E, 1.45, 'the loss of "deep" without W')}


DEEP_PACKING = _packing(
    WORDS,
    _deep_verdicts,
    taken=_taken_first,
    given=lambda weights: (weights, [5.0, 1.0]),
    wording="a tuple (p, losses): a dict of finite arrays {}, and a list of finite losses that fell",
)


def train_deep(_seed: int, use_W: bool) -> Answer:  # noqa: FBT001
    """What the reference's training earns."""
    return _answer(trained_deep(SEED, use_W), ("learnt", "ablation"))


def train_deep_always_with_W(seed: int, _use_W: bool) -> Answer:  # noqa: FBT001
    """The same, with W trained in the ablation as well."""
    return train_deep(seed, True)  # noqa: FBT003


# The sentence


@cache
def trained_sentiment(
    sentences: tuple[tuple[tuple[str, ...], int], ...],
    d: int,
    seed: int,
    use_W: bool,  # noqa: FBT001
) -> Weights:
    """The reference's network for labelled sentences; for reading only."""
    return sentiment.train_sentiment(sentences, d, seed, use_W)


@cache
def _long_sentences(length: int) -> tuple[Array, Array]:
    """Half of them with a rat: X (400, length, 3) and labels (400,)."""
    data = sentiment.balanced_sentences(np.random.default_rng([12, length]), SENTENCES, length)
    return _encoded(data)


def _encoded(data: Sequence[Any]) -> tuple[Array, Array]:
    X = np.array([one_hot(words, sentiment.WORDS) for words, _ in data])
    return X, np.array([float(label) for _, label in data])


def _logits(p: Weights, X: Array) -> Array:
    o: Array = batch_forward(p, X, "sigmoid-ce")["o"][-1, :, 0]
    return o


def _sentiment_verdicts(p: Weights, arguments: Arguments) -> Verdicts:
    data, d, _, use_W = arguments
    if len(p["b"]) != d:
        wrong = Misfit(f"has {len(p['b'])} units, where d = {d} were asked for")
        return dict.fromkeys(("three", "all_27", "longer"), wrong)
    if not use_W and p["W"].any():
        return {"three": Misfit("is no ablation: W is not zero after it", "w-trained-in-ablation")}
    X, labels = _encoded(data)
    E = float(sigmoid_cross_entropy(_logits(p, X)[:, None], labels[:, None]).sum())
    if len(data) == 3:
        return {"three": _below(E, 0.05, "the loss of the three sentences")}
    right = int(((_logits(p, X) > 0) == (labels > 0.5)).sum())
    return {
        "all_27": 1.0
        if right == 27
        else Misfit(f"are not all right: {right} of 27 are (the loss is {E:.3g})"),
        "longer": _longer(p),
    }


def _longer(p: Weights) -> float | Misfit:
    for length in (6, 12):
        X, labels = _long_sentences(length)
        share = float(((_logits(p, X) > 0) == (labels > 0.5)).mean())
        if share < SHARE:
            return Misfit(f"sentences fail: of those with {length} words {100 * share:.0f} % come out right")
    return 1.0


SENTIMENT_PACKING = _packing(SENTENCE, _sentiment_verdicts)


def train_sentiment(data: Sequence[Any], d: int, _seed: int, use_W: bool) -> Answer:  # noqa: FBT001
    """What the reference's training earns."""
    sentences = tuple((tuple(words), int(label)) for words, label in data)
    return _answer(trained_sentiment(sentences, d, SEED, use_W), ("three", "all_27", "longer"))


def train_sentiment_always_with_W(data: Sequence[Any], d: int, seed: int, _use_W: bool) -> Answer:  # noqa: FBT001
    """The same, with W trained in the ablation as well."""
    return train_sentiment(data, d, seed, True)  # noqa: FBT003
