"""The roads from a decoder's loss to an encoder's state."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.activations import SIGMOID
from solutions.reference.attention import attention_backward, bilinear_scores, mix, mix_backward
from solutions.reference.errors import MissingArrayError, RangeError, ShapeError
from solutions.reference.numeric import central_difference, relative_error
from solutions.reference.roads import by_the_joint, direct_term, match_weight, own_slope, steps_by_the_joint
from solutions.reference.seq2seq import seq2seq_forward
from solutions.reference.verification.attention import SIZES, encoder_decoder, scored
from solutions.reference.verification.oracles_attention import context

S, T, D, E = (SIZES[letter] for letter in "STde")


@pytest.fixture
def seed(rng):
    return int(rng.integers(1000))


@pytest.mark.parametrize(
    ("S", "t", "i", "steps"), [(20, 3, 1, 22), (5, 1, 5, 1), (5, 0, 5, 0), (1, 4, 1, 4), (3, 2, 1, 4)]
)
def test_steps_by_the_joint_are_counted(S, t, i, steps):
    assert steps_by_the_joint(S, t, i) == steps


@pytest.mark.parametrize(("t", "i"), [(-1, 1), (1, 0), (1, 6)])
def test_a_step_that_is_none_is_named(t, i):
    with pytest.raises(RangeError, match=r"^\(t, i\) is .*, expected t ≥ 0 and 1 ≤ i ≤ 5\.$"):
        steps_by_the_joint(5, t, i)


@pytest.mark.parametrize("i", [1, 3, S])
@pytest.mark.parametrize("t", [1, 3, T])
def test_the_road_by_the_joint_meets_both_oracles(seed, i, t):
    """How a fixed function of s_t moves with h_i, when all later states follow."""
    p = encoder_decoder(seed, SIZES, "none").p
    X, inputs = p["X"], p["inputs"][:t]
    run, pull = seq2seq_forward(p, X, inputs, "none"), np.arange(1.0, E + 1)

    def pulled(xp, h):
        for x in X[i:]:
            h = xp.tanh(xp.dot(p["U"], x) + xp.dot(p["W"], h) + p["b"])
        s = xp.dot(p["P"], h)
        for u in inputs:
            s = xp.tanh(xp.dot(p["Us"], u) + xp.dot(p["Ws"], s) + p["bs"])
        return xp.dot(pull, s)

    found = by_the_joint(p, run["zh"], run["zs"], pull, i)
    exact = autograd.grad(lambda h: pulled(anp, h))(run["h"][i])
    assert relative_error(found, exact) < 1e-12
    by_numbers = central_difference(lambda h: float(pulled(np, h)), run["h"][i])
    assert np.linalg.norm(found - by_numbers) < 1e-7 * max(np.linalg.norm(by_numbers), 1e-2)


def test_the_road_by_the_joint_takes_another_activation():
    p = {"W": np.array([[2.0]]), "P": np.array([[3.0]]), "Ws": np.array([[5.0]])}
    slope = 0.25  # of the sigmoid at 0
    found = by_the_joint(p, np.zeros((3, 1)), np.zeros((2, 1)), np.ones(1), 1, SIGMOID)
    assert found == pytest.approx([(2 * slope) ** 2 * 3 * (5 * slope) ** 2], rel=1e-12)


def test_the_direct_term_meets_both_oracles(seed):
    """Encoder states moved one by one while the decoder's state stays where it is."""
    q = scored(seed, SIZES, "bilinear").p
    H, s, dkappa = q["H"], q["s"], np.arange(1.0, D + 1)
    _, alpha = mix(bilinear_scores(q, s, H), H)
    de, _ = mix_backward(alpha, H, dkappa)
    found = direct_term(q, s, alpha, de, dkappa)
    exact = autograd.grad(lambda H: anp.dot(dkappa, context(anp, q, s, H, "bilinear")))(H)
    assert relative_error(found, exact) < 1e-12
    by_numbers = central_difference(lambda H: float(dkappa @ context(np, q, s, H, "bilinear")), H)
    assert relative_error(found, by_numbers) < 1e-7
    assert found == pytest.approx(attention_backward(q, s, H, dkappa, "bilinear")["dH"], rel=1e-12)


