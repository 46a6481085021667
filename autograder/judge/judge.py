"""The judge: one exercise, one student, one verdict. It compares values and never runs student code."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autograder.judge.answers import judge_answer
from autograder.judge.functions import judge_function
from autograder.judge.prepared import prepare
from autograder.judge.sentences import limited
from autograder.student import Student
from autograder.verdict import ExerciseVerdict
from solutions.model import AnswerTask, Exercise, Misconception, WrittenTask


def judge(
    exercise: Exercise, student: Student, secret: bytes, catalogue: Mapping[str, Misconception]
) -> ExerciseVerdict:
    """Ask `student` the questions that `secret` draws for `exercise`, and score and explain the answers.

    What does not depend on the student is computed once per exercise and secret. An exception that comes
    out of here is a fault of the exercise or of the engine, never of the student.
    """
    # Warnings about overflow are no news here: what a student returned may hold anything.
    with np.errstate(all="ignore"):
        prepared = prepare(exercise, secret)
        found = [
            judge_answer(task, student, catalogue)
            if isinstance(task, AnswerTask)
            else judge_function(prepared[task.name], student, catalogue)
            for task in exercise.tasks
            if not isinstance(task, WrittenTask)
        ]
    parts = tuple(part for each in found for part in each.parts)
    sections = [each.section for each in found if each.section]
    pictures = [each for each in found if each.curve]
    return ExerciseVerdict(
        exercise=exercise.id,
        title=exercise.title,
        parts=parts,
        messages=limited([message for each in found for message in each.messages]),
        misconceptions=tuple(dict.fromkeys(name for each in found for name in each.misconceptions)),
        section="" if all(part.right for part in parts) else (sections or [exercise.section])[0],
        curve=pictures[0].curve if pictures else (),
        curve_label=pictures[0].curve_label if pictures else "",
        by_hand=exercise.by_hand,
    )
