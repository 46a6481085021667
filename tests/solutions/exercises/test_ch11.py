"""Chapter 11: points, answers, hidden inputs, and what a judge makes of it all."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from through_time import numeric
from through_time._values import examine
from through_time.checks import CHECKS

from autograder.judge import DirectStudent, judge
from autograder.verify import verify_exercise
from solutions.exercises import ASSIGNMENTS
from solutions.exercises.ch11 import ASSIGNMENT, BACKWARD, EXERCISES, FORWARD
from solutions.exercises.ch11_answers import SHORTEST, STEPS, S
from solutions.misconceptions import MISCONCEPTIONS
from solutions.misconceptions.attention import ATTEND, ATTEND_BACKWARD, ENTRIES

CHAPTER = "11"
SECRET = b"for tests"


def verdict(exercise, **names):
    return judge(EXERCISES[exercise], DirectStudent(names, names), SECRET, MISCONCEPTIONS)


def handed(task, function):
    """The function as a student writes it."""
    return lambda *arguments: tuple(function(*arguments)[part.name] for part in task.parts)


def test_points_kinds_and_sections():
    found = [(e.id, e.points, e.by_hand, e.kind, e.section) for e in EXERCISES.values()]
    assert found == [
        ("11.1", 3, 0, "code", "11.4"),
        ("11.2", 4, 0, "code", "11.5"),
        ("11.3", 2, 0, "conceptual", "11.6"),
        ("11.4", 4, 4, "written", "11.6"),
    ]
    assert {part.name: part.points for part in EXERCISES["11.1"].parts} == {"out": 1, "a": 2}
    assert {part.name: part.points for part in EXERCISES["11.2"].parts} == {"dq": 1.5, "dK": 1.5, "dVv": 1}
    assert ASSIGNMENTS[ASSIGNMENT] == tuple(EXERCISES)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_everything_known_about_an_exercise_is_told_apart(exercise):
    found = verify_exercise(EXERCISES[exercise], MISCONCEPTIONS)
    assert [row for row in found.rows if row.outcome != "ok"] == []


def test_misconceptions_are_explained_in_this_chapter():
    assert {entry.section for entry in ENTRIES} == {"11.4", "11.5", "11.6"}


# The functions


def attended(xp, q, K, Vv):
    """The mean of the values, score by score."""
    weights = [xp.exp(xp.dot(q, key) / len(q) ** 0.5) for key in K]
    return sum(w * value for w, value in zip(weights, Vv, strict=True)) / sum(weights)


def test_attention_is_written_out_score_by_score(questions):
    for case, (q, K, Vv) in questions(FORWARD):
        found = FORWARD.reference(q, K, Vv)
        assert found["a"].sum() == pytest.approx(1)
        if case.name != "BIG":
            assert found["out"] == pytest.approx(attended(np, q, K, Vv), rel=1e-12)


def test_backward_reference_meets_both_oracles(questions):
    for case, (q, K, Vv, dout) in questions(BACKWARD):
        found = BACKWARD.reference(q, K, Vv, dout)
        arrays = {"q": q, "K": K, "Vv": Vv}
        if case.name == "BIG":
            # e^1000 is beyond the oracles. Scores may all be moved by one number: here by the first key's.
            arrays["K"] = K - K[K @ q > 0][0]
        exact = autograd.grad(lambda r, dout=dout: anp.dot(dout, attended(anp, r["q"], r["K"], r["Vv"])))(
            arrays
        )
        slopes = {
            name: numeric.central_difference(
                lambda array, name=name, arrays=arrays, dout=dout: float(
                    dout @ attended(np, *({**arrays, name: array}).values())
                ),
                array,
            )
            for name, array in arrays.items()
        }
        size = np.sqrt(sum(np.linalg.norm(part) ** 2 for part in found.values()))
        for name in arrays:
            assert np.linalg.norm(found[f"d{name}"] - exact[name]) < 1e-11 * size, (case.name, name)
            assert np.linalg.norm(found[f"d{name}"] - slopes[name]) < 1e-6 * size, (case.name, name)


def test_cases_have_the_sizes_of_the_plan(questions):
    for task in (FORWARD, BACKWARD):
        sizes = {
            case.name: (*arguments[1].shape, arguments[2].shape[1]) for case, arguments in questions(task)
        }
        assert sizes == {"STD": (6, 4, 5), "EQ": (4, 4, 4), "S = 1": (1, 4, 5), "BIG": (6, 4, 5)}


def test_large_scores_are_shared_by_two_keys(questions):
    for case, arguments in questions(FORWARD):
        if case.name == "BIG":
            e = arguments[1] @ arguments[0] / 2
            assert np.abs(np.abs(e) - 1000).max() < 10
            assert (e > 0).sum() == 2
            a = np.sort(FORWARD.reference(*arguments)["a"])
            assert 0.001 < a[-2] < a[-1] < 0.999


def test_every_case_shows_a_forgotten_scale(questions):
    for case, arguments in questions(FORWARD):
        if case.diagnostic:
            right, other = (
                FORWARD.reference(*arguments)["a"],
                FORWARD.twists["scale-missing"](*arguments)["a"],
            )
            assert np.linalg.norm(right - other) > 1e-2 * np.linalg.norm(right)


def test_a_single_key_has_no_say(questions):
    for case, arguments in questions(BACKWARD):
        if case.name == "S = 1":
            found = BACKWARD.reference(*arguments)
            assert not found["dq"].any()
            assert not found["dK"].any()
            assert found["dVv"].tolist() == [arguments[3].tolist()]


def test_families_without_a_twist_are_the_reference(questions):
    for task, family in ((FORWARD, ATTEND), (BACKWARD, ATTEND_BACKWARD)):
        for _, arguments in questions(task):
            found, right = family.twisted()(*arguments), task.reference(*arguments)
            for part in task.parts:
                assert found[part.name] == pytest.approx(right[part.name], rel=1e-12, abs=1e-15)


def test_an_overflow_costs_what_it_spoils_once():
    found = verdict("11.1", attend=handed(FORWARD, FORWARD.twists["softmax-overflow"]))
    assert found.score == 1
    assert found.misconceptions == ("softmax-overflow",)
    found = verdict("11.2", attend_backward=handed(BACKWARD, BACKWARD.twists["softmax-overflow"]))
    assert found.score == 3
    assert found.misconceptions == ("softmax-overflow",)


@pytest.mark.parametrize(
    ("twist", "score", "named"),
    [
        ("scale-missing", 0, "scale-missing"),
        ("wrong-axis", 0, "wrong-axis"),
        ("averaged-twice", 2, "averaged-twice"),
    ],
)
def test_what_is_right_in_attention_keeps_its_points(twist, score, named):
    found = verdict("11.1", attend=handed(FORWARD, FORWARD.twists[twist]))
    assert found.score == score
    assert found.misconceptions == (named,)


@pytest.mark.parametrize(
    ("twist", "score"),
    [
        ("softmax-jacobian-diagonal", 1),
        ("softmax-jacobian-forgotten", 1),
        ("scale-missing-in-gradient", 1),
        ("keys-path-missing", 2.5),
        ("outer-swapped:keys", 2.5),
        ("outer-swapped:values", 3),
    ],
)
def test_what_is_right_in_the_gradient_keeps_its_points(twist, score):
    found = verdict("11.2", attend_backward=handed(BACKWARD, BACKWARD.twists[twist]))
    assert found.score == score
    assert found.misconceptions == (twist.partition(":")[0],)


def test_two_mistakes_are_both_named():
    both = ("softmax-jacobian-diagonal", "scale-missing-in-gradient")
    found = verdict("11.2", attend_backward=handed(BACKWARD, BACKWARD.pairs[both]))
    assert found.score == 1
    assert set(found.misconceptions) == set(both)


def test_what_the_grader_marks_down_the_check_tells_beforehand(task):
    public = next(each for tasks in CHECKS.values() for each in tasks if each.name == task.name)
    assert examine(public, handed(task, task.reference)).right
    for style, function in task.alternatives.items():
        assert examine(public, handed(task, function)).right, style
    for key, twist in {**task.twists, **task.pairs}.items():
        with np.errstate(all="ignore"):
            assert not examine(public, handed(task, twist)).right, key


# The answers


def test_the_steps_are_the_arrows_of_a_drawing():
    """Count recurrent arrows on the shortest road from s_3 back to h_1, by going one arrow at a time."""
    back = {("s", t): {("s", t - 1)} for t in (1, 2, 3)}
    back |= {("h", i): {("h", i - 1)} for i in range(2, S + 1)}
    for attends, steps in ((False, STEPS[0]), (True, STEPS[1])):
        free = {("s", 0): {("h", S)}}
        if attends:
            free |= {("s", t): {("h", i) for i in range(1, S + 1)} for t in (1, 2, 3)}
        reached, count = {("s", 3)}, 0
        while True:
            while not (more := set().union(*(free.get(node, set()) for node in reached))) <= reached:
                reached |= more
            if ("h", 1) in reached:
                break
            reached |= set().union(*(back.get(node, set()) for node in reached))
            count += 1
        assert count == steps


def test_the_answer_is_right_by_its_own_marks():
    assert SHORTEST.answer == (22, 0)
    assert SHORTEST.mark(SHORTEST.answer) == {"without": 1.0, "with": 1.0}
    assert SHORTEST.remark(SHORTEST.answer) is None


@pytest.mark.parametrize(
    ("value", "score", "named"),
    [
        ((22, 0), 2, ()),
        ((22, 1), 1, ("attention-counted-as-step",)),
        ((22, 3), 1, ("detour-by-the-start",)),
        ((19, 0), 1, ("steps-of-encoder-only",)),
        ((20, 0), 1, ("length-for-steps",)),
        ((23, 0), 1, ("length-for-steps",)),
        ((20, 1), 0, ("length-for-steps",)),
        ((5, 7), 0, ()),
        ((22, False), 1, ()),
        ((22,), 0, ()),
        ((22.0, 0), 1, ()),
    ],
)
def test_each_road_counts_alone(value, score, named):
    found = verdict("11.3", ans_11_3=value)
    assert found.score == score
    assert found.misconceptions == named


def test_the_text_is_left_to_a_person():
    found = verdict("11.4")
    assert (found.score, found.by_hand) == (0, 4)
    rubric = EXERCISES["11.4"].written.rubric
    assert [(criterion.name, criterion.points) for criterion in rubric] == [
        ("the product", 1),
        ("the direct term", 1),
        ("the comparison", 1),
        ("the limit", 1),
    ]
    for criterion in rubric:
        assert len({criterion.full, criterion.half, criterion.none}) == 3
    assert "everywhere" in rubric[-1].none
