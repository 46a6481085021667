"""Encoder and decoder."""

import numpy as np
import pytest

from solutions.reference.attention import attention
from solutions.reference.errors import MissingArrayError, ShapeError, UnknownNameError
from solutions.reference.numeric import central_difference, numeric_gradients
from solutions.reference.seq2seq import (
    decode,
    seq2seq_bptt,
    seq2seq_forward,
    seq2seq_loss,
    state_gradients,
    teacher_inputs,
)
from solutions.reference.verification.attention import LONG, SIZES, encoder_decoder
from solutions.reference.verification.oracles import softmax_ce
from solutions.reference.verification.oracles_attention import context

KINDS = ("none", "dot", "bilinear", "additive")
EVERY_KIND = pytest.mark.parametrize("name", KINDS)
PLAIN = {"dU", "dW", "db", "dh0", "dP", "dUs", "dWs", "dbs", "dVs", "dc", "dX", "dinputs"}
OF_THE_KIND = {
    "none": set(),
    "dot": {"dVc"},
    "bilinear": {"dVc", "dA"},
    "additive": {"dVc", "dv", "dA1", "dA2", "da"},
}


@pytest.fixture
def seed(rng):
    return int(rng.integers(1000))


def arguments(problem):
    p, given = problem.p, problem.arguments
    return p, p["X"], p["inputs"], given["Tau"], given["head"], given["name"]


@EVERY_KIND
def test_the_forward_pass_is_written_out_step_by_step(seed, name):
    p, X, inputs, *_ = arguments(encoder_decoder(seed, SIZES, name))
    run = seq2seq_forward(p, X, inputs, name)
    h, H = p["h0"], []
    for x in X:
        h = np.tanh(p["U"] @ x + p["W"] @ h + p["b"])
        H.append(h)
    s = p["P"] @ h
    assert run["s"][0] == pytest.approx(s, rel=1e-12)
    for t, u in enumerate(inputs):
        s = np.tanh(p["Us"] @ u + p["Ws"] @ s + p["bs"])
        o = p["Vs"] @ s + p["c"]
        if name != "none":
            kappa, alpha = attention(p, s, np.array(H), name)
            o = o + p["Vc"] @ kappa
            assert run["alpha"][t] == pytest.approx(alpha, rel=1e-9)
            assert run["kappa"][t] == pytest.approx(kappa, rel=1e-9)
        assert run["s"][t + 1] == pytest.approx(s, rel=1e-12)
        assert run["o"][t] == pytest.approx(o, rel=1e-9)
    assert run["h"][1:] == pytest.approx(np.array(H), rel=1e-12)
    assert np.tanh(run["zh"]) == pytest.approx(np.array(H), rel=1e-12)
    assert np.tanh(run["zs"]) == pytest.approx(run["s"][1:], rel=1e-12)


def test_without_attention_nothing_is_attended_to(seed):
    p, X, inputs, *_ = arguments(encoder_decoder(seed, SIZES, "none"))
    run = seq2seq_forward(p, X, inputs, "none")
    assert run["alpha"].shape == (6, 4)
    assert run["kappa"].shape == (6, 5)
    assert not run["alpha"].any()
    assert not run["kappa"].any()


@EVERY_KIND
@pytest.mark.parametrize("sizes", [SIZES, {**SIZES, "S": 1, "T": 1}], ids=["all different", "one step"])
def test_gradients_agree_with_central_differences(seed, name, sizes):
    p, X, inputs, Tau, head, _ = arguments(encoder_decoder(seed, sizes, name))

    g = seq2seq_bptt(p, X, inputs, Tau, head, name)
    expected = numeric_gradients(lambda q: seq2seq_loss(q, q["X"], q["inputs"], Tau, head, name), p)

    assert set(g) == PLAIN | OF_THE_KIND[name]
    for key in g:
        assert g[key].shape == p[key[1:]].shape
        assert np.linalg.norm(g[key] - expected[key]) < 1e-7 * max(np.linalg.norm(g[key]), 1e-2)


@EVERY_KIND
def test_a_long_text_stays_finite(name):
    problem = encoder_decoder(11, {**LONG, "T": 200}, name)
    assert all(np.isfinite(array).all() for array in seq2seq_bptt(*arguments(problem)).values())


def test_the_joint_is_the_only_way_back_without_attention(seed):
    p, X, inputs, Tau, head, name = arguments(encoder_decoder(seed, SIZES, "none"))
    direct = state_gradients(p, X, inputs, Tau, head, name)["direct"]
    assert not direct[:-1].any()
    g = seq2seq_bptt(p, X, inputs, Tau, head, name)
    # dP = (Wsᵀ δ_1) h_Sᵀ, so that P's gradient holds the error at the joint.
    h = seq2seq_forward(p, X, inputs, name)["h"][-1]
    assert direct[-1] == pytest.approx(p["P"].T @ (g["dP"] @ h) / (h @ h), rel=1e-9)


@EVERY_KIND
def test_the_errors_of_the_encoder_states(seed, name):
    p, X, inputs, Tau, _, _ = arguments(encoder_decoder(seed, SIZES, name))
    states = seq2seq_forward(p, X, inputs, name)["h"][1:]

    def loss(moved, from_states):
        """The decoder's loss when one encoder state is moved; later states follow, or stay."""
        H = list(states)
        for i, h in moved.items():
            H[i] = h
            if from_states:
                for j in range(i + 1, len(H)):
                    H[j] = np.tanh(p["U"] @ X[j] + p["W"] @ H[j - 1] + p["b"])
        s, E = p["P"] @ H[-1], 0.0
        for u, tau in zip(inputs, Tau, strict=True):
            s = np.tanh(p["Us"] @ u + p["Ws"] @ s + p["bs"])
            o = p["Vs"] @ s + p["c"]
            o = o if name == "none" else o + p["Vc"] @ context(np, p, s, H, name)
            E += softmax_ce(np, o, tau)
        return float(E)

    found = state_gradients(p, X, inputs, Tau, "softmax-ce", name)

    for i in range(4):
        for key, follow in (("direct", False), ("total", True)):
            expected = central_difference(lambda h, i=i, follow=follow: loss({i: h}, follow), states[i])
            assert found[key][i] == pytest.approx(expected, rel=1e-6, abs=1e-8)


