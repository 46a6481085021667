"""The trainings that chapter 12 shows, each run once for a build: eight seeds at a time, 0 to 7."""

from __future__ import annotations

from functools import cache
from itertools import count, islice

import numpy as np

from figures import capstone_data as data
from figures.capstones import Array, Params, Task, Trained, backward, descend, forward, starts, step

SEEDS = tuple(range(8))
LENGTHS = (3, 4, 6, 8, 12, 20, 30)
CARRY, FREE = "carry as the state", "free state"


def right(p: Params, task: Task) -> Array:
    """The share of examples whose outputs, at the steps with a loss, are all on the right side, (S,)."""
    o = forward(p, task.X)[1][task.loss_at > 0]
    wanted = task.Tau.swapaxes(0, 1)[task.loss_at > 0][:, None]
    return np.asarray(((o > 0) == (wanted > 0.5)).all(axis=(0, 3)).mean(axis=1))


# The adder


@cache
def adder(cell: str, units: int = 4) -> Trained:
    """The cell on its 8 rows, or a plain network on 8 sequences of three steps."""
    if cell == CARRY:
        return descend(starts(SEEDS, units, 3, 2, recurrent=False), data.rows(), 1.0, 1000, ("W",))
    return descend(starts(SEEDS, units, 2, 1), data.three_steps(), 1.0, 1000)


@cache
def adder_on_twelve_bits() -> Trained:
    """A plain network on 32 pairs of 12-bit numbers."""
    X, sums = data.pairs(np.random.default_rng(5), 32, 12)
    return descend(starts(SEEDS, 4, 2, 1), Task(X, sums[:, :, None], np.ones(13)), 1.0, 2000)


def logits(p: Params, X: Array, *, carries: bool) -> Array:
    """The logits of the sum bits, (T, S, B). A cell that `carries` gets its own second output a step later."""
    if not carries:
        return forward(p, X)[1][..., 0]
    carry, found = np.zeros((len(p["b"]), len(X))), []
    for t in range(X.shape[1]):
        z = X[:, t] @ p["U"][:, :, :2].swapaxes(1, 2) + carry[:, :, None] * p["U"][:, None, :, 2]
        o = np.tanh(z + p["b"][:, None]) @ p["V"].swapaxes(1, 2) + p["c"][:, None]
        carry = 0.5 + 0.5 * np.tanh(0.5 * o[..., 1])
        found.append(o[..., 0])
    return np.array(found)


def sums_right(p: Params, X: Array, sums: Array, *, carries: bool) -> Array:
    """The share of sums that are right in every bit, (S,)."""
    o = logits(p, X, carries=carries)
    return np.asarray(((o > 0) == (sums.T[:, None] > 0.5)).all(axis=0).mean(axis=1))


@cache
def sums_of(cell: str, N: int) -> Array:
    """The share of 300 random sums of N-bit numbers that come out right, (S,)."""
    X, sums = data.pairs(np.random.default_rng(N), 300, N)
    p = adder_on_twelve_bits().p if cell == "12 bits" else adder(cell).p
    return sums_right(p, X, sums, carries=cell == CARRY)


@cache
def of_the_widget(cell: str) -> Trained:
    """The eight networks of widget W12.1, from its own start values."""
    n, k, task = (3, 2, data.rows()) if cell == CARRY else (2, 1, data.three_steps())
    p = data.widget_starts(SEEDS, 4, n, k, 1.0)
    if cell == CARRY:
        return descend(p | {"W": 0 * p["W"]}, task, 1.0, 1000, ("W",))
    return descend(p, task, 1.0, 1000)


@cache
def widget_share(cell: str, N: int) -> Array:
    """The share of W12.1's 200 pairs of N-bit numbers that come out right, (8,)."""
    X, sums = data.widget_pairs(1000 + N, 200, N)
    return sums_right(of_the_widget(cell).p, X, sums, carries=cell == CARRY)


def widget_sum(N: int) -> tuple[Array, Array, Array]:
    """W12.1 at its first setting: bits (N + 1, 2), the carry into each step, and the cell's answer."""
    X, _ = data.widget_pairs(0, 1, N)
    o = logits(of_the_widget(CARRY).p, X, carries=True)[:, 0, 0]
    carries = [0.0]
    for a, b in X[0]:
        carries.append(float(a + b + carries[-1] >= 2))
    return X[0], np.array(carries[:-1]), (o > 0).astype(float)


