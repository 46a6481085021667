"""A gap in a text."""

from functools import cache
from itertools import chain
from math import log

import numpy as np
import pytest

from solutions.reference.errors import CountError, RangeError, ShapeError, UnknownNameError
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.recurrence import recurrence_forward
from solutions.reference.training.gap import (
    ANSWERS,
    TEXTS,
    VOCABULARY,
    encode_example,
    encode_text,
    fill,
    gap_objective,
    train_gap,
)
from solutions.reference.verification.capstones import texts

SEEDS = (11, 23)


trained = cache(train_gap)


@pytest.fixture(params=SEEDS)
def learnt(request):
    return trained(request.param)


def right(p):
    return sum(fill(p, text) == answer for text, answer in TEXTS)


def test_with_both_sides_every_gap_is_filled(learnt):
    p, losses = learnt
    assert right(p) == 4
    assert losses[-1] < 0.05
    assert len(losses) == 300


@pytest.mark.parametrize(("seed", "E"), [(11, 0.0114389748), (23, 0.014924149)])
def test_a_run_ends_where_it_ended_before(seed, E):
    assert trained(seed)[1][-1] == pytest.approx(E, rel=1e-6)


@pytest.mark.parametrize(
    ("side", "floor", "unused"), [("before", 4 * log(2), "Vb"), ("after", 2 * log(2), "V")]
)
def test_one_side_leaves_a_coin_to_be_tossed(side, floor, unused):
    p, losses = train_gap(11, side)
    assert not p[unused].any()
    assert floor < losses[-1] < floor + 0.05
    assert right(p) < 4


def test_one_way_texts_that_agree_before_the_gap_are_the_same(learnt):
    p, _ = learnt
    (one, gap), (other, _) = (encode_text(TEXTS[i][0]) for i in (0, 1))
    states = [recurrence_forward(p, X)["h"][gap + 1] for X in (one, other)]
    assert (states[0] == states[1]).all()
    assert fill(p, TEXTS[0][0]) != fill(p, TEXTS[1][0])


def test_start_states_are_not_trained(learnt):
    p, _ = learnt
    assert not p["h0"].any()
    assert not p["hb0"].any()
    assert p["V"].any()
    assert p["Vb"].any()
    assert (p["U"] != p["Ub"]).all()


def test_the_same_seed_gives_the_same_network():
    (p, losses), (again, losses_again) = trained(11), train_gap(11)
    assert losses == losses_again != trained(23)[1]
    assert all((p[name] == again[name]).all() for name in p)


def test_a_gap_is_a_row_of_zeros():
    X, gap = encode_text("the king built a ___ for his wife")
    assert gap == 4
    assert X.sum(axis=1).tolist() == [1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0]
    assert [VOCABULARY[i] for i in np.delete(X, gap, axis=0).argmax(axis=1)] == [
        "the",
        "king",
        "built",
        "a",
        "for",
        "his",
        "wife",
    ]


def test_the_loss_is_at_the_gap_only():
    X, Tau, loss_at = encode_example("___ king", "oven")
    assert X.shape == (2, len(VOCABULARY))
    assert Tau.tolist() == [[0.0, 0.0, 0.0, 1.0], [0.0] * 4]
    assert loss_at.tolist() == [1.0, 0.0]


def test_the_vocabulary_is_what_the_texts_are_made_of():
    assert set(VOCABULARY) == set(chain(*(text.split() for text, _ in TEXTS))) - {"___"}
    assert len(set(VOCABULARY)) == len(VOCABULARY)
    assert ANSWERS == ("palace", "harbour", "cottage", "oven")


def test_texts_add_up(rng):
    problem = texts(int(rng.integers(1000)))
    p, examples = problem.p, problem.arguments["examples"]
    E, g = gap_objective(p, examples)
    expected = numeric_gradients(lambda q: gap_objective(q, examples)[0], p)
    assert pytest.approx(sum(gap_objective(p, [one])[0] for one in examples), rel=1e-12) == E
    assert set(g) == set(expected)
    assert max(relative_error(g[name], expected[name]) for name in g) < 1e-7


def test_another_word_or_answer_or_side_is_named():
    with pytest.raises(UnknownNameError, match="no word 'queen'"):
        encode_text("the queen built a ___")
    with pytest.raises(UnknownNameError, match="no word 'tent'"):
        encode_example("the king built a ___", "tent")
    with pytest.raises(UnknownNameError, match="no side 'left'; choose one of both, before, after"):
        train_gap(11, "left")


@pytest.mark.parametrize(("text", "count"), [("the king", 0), ("the ___ built a ___", 2)])
def test_a_text_has_one_gap(text, count):
    with pytest.raises(RangeError, match=f"^the number of gaps is {count}, expected 1"):
        encode_text(text)


def test_there_is_a_text_to_learn(rng):
    with pytest.raises(CountError, match=r"^the number of parts is 0"):
        gap_objective(texts(11).p, [])
    with pytest.raises(ShapeError, match=r"^X has shape"):
        gap_objective(texts(11).p, [(rng.normal(size=(3, 2)), np.ones((3, 4)), np.ones(3))])
