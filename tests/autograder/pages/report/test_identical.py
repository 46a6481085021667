"""The same program under other names is found; short, usual and released ones are left out."""

from types import SimpleNamespace

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.engine import Graded
from autograder.pages.report.gather import Gathered, HandIn
from autograder.pages.report.identical import identical, normal_form
from autograder.record.standings import Standing
from autograder.verdict import ExerciseVerdict, PartVerdict

LOOP = '''
def total(x, w):
    """Sum them."""
    result = 0  # from nothing
    for t in range(len(x)):
        result = result + w[t] * x[t] + 1.5 * np.tanh(x[t])
        if result > 100:
            result = 100
    return result
'''
OTHER = """
def total(values: list, weights) -> float:

    s = 0.0
    for i in range(len( values )):
        s = (s + weights[i]*values[i]
             + 1.50*np.tanh(values[i]))
        if s > 1e2: s = 100
    return s
"""


def test_names_layout_remarks_and_numbers_make_no_difference():
    assert normal_form(LOOP) == normal_form(OTHER) is not None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("result + w[t]", "result - w[t]"),
        ("tanh", "sin"),
        ("1.5", "1.6"),
        ("x[t]", "x[t - 1]"),
        ("len(x)", "len(w)"),
    ],
)
def test_what_is_computed_makes_one(old, new):
    assert normal_form(LOOP) != normal_form(LOOP.replace(old, new))


@pytest.mark.parametrize(
    "source", ["", "x = 1", "def f(:\n", "word = 'yes'", "(" * 10_000, "x = '\\d'", "\0"]
)
def test_short_and_broken_programs_have_no_form(source):
    assert normal_form(source) is None


def test_orders_to_the_shell_are_no_program():
    assert normal_form("%matplotlib inline\n!ls\n" + LOOP) == normal_form(LOOP)


def test_texts_by_their_words():
    text = "Both sums are swapped, and then the inner one is delta, " * 3
    assert normal_form(text, "markdown") == normal_form(text.upper().replace(" ", "\n"), "markdown")
    assert normal_form("I do not know.", "markdown") is None


def handin(student, problem=None, score=1.0, **sources):
    cells = [
        (new_markdown_cell if name.endswith("written") else new_code_cell)(
            source, metadata={"nbgrader": {"grade_id": name.replace("_", "-"), "solution": True}}
        )
        for name, source in sources.items()
    ]
    verdicts = (ExerciseVerdict("1.1", "One", (PartVerdict("a", 2.0, score),)),)
    graded = Graded(student, "a", {"a": new_notebook(cells=cells)}, verdicts, problem=problem)
    return HandIn(graded, Standing(1.0, 2.0, 0.0, open=False, comments=()))


def groups(*handins, released=()):
    gathered = Gathered(SimpleNamespace(), "a", "A", handins, released=dict(enumerate(released)))
    return [(each.students, each.exercises, each.literal, each.points) for each in identical(gathered)]


def test_groups():
    text = "It goes back through the same matrix, transposed, once for each step that lies between. " * 2
    found = groups(
        handin("ada", ex_1_1_solution=LOOP, ex_1_2_written=text), handin("ben", ex_1_1_solution=OTHER, score=0.5),
        handin("cleo", ex_1_1_solution="def total(x): return x", ex_1_2_written=text.lower()),
        handin("dora", problem="Damaged.", ex_1_1_solution=LOOP),
    )  # fmt: skip
    assert found == [
        (("ada", "ben"), ("1.1",), False, ("1", "0.5")),
        (("ada", "cleo"), ("1.2",), False, ("0",)),
    ]


def test_those_with_most_in_common_come_first():
    more = LOOP.replace("total", "other").replace("tanh", "sin")
    found = groups(
        handin("ada", ex_1_1_solution=LOOP), handin("ben", ex_1_1_solution=LOOP),
        handin("eve", ex_1_1_solution=more, own=more), handin("fay", ex_1_1_solution=more, own=more),
    )  # fmt: skip
    assert found == [
        (("eve", "fay"), ("1.1", "own"), True, ("1", "0")),
        (("ada", "ben"), ("1.1",), True, ("1",)),
    ]


def test_the_usual_way_and_the_released_cells_are_left_out():
    usual = [handin(f"s{n}", ex_1_1_solution=LOOP) for n in range(4)]
    rest = [handin(f"t{n}", ex_1_1_solution="pass") for n in range(4)]
    assert groups(*usual, *rest) == []
    assert len(groups(*usual[:3], *rest)) == 1
    assert groups(*usual[:2], released=[LOOP]) == []


def test_a_long_program_is_no_usual_way_letter_for_letter():
    long = "".join(LOOP.replace("total", f"total{n}") for n in range(3))
    copies = [handin(f"s{n}", ex_1_1_solution=long) for n in range(5)]
    own = handin("own", ex_1_1_solution=long.replace("result", "r"))
    assert groups(*copies, own) == [(("s0", "s1", "s2", "s3", "s4"), ("1.1",), True, ("1",))]