@cache
def layered(N: int = 4, units: int = 16) -> tuple[float, float, float]:
    """A layered network on half of all pairs of N-bit numbers: loss, share right there, and on the other half."""
    known, others = data.all_pairs(N, np.random.default_rng(1))
    net = descend(starts((0,), units, 2 * N, N + 1, recurrent=False), known, 1.0, 2000, ("W",))
    return float(net.losses[-1, 0]), float(right(net.p, known)[0]), float(right(net.p, others)[0])


# The word


@cache
def deep(*, memory: bool) -> Trained:
    """The word "deep" with two units."""
    p = starts(SEEDS, 2, 4, 4)
    if memory:
        return descend(p, data.word("deep"), 0.5, 1000)
    return descend(p | {"W": 0 * p["W"]}, data.word("deep"), 0.5, 1000, ("W",))


@cache
def deep_of_the_widget(units: int = 2, *, memory: bool = True) -> Trained:
    """What widget W12.2 shows: small start values, 500 steps and the loss after the last."""
    p = data.widget_starts((2,), units, 4, 4, 0.1)
    if memory:
        return descend(p, data.word("deep"), 0.5, 501)
    return descend(p | {"W": 0 * p["W"]}, data.word("deep"), 0.5, 501, ("W",))


# The sentence


@cache
def sentiment(units: int, *, memory: bool = True, three: bool = False) -> Trained:
    """All 27 sentences, or the three of the lecture."""
    p = starts(SEEDS, units, 3, 1)
    task = data.sentences(data.THREE) if three else data.every_three()
    if memory:
        return descend(p, task, 0.3, 1500)
    return descend(p | {"W": 0 * p["W"]}, task, 0.3, 1500, ("W",))


@cache
def share_of_length(units: int, length: int) -> Array:
    """The share of 400 balanced sentences that a network trained on the 27 gets right, (S,)."""
    return right(sentiment(units).p, data.balanced(np.random.default_rng(length), 400, length))


# The gap


@cache
def gap(sides: str) -> tuple[Array, Array]:
    """Loss and number of right answers of the four texts, (S,) each: "both", "before" or "after" may be read."""
    before, after = data.with_gap()
    drawn = [np.random.default_rng(seed) for seed in SEEDS]
    n = before.shape[2]
    chains = []
    for _ in range(2):
        each = [
            (rng.normal(size=(3, n)), rng.normal(size=(3, 3)) / np.sqrt(3), rng.normal(size=(4, 3)))
            for rng in drawn
        ]
        U, W, V = (np.array(part) for part in zip(*each, strict=True))
        chains.append({"U": U, "W": W, "V": V, "b": np.zeros((8, 3)), "c": np.zeros((8, 4))})
    for chain, unused in zip(chains, ("after", "before"), strict=True):
        chain["V"] *= sides != unused
    E = np.zeros(8)
    for number in islice(count(), 301):
        runs = [forward(p, X) for p, X in zip(chains, (before, after), strict=True)]
        o = runs[0][1][-1] + runs[1][1][-1]
        shifted = o - o.max(axis=-1, keepdims=True)
        log_y = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
        if number < 300:
            E = -np.einsum("sbb->s", log_y)
            chains = _stepped(
                chains, (before, after), [run[0] for run in runs], np.exp(log_y) - np.eye(4), sides
            )
    return E, np.asarray((o.argmax(axis=-1) == np.arange(4)).sum(axis=1))


def _stepped(
    chains: list[Params], inputs: tuple[Array, Array], states: list[list[Array]], at_gap: Array, sides: str
) -> list[Params]:
    """Both chains after one step of descent on all of their weights together."""
    together: Params = {}
    for name, p, X, h in zip(("before", "after"), chains, inputs, states, strict=True):
        eps = np.zeros((X.shape[1], *at_gap.shape))
        eps[-1] = at_gap
        for key, array in backward(p, X, h, eps).items():
            together[f"{name} {key}"] = array
    del together["after c"]  # the output has one bias, which is the first chain's here
    for name in {"both": (), "before": ("after",), "after": ("before",)}[sides]:
        del together[f"{name} V"]
    all_weights = {
        f"{name} {key}": a
        for name, p in zip(("before", "after"), chains, strict=True)
        for key, a in p.items()
    }
    moved = step(all_weights, together, 0.3)
    return [
        {key: moved[f"{name} {key}"] for key in p}
        for name, p in zip(("before", "after"), chains, strict=True)
    ]
