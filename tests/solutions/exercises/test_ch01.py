"""Chapter 1's exercises: points, right answers in other forms, and a name for each mistake."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.judge import DirectStudent, judge
from solutions.exercises.ch01 import ENCODED, EXERCISES
from solutions.exercises.ch01_answers import IN_ORDER, KINDS, NOT_IN_ORDER, SEQUENCES, TASKS
from solutions.misconceptions import MISCONCEPTIONS

SECRETS = [bytes([number]) * 32 for number in range(20)]


def verdict(function, secret=b"for tests"):
    return judge(EXERCISES["1.3"], DirectStudent({"encode": function}), secret, MISCONCEPTIONS)


def scores(found):
    return {part.name: part.score for part in found.parts}


def packed(function):
    return lambda words, vocab: function(words, vocab)["values"]


def test_points_kinds_and_sections():
    assert [(e.id, e.points, e.kind, e.section) for e in EXERCISES.values()] == [
        ("1.1", 2, "conceptual", "1.1"),
        ("1.2", pytest.approx(2), "conceptual", "1.4"),
        ("1.3", 2, "code", "1.3"),
    ]


def test_there_are_eight_data_sets_and_five_kinds():
    assert len(IN_ORDER) + len(NOT_IN_ORDER) == 8
    assert set(TASKS.values()) == {"one-to-one", "SISO", "SIMO", "MIMO", "many-to-one"}


@pytest.mark.parametrize(
    ("value", "earned"),
    [
        (IN_ORDER, 2),
        (IN_ORDER - {"heart"}, 1),
        (IN_ORDER | {"house"}, 1),
        (IN_ORDER - {"heart"} | {"house"}, 0),
        (IN_ORDER | NOT_IN_ORDER, 1),
        (frozenset(), 0),
        (frozenset({"nothing"}), 0),
    ],
)
def test_a_set_is_marked_for_what_is_in_it_and_for_what_is_missing(value, earned):
    assert sum(SEQUENCES.mark(value).values()) == earned


@pytest.mark.parametrize("answer", [SEQUENCES, KINDS], ids=lambda answer: answer.name)
def test_answers_earn_all_and_wrong_ones_are_named(answer):
    assert set(answer.mark(answer.answer).values()) == {1.0}
    assert answer.remark(answer.answer) is None
    for name, value in answer.wrong.items():
        assert min(answer.mark(value).values()) == 0
        assert answer.remark(value).misconception == name
        assert name in MISCONCEPTIONS


def test_an_empty_answer_is_not_named():
    assert SEQUENCES.remark(frozenset()) is None
    assert KINDS.remark({}) is None
    assert sum(KINDS.mark({"plant": "one-to-one"}).values()) == 1


@given(value=st.dictionaries(st.text() | st.sampled_from(sorted(TASKS)), st.text() | st.integers()))
def test_no_dict_breaks_the_judge(value):
    found = judge(EXERCISES["1.2"], DirectStudent({}, {"ans_1_2": value}), b"for tests", MISCONCEPTIONS)
    assert 0 <= found.score < 2


def test_reference_and_other_styles_earn_all_points():
    for function in (ENCODED.reference, *ENCODED.alternatives.values()):
        for secret in SECRETS:
            found = verdict(packed(function), secret)
            assert found.score == 2
            assert not found.messages


@pytest.mark.parametrize("key", ENCODED.twists)
def test_every_mistake_is_rejected_and_named(key):
    for secret in SECRETS:
        found = verdict(packed(ENCODED.twists[key]), secret)
        assert scores(found) == {"values": 0, "unknown_word": 1}
        assert found.misconceptions == (key.partition(":")[0],)


@pytest.mark.parametrize("form", [lambda X: X.tolist(), lambda X: X.astype("f4"), np.asfortranarray])
def test_other_forms_of_floats_are_taken(form):
    assert verdict(lambda words, vocab: form(ENCODED.reference(words, vocab)["values"])).score == 2


def test_an_unknown_word_that_is_passed_over_costs_its_point():
    def lenient(words, vocab):
        return np.array([[float(word == other) for other in vocab] for word in words])

    found = verdict(lenient)
    assert scores(found) == {"values": 1, "unknown_word": 0}
    assert any("has to raise ValueError for a word that is not in vocab" in line for line in found.messages)


def test_another_exception_for_an_unknown_word_costs_its_point():
    def looked_up(words, vocab):
        place = {word: i for i, word in enumerate(vocab)}
        return np.eye(len(vocab))[[place[word] for word in words]]

    found = verdict(looked_up)
    assert scores(found) == {"values": 1, "unknown_word": 0}
    assert any("it raised KeyError" in line for line in found.messages)


def test_a_function_that_always_raises_earns_nothing():
    def refuses(*_):
        raise ValueError("no")

    assert verdict(refuses).score == 0


def test_hidden_sentences_tell_orders_of_the_vocabulary_apart():
    for case in ENCODED.cases:
        for seed in range(50):
            words, vocab = case.make(np.random.default_rng(seed))
            assert vocab != sorted(vocab) != vocab[::-1]
            assert len(set(vocab)) == len(vocab)
            assert (set(words) <= set(vocab)) == (not case.raises)
            if case.diagnostic:
                assert set(words) == set(vocab)
                assert len(words) > len(vocab)
