"""Chapter 12: points, trainings judged by what their weights do, gradients, answers that are computed anew."""

import math
from itertools import product

import numpy as np
import pytest
from figures import capstone_data as data
from figures.capstones import Task, descend, forward, starts
from through_time import numeric
from through_time._gradients import examine as examine_gradients
from through_time._values import examine as examine_values
from through_time.checks.ch12 import CHECKS
from through_time.tasks import GradientTask

from autograder.judge import DirectStudent, judge
from autograder.verify import verify_exercise
from solutions.exercises import ch12_training as training
from solutions.exercises.ch12 import ASSIGNMENT, EXERCISES
from solutions.exercises.ch12_answers import FLOOR, PROOF, WORD, WRONG_LETTERS
from solutions.exercises.ch12_codes import codes
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import AnswerTask, FunctionTask, Packing
from solutions.reference.adder import adder_rows, from_bits, to_bits
from solutions.reference.capstones import floor_of_groups
from solutions.reference.training.adder import run_adder
from solutions.reference.training.sentiment import all_sentences

CHAPTER = "12"
SECRET = b"for tests"
TASKS = {task.name: task for exercise in EXERCISES.values() for task in exercise.tasks}
FUNCTIONS = {name: task for name, task in TASKS.items() if isinstance(task, FunctionTask)}
ANSWERS = [task for task in TASKS.values() if isinstance(task, AnswerTask)]
GRADIENTS = {"adder_bptt", "word_bptt", "sentence_bptt", "gap_bptt"}


def handing_over(task, function):
    if isinstance(task.returns, Packing):
        return lambda *arguments: task.returns.pack(function(*arguments), arguments)
    if task.returns == "dict":
        return function
    if task.returns == "value":
        return lambda *arguments: next(iter(function(*arguments).values()))
    return lambda *arguments: tuple(function(*arguments).values())


def student(exercise, **names):
    right = {
        task.name: handing_over(task, task.reference)
        for task in EXERCISES[exercise].tasks
        if isinstance(task, FunctionTask)
    }
    values = {task.name: task.answer for task in EXERCISES[exercise].tasks if isinstance(task, AnswerTask)}
    return DirectStudent(right | names, values | names)


def verdict(exercise, **names):
    return judge(EXERCISES[exercise], student(exercise, **names), SECRET, MISCONCEPTIONS)


def scores(found):
    return {part.name: part.score for part in found.parts}


def test_points():
    assert [exercise.points for exercise in EXERCISES.values()] == pytest.approx([20, 15, 12, 3])
    assert ASSIGNMENT == "ch12-capstones"
    assert tuple(EXERCISES) == ("12.1", "12.2", "12.3", "12.4")
    for exercise in EXERCISES.values():
        names = [part.name for part in exercise.parts]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("exercise", EXERCISES)
def test_everything_known_about_an_exercise_is_told_apart(exercise):
    found = verify_exercise(EXERCISES[exercise], MISCONCEPTIONS, secrets=(b"verify",))
    # With one loss at the end some twists come to the same arrays, as in chapter 5's many-to-one.
    together = {"immediate-only", "loop-forward", "du-immediate-only", "du-last-step-only"}
    rest = [row for row in found.rows if row.outcome != "ok"]
    assert [row for row in rest if row.outcome != "group" or row.name.partition(":")[0] not in together] == []
    assert not rest or exercise == "12.3"


# Trainings


def test_the_reference_learns_with_every_seed_that_a_student_may_get():
    seeds = range(training.SEEDS)
    cell = descend(starts(seeds, 4, 3, 2, recurrent=False), data.rows(), 1.0, 1000, ("W",))
    assert cell.losses[-1].max() < 0.05
    p = starts(seeds, 2, 4, 4)
    assert descend(p, data.word("deep"), 0.5, 1000).losses[-1].max() < 0.04
    without = descend(p | {"W": 0 * p["W"]}, data.word("deep"), 0.5, 1000, ("W",)).losses[-1]
    assert without.max() < 1.44
    assert without.min() > 2 * math.log(2)
    p = starts(seeds, 2, 3, 1)
    net = descend(p, data.every_three(), 0.3, 1500).p
    for task, least in ((data.every_three(), 1.0), (long_ones(6), 0.96), (long_ones(12), 0.96)):
        o = forward(net, task.X)[1][-1, :, :, 0]
        assert ((o > 0) == (task.Tau[:, -1, 0] > 0.5)).mean(axis=1).min() >= least


