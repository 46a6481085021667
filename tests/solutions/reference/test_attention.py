"""Attention by scores."""

from math import exp, tanh

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.attention import (
    SCORES,
    additive_scores,
    additive_scores_backward,
    attention,
    attention_backward,
    bilinear_scores,
    bilinear_scores_backward,
    dot_scores,
    dot_scores_backward,
    mix,
    mix_backward,
    score,
)
from solutions.reference.errors import ShapeError, UnknownNameError
from solutions.reference.numeric import central_difference, numeric_gradients, relative_error
from solutions.reference.verification.attention import SIZES, scored
from solutions.reference.verification.problems import SEEDS

NAMES = pytest.mark.parametrize("name", SCORES)


@pytest.fixture
def q(rng):
    """Every array that any score needs; dot scores get a state of H's width."""
    seed = int(rng.integers(1000))
    return {**scored(seed, SIZES, "bilinear").p, **scored(seed, SIZES, "additive").p}


def asking(q, name):
    return np.concatenate([q["s"], [0.5, -1.0, 0.3]]) if name == "dot" else q["s"]


def test_dot_scores_are_inner_products(q, rng):
    s = rng.normal(size=5)
    assert dot_scores({}, s, q["H"]) == pytest.approx([sum(h * s) for h in q["H"]], rel=1e-12)


def test_bilinear_scores_are_written_out_entry_by_entry(q):
    s, A = q["s"], q["A"]
    expected = [sum(s[a] * A[a, b] * h[b] for a in range(2) for b in range(5)) for h in q["H"]]
    assert bilinear_scores(q, s, q["H"]) == pytest.approx(expected, rel=1e-12)


def test_additive_scores_are_written_out_entry_by_entry(q):
    s = q["s"]
    expected = [
        sum(
            q["v"][r] * tanh(sum(q["A1"][r] * s) + sum(q["A2"][r] * h) + q["a"][r]) for r in range(SIZES["r"])
        )
        for h in q["H"]
    ]
    assert additive_scores(q, s, q["H"]) == pytest.approx(expected, rel=1e-12)


def test_the_context_is_a_weighted_mean(q):
    e = np.array([0.0, 1.0, -1.0, 2.0])
    kappa, alpha = mix(e, q["H"])
    weights = [exp(x) / sum(exp(y) for y in e) for x in e]
    assert alpha == pytest.approx(weights, rel=1e-12)
    assert kappa == pytest.approx(sum(w * h for w, h in zip(weights, q["H"], strict=True)), rel=1e-12)


@pytest.mark.parametrize(
    ("S", "sharpness", "weight"),
    [
        (10, 0, 0.1),
        (10, 1, 0.232),
        (10, 2, 0.451),
        (10, 5, 0.943),
        (50, 2, 0.131),
        (50, 5, 0.752),
        (50, 10, 0.998),
    ],
)
def test_one_match_among_many(S, sharpness, weight):
    e = np.zeros(S)
    e[3] = sharpness
    assert mix(e, np.ones((S, 2)))[1][3] == pytest.approx(weight, abs=5e-4)


@given(e=st.lists(st.floats(-700, 700), min_size=1, max_size=9), shift=st.floats(-700, 700))
def test_weights_are_a_distribution_that_no_shift_changes(e, shift):
    H = np.ones((len(e), 2))
    _, alpha = mix(np.array(e), H)
    assert alpha.min() >= 0
    assert alpha.sum() == pytest.approx(1, rel=1e-12)
    assert mix(np.array(e) + shift, H)[1] == pytest.approx(alpha, rel=1e-9, abs=1e-12)


def test_the_way_back_through_the_mean_agrees_with_central_differences(q, rng):
    e, dkappa = rng.normal(size=4), rng.normal(size=5)
    de, dH = mix_backward(mix(e, q["H"])[1], q["H"], dkappa)
    assert relative_error(de, central_difference(lambda a: float(dkappa @ mix(a, q["H"])[0]), e)) < 1e-7
    assert relative_error(dH, central_difference(lambda a: float(dkappa @ mix(e, a)[0]), q["H"])) < 1e-7
    assert abs(de.sum()) < 1e-12


@NAMES
def test_gradients_agree_with_central_differences(q, rng, name):
    s, dkappa = asking(q, name), rng.normal(size=5)
    needed = {"dot": [], "bilinear": ["A"], "additive": ["v", "A1", "A2", "a"]}[name]
    arrays = {"s": s, "H": q["H"], **{key: q[key] for key in needed}}

    g = attention_backward(q, s, q["H"], dkappa, name)
    expected = numeric_gradients(lambda r: float(dkappa @ attention(r, r["s"], r["H"], name)[0]), arrays)

    assert set(g) == set(expected)
    assert max(relative_error(g[key], expected[key]) for key in g) < 1e-7


@NAMES
def test_one_encoder_state_has_all_the_weight_and_its_score_no_say(q, name):
    s, dkappa = asking(q, name), np.arange(5.0)
    kappa, alpha = attention(q, s, q["H"][:1], name)
    assert alpha.tolist() == [1.0]
    assert kappa.tolist() == q["H"][0].tolist()
    g = attention_backward(q, s, q["H"][:1], dkappa, name)
    assert g.pop("dH").tolist() == [dkappa.tolist()]
    assert not any(array.any() for array in g.values())


