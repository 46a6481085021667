"""Chapter 12: its drawings, its trainings against the tested ones, and the numbers that stand in its text."""

import math
import re

import numpy as np
import pytest
from figures import capstone_data as data
from figures import capstone_runs as runs
from figures import chapter12
from figures.capstones import gradients, starts
from figures.landscape import judged, loss_curve
from figures.style import PALETTES, svg

from solutions.reference.adder import sigmoid_of_gain
from solutions.reference.numeric import central_difference, relative_error
from solutions.reference.sgd import Descent, sgd
from solutions.reference.training import adder, completion, gap, sentiment

DRAWINGS = ("adder_cell", "adder_lengths", "add", "deep_loss", "deep", "lengths", "landscape", "gap")


@pytest.fixture(scope="module")
def text(chapters):
    return chapters[12]


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("theme", PALETTES)
def test_a_drawing_is_the_same_svg_each_time_and_has_no_ground(name, theme):
    draw = getattr(chapter12, name)
    first, second = svg(draw, PALETTES[theme]), svg(draw, PALETTES[theme])
    assert first == second
    assert PALETTES[theme].ink in first
    assert len(first) < 120_000
    ground = re.search(r'<g id="patch_1">.*?</g>', first, re.DOTALL).group()
    assert "fill: none" in ground or "opacity: 0" in ground


def test_every_drawing_is_in_the_chapter(text):
    assert set(re.findall(r"\{drawing\} chapter12\.(\w+)", text)) == set(DRAWINGS)


def test_sections_are_those_that_feedback_links_to(text):
    assert re.findall(r"^\((sec-\d+-\d)\)=$", text, re.MULTILINE) == [f"sec-12-{n}" for n in range(1, 6)]


def test_widgets_and_what_their_links_set(text, root):
    assert set(re.findall(r"\{widget\} ([\w-]+)", text)) == {"add", "deep", "landscape"}
    for name, query in re.findall(r"\{setting\}`[^`<]+<([\w-]+)\?([^>]+)>`", text):
        script = (root / "book" / "widgets" / f"{name}.js").read_text(encoding="utf-8")
        keys = set(re.findall(r'key: "(\w+)"', script))
        assert {pair.partition("=")[0] for pair in query.split("&")} <= keys, (name, query)


# The trainings of the pictures are those of the reference


@pytest.mark.parametrize("task", [data.every_three(), data.word("deep"), data.rows(), data.three_steps()])
def test_gradients_agree_with_central_differences(task):
    n, k = task.X.shape[2], task.Tau.shape[2]
    p = {name: array + 0.1 for name, array in starts((4, 5), 3, n, k).items()}
    E, g = gradients(p, task)
    assert E.shape == (2,)
    for name, array in p.items():
        slope = central_difference(
            lambda a, name=name: float(gradients({**p, name: a}, task)[0].sum()), array
        )
        assert relative_error(g[name], slope) < 1e-7


def equal(trained, seed, p):
    return all(
        np.allclose(trained.p[name][seed], p[name], rtol=1e-6, atol=1e-9) for name in trained.p if name in p
    )


def test_the_runs_are_the_reference_s():
    assert equal(runs.adder(runs.CARRY), 3, adder.train_adder(3))
    p, losses = completion.train_deep(2, use_W=False)
    assert equal(runs.deep(memory=False), 2, p)
    assert runs.deep(memory=False).losses[:, 2] == pytest.approx(losses, rel=1e-6)
    assert equal(runs.sentiment(2), 5, sentiment.train_sentiment(sentiment.all_sentences(), 2, 5))
    for sides in ("both", "after"):
        assert runs.gap(sides)[0][1] == pytest.approx(gap.train_gap(1, sides)[1][-1], rel=1e-6)


def test_data_are_the_reference_s():
    assert tuple(data.TEXTS) == gap.TEXTS
    assert data.VOCABULARY == gap.VOCABULARY
    labels = [label for _, label in sentiment.all_sentences()]
    assert data.every_three().Tau[:, -1, 0].tolist() == labels
    X, Tau = completion.encode_word("deep")
    assert np.array_equal(data.word("deep").X[0], X)
    assert np.array_equal(data.word("deep").Tau[0], Tau)
    long = data.balanced(np.random.default_rng(0), 400, 6)
    assert long.Tau.sum() == 200
    X, sums = data.pairs(np.random.default_rng(0), 50, 9)
    weights = 2 ** np.arange(10)
    assert np.array_equal((X @ np.ones(2)) @ weights, sums @ weights)
    X, sums = data.widget_pairs(3, 5, 7)
    assert np.array_equal(X @ np.ones(2) @ weights[:8], sums @ weights[:8])


def test_the_widgets_descent_is_the_reference_s():
    start = {name: array[0] for name, array in data.widget_starts((2,), 2, 4, 4, 0.1).items()}
    start["h0"] = np.zeros(2)
    descent = Descent(0.5, 101, 1.0)
    example = [completion.encode_word("deep")]
    _, losses = sgd(completion.words_objective, start, example, descent, np.random.default_rng(0), ("h0",))
    assert runs.deep_of_the_widget().losses[:101, 0] == pytest.approx(losses, rel=1e-6)


# The numbers in the text


def test_section_1_table_and_layered_network(text):
    assert (2 ** (2 * 4), 2 ** (2 * 8)) == (256, 65536)
    assert 2**64 > 10**19
    E, known, others = runs.layered()
    assert (E < 0.05, known) == (True, 1.0)
    assert round(128 * (1 - others)) == 7
    assert "About 95 %" in text
    assert 0.94 < others < 0.955


