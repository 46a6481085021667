"""Chapter 5's exercises before the judge, and submissions written as a student writes them."""

import numpy as np
import pytest

from autograder.judge import DirectStudent, judge
from solutions.exercises import EXERCISES
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import AnswerTask, FunctionTask

NUMBERS = {"siso": "5.1", "simo": "5.2", "mimo": "5.3", "many-to-one": "5.4", "batch": "5.5"}


@pytest.fixture(scope="session")
def exercise():
    """exercise(mapping): its exercise of chapter 5."""
    return lambda mapping: EXERCISES[NUMBERS[mapping]]


@pytest.fixture(scope="session")
def hand_in():
    """hand_in(exercise, function, secret): the verdict on a function, the exercise's answers being right."""

    def run(exercise, function, secret=b"secret"):
        functions = {task.name: function for task in exercise.tasks if isinstance(task, FunctionTask)}
        values = {task.name: task.answer for task in exercise.tasks if isinstance(task, AnswerTask)}
        return judge(exercise, DirectStudent(functions, values), secret, MISCONCEPTIONS)

    return run


@pytest.fixture(scope="session")
def numbers_in_words():
    """The digits of every hidden or expected number, to look for in messages."""

    def digits(question):
        found = set()
        arrays = [*question.expected.values(), *_arrays(question.arguments)]
        for array in arrays:
            for value in np.ravel(array):
                found |= {
                    f"{value:.3f}".lstrip("-"),
                    f"{value:.4g}".lstrip("-"),
                    repr(float(value)).lstrip("-"),
                }
        return {text for text in found if sum(map(str.isdigit, text)) > 3 and float(text) not in (0, 1)}

    def _arrays(value):
        if isinstance(value, np.ndarray):
            yield value
        elif isinstance(value, dict):
            yield from _arrays(list(value.values()))
        elif isinstance(value, tuple | list):
            for item in value:
                yield from _arrays(item)

    return digits
