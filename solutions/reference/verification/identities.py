"""Checks of derivatives of states, of formulas that must agree with each other, and of the remedies (6, 8, 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import autograd
import autograd.numpy
import numpy as np

from solutions.reference import chain, jacobians, paths, totals, truncation
from solutions.reference.activations import SIGMOID, TANH
from solutions.reference.bptt import bptt_mimo
from solutions.reference.losses import output_eps, softmax
from solutions.reference.numeric import relative_error
from solutions.reference.rnn import rnn_forward
from solutions.reference.shapes import Array, Gradients
from solutions.reference.verification.check import AUTOGRAD_BOUND, EXACT_BOUND, Check, Problem, worst_error
from solutions.reference.verification.mappings import mimo
from solutions.reference.verification.problems import SHORT_CASES

Pairs = Iterable[tuple[Array, Array]]


def checks() -> Iterator[Check]:
    """Yield the checks of this topic."""
    for name, found in (("W", totals.total_dh_dW), ("U", totals.total_dh_dU), ("b", totals.total_dh_db)):
        yield _check(f"total_dh_d{name}", "autograd", AUTOGRAD_BOUND, _totals(found, name))
    yield _check("dh_dW_by_uses", "total_dh_dW", EXACT_BOUND, _uses)
    yield _check("state_jacobian", "autograd", AUTOGRAD_BOUND, _state_jacobians)
    yield _check("dE_dU, three forms", "each other", EXACT_BOUND, _three_forms_U)
    yield _check("dE_dW, three forms", "each other", EXACT_BOUND, _three_forms_W)
    yield _check("path_terms, two groupings", "dE_t/dW; use of W", EXACT_BOUND, _groupings)
    yield _check("chain rule", "autograd", AUTOGRAD_BOUND, _chain)
    yield _check("bptt_windowed", "sum of its paths", EXACT_BOUND, _windows)
    yield Check("bptt_truncated, k2 ≥ T", "bptt_mimo", EXACT_BOUND, _untruncated)


def problems() -> list[Problem]:
    """Return the problems of `bptt_mimo`: the same networks, looked at in other ways."""
    return [mimo(seed, **sizes) for seed, sizes in SHORT_CASES]


def _check(formula: str, oracle: str, bound: float, pairs: Callable[[Problem], Pairs]) -> Check:
    return Check(
        formula, oracle, bound, lambda: (relative_error(*pair) for q in problems() for pair in pairs(q))
    )


def oracle_states(p: Any, X: Array, start: int = 0, h: Any = None) -> Any:
    """Return the states after step `start`, one after another, from state h (h_0 if None), for autograd."""
    states, h = [], p["h0"] if h is None else h
    for x in X[start:]:
        h = autograd.numpy.tanh(autograd.numpy.dot(p["U"], x) + autograd.numpy.dot(p["W"], h) + p["b"])
        states.append(h)
    return autograd.numpy.array(states)


def _totals(found: Callable[..., Array], name: str) -> Callable[[Problem], Pairs]:
    def pairs(q: Problem) -> Pairs:
        X = q.arguments["X"]
        yield found(q.p, X), autograd.jacobian(lambda a: oracle_states({**q.p, name: a}, X))(q.p[name])

    return pairs


def _uses(q: Problem) -> Pairs:
    X = q.arguments["X"]
    yield totals.dh_dW_by_uses(q.p, X), totals.total_dh_dW(q.p, X)


def _state_jacobians(q: Problem) -> Pairs:
    X, run = q.arguments["X"], rnn_forward(q.p, q.arguments["X"])
    profile, _ = jacobians.jacobian_profile(q.p, X)
    for k in range(len(X)):
        onwards = autograd.jacobian(lambda h, k=k: oracle_states(q.p, X, k, h))(run["h"][k])
        for t in range(k + 1, len(X) + 1):
            yield jacobians.state_jacobian(q.p["W"], run["z"], t, k), onwards[t - k - 1]
        if k > 0:
            yield profile[k - 1], onwards[-1]


def _three_forms_U(q: Problem) -> Pairs:
    recursion, _ = paths.dE_dU(q.p, **q.arguments)
    yield paths.dE_dU_by_paths(q.p, **q.arguments), recursion
    yield paths.dE_dU_by_jacobians(q.p, **q.arguments), recursion
    yield recursion, bptt_mimo(q.p, **q.arguments)["dU"]


def _three_forms_W(q: Problem) -> Pairs:
    recursion, _ = paths.dE_dW(q.p, **q.arguments)
    yield paths.dE_dW_by_paths(q.p, **q.arguments), recursion
    yield paths.dE_dW_by_jacobians(q.p, **q.arguments), recursion
    yield recursion, bptt_mimo(q.p, **q.arguments)["dW"]


def _groupings(q: Problem) -> Pairs:
    X, Tau = q.arguments["X"], q.arguments["Tau"]
    run, terms = rnn_forward(q.p, X), paths.path_terms(q.p, X, Tau, "W")
    _, delta = paths.dE_dW(q.p, X, Tau)
    dh_dW = totals.total_dh_dW(q.p, X)
    eps = output_eps(run["o"], Tau, "softmax-ce")
    for t in range(len(X)):
        yield terms[t].sum(axis=0), np.tensordot(eps[t] @ q.p["V"], dh_dW[t], axes=1)
        yield terms[:, t].sum(axis=0), np.outer(delta[t], run["h"][t])


def _chain(q: Problem) -> Pairs:
    xp, o, dY = autograd.numpy, q.p["c"], q.p["V"][:, 0]
    y = softmax(o)
    yield chain.softmax_jacobian(o), autograd.jacobian(lambda o: xp.exp(o) / xp.sum(xp.exp(o)))(o)
    yield chain.back_through_softmax(y, dY), chain.back_through_jacobian(chain.softmax_jacobian(o), dY)
    yield chain.componentwise_jacobian(o, TANH), autograd.jacobian(xp.tanh)(o)
    yield chain.componentwise_jacobian(o, SIGMOID), autograd.jacobian(lambda o: 1 / (1 + xp.exp(-o)))(o)
    dA, dh, db = chain.linear_backward(q.p["V"], q.p["h0"], o)
    yield dA, autograd.grad(lambda A: xp.dot(o, xp.dot(A, q.p["h0"])))(q.p["V"])
    yield dh, autograd.grad(lambda h: xp.dot(o, xp.dot(q.p["V"], h)))(q.p["h0"])
    yield db, o
    x, w = o[:2]
    total, path_u, path_v = chain.two_paths(x, w)
    yield np.array([total]), np.array([autograd.grad(lambda w: xp.tanh(w * x * (xp.sin(x) + w)))(w)])
    yield np.array([path_u + path_v]), np.array([total])


def _windows(q: Problem) -> Pairs:
    T, terms = (
        len(q.arguments["X"]),
        {name: paths.path_terms(q.p, **q.arguments, weight=name) for name in "UW"},
    )
    for K in range(1, T + 1):
        g = truncation.bptt_windowed(q.p, **q.arguments, K=K)
        seen = np.tril(np.ones((T, T))) - np.tril(np.ones((T, T)), -K)
        for name, shares in terms.items():
            yield g[f"d{name}"], (seen[:, :, None, None] * shares).sum(axis=(0, 1))


def _untruncated() -> Iterator[float]:
    for q in problems():
        T = len(q.arguments["X"])
        whole: Gradients = bptt_mimo(q.p, **q.arguments)
        for k1 in range(1, T + 1):
            for k2 in (T, T + 3):
                yield worst_error(truncation.bptt_truncated(q.p, **q.arguments, k1=k1, k2=k2), whole)
