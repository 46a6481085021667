"""Chapter 1: its drawings, and the numbers that stand in its text."""

import re

import numpy as np
import pytest
from figures import chapter01
from figures.style import PALETTES, svg
from figures.word_order import ORDERS, WEIGHTS, states

from solutions.reference import sequences

DRAWINGS = ("static_and_ordered", "mappings", "folded", "six_orders")


@pytest.fixture(scope="module")
def text(chapters):
    return chapters[1]


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("theme", PALETTES)
def test_a_drawing_is_the_same_svg_each_time_and_has_no_ground(name, theme):
    draw = getattr(chapter01, name)
    first, second = svg(draw, PALETTES[theme]), svg(draw, PALETTES[theme])
    assert first == second
    assert PALETTES[theme].ink in first
    assert len(first) < 120_000
    ground = re.search(r'<g id="patch_1">.*?</g>', first, re.DOTALL).group()
    assert "fill: none" in ground or "opacity: 0" in ground


def test_every_drawing_is_in_the_chapter(text):
    assert set(re.findall(r"\{drawing\} chapter01\.(\w+)", text)) == set(DRAWINGS)


def test_sections_are_those_that_feedback_links_to(text):
    assert re.findall(r"^\((sec-\d-\d)\)=$", text, re.MULTILINE) == [f"sec-1-{n}" for n in range(1, 7)]


@pytest.mark.parametrize("w_h", [-1.0, 0.0, 0.5, 2.0])
def test_the_states_of_the_pictures_are_the_tested_ones(w_h):
    for order in ORDERS:
        weights = np.array([WEIGHTS[word] for word in order])
        assert states(order, w_h) == pytest.approx(sequences.word_states(weights, w_h), rel=1e-12)


@pytest.mark.parametrize(
    ("order", "last"),
    [("cmr", 0.569), ("crm", -0.221), ("mcr", 0.522), ("mrc", -0.589), ("rcm", -0.650), ("rmc", -0.785)],
)
def test_six_orders_six_states(order, last, text):
    words = next(each for each in ORDERS if "".join(word[0] for word in each) == order)
    assert states(words, 0.5)[-1] == pytest.approx(last, abs=5e-4)
    assert f"{order} {last:.3f}".replace("-", "minus ") in text


def test_without_recurrence_the_last_word_alone_counts():
    last = {order: states(order, 0.0)[-1] for order in ORDERS}
    assert len({round(value, 6) for value in last.values()}) == 3
    for order, value in last.items():
        assert value == pytest.approx(np.tanh(WEIGHTS[order[-1]]))


def test_the_states_of_the_first_order(text):
    shown = [f"{value:.3f}".replace("-", "minus ") for value in states(ORDERS[0], 0.5)]
    assert f"{shown[0]}, {shown[1]}, {shown[2]}" in text


def test_counts_in_the_text(text):
    assert 2 ** (2 * 8) == 65_536
    assert 3 * 10 * 100 == 3000
    assert 2 * 100 * 100 == 20_000
    assert r"20\,000" in text


def test_the_adder_adds_and_both_conditions_are_needed(text):
    cell = next(
        c for c in re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", text, re.M | re.S) if "def add" in c
    )
    names = {}
    exec(compile(cell, "chapter 1", "exec"), names)  # noqa: S102  (our own cell)
    for a in range(16):
        for b in range(16):
            bits = names["add"]([a >> i & 1 for i in range(4)], [b >> i & 1 for i in range(4)])
            assert sum(bit << i for i, bit in enumerate(bits)) == a + b
    # In three digits, without the last step, 7 + 1 comes out as 0.
    assert sum(bit << i for i, bit in enumerate(names["add"]([1, 1, 1], [1, 0, 0])[:3])) == 0


def test_exercises_are_not_answered_in_the_text(text):
    for task in ("X-ray", "ballot", "limp", "caption", "review of a film", "noun"):
        assert task not in text