def long_ones(length):
    X, labels = training._long_sentences(length)
    Tau = np.zeros((len(X), length, 1))
    Tau[:, -1, 0] = labels
    return Task(X, Tau, np.eye(length)[-1])


def test_sums_that_weights_get_right_are_counted():
    right, wrong = training.trained_adder(0), {k: a.copy() for k, a in training.trained_adder(0).items()}
    wrong["U"][:, 2] = 0.0
    for N in (4, 64):
        bits, sums = training._sums(N)
        assert training.sums_right(right, N) == 500
        found = 0
        for pair, total in zip(bits[:40], sums[:40], strict=True):
            a, b = pair[:-1, 0], pair[:-1, 1]
            assert from_bits(a) + from_bits(b) == from_bits(total)
            found += run_adder(wrong, a, b).tolist() == total.tolist()
        assert found < 40
        assert training.sums_right(wrong, N) < 250
    a, b = training._sums(64)[0][0].T
    assert (from_bits(a), from_bits(b)) == (2**64 - 1, 1)
    assert from_bits(to_bits(5, 4)) == 5


@pytest.mark.parametrize("seed", [3, 11])
def test_what_is_learnt_with_other_units_and_in_other_ways_counts(seed):
    p = descend(starts([seed], 6, 3, 2, recurrent=False), data.rows(), 0.5, 3000, ("W",)).p
    cell = {name: p[name][0] for name in ("U", "b", "V", "c")}
    found = verdict("12.1", train_adder=lambda _seed: cell)
    assert found.score == 20
    assert not found.messages


def test_a_network_that_has_not_learnt_earns_nothing_and_reads_how_far_it_got():
    start = starts([0], 4, 3, 2, recurrent=False)
    found = verdict("12.1", train_adder=lambda _: {name: start[name][0] for name in ("U", "b", "V", "c")})
    assert found.score == 13
    text = " ".join(found.messages)
    assert "`E` is not there yet: the loss of the 8 rows is" in text
    assert "of 500 sums of 64 bits are right" in text
    assert not found.misconceptions


@pytest.mark.parametrize(
    "value",
    [
        None,
        3.0,
        {},
        {"U": np.zeros((4, 3))},
        {"U": np.zeros((4, 3)), "b": np.zeros(4), "V": np.zeros((2, 5)), "c": np.zeros(2)},
        {"U": np.full((4, 3), np.nan), "b": np.zeros(4), "V": np.zeros((2, 4)), "c": np.zeros(2)},
        {"U": "no", "b": np.zeros(4), "V": np.zeros((2, 4)), "c": np.zeros(2)},
        {"U": np.zeros((999, 3)), "b": np.zeros(999), "V": np.zeros((2, 999)), "c": np.zeros(2)},
        {"U": np.zeros((4, 3)), "b": np.zeros((2, 2)), "V": np.zeros((2, 4)), "c": [0, [0]]},
    ],
)
def test_what_is_no_cell_is_refused_with_what_is_wanted(value):
    found = verdict("12.1", train_adder=lambda _: value)
    assert found.score == 13
    assert "it has to return a dict of finite arrays U (d, 3), b (d), V (2, d), c (2)" in found.messages[0]


def test_another_cell_at_each_call_earns_nothing():
    calls = iter(range(100))

    def moody(_seed):
        cell = {name: array.copy() for name, array in training.trained_adder(0).items()}
        cell["c"] += 1e-3 * next(calls)
        return cell

    found = verdict("12.1", train_adder=moody)
    assert found.misconceptions == ("keeps-state-between-calls",)
    assert found.score == 13