def test_attention_reaches_the_first_state_directly(seed):
    found = state_gradients(*arguments(encoder_decoder(seed, SIZES, "bilinear")))
    assert np.linalg.norm(found["direct"][0]) > 1e-3


def test_teacher_forcing_feeds_the_target_before(rng):
    Tau, start = rng.normal(size=(3, 2)), np.array([1.0, 0.0])
    assert teacher_inputs(Tau, start).tolist() == [[1.0, 0.0], Tau[0].tolist(), Tau[1].tolist()]
    assert teacher_inputs(Tau[:1], start).tolist() == [[1.0, 0.0]]


@pytest.fixture(params=KINDS)
def writer(request, seed):
    """An encoder-decoder whose inputs are its own symbols."""
    p, X, *_ = arguments(encoder_decoder(seed, {**SIZES, "m": 8, "k": 8}, request.param))
    return p, X, request.param


def test_a_free_run_feeds_the_likeliest_symbol(writer):
    p, X, name = writer
    start = np.eye(8)[0]
    written = decode(p, X, start, stop=-1, limit=5, name=name)
    o = seq2seq_forward(p, X, np.concatenate([start[None], np.eye(8)[written[:-1]]]), name)["o"]
    assert written == o.argmax(axis=1).tolist()
    assert len(written) == 5
    assert all(type(symbol) is int for symbol in written)


def test_a_free_run_ends_before_the_stop_symbol(writer):
    p, X, name = writer
    start = np.eye(8)[0]
    free = decode(p, X, start, stop=-1, limit=6, name=name)
    stop = free[-1]
    assert decode(p, X, start, stop, limit=6, name=name) == free[: free.index(stop)]
    assert decode(p, X, start, stop, limit=0, name=name) == []


def test_an_unknown_attention_is_named(seed):
    p, X, inputs, Tau, head, _ = arguments(encoder_decoder(seed, SIZES, "none"))
    with pytest.raises(UnknownNameError, match="no attention score 'self'"):
        seq2seq_loss(p, X, inputs, Tau, head, "self")


@pytest.mark.parametrize("missing", ["U", "h0", "P", "Vs", "Vc", "A1", "a"])
def test_a_missing_array_is_named(seed, missing):
    p, X, inputs, Tau, head, name = arguments(encoder_decoder(seed, SIZES, "additive"))
    p = {key: array for key, array in p.items() if key != missing}
    with pytest.raises(MissingArrayError, match=f"^{missing} is missing"):
        seq2seq_loss(p, X, inputs, Tau, head, name)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("X", (4, 4)),
        ("inputs", (6, 8)),
        ("P", (2, 4)),
        ("Us", (3, 7)),
        ("Ws", (2, 3)),
        ("bs", (3,)),
        ("Vs", (8, 3)),
        ("c", (7,)),
        ("Vc", (8, 4)),
        ("Vc", (7, 5)),
        ("A", (3, 5)),
        ("A", (2, 4)),
    ],
)
def test_a_wrong_shape_is_named(seed, name, shape):
    p, *_ = arguments(encoder_decoder(seed, SIZES, "bilinear"))
    arrays = {**p, name: np.zeros(shape)}
    with pytest.raises(ShapeError, match=f"^{name} has shape"):
        seq2seq_forward(arrays, arrays["X"], arrays["inputs"], "bilinear")


@pytest.mark.parametrize("function", [seq2seq_loss, seq2seq_bptt, state_gradients])
@pytest.mark.parametrize("shape", [(5, 8), (6, 7), (6,)])
def test_targets_of_a_wrong_shape_are_named(seed, function, shape):
    p, X, inputs, _, head, name = arguments(encoder_decoder(seed, SIZES, "none"))
    with pytest.raises(ShapeError, match=r"^Tau has shape"):
        function(p, X, inputs, np.zeros(shape), head, name)


@pytest.mark.parametrize("function", [seq2seq_loss, seq2seq_bptt, state_gradients])
def test_inputs_of_a_wrong_width_are_named(seed, function):
    p, X, _, Tau, head, name = arguments(encoder_decoder(seed, SIZES, "none"))
    with pytest.raises(ShapeError, match=r"^inputs has shape \(6, 8\), expected \(T, m\)"):
        function(p, X, np.zeros((6, 8)), Tau, head, name)


def test_teacher_inputs_name_a_wrong_start():
    with pytest.raises(ShapeError, match=r"^Tau has shape"):
        teacher_inputs(np.ones(3), np.ones(3))
    with pytest.raises(ShapeError, match=r"^start has shape"):
        teacher_inputs(np.ones((3, 2)), np.ones(3))


def test_a_free_run_wants_inputs_that_are_symbols(seed):
    p, X, *_ = arguments(encoder_decoder(seed, SIZES, "none"))
    with pytest.raises(ShapeError, match=r"^Us has shape"):
        decode(p, X, np.eye(8)[0], 0, 3, "none")
    p, X, *_ = arguments(encoder_decoder(seed, {**SIZES, "m": 8}, "none"))
    with pytest.raises(ShapeError, match=r"^start has shape"):
        decode(p, X, np.eye(7)[0], 0, 3, "none")
