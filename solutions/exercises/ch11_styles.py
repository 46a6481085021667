"""Right answers to chapter 11's exercises in other styles, which a grader must take."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from solutions.model import Answer, Array, Function


def _scalars(q: Array, K: Array, Vv: Array) -> Answer:
    """Python numbers in loops."""
    scores = [sum(k * x for k, x in zip(key, q, strict=True)) / math.sqrt(len(q)) for key in K.tolist()]
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    a = [power / sum(powers) for power in powers]
    out = [sum(a[i] * Vv[i, j] for i in range(len(a))) for j in range(Vv.shape[1])]
    return {"a": np.array(a), "out": np.array(out)}


def _by_logarithms(q: Array, K: Array, Vv: Array) -> Answer:
    """The logarithms of the weights first; the mean as a sum of weighted rows."""
    e = (K * (q / len(q) ** 0.5)).sum(axis=1)
    top = e.max()
    a = np.exp(e - top - np.log(np.exp(e - top).sum()))
    return {"a": a, "out": (a[:, None] * Vv).sum(axis=0)}


def _by_differences(q: Array, K: Array, Vv: Array) -> Answer:
    """a_i = 1 / Σ_j e^(e_j − e_i): no maximum needed, for an overflow to inf is a weight of 0."""
    e = K @ q / np.sqrt(len(q))
    with np.errstate(over="ignore"):
        a = 1 / np.exp(e[None, :] - e[:, None]).sum(axis=1)
    return {"a": a, "out": a @ Vv}


ATTEND_STYLES: Mapping[str, Function] = {
    "scalar loops": _scalars,
    "by logarithms": _by_logarithms,
    "by differences": _by_differences,
}


def _weights(q: Array, K: Array) -> Array:
    e = K @ q / np.sqrt(len(q))
    w = np.exp(e - e.max())
    return np.asarray(w / w.sum())


def _dense_jacobian(q: Array, K: Array, Vv: Array, dout: Array) -> Answer:
    """The softmax's Jacobian as a matrix, and the query's and the keys' as well."""
    a = _weights(q, K)
    de = (np.diag(a) - np.outer(a, a)) @ (Vv @ dout)
    by_q = K / np.sqrt(len(q))
    return {"dVv": a[:, None] * dout, "dq": de @ by_q, "dK": de[:, None] * (q / np.sqrt(len(q)))}


def _by_means(q: Array, K: Array, Vv: Array, dout: Array) -> Answer:
    """What a score gains is its value's advantage over the mean value: the output itself."""
    a = _weights(q, K)
    advantage = (Vv - a @ Vv) @ dout
    share = a * advantage / math.sqrt(len(q))
    return {
        "dVv": np.einsum("i,j->ij", a, dout),
        "dq": np.einsum("i,ij->j", share, K),
        "dK": np.einsum("i,j->ij", share, q),
    }


def _forwards(q: Array, K: Array, Vv: Array, dout: Array) -> Answer:
    """One direction after the other: how out moves when one entry of q or of K does."""
    a, d = _weights(q, K), len(q)

    def moved(de: Array) -> float:
        return float(dout @ (Vv.T @ (a * de - a * (a @ de))))

    dq = np.array([moved(K[:, j] / math.sqrt(d)) for j in range(d)])
    dK = np.array([[moved(np.eye(len(K))[i] * q[j] / math.sqrt(d)) for j in range(d)] for i in range(len(K))])
    return {"dVv": np.outer(a, dout), "dq": dq, "dK": dK}


ATTEND_BACKWARD_STYLES: Mapping[str, Function] = {
    "dense Jacobian": _dense_jacobian,
    "by means": _by_means,
    "forwards": _forwards,
}
