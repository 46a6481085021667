"""Chapter 1's checks: one-hot rows, the error for an unknown word, and the forms of two answers."""

import pytest
from through_time import check

from solutions.exercises.ch01 import ENCODED
from solutions.exercises.ch01_answers import IN_ORDER, TASKS


@pytest.fixture
def told(capsys):
    def run(*arguments):
        result = check(*arguments)
        printed = capsys.readouterr()
        assert printed.err == ""
        assert printed.out.isascii()
        return result, printed.out

    return run


def test_right_functions_are_right(told):
    for function in (ENCODED.reference, *ENCODED.alternatives.values()):
        result, out = told("1.3", lambda words, vocab, f=function: f(words, vocab)["values"])
        assert result.right, out


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("axis-swapped", "X is (3, 5), expected (5, 3) (the transpose has it)."),
        ("integer-dtype", "X has the dtype int64, expected float64."),
        ("integer-dtype:bool", "X has the dtype bool, expected float64."),
        ("sorted-vocab", "which is"),
        ("sorted-vocab:backwards", "the word is"),
        ("place-for-word", "X["),
        ("index-for-one", "should hold a single 1, and zeros"),
        ("index-for-one:from-zero", "X[1] should hold a single 1, and zeros: word 2 is one word."),
    ],
)
def test_wrong_versions_are_told_what_is_wrong(key, sentence, told):
    assert {key.partition(":")[0] for key in ENCODED.twists} >= {key.partition(":")[0]}
    result, out = told("1.3", lambda words, vocab: ENCODED.twists[key](words, vocab)["values"])
    assert not result.right
    assert sentence in out


def test_an_unknown_word_must_be_refused(told):
    def lenient(words, vocab):
        return ENCODED.reference([word if word in vocab else vocab[0] for word in words], vocab)["values"]

    result, out = told("1.3", lenient)
    assert not result.right
    assert "encode returned an array, where it has to raise ValueError." in out
    assert "(Tried with T = 2, n = 3, a word that is not in vocab.)" in out


@pytest.mark.parametrize(
    ("exercise", "value", "sentence"),
    [
        ("1.1", set(IN_ORDER), "it is a set; write it as frozenset({...})."),
        ("1.1", frozenset({"leaf"}), "'leaf' is not one of"),
        ("1.2", {**TASKS, "throw": "siso"}, "'siso' is not one of"),
        ("1.2", {**TASKS, "throw": 1}, "1 is not one of"),
        ("1.2", {"throw": "SISO"}, "it lacks 'plant', 'caption', 'tags' and 'review'."),
        ("1.2", {**TASKS, "walk": "SISO"}, "'walk' is not one of"),
        ("1.2", ["SISO"], "it is a list, not a dict."),
    ],
)
def test_form_of_an_answer_is_wrong(exercise, value, sentence, told):
    result, out = told(exercise, value)
    assert not result.right
    assert sentence in out


@pytest.mark.parametrize(
    ("exercise", "value"),
    [("1.1", IN_ORDER), ("1.1", frozenset()), ("1.2", TASKS), ("1.2", dict.fromkeys(TASKS, "SISO"))],
)
def test_form_does_not_tell_right_from_wrong(exercise, value, told):
    assert told(exercise, value)[0].right