def test_an_ablation_has_no_W():
    p = {name: array.copy() for name, array in training.trained_deep(training.SEED, False).items()}  # noqa: FBT003
    p["W"][0, 1] = 1e-12
    found = verdict(
        "12.2",
        train_deep=lambda _, use_W: (training.trained_deep(training.SEED, use_W) if use_W else p, [5.0, 1.4]),
    )
    assert scores(found)["learnt"] == 3
    assert scores(found)["ablation"] == 0
    assert found.misconceptions == ("w-trained-in-ablation",)


@pytest.mark.parametrize("losses", [None, [], [1.0], [1.0, 2.0], [5.0, math.nan], "fell", 1.0])
def test_losses_are_a_list_that_fell(losses):
    found = verdict("12.2", train_deep=lambda _, use_W: (training.trained_deep(training.SEED, use_W), losses))
    assert found.score == 9
    assert "a list of finite losses that fell" in found.messages[0]


def test_the_number_of_units_is_the_one_that_was_asked_for():
    four = {name: array[0] for name, array in starts([0], 4, 3, 1).items()} | {"h0": np.zeros(4)}
    found = verdict("12.3", train_sentiment=lambda *_: four)
    assert "has 4 units, where d = 2 were asked for" in " ".join(found.messages)
    assert found.score == 7


def test_lengths_are_judged_apart_from_the_27():
    p = starts([0], 4, 3, 1)
    four = descend(p, data.every_three(), 0.3, 1500).p
    weights = {name: four[name][0] for name in ("U", "W", "V", "b", "c")} | {"h0": np.zeros(4)}
    everything = [([*words], label) for words, label in all_sentences()]
    parts = training.SENTIMENT_PACKING.unpack(weights, (everything, 4, 0, True))
    assert parts["all_27"] == 1.0
    assert "sentences fail: of those with 6 words" in parts["longer"].clause


# Functions


def test_gradients_meet_central_differences(questions):
    for name in GRADIENTS:
        public = next(task for tasks in CHECKS.values() for task in tasks if task.name == name)
        for case, arguments in questions(FUNCTIONS[name]):
            found = FUNCTIONS[name].reference(*arguments)
            for array, slope in numeric.gradient(public.loss, *arguments).items():
                assert numeric.relative_error(found[array], slope) < 1e-7, (name, case.name, array)


def test_every_array_of_a_gradient_can_be_heard(questions):
    for name in GRADIENTS:
        for case, arguments in questions(FUNCTIONS[name]):
            if case.diagnostic:
                g = FUNCTIONS[name].reference(*arguments)
                norms = {array: np.linalg.norm(value) for array, value in g.items()}
                assert min(norms.values()) > 1e-4 * max(norms.values()), (name, case.name, norms)


def test_rows_may_come_in_any_order_and_carry_a_half_adder_s_name():
    X, Y = adder_rows()
    order = np.array([5, 0, 7, 2, 1, 6, 3, 4])
    assert verdict("12.1", adder_rows=lambda: (X[order], Y[order])).score == 20
    half = verdict("12.1", adder_rows=lambda: (X, np.stack([(X[:, 0] + X[:, 1]) % 2, X[:, 0] * X[:, 1]], 1)))
    assert half.misconceptions == ("half-adder",)
    assert scores(half)["X"] == 1


def test_a_sum_without_its_last_bit_is_named():
    found = verdict("12.1", run_adder=lambda p, a, b: run_adder(p, a, b)[:-1])
    assert found.misconceptions == ("last-carry-dropped",)
    assert "`bits_4` has 4 bits, expected 5." in found.messages


def test_words_are_compared_letter_by_letter():
    assert codes("deep", 5).tolist() == [0, 1, 1, 2, -1, -1]
    assert codes("deep", 2).tolist() == [0, 1, 1]
    right = handing_over(TASKS["complete"], TASKS["complete"].reference)
    found = verdict("12.2", complete=lambda p, first, n: right(p, first, n) + "<stop>")
    assert found.misconceptions == ("stop-missing",)
    assert scores(found)["word"] == 0
    found = verdict("12.2", complete=lambda p, first, n: right(p, first, n).upper())
    assert "has a letter in it that is none of d, e and p" in found.messages[0]
    found = verdict("12.2", complete=lambda *_: ["d"])
    assert "it has to return a text over the letters d, e and p" in found.messages[0]