def test_with_scores_that_say_nothing_each_state_hears_an_equal_share(seed):
    q = {**scored(seed, SIZES, "bilinear").p, "A": np.zeros((E, D))}
    _, alpha = mix(bilinear_scores(q, q["s"], q["H"]), q["H"])
    dkappa = np.arange(1.0, D + 1)
    de, _ = mix_backward(alpha, q["H"], dkappa)
    assert direct_term(q, q["s"], alpha, de, dkappa) == pytest.approx(np.tile(dkappa / S, (S, 1)), rel=1e-12)


@given(S=st.integers(1, 60), beta=st.floats(0, 700))
def test_one_match_among_many_has_softmax_s_weight(S, beta):
    e = np.zeros(S)
    e[0] = beta
    _, alpha = mix(e, np.ones((S, 1)))
    assert match_weight(S, beta) == pytest.approx(alpha[0], rel=1e-12)


def test_no_key_is_no_attention():
    with pytest.raises(RangeError, match=r"^S is 0, expected a whole number of at least 1\.$"):
        match_weight(0, 1.0)


@pytest.mark.parametrize("e", [[0.3, -1.0, 2.0, 0.1], [5.0, 0.0], [0.0] * 7])
def test_the_own_slope_is_the_diagonal_of_softmax_s_jacobian(e):
    e = np.array(e)

    def soft(e):
        w = anp.exp(e)
        return w / anp.sum(w)

    found = own_slope(soft(e))
    assert found == pytest.approx(np.diag(autograd.jacobian(soft)(e)), rel=1e-12)
    by_numbers = [
        (soft(e + nudge)[i] - soft(e - nudge)[i]) / 2e-5 for i, nudge in enumerate(1e-5 * np.eye(len(e)))
    ]
    assert found == pytest.approx(by_numbers, rel=1e-7)


def test_the_own_slope_is_largest_at_one_half():
    alpha = np.linspace(0, 1, 1001)
    assert alpha[own_slope(alpha).argmax()] == 0.5
    assert own_slope(alpha).max() == 0.25


WRONG = [
    (lambda a: by_the_joint(a, np.ones((S, D + 1)), np.ones((T, E)), np.ones(E), 1), "z"),
    (lambda a: by_the_joint(a, np.ones((S, D)), np.ones((T, E)), np.ones(E + 1), 1), "ds"),
    (lambda a: by_the_joint(a, np.ones((S, D)), np.ones((T, E + 1)), np.ones(E + 1), 1), "zs"),
    (
        lambda a: by_the_joint(
            {**a, "P": np.ones((E, D + 1))}, np.ones((S, D)), np.ones((T, E)), np.ones(E), 1
        ),
        "P",
    ),
    (lambda a: direct_term(a, np.ones(E), np.ones(S), np.ones(S + 1), np.ones(D)), "de"),
    (lambda a: direct_term(a, np.ones(E + 1), np.ones(S), np.ones(S), np.ones(D)), "s"),
    (lambda _: own_slope(np.ones((2, 2))), "alpha"),
]


@pytest.mark.parametrize(("call", "culprit"), WRONG)
def test_a_wrong_shape_is_named(call, culprit):
    arrays = {"W": np.ones((D, D)), "P": np.ones((E, D)), "Ws": np.ones((E, E)), "A": np.ones((E, D))}
    with pytest.raises(ShapeError, match=f"^{culprit} has shape"):
        call(arrays)


def test_a_missing_array_and_a_state_that_is_none_are_named():
    arrays = {"W": np.ones((D, D)), "P": np.ones((E, D)), "Ws": np.ones((E, E))}
    with pytest.raises(MissingArrayError, match=r"^Ws is missing"):
        by_the_joint({k: arrays[k] for k in "WP"}, np.ones((S, D)), np.ones((T, E)), np.ones(E), 1)
    with pytest.raises(RangeError):
        by_the_joint(arrays, np.ones((S, D)), np.ones((T, E)), np.ones(E), S + 1)
