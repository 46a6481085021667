"""The catalogue: every name has a sentence and a section, and every twist has a name."""

import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from solutions import misconceptions as package
from solutions.exercises import EXERCISES
from solutions.misconceptions import MISCONCEPTIONS, clipping, lstm, mlp, softmax, truncation
from solutions.misconceptions.bptt_twists import TWISTS
from solutions.model import AnswerTask, FunctionTask

FAMILIES = [
    *(mlp.FORWARD, mlp.BACKWARD, mlp.TRAIN_STEP, softmax.VALUES, softmax.JACOBIAN, softmax.FROM_DY),
    *(softmax.MAX_OVER_ALL, *map(softmax.head, softmax.HEADS)),
    *(lstm.STEP, lstm.BACKWARD, clipping.CLIP, truncation.TBPTT),
]


def ids(keys):
    return {key.partition(":")[0] for key in keys}


def test_names_are_unique():
    modules = [import_module(f"{package.__name__}.{each.name}") for each in iter_modules(package.__path__)]
    names = [entry.id for module in modules for entry in getattr(module, "ENTRIES", ())]
    assert sorted(names) == sorted(MISCONCEPTIONS)


def test_all_entries_of_the_plan_are_there():
    assert len(MISCONCEPTIONS) >= 122


@pytest.mark.parametrize("entry", MISCONCEPTIONS.values(), ids=MISCONCEPTIONS)
def test_entry_is_a_sentence_with_a_section(entry):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.id)
    assert re.fullmatch(r"\d{1,2}\.\d", entry.section)
    assert 30 <= len(entry.message) <= 220
    assert entry.message[-1] in ".?"
    assert set(re.findall(r"\{(\w*)\}", entry.message)) - {"name", "t+1"} in (set(), {""})


@pytest.mark.parametrize("entry", MISCONCEPTIONS.values(), ids=MISCONCEPTIONS)
def test_entry_gives_no_formula_away(entry):
    for answer in ("W.T", "W^T", "Wᵀ", "V.T", "Vᵀ", "1 - h", "y - tau", "np."):
        assert answer not in entry.message


def test_messages_differ():
    messages = [entry.message for entry in MISCONCEPTIONS.values()]
    assert len(set(messages)) == len(messages)


def test_every_twist_has_a_name():
    assert ids(TWISTS) <= MISCONCEPTIONS.keys()
    for family in FAMILIES:
        assert ids(family.twists) <= MISCONCEPTIONS.keys()


def test_every_mistake_in_the_exercises_has_a_name():
    for exercise in EXERCISES.values():
        for task in exercise.tasks:
            if isinstance(task, FunctionTask):
                assert ids(task.twists) <= MISCONCEPTIONS.keys()
                assert all(set(pair) <= task.twists.keys() for pair in task.pairs)
            if isinstance(task, AnswerTask):
                assert ids(task.wrong) <= MISCONCEPTIONS.keys()


def test_nothing_imports_the_engine():
    folder = Path(package.__file__).parent
    assert not [
        path
        for path in folder.glob("*.py")
        if "import autograder" in (text := path.read_text()) or "from autograder" in text
    ]