def test_section_1_a_carry_needs_a_gain_to_last():
    last = {}
    for gain in (1, 2, 4, 8):
        f, carry = sigmoid_of_gain(gain), 1.0
        for _ in range(32):  # with a single 1 in each pair of bits a carry is handed on
            carry = float(f.f(np.array([1 + carry - 1.5]))[0])
        last[gain] = carry
    assert [last[1], last[2]] == pytest.approx([0.5, 0.5], abs=1e-6)
    assert last[4] > 0.55
    assert last[8] > 0.95


def test_section_1_cells():
    for units, learnt in ((2, 0), (3, 8), (4, 8)):
        assert (runs.adder(runs.CARRY, units).losses[-1] < 0.1).sum() == learnt
    for N in (64, 256):
        assert runs.sums_of(runs.CARRY, N).tolist() == [1.0] * 8


def test_section_1_free_state(text):
    losses = runs.adder(runs.FREE).losses[-1]
    assert np.median(losses) == pytest.approx(0.003, abs=0.0005)
    assert np.median(runs.sums_of(runs.FREE, 8)) < 0.1
    assert runs.sums_of(runs.FREE, 2).max() < 0.5
    assert runs.sums_of(runs.FREE, 64).max() < 0.01
    long = runs.sums_of("12 bits", 256)
    assert sorted(long) == [0.0] + [1.0] * 7
    assert round(100 * float(runs.sums_of("12 bits", 2).min())) == 82
    assert runs.adder_on_twelve_bits().losses[-1].max() == pytest.approx(83, abs=0.5)
    assert "the eighth stuck at 83" in text


def test_widget_1():
    assert (runs.of_the_widget(runs.CARRY).losses[-1] < 0.01).all()
    assert (runs.of_the_widget(runs.FREE).losses[-1] < 0.01).sum() == 7
    assert runs.widget_share(runs.CARRY, 64).tolist() == [1.0] * 8
    assert runs.widget_share(runs.FREE, 64).max() == 0.01
    bits, carries, answer = runs.widget_sum(8)
    assert answer.tolist() == ((bits.sum(axis=1) + carries) % 2).tolist()


def test_section_2_floor_and_losses(text):
    assert f"{4 * math.log(4):.3f}" == "5.545"
    assert f"{2 * math.log(2):.3f}" == "1.386"
    memory, none = runs.deep(memory=True).losses[-1], runs.deep(memory=False).losses[-1]
    assert (round(memory.min(), 3), round(memory.max(), 3)) == (0.002, 0.010)
    assert (round(none.min(), 3), round(none.max(), 3)) == (1.388, 1.391)
    assert "between 0.002 and 0.010, those without between 1.388 and 1.391" in text


def test_widget_2():
    assert runs.deep_of_the_widget().losses[500, 0] < 0.01
    assert 1.386 < runs.deep_of_the_widget(memory=False).losses[500, 0] < 1.40
    assert runs.deep_of_the_widget(1).losses[500, 0] > 1
    assert runs.deep_of_the_widget().losses[0, 0] == pytest.approx(5.5, abs=0.005)


def test_section_3_sentences(text):
    floor = 2 * (5 * math.log(9 / 5) + 4 * math.log(9 / 4))
    assert f"{floor:.3f}" == "12.365"
    assert (
        floor
        < runs.sentiment(2, memory=False).losses[-1].min()
        < runs.sentiment(2, memory=False).losses[-1].max()
        < 12.6
    )
    whole = {
        units: (runs.right(runs.sentiment(units).p, data.every_three()) == 1).sum() for units in (1, 2, 3, 4)
    }
    assert whole == {1: 5, 2: 8, 3: 8, 4: 8}
    for memory in (True, False):
        assert (runs.sentiment(2, memory=memory, three=True).losses[-1] < 0.05).all()
    assert "five of the eight seeds" in text


def test_section_3_lengths(text):
    worst = min(float(runs.share_of_length(2, length).min()) for length in runs.LENGTHS)
    assert round(100 * worst) == 98
    assert runs.share_of_length(2, 6).min() == worst
    four = np.array([runs.share_of_length(4, length) for length in runs.LENGTHS])
    assert (four.min(axis=0) < 0.95).sum() == 3
    assert round(100 * float(runs.share_of_length(4, 4).min())) == 29
    assert four[0].min() == 1
    assert round(100 * float(four[four < 0.98].max())) == 97
    for length in (6, 12, 30):
        assert runs.share_of_length(3, length).min() > 0.99
    assert "29 % at *four* words" in text


def test_widget_3(text):
    shown = {-1: 1.955, 0: 1.653, 0.5: 1.195, 0.85: 1.038, 1: 1.060, 1.5: 1.470}
    for w_h, L in shown.items():
        assert judged(w_h, 2.0)[1] == pytest.approx(L, abs=5e-4)
    grid, losses = loss_curve(2.0)
    assert grid[int(np.argmin(losses))] == 0.85
    assert judged(0.0, 0.0)[1] == pytest.approx(3 * math.log(2))
    assert [f"{y:.3f}" for y in judged(0.5, 2.0)[0]] == ["0.757", "0.470", "0.151"]
    assert "0.757, 0.470 and 0.151" in text


def test_section_4_gap():
    for sides, floor, right in (
        ("before", 4 * math.log(2), 2),
        ("after", 2 * math.log(2), 3),
        ("both", 0.0, 4),
    ):
        E, found = runs.gap(sides)
        assert floor < E.min()
        assert E.max() < floor + 0.02
        assert found.tolist() == [right] * 8
    assert (f"{4 * math.log(2):.3f}", f"{2 * math.log(2):.3f}") == ("2.773", "1.386")
