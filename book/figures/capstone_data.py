"""What the networks of chapter 12 learn from and are tested on: bits, a word, sentences, texts with a gap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from figures.capstones import Array, Params, Task, starts

# Bits


def bits(numbers: Sequence[int], N: int) -> Array:
    """Each number's N lowest bits, lowest first: (count, N)."""
    return np.array([[number >> place & 1 for place in range(N)] for number in numbers], dtype=float)


def rows() -> Task:
    """(bit, bit, carry in) and (sum bit, carry out) in all 8 cases, as sequences of one step."""
    X = np.array(list(product((0.0, 1.0), repeat=3)))
    ones = X.sum(axis=1)
    return Task(X[:, None], np.stack([ones % 2, ones >= 2], axis=1)[:, None].astype(float), np.ones(1))


def three_steps() -> Task:
    """The 8 cases as sequences of bits: a pair that sets the carry, the case, and zeros for the last carry."""
    cases = list(product((0, 1), repeat=3))
    X = np.array([[[k, k], [a, b], [0, 0]] for a, b, k in cases], dtype=float)
    Tau = np.array([[[0], [(a + b + k) % 2], [(a + b + k) // 2]] for a, b, k in cases], dtype=float)
    return Task(X, Tau, np.ones(3))


def pairs(rng: np.random.Generator, count: int, N: int) -> tuple[Array, Array]:
    """Pairs of random numbers as X (count, N + 1, 2), lowest bits first, and the bits of their sums."""
    a, b = ([int.from_bytes(rng.bytes(N // 8 + 1), "little") % 2**N for _ in range(count)] for _ in "ab")
    return as_bits(a, b, N)


def as_bits(a: Sequence[int], b: Sequence[int], N: int) -> tuple[Array, Array]:
    """Two rows of numbers as X (count, N + 1, 2), and the bits of their sums (count, N + 1)."""
    sums = [x + y for x, y in zip(a, b, strict=True)]
    return np.stack([bits(a, N + 1), bits(b, N + 1)], axis=2), bits(sums, N + 1)


def all_pairs(N: int, rng: np.random.Generator) -> tuple[Task, Task]:
    """All pairs of N-bit numbers for a network that sees them at once, in two random halves."""
    numbers = np.arange(4**N)
    a, b = numbers >> N, numbers & (2**N - 1)
    X = np.concatenate([bits(a.tolist(), N), bits(b.tolist(), N)], axis=1)[:, None]
    Tau = bits((a + b).tolist(), N + 1)[:, None]
    order = rng.permutation(4**N)
    first, second = (Task(X[half], Tau[half], np.ones(1)) for half in np.split(order, 2))
    return first, second


# Words and sentences

SYMBOLS = ("d", "e", "p", "<stop>")


def word(text: str) -> Task:
    """A word of the letters d, e and p, and after each letter the next one."""
    places = [SYMBOLS.index(letter) for letter in text] + [3]
    return Task(np.eye(4)[places[:-1]][None], np.eye(4)[places[1:]][None], np.ones(len(text)), softmax=True)


WORDS = ("cat", "mat", "rat")
THREE = ((0, 1, 2), (2, 2, 1), (1, 1, 0))
"""cat mat rat, rat rat mat, mat mat cat."""


def sentences(numbers: Sequence[Sequence[int]]) -> Task:
    """Sentences as places in WORDS; the label, 1 if there is a rat, is asked for after the last word."""
    places = np.array(numbers)
    Tau = np.zeros((*places.shape, 1))
    Tau[:, -1, 0] = (places == 2).any(axis=1)
    loss_at = np.zeros(places.shape[1])
    loss_at[-1] = 1.0
    return Task(np.eye(3)[places], Tau, loss_at)


def every_three() -> Task:
    """All 27 sentences of three words."""
    return sentences(list(product(range(3), repeat=3)))


def balanced(rng: np.random.Generator, count: int, length: int) -> Task:
    """Random sentences, with a rat in every second one."""
    places = rng.integers(2, size=(count, length))
    rats = rng.random((count, length)) < 1 / 3
    rats[np.arange(count), rng.integers(length, size=count)] = True
    places[1::2][rats[1::2]] = 2
    return sentences(places.tolist())


# Texts with a gap

TEXTS = (
    ("the king built a ___ for his wife", "palace"),
    ("the king built a ___ for his ships", "harbour"),
    ("the baker built a ___ for his wife", "cottage"),
    ("the baker built a ___ for his bread", "oven"),
)
VOCABULARY = tuple(dict.fromkeys(each for text, _ in TEXTS for each in text.split() if each != "___"))


def with_gap() -> tuple[Array, Array]:
    """What either chain reads, (4, 5, n) before the gap and (4, 4, n) from the end; the gap is a row of zeros."""
    X = np.zeros((4, 8, len(VOCABULARY)))
    for i, (text, _) in enumerate(TEXTS):
        for t, each in enumerate(text.split()):
            if each != "___":
                X[i, t, VOCABULARY.index(each)] = 1.0
    return X[:, :5], X[:, :3:-1]


# The widgets' random numbers


def uniform(seed: int) -> Callable[[], float]:
    """Numbers between 0 and 1, the same as in the page's widgets."""
    state = seed & 0xFFFFFFFF

    def draw() -> float:
        nonlocal state
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = (state ^ (state >> 15)) * (state | 1) & 0xFFFFFFFF
        t ^= (t + ((t ^ (t >> 7)) * (t | 61) & 0xFFFFFFFF)) & 0xFFFFFFFF
        return float((t ^ (t >> 14)) + 0.5) / 4294967296

    return draw


def widget_pairs(seed: int, count: int, N: int) -> tuple[Array, Array]:
    """Pairs of N-bit numbers as W12.1 draws them: X (count, N + 1, 2), and the bits of their sums."""
    draw = uniform(seed)
    X = np.zeros((count, N + 1, 2))
    for i in range(count):
        for t in range(N):
            X[i, t] = [float(draw() >= 0.5), float(draw() >= 0.5)]
    carry, sums = np.zeros(count), np.zeros((count, N + 1))
    for t in range(N + 1):
        ones = X[:, t].sum(axis=1) + carry
        sums[:, t], carry = ones % 2, (ones >= 2).astype(float)
    return X, sums


def widget_starts(seeds: Sequence[int], d: int, n: int, k: int, size: float) -> Params:
    """Start values as the widgets draw them; W is drawn last but one, and used only where there is one."""
    p = starts(seeds, d, n, k)
    for number, seed in enumerate(seeds):
        draw = uniform(seed)
        for name, scale in (("U", size), ("W", size / np.sqrt(d)), ("V", size)):
            shape = p[name][number].shape
            flat = [
                scale * np.sqrt(-2 * np.log(draw())) * np.cos(2 * np.pi * draw())
                for _ in range(int(np.prod(shape)))
            ]
            p[name][number] = np.reshape(flat, shape)
    return p
