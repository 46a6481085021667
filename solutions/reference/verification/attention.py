"""Checks of attention by itself and inside an encoder-decoder (chapter 11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from solutions.reference.attention import SCORES, attention, attention_backward
from solutions.reference.losses import half_squared_error
from solutions.reference.scaled_dot import attend, attend_backward, scaled_dot, scaled_dot_backward
from solutions.reference.seq2seq import seq2seq_bptt, seq2seq_loss
from solutions.reference.shapes import Array, Gradients, Params
from solutions.reference.verification import oracles_attention as oracles
from solutions.reference.verification.check import Check, Problem, gradient_checks
from solutions.reference.verification.problems import SEEDS, one_hot

SIZES = {"S": 4, "T": 6, "n": 3, "d": 5, "e": 2, "m": 7, "k": 8, "r": 9}
"""The book's letters, e for the decoder's state, m for its input, r for the units of additive scores."""
EQUAL = {**dict.fromkeys(SIZES, 4), "T": 6}
ONE_STEP = {**SIZES, "T": 1}
SHORT = {**SIZES, "S": 2}
"""One encoder state has the weight 1 whatever its score, so a relative error has nothing to be relative to."""
LONG = {**SIZES, "S": 200, "T": 3, "n": 1, "d": 2, "e": 3, "m": 1, "k": 2, "r": 1}

CASES = (*((seed, SIZES) for seed in SEEDS), (SEEDS[0], EQUAL), (SEEDS[0], ONE_STEP), (SEEDS[0], SHORT))


def checks() -> Iterator[Check]:
    """Yield the checks of this topic."""
    yield from gradient_checks(
        "attend_backward", attend_gradients, attend_loss, oracles.attend, [one_query(*c) for c in CASES]
    )
    yield from gradient_checks(
        "scaled_dot_backward",
        scaled_dot_gradients,
        scaled_dot_loss,
        oracles.scaled_dot,
        [queries(*c) for c in CASES],
    )
    for name in SCORES:
        yield from gradient_checks(
            f"attention_backward, {name}",
            attention_gradients,
            attention_loss,
            oracles.attention,
            [scored(*c, name) for c in CASES],
        )
    for name in ("none", *SCORES):
        yield from gradient_checks(
            f"seq2seq_bptt, {name}",
            seq2seq_gradients,
            seq2seq_network_loss,
            oracles.seq2seq,
            [encoder_decoder(*c, name) for c in CASES],
            too_small_for_differences=[encoder_decoder(SEEDS[0], LONG, name)],
        )


def one_query(seed: int, sizes: dict[str, int]) -> Problem:
    """Return a problem for `attend_backward`."""
    rng, (S, d, m) = np.random.default_rng(seed), (sizes[letter] for letter in "Sdm")
    p = {"q": rng.normal(size=d), "K": rng.normal(size=(S, d)), "Vv": rng.normal(size=(S, m))}
    return Problem("one query", p, {"tau": rng.normal(size=m)})


def attend_loss(p: Params, tau: Array) -> float:
    """Return ½ squared error of what is attended to."""
    return float(half_squared_error(attend(p["q"], p["K"], p["Vv"])[0], tau))


def attend_gradients(p: Params, tau: Array) -> Gradients:
    """Return the gradients of `attend_loss`."""
    out, _ = attend(p["q"], p["K"], p["Vv"])
    return dict(zip(("dq", "dK", "dVv"), attend_backward(p["q"], p["K"], p["Vv"], out - tau), strict=True))


def queries(seed: int, sizes: dict[str, int]) -> Problem:
    """Return a problem for `scaled_dot_backward`."""
    rng, (R, S, d, m) = np.random.default_rng(seed), (sizes[letter] for letter in "TSdm")
    p = {"Q": rng.normal(size=(R, d)), "K": rng.normal(size=(S, d)), "V": rng.normal(size=(S, m))}
    return Problem("queries", p, {"Tau": rng.normal(size=(R, m))})


def scaled_dot_loss(p: Params, Tau: Array) -> float:
    """Return ½ squared error over all queries."""
    return float(half_squared_error(scaled_dot(p["Q"], p["K"], p["V"])[0], Tau).sum())


def scaled_dot_gradients(p: Params, Tau: Array) -> Gradients:
    """Return the gradients of `scaled_dot_loss`."""
    Y, _ = scaled_dot(p["Q"], p["K"], p["V"])
    return scaled_dot_backward(p["Q"], p["K"], p["V"], Y - Tau)


def score_params(rng: np.random.Generator, sizes: dict[str, int], name: str) -> dict[str, Array]:
    """Return the parameters of the named score."""
    d, e, r = (sizes[letter] for letter in "der")
    if name == "bilinear":
        return {"A": rng.normal(size=(e, d))}
    if name == "additive":
        return {
            "v": rng.normal(size=r),
            "A1": rng.normal(size=(r, e)) / np.sqrt(e),
            "A2": rng.normal(size=(r, d)) / np.sqrt(d),
            "a": rng.normal(size=r) / 2,
        }
    return {}


def scored(seed: int, sizes: dict[str, int], name: str) -> Problem:
    """Return a problem for `attention_backward` with the named score; dot scores need e = d."""
    rng, (S, d, e) = np.random.default_rng(seed), (sizes[letter] for letter in "Sde")
    p = {"s": rng.normal(size=d if name == "dot" else e), "H": rng.normal(size=(S, d))}
    p |= score_params(rng, sizes, name)
    return Problem(name, p, {"tau": rng.normal(size=d), "name": name})


def attention_loss(p: Params, tau: Array, name: str) -> float:
    """Return ½ squared error of the context."""
    return float(half_squared_error(attention(p, p["s"], p["H"], name)[0], tau))


def attention_gradients(p: Params, tau: Array, name: str) -> Gradients:
    """Return the gradients of `attention_loss`."""
    kappa, _ = attention(p, p["s"], p["H"], name)
    return attention_backward(p, p["s"], p["H"], kappa - tau, name)


def encoder_decoder(seed: int, sizes: dict[str, int], name: str) -> Problem:
    """Return a problem for `seq2seq_bptt`, with X and the decoder's inputs among the arrays; e = d for dot."""
    rng, sizes = np.random.default_rng(seed), {**sizes, "e": sizes["d"] if name == "dot" else sizes["e"]}
    S, T, n, d, e, m, k = (sizes[letter] for letter in "STndemk")
    p = {
        "U": rng.normal(size=(d, n)) / np.sqrt(n),
        "W": rng.normal(size=(d, d)),
        "b": rng.normal(size=d) / 2,
        "h0": rng.normal(size=d) / 2,
        "P": rng.normal(size=(e, d)) / np.sqrt(d),
        "Us": rng.normal(size=(e, m)) / np.sqrt(m),
        "Ws": rng.normal(size=(e, e)) / np.sqrt(e),
        "bs": rng.normal(size=e) / 2,
        "Vs": rng.normal(size=(k, e)),
        "c": rng.normal(size=k) / 2,
        "X": rng.normal(size=(S, n)),
        "inputs": rng.normal(size=(T, m)),
        **score_params(rng, sizes, name),
    }
    if name != "none":
        p["Vc"] = rng.normal(size=(k, d))
    head = "softmax-ce" if seed != SEEDS[2] else "tanh-half-se"
    return Problem(name, p, {"Tau": one_hot(rng, T, k), "head": head, "name": name})


def seq2seq_network_loss(p: Params, Tau: Any, head: str, name: str) -> float:
    """Return the loss, X being one of the arrays."""
    return seq2seq_loss(p, p["X"], p["inputs"], Tau, head, name)


def seq2seq_gradients(p: Params, Tau: Any, head: str, name: str) -> Gradients:
    """Return the gradients of that loss."""
    return seq2seq_bptt(p, p["X"], p["inputs"], Tau, head, name)
