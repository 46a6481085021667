"""Chapter 0: its drawings, its dictionary's picture, and what it says of the checks."""

import re

import numpy as np
import pytest
from book_extensions.appendices import load
from figures import chapter00
from figures.style import PALETTES, svg
from through_time.checks import CHECKS

from solutions.exercises.ch00 import SHAPES

DRAWINGS = ("shapes", "symbol_map")
ROWS = (
    *("input", "pre-activation", "hidden state", "logits, the output's pre-activation", "output", "target"),
    *("loss of a step", "input weights", "recurrent weights", "output weights"),
)
"""The quantities of the picture's columns, by their names in the data."""


@pytest.fixture(scope="module")
def text(chapters):
    return chapters[0]


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("theme", PALETTES)
def test_a_drawing_is_the_same_svg_each_time_and_has_no_ground(name, theme):
    draw = getattr(chapter00, name)
    first, second = svg(draw, PALETTES[theme]), svg(draw, PALETTES[theme])
    assert first == second
    assert PALETTES[theme].ink in first
    assert len(first) < 120_000
    ground = re.search(r'<g id="patch_1">.*?</g>', first, re.DOTALL).group()
    assert "fill: none" in ground or "opacity: 0" in ground


def test_every_drawing_is_in_the_chapter(text):
    assert set(re.findall(r"\{drawing\} chapter00\.(\w+)", text)) == set(DRAWINGS)


def test_sections_are_those_that_feedback_links_to(text):
    assert re.findall(r"^\((sec-\d-\d)\)=$", text, re.MULTILINE) == [f"sec-0-{n}" for n in range(1, 6)]


@pytest.mark.parametrize("who", chapter00.SYMBOLS)
def test_the_picture_says_what_the_data_say(who):
    data = {row["quantity"]: row for row in load("notation.yml")["quantities"]}
    assert len(chapter00.SYMBOLS[who]) == len(ROWS)
    for name, quantity in zip(chapter00.SYMBOLS[who], ROWS, strict=True):
        entry = data[quantity][who].replace(r"\cdot ", r"\cdot").replace(" ", "")
        if not name:
            assert not entry.startswith("$"), (who, quantity)
            continue
        # A picture has no room for every variant; the one that it shows must be among the data's.
        wanted = name.replace(r"\mathcal{L}", r"\mathcalL").replace(r"\hat{y}", r"\haty").replace(" ", "")
        assert wanted in entry, (who, quantity, name, entry)


def test_the_sizes_in_the_picture_are_those_of_its_caption(text):
    assert (chapter00.N, chapter00.D) == (3, 4)
    assert "for $n = 3$ and $d = 4$" in text
    rng = np.random.default_rng(0)
    n, d, k = 3, 4, 5
    z = rng.normal(size=(d, n)) @ rng.normal(size=n) + rng.normal(size=(d, d)) @ rng.normal(size=d)
    assert z.shape == (d,)
    assert {"U": (d, n), "W": (d, d), "V": (k, d), "dU": (d, n), "dh_dz": (d, d), "eps": (k,)} == SHAPES


def test_questions_at_the_beginning_have_these_answers():
    assert (np.ones((2, 3)) @ np.ones(3)).shape == (2,)
    assert (np.tanh(2e-6) - np.tanh(-2e-6)) / 2e-6 == pytest.approx(2)
    assert np.outer(np.ones(4), np.ones(4)).shape == (4, 4)


def test_what_the_cell_shows_is_what_the_text_says(text):
    form = CHECKS["0.1"][0].fault
    assert "lacks" in form({"U": (2, 2), "W": 4})
    wrong = {**dict.fromkeys(SHAPES, (2, 2)), "eps": (2,)}
    assert form(wrong) == ""
    assert all(wrong[name] != shape for name, shape in SHAPES.items())
    assert "none of its shapes is right" in text


def test_the_exercise_is_not_answered_in_the_text(text):
    for shape in ("(4, 3)", "(5, 4)", "(4,3)", "(5,4)"):
        assert shape not in text