def test_cases_have_the_sizes_of_the_plan(questions):
    lengths = {case.name: len(a) for case, (_, a, _) in questions(TASKS["run_adder"])}
    assert lengths == {"N = 4": 4, "N = 1": 1, "N = 64": 64, "all ones and 1": 64, "N = 256": 256}
    assert {case.name: len(a) for case, (_, a, _, _) in questions(TASKS["adder_bptt"])}["N = 6"] == 6
    words = {case.name: word for case, (word,) in questions(TASKS["encode_word"])}
    assert (len(words["6 letters"]), len(words["1 letter"]), words["deep"]) == (6, 1, "deep")
    for case, (p, X, _, gap) in questions(TASKS["gap_bptt"]):
        assert not X[gap].any()
        assert len({len(p["b"]), len(p["bb"]), len(p["c"]), X.shape[1]}) == 4
        assert case.name == "T = 1" or 2 <= gap <= 4


def test_prefixes_can_be_asked(questions):
    for task in FUNCTIONS.values():
        if task.prefixes is not None:
            _, arguments = next(questions(task))
            assert [set(task.reference(*cut)) for cut in task.prefixes(arguments)]


def test_what_the_grader_marks_down_the_check_tells_beforehand():
    public = {task.name: task for tasks in CHECKS.values() for task in tasks}
    for name, task in FUNCTIONS.items():
        examine = examine_gradients if isinstance(public[name], GradientTask) else examine_values
        if name.startswith("train"):
            continue
        assert examine(public[name], handing_over(task, task.reference)).right, name
        for style, function in task.alternatives.items():
            if style != "rounded carry":  # the check asks an untrained cell, whose carry is neither 0 nor 1
                assert examine(public[name], handing_over(task, function)).right, (name, style)
        # Chapter 5's own tests try the variants of its mistakes, one by one.
        names = {key: twist for key, twist in task.twists.items() if ":" not in key}
        for key, twist in names.items():
            with np.errstate(all="ignore"):
                assert not examine(public[name], handing_over(task, twist)).right, (name, key)


# Answers


def test_floor_is_that_of_the_word():
    assert floor_of_groups([*WORD], [*WORD[1:], "<stop>"]) == pytest.approx(FLOOR)
    assert f"{FLOOR:.3f}" == "3.296"


def test_proof_is_counted_anew():
    best = 0
    for answer in product((0, 1), repeat=3):
        by_last = dict(zip(("cat", "mat", "rat"), answer, strict=True))
        best = max(best, sum(by_last[words[-1]] == label for words, label in all_sentences()))
    assert (False, best) == PROOF
    only_rat = sum((words[-1] == "rat") == bool(label) for words, label in all_sentences())
    assert only_rat == 17


def test_numbers_in_the_remarks():
    each = math.exp(-0.01 / 24)
    assert f"{each:.4f}" == "0.9996"
    assert f"{each**65:.2f}" == "0.97"
    assert set(WRONG_LETTERS) == set("ACDE")


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda task: task.name)
def test_answers_are_right_by_their_own_marks(answer):
    assert isinstance(answer.answer, answer.expects)
    assert answer.mark(answer.answer) == {part.name: 1.0 for part in answer.parts}
    assert answer.remark(answer.answer) is None


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.name)
def test_wrong_answers_lose_points_and_are_named(answer):
    for misconception, value in answer.wrong.items():
        assert sum(answer.mark(value).values()) < len(answer.parts)
        assert answer.remark(value).misconception == misconception


@pytest.mark.parametrize(
    ("value", "points"),
    [
        ((False, 19), 2),
        ((False, 18), 1),
        ((True, 19), 1),
        ((0, 19), 1),
        ((False, 19.0), 1),
        ((False,), 0),
        ((), 0),
    ],
)
def test_proof_and_count_count_alone(value, points):
    assert sum(TASKS["ans_12_3"].mark(value).values()) == points
    TASKS["ans_12_3"].remark(value)
