"""MLP, softmax, LSTM, clipping and truncation: right without a twist, different with each."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from through_time.problems import parameters, probabilities, weights

from solutions.misconceptions import clipping, lstm, mlp, softmax, truncation
from solutions.reference import chain, losses
from solutions.reference import clipping as reference_clipping
from solutions.reference import lstm as reference_lstm
from solutions.reference import mlp as reference_mlp
from solutions.reference import truncation as reference_truncation


def layers(rng, sizes):
    Ws = [weights(rng, rows, columns) for columns, rows in pairwise(sizes)]
    return weights(rng, sizes[0]), Ws, [weights(rng, rows) for rows in sizes[1:]]


def q(rng, n, d):
    return {
        "Wx": weights(rng, 4 * d, n),
        "Wh": weights(rng, 4 * d, d),
        "bz": weights(rng, 4 * d),
        "h0": weights(rng, d),
        "c0": weights(rng, d),
    }


def numbered(name, arrays, first=1):
    return {f"{name}{i}": array for i, array in enumerate(arrays, first)}


def mlp_forward(x, Ws, bs, _f):
    zs, hs = reference_mlp.mlp_forward(x, Ws, bs)
    return {**numbered("z", zs), **numbered("h", hs, 0)}


def mlp_backward(x, Ws, bs, tau):
    dWs, dbs = reference_mlp.mlp_backward(x, Ws, bs, tau)
    return {**numbered("dW", dWs), **numbered("db", dbs)}


def train_step(Ws, bs, x, tau, lr):
    dWs, dbs = reference_mlp.mlp_backward(x, Ws, bs, tau)
    return {
        **numbered("W", [W - lr * dW for W, dW in zip(Ws, dWs, strict=True)]),
        **numbered("b", [b - lr * db for b, db in zip(bs, dbs, strict=True)]),
    }


def lstm_step(q, x, h, c):
    return dict(zip(("h2", "c2", "gates"), reference_lstm.lstm_step(q, x, h, c), strict=True))


def clip(gradients, limit):
    clipped, norm = reference_clipping.clip_global(gradients, limit)
    return {**clipped, "norm": norm}


def forward_problem(rng):
    return (*layers(rng, (4, 4, 4, 4)), np.tanh)


def backward_problem(rng):
    x, Ws, bs = layers(rng, (4, 4, 4, 4))
    return x, Ws, bs, weights(rng, 4)


def step_problem(rng):
    x, Ws, bs = layers(rng, (4, 4, 4, 4))
    return Ws, bs, x, weights(rng, 4), 0.1


def head_problem(name):
    def make(rng):
        tau = probabilities(rng, 5) if name == "softmax-ce" else weights(rng, 5)
        return weights(rng, 5), tau, name

    return make


def lstm_problem(rng):
    return q(rng, 3, 4), weights(rng, 6, 3), weights(rng, 6, 4)


def gradients(rng, size):
    return {"dU": size * weights(rng, 4, 3), "dW": size * weights(rng, 4, 4), "db": size * weights(rng, 4)}


CASES = {
    "mlp forward": (mlp.FORWARD, mlp_forward, forward_problem),
    "mlp backward": (mlp.BACKWARD, mlp_backward, backward_problem),
    "train step": (mlp.TRAIN_STEP, train_step, step_problem),
    "softmax": (
        softmax.VALUES,
        lambda o: {"y": losses.softmax(o)},
        lambda rng: (1000 * weights(rng, 2, 6, 5),),
    ),
    "jacobian": (
        softmax.JACOBIAN,
        lambda o: {"J": chain.softmax_jacobian(o)},
        lambda rng: (weights(rng, 5) + 1000,),
    ),
    "from dY": (
        softmax.FROM_DY,
        lambda o, dY: {"eps": chain.back_through_softmax(losses.softmax(o), dY)},
        lambda rng: (weights(rng, 5), weights(rng, 5)),
    ),
    **{
        name: (
            softmax.head(name),
            lambda o, tau, head: {"eps": losses.output_eps(o, tau, head)},
            head_problem(name),
        )
        for name in softmax.HEADS
    },
    "lstm step": (
        lstm.STEP,
        lstm_step,
        lambda rng: (q(rng, 4, 4), weights(rng, 4), weights(rng, 4), weights(rng, 4)),
    ),
    "lstm backward": (lstm.BACKWARD, reference_lstm.lstm_backward, lstm_problem),
    "clip above": (clipping.CLIP, clip, lambda rng: (gradients(rng, 10.0), 1.0)),
    "tbptt": (
        truncation.TBPTT,
        reference_truncation.tbptt,
        lambda rng: (parameters(rng, 3, 4, 5), weights(rng, 8, 3), probabilities(rng, 8, 5), 3),
    ),
}
# What a case can't show: an overflow needs large logits, a limit that isn't reached a small gradient.
UNSEEN = {"softmax-ce": {"softmax-overflow"}, "clip above": {"always-rescales", "zero-division"}}


@pytest.fixture(params=CASES)
def case(request):
    family, reference, make = CASES[request.param]
    return request.param, family, reference, make(np.random.default_rng(5))


@pytest.fixture(autouse=True)
def overflow_is_meant():
    with np.errstate(all="ignore"):
        yield


def test_without_a_twist_it_is_the_reference(case, apart):
    _, family, reference, call = case
    assert apart(reference(*call), family.twisted()(*call)) < 1e-12


def test_each_twist_changes_the_answer(case, apart):
    name, family, _, call = case
    right = family.twisted()(*call)
    same = {key for key, function in family.all().items() if apart(right, function(*call)) < 1e-5}
    assert same == UNSEEN.get(name, set())


def test_twists_of_different_names_differ(case, apart):
    name, family, _, call = case
    answers = {
        key: function(*call) for key, function in family.all().items() if key not in UNSEEN.get(name, ())
    }
    same = [
        (one, other)
        for one, other in combinations(answers, 2)
        if one.partition(":")[0] != other.partition(":")[0] and apart(answers[one], answers[other]) < 1e-6
    ]
    assert same == []


def test_overflow_shows_with_large_logits():
    o, tau = np.array([1000.0, 0.0, -1000.0]), np.array([0.2, 0.3, 0.5])
    assert np.isnan(softmax.head("softmax-ce").twisted("softmax-overflow")(o, tau, "softmax-ce")["eps"]).any()


def test_one_maximum_for_all_rows_is_another_right_way(apart):
    o = weights(np.random.default_rng(0), 6, 5)
    assert apart({"y": losses.softmax(o)}, softmax.MAX_OVER_ALL.twisted("max-over-all")(o)) < 1e-12


def test_small_gradients_stay_except_where_they_are_always_rescaled(apart):
    call = (gradients(np.random.default_rng(1), 1e-3), 1.0)
    changed = {
        key for key, function in clipping.CLIP.all().items() if apart(clip(*call), function(*call)) > 1e-6
    }
    assert changed == {"always-rescales", "norm-of-norms-summed"}


def test_zero_gradient_shows_the_division():
    g = clipping.CLIP.twisted("zero-division")({"dU": np.zeros((2, 3))}, 1.0)
    assert np.isnan(g["dU"]).all()


def test_weights_of_unequal_layers_refuse_a_missing_transpose():
    x, Ws, bs = layers(np.random.default_rng(2), (3, 4, 2, 5))
    with pytest.raises(ValueError, match="mismatch"):
        mlp.BACKWARD.twisted("w-not-transposed")(x, Ws, bs, np.ones(5))
