"""Sentiment over cat, mat and rat."""

from functools import cache
from math import log

import numpy as np
import pytest

from solutions.reference.bptt import bptt_many_to_one, many_to_one_loss
from solutions.reference.errors import CountError, ShapeError, UnknownNameError
from solutions.reference.training.sentiment import (
    THREE_SENTENCES,
    all_sentences,
    balanced_sentences,
    encode_sentence,
    predict,
    sentences_objective,
    share_right,
    train_sentiment,
)
from solutions.reference.verification.capstones import sentences
from solutions.reference.verification.problems import rnn_params

SEEDS = (11, 23, 47)


@cache
def trained(seed):
    return train_sentiment(all_sentences(), 2, seed)


@pytest.fixture(params=SEEDS)
def learnt(request):
    return trained(request.param)


def loss(p, data):
    return sentences_objective(p, [(encode_sentence(words), label) for words, label in data])[0]


@pytest.mark.parametrize("use_W", [True, False])
def test_the_three_sentences_are_learnt_with_and_without_memory(use_W):
    p = train_sentiment(THREE_SENTENCES, 2, 11, use_W)
    assert loss(p, THREE_SENTENCES) < 0.05
    assert share_right(p, THREE_SENTENCES) == 1.0
    assert p["W"].any() == use_W


def test_all_sentences_are_learnt(learnt):
    assert loss(learnt, all_sentences()) < 0.05
    assert share_right(learnt, all_sentences()) == 1.0


@pytest.mark.parametrize(("seed", "E"), [(11, 0.0022699094), (23, 0.00116394838), (47, 0.00116586716)])
def test_a_run_ends_where_it_ended_before(seed, E):
    assert loss(trained(seed), all_sentences()) == pytest.approx(E, rel=1e-6)


@pytest.mark.parametrize("length", [6, 12])
def test_longer_sentences_are_judged_too(learnt, length):
    assert share_right(learnt, balanced_sentences(np.random.default_rng(5), 100, length)) >= 0.95


def test_without_memory_the_last_word_has_to_do():
    p = train_sentiment(all_sentences(), 2, 11, use_W=False)
    assert not p["W"].any()
    assert 27 * share_right(p, all_sentences()) <= 9 + 5 + 5
    floor = 18 * -(5 / 9 * log(5 / 9) + 4 / 9 * log(4 / 9))
    assert floor == pytest.approx(12.365, abs=5e-4)
    assert floor < loss(p, all_sentences()) < floor + 0.2


def test_the_start_state_is_not_trained(learnt):
    assert not learnt["h0"].any()
    assert learnt["W"].any()


def test_the_same_seed_gives_the_same_network():
    p, again, other = (trained(11), train_sentiment(all_sentences(), 2, 11), trained(23))
    assert all((p[name] == again[name]).all() for name in p)
    assert (p["U"] != other["U"]).all()


def test_words_are_rows():
    assert encode_sentence(["rat", "cat", "mat", "rat"]).argmax(axis=1).tolist() == [2, 0, 1, 2]
    assert encode_sentence(["rat", "cat"]).sum(axis=1).tolist() == [1.0, 1.0]


def test_the_label_says_if_there_is_a_rat():
    data = all_sentences()
    assert len({words for words, _ in data}) == 27
    assert sum(label for _, label in data) == 19
    assert all(dict(data)[words] == label for words, label in THREE_SENTENCES)


@pytest.mark.parametrize(("count", "length"), [(200, 1), (201, 6), (2, 30)])
def test_balanced_sentences_are_half_and_half(rng, count, length):
    data = balanced_sentences(rng, count, length)
    assert len(data) == count
    assert {len(words) for words, _ in data} == {length}
    assert all(("rat" in words) == bool(label) for words, label in data)
    assert sum(label for _, label in data) == count // 2


def test_in_balanced_sentences_the_place_of_a_rat_tells_nothing(rng):
    data = balanced_sentences(rng, 2000, 4)
    rats = np.array([[word == "rat" for word in words] for words, label in data if label])
    assert rats.mean(axis=0) == pytest.approx([0.5] * 4, abs=0.06)
    cats = np.array([[word == "cat" for word in words] for words, label in data if not label])
    assert cats.mean(axis=0) == pytest.approx([0.5] * 4, abs=0.06)


def test_sentences_of_any_length_add_up(rng):
    problem = sentences(int(rng.integers(1000)))
    p, examples = problem.p, problem.arguments["examples"]
    E, g = sentences_objective(p, examples)
    tau = [np.array([float(label)]) for _, label in examples]
    each = [bptt_many_to_one(p, X, t) for (X, _), t in zip(examples, tau, strict=True)]
    losses = [many_to_one_loss(p, X, t) for (X, _), t in zip(examples, tau, strict=True)]
    assert pytest.approx(sum(losses), rel=1e-12) == E
    assert set(g) == set(each[0])
    for name, array in g.items():
        assert array == pytest.approx(sum(part[name] for part in each), rel=1e-9, abs=1e-12)


def test_a_prediction_is_a_probability(rng):
    p, X = rnn_params(rng, 3, 2, 1), encode_sentence(["rat", "cat"])
    assert type(predict(p, X)) is float
    assert -np.log(predict(p, X)) == pytest.approx(many_to_one_loss(p, X, np.ones(1)), rel=1e-12)
    assert share_right(p, [(["rat", "cat"], 1), (["rat", "cat"], 0)]) == 0.5


def test_another_word_is_named():
    with pytest.raises(UnknownNameError, match="no word 'dog'; choose one of cat, mat, rat"):
        encode_sentence(["cat", "dog"])


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: encode_sentence([]), "the number of words"),
        (lambda: balanced_sentences(np.random.default_rng(0), 0, 3), "count"),
        (lambda: balanced_sentences(np.random.default_rng(0), 3, 0), "length"),
        (lambda: train_sentiment(THREE_SENTENCES, 0, 11), "d"),
        (lambda: share_right({}, []), "the number of sentences"),
    ],
)
def test_a_count_of_none_is_named(call, name):
    with pytest.raises(CountError, match=f"^{name} is 0"):
        call()


def test_a_wrong_shape_is_named(rng):
    with pytest.raises(ShapeError, match=r"^X has shape"):
        predict(rnn_params(rng, 4, 2, 1), encode_sentence(["rat"]))