@NAMES
@given(order=st.permutations(range(4)), seed=st.sampled_from(SEEDS))
def test_permuting_the_encoder_states_permutes_weights_and_gradient(name, order, seed):
    q = scored(seed, SIZES, name).p
    (kappa, alpha), (kappa_moved, alpha_moved) = (
        attention(q, q["s"], H, name) for H in (q["H"], q["H"][order])
    )
    assert kappa_moved == pytest.approx(kappa, rel=1e-9, abs=1e-12)
    assert alpha_moved == pytest.approx(alpha[order], rel=1e-9, abs=1e-12)
    dkappa = np.arange(5.0)
    g, moved = (attention_backward(q, q["s"], H, dkappa, name) for H in (q["H"], q["H"][order]))
    assert moved["dH"] == pytest.approx(g["dH"][order], rel=1e-9, abs=1e-12)
    assert moved["ds"] == pytest.approx(g["ds"], rel=1e-9, abs=1e-12)


def test_bilinear_scores_with_the_identity_are_dot_scores(q, rng):
    s, dkappa = rng.normal(size=(2, 5))
    ours = attention_backward({"A": np.eye(5)}, s, q["H"], dkappa, "bilinear")
    dot = attention_backward({}, s, q["H"], dkappa, "dot")
    assert ours["ds"] == pytest.approx(dot["ds"], rel=1e-12)
    assert ours["dH"] == pytest.approx(dot["dH"], rel=1e-12)


def test_states_that_are_alike_are_attended_to_alike(q):
    H = np.tile(q["H"][0], (4, 1))
    kappa, alpha = attention(q, q["s"], H, "additive")
    assert alpha == pytest.approx([0.25] * 4, rel=1e-12)
    assert kappa == pytest.approx(q["H"][0], rel=1e-12)


def test_an_unknown_score_is_named():
    with pytest.raises(
        UnknownNameError, match="no attention score 'cosine'; choose one of dot, bilinear, additive"
    ):
        score("cosine")


SHAPES = {"s": (2,), "H": (4, 5), "de": (4,), "A": (2, 5), "v": (9,), "A1": (9, 2), "A2": (9, 5), "a": (9,)}
"""What fits, and for each array what doesn't, with the array that is named."""
MISFITS = [
    ("s", (3,), "s"),
    ("H", (4, 6), "H"),
    ("H", (4,), "H"),
    ("de", (5,), "de"),
    ("A", (5,), "A"),
    ("A1", (8, 2), "A1"),
    ("A2", (8, 5), "A2"),
    ("a", (8,), "a"),
    ("v", (9, 1), "v"),
]
BILINEAR, ADDITIVE = {"s", "H", "A"}, {"s", "H", "A1", "A2", "a", "v"}


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (bilinear_scores, BILINEAR),
        (bilinear_scores_backward, BILINEAR | {"de"}),
        (additive_scores, ADDITIVE),
        (additive_scores_backward, ADDITIVE | {"de"}),
    ],
)
def test_every_array_of_a_score_is_checked(function, names):
    good = {name: np.ones(shape) for name, shape in SHAPES.items()}
    arguments = [name for name in ("s", "H", "de") if name in names]
    function(good, *(good[name] for name in arguments))
    for name, shape, culprit in MISFITS:
        if name in names:
            wrong = {**good, name: np.ones(shape)}
            with pytest.raises(ShapeError, match=f"^{culprit} has shape"):
                function(wrong, *(wrong[other] for other in arguments))


@pytest.mark.parametrize(("name", "shape"), [("s", (4,)), ("s", (5, 1)), ("H", (4, 5, 1)), ("de", (3,))])
def test_dot_scores_name_a_wrong_shape(name, shape):
    arrays = {"s": np.ones(5), "H": np.ones((4, 5)), "de": np.ones(4), name: np.ones(shape)}
    # s sets d, so that a wrong length of s shows at H.
    culprit = "H" if shape == (4,) else name
    with pytest.raises(ShapeError, match=f"^{culprit} has shape"):
        dot_scores_backward({}, arrays["s"], arrays["H"], arrays["de"])
    if name != "de":
        with pytest.raises(ShapeError, match=f"^{culprit} has shape"):
            dot_scores({}, arrays["s"], arrays["H"])


@pytest.mark.parametrize(("name", "shape"), [("alpha", (1, 4)), ("H", (3, 5)), ("dkappa", (4,))])
def test_the_mean_names_a_wrong_shape(name, shape):
    arrays = {"alpha": np.ones(4), "H": np.ones((4, 5)), "dkappa": np.ones(5), name: np.ones(shape)}
    with pytest.raises(ShapeError, match=f"^{name} has shape"):
        mix_backward(arrays["alpha"], arrays["H"], arrays["dkappa"])


def test_there_is_a_score_for_every_state():
    with pytest.raises(ShapeError, match=r"^H has shape \(3, 5\), expected \(S, d\) with S = 4"):
        mix(np.ones(4), np.ones((3, 5)))
    with pytest.raises(ShapeError, match=r"^e has shape \(4, 1\)"):
        mix(np.ones((4, 1)), np.ones((4, 5)))
