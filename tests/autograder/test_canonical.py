"""Whatever a student does to the cells, the released ones are there once, as released, and in a place that works."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from autograder.canonical import TemplateCell, restore

KERNEL = {"name": "python3", "language": "python", "display_name": "Python 3"}


def cell(grade_id, cell_type, source, *, grade=False, solution=False, locked=True):
    return TemplateCell(grade_id, cell_type, source, grade, solution, locked, 2.0 if grade else 0.0, "abc")


def exercise(number):
    stem = f"ex-{number}"
    return [
        cell(f"{stem}-statement", "markdown", f"## Exercise {number}"),
        cell(f"{stem}-given", "code", f"given_{number} = {number}"),
        cell(f"{stem}-solution", "code", "raise NotImplementedError()", solution=True, locked=False),
        cell(f"{stem}-check", "code", f"check({number})", grade=True),
    ]


TEMPLATE = (cell("setup", "code", "import numpy as np"), *exercise(1), *exercise(2), *exercise(3))
BY_ID = {each.grade_id: each for each in TEMPLATE}
MAKE = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


def tagged(released, source=None):
    made = MAKE[released.cell_type](source=released.source if source is None else source)
    made.metadata["nbgrader"] = dict(released.metadata)
    return made


def answered():
    """The released notebook with an answer in each solution cell."""
    return [tagged(each, f"answer to {each.grade_id}" if each.solution else None) for each in TEMPLATE]


def ids(notebook):
    return [each.metadata.get("nbgrader", {}).get("grade_id") for each in notebook.cells]


def restored(cells):
    return restore(new_notebook(cells=cells), TEMPLATE, KERNEL)


def test_an_untouched_notebook_stays_as_it_is():
    notebook, notes = restored(answered())
    assert ids(notebook) == list(BY_ID)
    assert notes == []
    assert [each.source for each in notebook.cells] == [each.source for each in answered()]
    assert notebook.metadata == {"kernelspec": KERNEL}


def test_own_cells_stay_without_their_tags():
    own = new_code_cell(
        source="y = 1", metadata={"tags": ["skip-execution"], "nbgrader": {"grade_id": "mine"}}
    )
    own.outputs = [new_output("stream", name="stdout", text="old")]
    cells = answered()
    notebook, notes = restored([*cells[:3], own, new_raw_cell(source="raw"), *cells[3:]])
    found = notebook.cells[3]
    assert found.source == "y = 1"
    assert found.metadata == {}
    assert found.outputs == []
    assert notebook.cells[4].cell_type == "raw"
    assert notes == []


@pytest.mark.parametrize(
    "data", [None, [], "ex-1-check", {"grade_id": 7}, {"grade_id": ["a"]}, {"grade_id": None}]
)
def test_strange_tags_are_dropped(data):
    own = new_code_cell(source="y = 1", metadata={"nbgrader": data})
    notebook, _ = restored([*answered(), own])
    assert notebook.cells[-1].source == "y = 1"
    assert notebook.cells[-1].metadata == {}


def test_changed_locked_cells_get_their_source_back():
    cells = answered()
    cells[4].source = "check(1) or True"
    cells[1] = tagged(BY_ID["ex-1-statement"], "## Easier")
    notebook, notes = restored(cells)
    assert notebook.cells[4].source == "check(1)"
    assert notebook.cells[1].source == "## Exercise 1"
    assert notes == ["The cells ex-1-statement, ex-1-check had been changed; they were put back as released."]


def test_a_changed_cell_type_and_changed_points_are_put_back():
    cells = answered()
    cells[4] = new_markdown_cell(
        source="check(1)", metadata={"nbgrader": {"grade_id": "ex-1-check", "points": 99}}
    )
    cells[3].cell_type = "raw"
    del cells[3]["outputs"], cells[3]["execution_count"]
    notebook, notes = restored(cells)
    assert [each.cell_type for each in notebook.cells[3:5]] == ["code", "code"]
    assert notebook.cells[3].source == "answer to ex-1-solution"
    assert notebook.cells[4].metadata.nbgrader.points == 2.0
    assert notes == ["The cell ex-1-check had been changed; it was put back as released."]


def test_of_duplicates_the_first_counts_and_the_others_are_own_cells():
    cells = answered()
    again = tagged(BY_ID["ex-1-solution"], "second thoughts")
    notebook, notes = restored([*cells[:4], again, *cells[4:], tagged(BY_ID["ex-3-check"], "check(3) or 9")])
    assert [each.source for each in notebook.cells[3:5]] == ["answer to ex-1-solution", "second thoughts"]
    assert notebook.cells[4].metadata == {}
    assert notebook.cells[-1].source == "check(3) or 9"
    assert notebook.cells[-1].metadata == {}
    assert notes == []


def test_deleted_cells_come_back_behind_the_answer_and_what_follows_it():
    own = new_code_cell(source="helper = 1")
    cells = [each for each in answered() if not each.metadata.nbgrader.grade]
    notebook, notes = restored([*cells[:4], own, *cells[4:]])
    assert ids(notebook)[2:7] == ["ex-1-given", "ex-1-solution", None, "ex-1-check", "ex-2-statement"]
    assert notes == [
        "The cells ex-1-check, ex-2-check, ex-3-check had been deleted; they were put back as released."
    ]


def test_a_deleted_answer_comes_back_empty_since_it_may_stand_elsewhere():
    everything = new_code_cell(source="def one(): ...\ndef two(): ...")
    cells = [each for each in answered() if not each.metadata.nbgrader.solution]
    notebook, notes = restored([cells[0], everything, *cells[1:]])
    answers = [each for each in notebook.cells if each.metadata.get("nbgrader", {}).get("solution")]
    assert [each.source for each in answers] == ["", "", ""]
    assert notes == [
        "The cells ex-1-solution, ex-2-solution, ex-3-solution had been deleted; they were put back empty."
    ]


def test_a_deleted_answer_that_a_person_marks_comes_back_as_released():
    manual = cell("essay", "markdown", "Write here.", grade=True, solution=True, locked=False)
    notebook, notes = restore(new_notebook(cells=[]), [manual], KERNEL)
    assert notebook.cells[0].source == "Write here."
    assert notes == ["The cell essay had been deleted; it was put back as released."]


def test_a_check_before_its_answer_is_moved_behind_it():
    cells = answered()
    cells.insert(1, cells.pop(4))
    notebook, notes = restored(cells)
    assert ids(notebook) == list(BY_ID)
    assert notes == ["The cell ex-1-check stood in another place; it was put back as released."]


def test_answers_in_another_order_keep_it():
    cells = answered()
    turned = [cells[0], *cells[9:13], *cells[5:9], *cells[1:5]]
    notebook, notes = restored(turned)
    assert ids(notebook) == [each.metadata.nbgrader.grade_id for each in turned]
    assert notes == []


def test_an_empty_notebook_gets_all_cells():
    notebook, notes = restored([])
    assert ids(notebook) == list(BY_ID)
    assert len(notes) == 2


def test_ids_are_unique():
    student = new_notebook(cells=[*answered(), *answered()])
    for each in student.cells:
        each["id"] = "same"
    notebook, _ = restore(student, TEMPLATE, KERNEL)
    assert len({each.id for each in notebook.cells}) == len(notebook.cells)


def delete(_draw, cells, place):
    del cells[place]


def double(draw, cells, place):
    cells.insert(draw(NUMBER) % len(cells), cells[place])


def move(draw, cells, place):
    cells.insert(draw(NUMBER) % len(cells), cells.pop(place))


def retag(draw, cells, place):
    cells[place] = (*cells[place][:2], draw(TAGS))


def rewrite(draw, cells, place):
    kind, _, tag = cells[place]
    cells[place] = (kind, f"own {draw(NUMBER)}", tag)


def retype(draw, cells, place):
    cells[place] = (draw(KINDS), *cells[place][1:])


def add(draw, cells, place):
    cells.insert(place, (draw(KINDS), f"own {draw(NUMBER)}", draw(TAGS)))


def shuffle(draw, cells, _place):
    cells[:] = draw(st.permutations(cells))


CHANGES = st.sampled_from([delete, double, move, retag, rewrite, retype, add, shuffle])
NUMBER = st.integers(0, 10**6)
KINDS = st.sampled_from(["code", "markdown", "raw"])
TAGS = st.sampled_from([*BY_ID, "unknown", None])
ANSWERED = tuple((each.cell_type, each.source, each.metadata.nbgrader.grade_id) for each in answered())


@st.composite
def spoilt(draw):
    """The cells of a notebook that somebody worked on, in good faith or not."""
    cells = list(ANSWERED)
    for change in draw(st.lists(CHANGES, max_size=8)):
        if cells or change is add:
            change(draw, cells, draw(NUMBER) % max(len(cells), 1))
    made = []
    for kind, source, tag in cells:
        each = NotebookNode(MAKE[kind]())
        each.source = source
        if tag is not None:
            each.metadata["nbgrader"] = {"grade_id": tag, "grade": False, "points": 99}
        made.append(each)
    return made


@settings(deadline=None, max_examples=150)
@given(spoilt())
def test_whatever_a_student_does(cells):
    before = [each.copy() for each in cells]
    notebook, notes = restored(cells)
    found = ids(notebook)
    # Every released cell is there exactly once, with released source, type and metadata.
    assert Counter(filter(None, found)) == Counter(list(BY_ID))
    for each in notebook.cells:
        released = BY_ID.get(each.metadata.get("nbgrader", {}).get("grade_id"))
        if released is None:
            assert each.metadata == {}
        else:
            assert each.cell_type == released.cell_type
            assert each.metadata.nbgrader == released.metadata
            assert released.solution or each.source == released.source
    # Each graded cell stands behind its exercise's answer.
    for number in (1, 2, 3):
        assert found.index(f"ex-{number}-solution") < found.index(f"ex-{number}-check")
    # What the student wrote keeps its order: own cells and answers, in the first place where each has its tag.
    first = {}
    for place, each in enumerate(before):
        first.setdefault(each.metadata.get("nbgrader", {}).get("grade_id"), place)
    written = [
        each.source
        for place, each in enumerate(before)
        if (released := BY_ID.get(each.metadata.get("nbgrader", {}).get("grade_id"))) is None
        or first[released.grade_id] != place
        or released.solution
    ]
    kept = [
        each.source
        for each in notebook.cells
        if (released := BY_ID.get(each.metadata.get("nbgrader", {}).get("grade_id"))) is None
        or (released.solution and released.grade_id in first)
    ]
    assert kept == written
    # Nothing is put back in silence.
    assert bool(notes) == any(
        released.grade_id not in first
        or (released.locked and before[first[released.grade_id]].source != released.source)
        or (released.locked and before[first[released.grade_id]].cell_type != released.cell_type)
        for released in TEMPLATE
    ) or any("another place" in note for note in notes)


@settings(deadline=None, max_examples=50)
@given(spoilt())
def test_restoring_twice_changes_nothing_more(cells):
    once, _ = restored(cells)
    twice, notes = restored([each.copy() for each in once.cells])
    assert [(each.source, each.metadata) for each in twice.cells] == [
        (each.source, each.metadata) for each in once.cells
    ]
    assert notes == []
