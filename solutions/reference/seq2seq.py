"""Encoder and decoder, with one vector between them or with attention, forward and backward.

The encoder is U, W, b, h0; s_0 = P h_S joins the two; the decoder is Us, Ws, bs; its output is
o_t = Vs s_t + Vc κ_t + c, where the context κ_t (and Vc) are there only with attention.
"""

from __future__ import annotations

import numpy as np

from solutions.reference.attention import attention, attention_backward, score
from solutions.reference.losses import output_eps, sequence_loss
from solutions.reference.recurrence import (
    check_recurrence,
    recurrence_backward,
    recurrence_deltas,
    recurrence_forward,
)
from solutions.reference.shapes import Array, Gradients, Params, Sizes, check_params, check_shapes
from solutions.reference.steps import sum_of_outer

DECODER = "P (e,d) Us (e,m) Ws (e,e) bs (e) Vs (k,e) c (k)"
"""The parameters of the joint and of the decoder."""

NO_ATTENTION = "none"


def check_seq2seq(p: Params, name: str) -> Sizes:
    """Check the parameters for attention by the named score, or "none", and return n, d, e, m, k.

    Raises ArrayError, UnknownNameError.
    """
    sizes = check_params(DECODER, p, **check_recurrence(p))
    if name != NO_ATTENTION:
        check_params(f"Vc (k,d) {score(name).parameters}", p, **sizes)
    return sizes


def teacher_inputs(Tau: Array, start: Array) -> Array:
    """Return the decoder's inputs under teacher forcing, (T,k): start (k,), then τ_1 … τ_{T−1}; float64.

    Raises ArrayError. Source: Williams and Zipser 1989.
    """
    check_shapes("Tau (T,k) start (k)", Tau, start)
    return np.concatenate([start[None], Tau[:-1]])


def seq2seq_forward(p: Params, X: Array, inputs: Array, name: str) -> dict[str, Array]:
    """Return zh (S,d), h (S+1,d), zs (T,e), s (T+1,e), alpha (T,S), kappa (T,d), o (T,k); float64.

    For X (S,n), inputs (T,m), and the named score or "none" (alpha and kappa are 0 then).
    Raises ArrayError, UnknownNameError. Source: lecture D names it; Cho et al. 2014, Luong et al. 2015.
    """
    sizes = check_shapes("X (S,n) inputs (T,m)", X, inputs, **check_seq2seq(p, name))
    encoder = recurrence_forward(p, X)
    decoder = recurrence_forward(_decoder(p, encoder["h"]), inputs)
    s, H = decoder["h"], encoder["h"][1:]
    alpha, kappa = np.zeros((sizes["T"], sizes["S"])), np.zeros((sizes["T"], sizes["d"]))
    o = s[1:] @ p["Vs"].T + p["c"]
    if name != NO_ATTENTION:
        for t in range(sizes["T"]):
            kappa[t], alpha[t] = attention(p, s[t + 1], H, name)
        o += kappa @ p["Vc"].T
    return {
        "zh": encoder["z"],
        "h": encoder["h"],
        "zs": decoder["z"],
        "s": s,
        "alpha": alpha,
        "kappa": kappa,
        "o": o,
    }


def seq2seq_loss(p: Params, X: Array, inputs: Array, Tau: Array, head: str, name: str) -> float:
    """Return E = Σ_t E_t over the decoder's steps, for X (S,n), inputs (T,m), Tau (T,k); float64.

    Raises ArrayError, UnknownNameError. Source: as `seq2seq_forward`.
    """
    return sequence_loss(seq2seq_forward(p, X, inputs, name)["o"], Tau, head)[0]


