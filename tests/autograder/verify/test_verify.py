"""`verify` sees what an exercise can tell apart, and what it can't."""

import dataclasses

import numpy as np
import pytest

from autograder.judge import DirectStudent, judge
from autograder.verify import Outcome, verify_exercise
from autograder.verify.outcome import worst
from solutions.exercises import EXERCISES
from solutions.misconceptions import MISCONCEPTIONS
from solutions.misconceptions.bptt import twisted
from solutions.misconceptions.bptt_twists import CORE, applies
from solutions.model import AnswerTask, Case, Exercise, FunctionTask, Misconception, Part, Remark

CHAPTER_5 = [exercise for exercise in EXERCISES.values() if exercise.id.startswith("5.")]
NUMBERS = {"siso": "5.1", "simo": "5.2", "mimo": "5.3", "many-to-one": "5.4", "batch": "5.5"}
GROUPS = [{"immediate-only", "loop-forward"}, {"du-immediate-only", "du-last-step-only"}]


@pytest.mark.parametrize("exercise", CHAPTER_5, ids=lambda exercise: exercise.id)
def test_chapter_5_holds(exercise):
    found = verify_exercise(exercise, MISCONCEPTIONS, [b"one secret"], pairs=10)
    assert found.ok, [row for row in found.rows if row.outcome == Outcome.FAILED]
    styles = [row for row in found.rows if row.kind == "alternative"]
    if isinstance(exercise.tasks[0], FunctionTask):
        assert len(styles) >= 15
        assert set(found.counts("alternative")) == {Outcome.OK}
    unseen = {row.name for row in found.rows if row.outcome == Outcome.UNSEEN}
    assert exercise.id in ("5.8", "5.9") or not unseen


@pytest.mark.slow
@pytest.mark.parametrize("mapping", NUMBERS)
def test_the_catalogue_is_rejected_and_named_over_twenty_secrets(mapping):
    # Without the small picture, which takes as long as the rest.
    task = dataclasses.replace(EXERCISES[NUMBERS[mapping]].tasks[0], prefixes=None)
    exercise = dataclasses.replace(EXERCISES[NUMBERS[mapping]], tasks=(task,))
    for number in range(20):
        secret = f"secret {number}".encode()
        for key in (key for key in CORE if applies(key, mapping)):
            verdict = judge(
                exercise, DirectStudent({task.name: twisted(mapping, key)}), secret, MISCONCEPTIONS
            )
            assert verdict.score < verdict.max_score, (key, secret)
            named = set(verdict.misconceptions)
            assert named == {key} or (mapping in ("siso", "many-to-one") and key in named and named in GROUPS)
        right = judge(exercise, DirectStudent({task.name: task.reference}), secret, MISCONCEPTIONS)
        assert (right.score, right.misconceptions) == (right.max_score, ())


def double(x):
    return {"values": 2 * x}


TASK = FunctionTask(
    name="double",
    signature="double(x (n,)) -> (n,)",
    arguments=("x",),
    parts=(Part("values", 2),),
    cases=(Case("plain", lambda rng: (rng.uniform(1, 2, 3),), draws=2),),
    reference=double,
    twists={"once": lambda x: {"values": x}},
    returns="value",
)
KNOWN = {name: Misconception(name, f"About {name}.", "1.1") for name in ("once", "other", "half")}


def verified(task, **changes):
    exercise = Exercise("0.0", "Test", "code", "0.1", (dataclasses.replace(task, **changes),))
    return verify_exercise(exercise, KNOWN, [b"a", b"b"])


def outcomes(found):
    return {row.name: row.outcome for row in found.rows}


def test_a_good_exercise_is_ok():
    found = verified(TASK)
    assert found.ok
    assert outcomes(found)["once"] == Outcome.OK
    assert outcomes(found)["writes-to-inputs"] == Outcome.OK
    assert found.summary()["misconceptions"] == "3 of 3"
    assert found.summary()["answers"] == "–"


def test_a_twist_that_no_case_shows_is_said():
    found = verified(TASK, twists={"other": lambda x: {"values": 2 * x if len(x) == 3 else x}})
    row = next(row for row in found.rows if row.name == "other")
    assert row.outcome == Outcome.UNSEEN
    assert "can't tell it from a right answer" in row.note
    assert found.ok
    assert "1 unseen" in found.summary()["misconceptions"]


def test_twists_with_the_same_numbers_are_a_group():
    found = verified(TASK, twists={"once": lambda x: {"values": x}, "other": lambda x: {"values": 1.0 * x}})
    assert outcomes(found)["once"] == outcomes(found)["other"] == Outcome.GROUP
    assert "once, other" in next(row.note for row in found.rows if row.name == "once")


def test_an_alternative_that_is_wrong_is_a_failure():
    found = verified(TASK, alternatives={"thrice": lambda x: {"values": 3 * x}})
    assert not found.ok
    assert outcomes(found)["thrice"] == Outcome.FAILED
    assert found.summary()["verdict"] == "FAILED"


def test_a_pair_that_hides_one_of_the_two_is_masked():
    found = verified(
        TASK,
        twists={"once": lambda x: {"values": x}, "other": lambda x: {"values": -x}},
        pairs={("once", "other"): lambda x: {"values": x}},
    )
    assert outcomes(found)["once + other"] == Outcome.MASKED


def test_a_twist_called_by_another_name_is_a_failure():
    twists = {"once": lambda x: {"values": x}}
    pairs = {("half", "other"): lambda x: {"values": x}}
    assert outcomes(verified(TASK, twists=twists, pairs=pairs))["half + other"] == Outcome.FAILED


def test_a_stub_that_earns_is_a_failure():
    found = verified(TASK, reference=lambda x: {"values": 0 * x}, twists={})
    assert outcomes(found)["returns zeros"] == Outcome.FAILED


ANSWER = AnswerTask(
    "ans",
    int,
    "a whole number",
    (Part("it", 1),),
    lambda value: {"it": float(value == 4)},
    lambda value: Remark("half", "Half of it.") if value == 2 else None,
    answer=4,
    wrong={"half": 2},
)


def test_answers_are_verified_too():
    found = verified(ANSWER)
    assert found.ok
    assert found.summary()["answers"] == "2 of 2"
    assert found.summary()["reference"] == "–"


@pytest.mark.parametrize("changes", [{"answer": 5}, {"wrong": {"half": 3}}, {"mark": lambda _: {"it": 1.0}}])
def test_answers_that_do_not_hold_together_fail(changes):
    assert verified(ANSWER, **changes).ok is ("mark" in changes)


def test_rows_are_plain_values():
    data = verified(TASK).to_json()
    assert data["ok"] is True
    assert data["rows"][0]["outcome"] == "ok"


def test_the_worst_of_all_secrets_counts():
    assert worst([Outcome.OK, Outcome.FAILED, Outcome.GROUP]) == Outcome.FAILED
    assert worst([Outcome.OK, Outcome.UNSEEN]) == Outcome.UNSEEN


def test_styles_keep_the_values():
    from autograder.verify.styles import STYLES

    parts = {"dU": np.arange(6.0).reshape(2, 3), "E": np.array(2.0)}
    for change in STYLES.values():
        changed = change(dict(parts))
        for name, part in parts.items():
            assert np.allclose(np.asarray(changed[name], dtype=float), part, atol=1e-6)
    assert not STYLES["not contiguous"](parts)["dU"].flags.c_contiguous
    assert STYLES["Fortran order"](parts)["dU"].flags.f_contiguous
