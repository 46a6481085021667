"""Right answers to chapter 9's exercises in other styles, which a grader must take."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from solutions.model import Answer, Array, Function

Gradients = Mapping[str, Array]
Parameters = Mapping[str, Array]


def _as_one_vector(g: Gradients, limit: float) -> Answer:
    """Clips one long vector, and cuts it up again."""
    whole = np.concatenate([part.ravel() for part in g.values()])
    norm = float(np.linalg.norm(whole))
    clipped, rest = {}, whole * (limit / norm) if norm > limit else whole
    for name, part in g.items():
        clipped[name], rest = rest[: part.size].reshape(part.shape), rest[part.size :]
    return {**clipped, "norm": norm}


def _by_largest_factor(g: Gradients, limit: float) -> Answer:
    """Divides by max(1, norm / limit), which is never zero."""
    norm = float(np.sqrt(sum(float(np.vdot(part, part)) for part in g.values())))
    return {**{name: part / max(1.0, norm / limit) for name, part in g.items()}, "norm": norm}


CLIP_STYLES: Mapping[str, Callable[[Gradients, float], Answer]] = {
    "one vector": _as_one_vector,
    "largest factor": _by_largest_factor,
}


def _chunk_by_chunk(p: Parameters, X: Array, Tau: Array, k: int) -> Answer:
    """Each chunk by itself, as a short sequence that begins with the state in which the one before it ended."""
    g = {f"d{name}": np.zeros_like(array) for name, array in p.items()}
    before = p["h0"]
    for start in range(0, len(X), k):
        h = [before]
        for x in X[start : start + k]:
            h.append(np.tanh(p["U"] @ x + p["W"] @ h[-1] + p["b"]))
        carry = np.zeros_like(before)
        for t in reversed(range(1, len(h))):
            o = p["V"] @ h[t] + p["c"]
            e = np.exp(o - o.max())
            eps = e / e.sum() - Tau[start + t - 1]
            delta = (1 - h[t] ** 2) * (p["V"].T @ eps + carry)
            g["dV"] += np.outer(eps, h[t])
            g["dc"] += eps
            g["dU"] += np.outer(delta, X[start + t - 1])
            g["dW"] += np.outer(delta, h[t - 1])
            g["db"] += delta
            carry = p["W"].T @ delta
        if start == 0:
            g["dh0"] += carry
        before = h[-1]
    return g


def _one_loop(p: Parameters, X: Array, Tau: Array, k: int) -> Answer:
    """One backward loop over all steps, in which the carry is multiplied by 0 at the start of a chunk."""
    T, h = len(X), [p["h0"]]
    for x in X:
        h.append(np.tanh(p["U"] @ x + p["W"] @ h[-1] + p["b"]))
    states = np.array(h)
    o = states[1:] @ p["V"].T + p["c"]
    e = np.exp(o - o.max(axis=1, keepdims=True))
    eps = e / e.sum(axis=1, keepdims=True) - Tau
    deltas, carry = np.zeros((T, len(p["b"]))), np.zeros_like(p["b"])
    for t in range(T - 1, -1, -1):
        deltas[t] = (1 - states[t + 1] ** 2) * (eps[t] @ p["V"] + carry)
        carry = float(t % k != 0) * (deltas[t] @ p["W"])
    return {
        "dU": deltas.T @ X,
        "dW": deltas.T @ states[:-1],
        "dV": eps.T @ states[1:],
        "db": deltas.sum(axis=0),
        "dc": eps.sum(axis=0),
        "dh0": deltas[0] @ p["W"],
    }


TBPTT_STYLES: Mapping[str, Function] = {"chunk by chunk": _chunk_by_chunk, "one loop": _one_loop}