def seq2seq_bptt(p: Params, X: Array, inputs: Array, Tau: Array, head: str, name: str) -> Gradients:
    """Return d<name> of every parameter that `seq2seq_loss` uses, and dX (S,n), dinputs (T,m); float64.

    The decoder's loop comes first, and hands its start state's error to the encoder's last step.
    Raises ArrayError, UnknownNameError. Source: as `seq2seq_forward`, by lecture D's rules.
    """
    check_shapes("inputs (T,m) Tau (T,k)", inputs, Tau, **check_seq2seq(p, name))
    run = seq2seq_forward(p, X, inputs, name)
    eps = output_eps(run["o"], Tau, head)
    dS, dH, g = _through_attention(p, run, eps, name)
    decoder = _decoder(p, run["h"])
    back = recurrence_backward(decoder, inputs, {"z": run["zs"], "h": run["s"]}, dS)
    dH[-1] += p["P"].T @ back["dh0"]
    return {
        **recurrence_backward(p, X, {"z": run["zh"], "h": run["h"]}, dH),
        "dP": np.outer(back["dh0"], run["h"][-1]),
        "dUs": back["dU"],
        "dWs": back["dW"],
        "dbs": back["db"],
        "dVs": sum_of_outer(eps, run["s"][1:]),
        "dc": eps.sum(axis=0),
        "dinputs": back["dX"],
        **g,
    }


def _through_attention(p: Params, run: Params, eps: Array, name: str) -> tuple[Array, Array, Gradients]:
    """What the outputs send to decoder states, encoder states, and the attention's parameters."""
    s, H = run["s"], run["h"][1:]
    dS, dH = eps @ p["Vs"], np.zeros_like(H)
    if name == NO_ATTENTION:
        return dS, dH, {}
    g = {"dVc": sum_of_outer(eps, run["kappa"])}
    dkappa = eps @ p["Vc"]
    for t in range(len(eps)):
        step = attention_backward(p, s[t + 1], H, dkappa[t], name)
        dS[t] += step.pop("ds")
        dH += step.pop("dH")
        for key, value in step.items():
            g[key] = g.get(key, 0.0) + value
    return dS, dH, g


def state_gradients(p: Params, X: Array, inputs: Array, Tau: Array, head: str, name: str) -> dict[str, Array]:
    """Return "direct" and "total", both (S,d): ∂E/∂h_i without and with later states; float64.

    Without attention only the last row of "direct" isn't 0: everything passes the joint.
    Raises ArrayError, UnknownNameError. Source: lecture C (total loss through one use at a time).
    """
    check_shapes("inputs (T,m) Tau (T,k)", inputs, Tau, **check_seq2seq(p, name))
    run = seq2seq_forward(p, X, inputs, name)
    dS, direct, _ = _through_attention(p, run, output_eps(run["o"], Tau, head), name)
    delta_s = recurrence_deltas(p["Ws"], run["zs"], dS)
    direct[-1] += p["P"].T @ (p["Ws"].T @ delta_s[0])
    delta = recurrence_deltas(p["W"], run["zh"], direct)
    total = direct.copy()
    total[:-1] += delta[1:] @ p["W"]
    return {"direct": direct, "total": total}


def decode(p: Params, X: Array, start: Array, stop: int, limit: int, name: str) -> list[int]:
    """Return the symbols that the decoder writes when it is fed its own most likely symbol, `stop` left out.

    For X (S,n) and start (k,), one-hot inputs of size m = k; at most `limit` symbols.
    Raises ArrayError, UnknownNameError. Source: Sutskever et al. 2014. Arrays are float64.
    """
    k = check_seq2seq(p, name)["k"]
    check_params("Us (e,k)", p, k=k)
    check_shapes("start (k)", start, k=k)
    h = recurrence_forward(p, X)["h"]
    decoder, u = _decoder(p, h), start
    written: list[int] = []
    while len(written) < limit:
        decoder["h0"] = s = recurrence_forward(decoder, u[None])["h"][-1]
        o = p["Vs"] @ s + p["c"]
        if name != NO_ATTENTION:
            o += p["Vc"] @ attention(p, s, h[1:], name)[0]
        symbol = int(o.argmax())
        if symbol == stop:
            break
        written.append(symbol)
        u = np.eye(k)[symbol]
    return written


def _decoder(p: Params, h: Array) -> dict[str, Array]:
    """The decoder as a recurrence of its own, whose start state is the joint's P h_S."""
    return {"U": p["Us"], "W": p["Ws"], "b": p["bs"], "h0": p["P"] @ h[-1]}
