"""Chapter 11: its drawings, what its cells print, and the numbers that stand in its text."""

import contextlib
import io
import math
import re

import numpy as np
import pytest
from figures import chapter11, far_states, reversal
from figures.style import PALETTES, svg

from solutions.reference import roads
from solutions.reference.jacobians import state_jacobian
from solutions.reference.losses import softmax
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.recurrence import recurrence_forward
from solutions.reference.seq2seq import seq2seq_bptt, seq2seq_forward, seq2seq_loss

DRAWINGS = (
    *("encoder_decoder", "two_feeds", "attention_step", "sharpness", "roads", "measured", "learning"),
    "weights",
)
TRAINED = {"learning", "weights"}
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n((?::[^\n]*\n)*)(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def text(chapters):
    return chapters[11]


@pytest.fixture(scope="module")
def page(text):
    """The names that the page's cells leave, and what each of them printed: (names, [text])."""
    names, printed = {}, []
    for options, cell in CELL.findall(text):
        if "remove-input" not in options:
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(cell, "page", "exec"), names)  # noqa: S102  (our own cells)
            printed.append(out.getvalue())
    return names, printed


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("theme", PALETTES)
def test_a_drawing_is_the_same_svg_each_time_and_has_no_ground(name, theme):
    draw = getattr(chapter11, name)
    first = svg(draw, PALETTES[theme])
    assert name in TRAINED or svg(draw, PALETTES[theme]) == first
    assert PALETTES[theme].ink in first
    assert len(first) < 80_000
    ground = re.search(r'<g id="patch_1">.*?</g>', first, re.DOTALL).group()
    assert "fill: none" in ground or "opacity: 0" in ground


def test_every_drawing_is_in_the_chapter(text):
    assert set(re.findall(r"\{drawing\} chapter11\.(\w+)", text)) == set(DRAWINGS)


def test_sections_are_those_that_feedback_links_to(text):
    assert re.findall(r"^\((sec-11-\d)\)=$", text, re.MULTILINE) == [f"sec-11-{n}" for n in range(1, 7)]


# The networks of the figures, against the reference


def small_words(*, attention):
    rng = np.random.default_rng(3)
    p = {
        name: array.copy()
        for name, array in reversal.start_weights(rng, attention=attention, units=4).items()
    }
    for bias in ("b", "bs", "c"):
        p[bias] += rng.normal(size=p[bias].shape) / 2
    return p, reversal.reversed_words(rng, 3, 4)


@pytest.mark.parametrize("attention", [False, True])
def test_the_network_that_writes_backwards_is_the_reference_s(attention):
    p, words = small_words(attention=attention)
    name = "bilinear" if attention else "none"
    reference = {**p, "h0": np.zeros(4)}
    found = reversal.run(p, words)
    g = reversal.gradients(p, words, found)
    expected, E = {}, 0.0
    for i, (X, inputs, Tau) in enumerate(zip(words.X, words.inputs, words.Tau, strict=True)):
        one = seq2seq_forward(reference, X, inputs, name)
        assert found.y[i] == pytest.approx(softmax(one["o"]), rel=1e-9)
        assert found.alpha[i] == pytest.approx(one["alpha"], rel=1e-9, abs=1e-15)
        E += seq2seq_loss(reference, X, inputs, Tau, "softmax-ce", name) / 3
        for key, part in seq2seq_bptt(reference, X, inputs, Tau, "softmax-ce", name).items():
            expected[key] = expected.get(key, 0.0) + part / 3
    assert found.loss(words) == pytest.approx(E, rel=1e-12)
    assert set(g) == set(p)
    for key, part in g.items():
        assert part == pytest.approx(expected[f"d{key}"], rel=1e-9, abs=1e-12), key
    by_numbers = numeric_gradients(lambda q: reversal.run(q, words).loss(words), p)
    assert max(relative_error(g[key], by_numbers[f"d{key}"]) for key in p) < 1e-7


def test_words_come_back_reversed_under_teacher_forcing():
    words = reversal.reversed_words(np.random.default_rng(0), 7, 5)
    assert words.Tau[:, ::-1].tolist() == words.X.tolist()
    assert words.inputs[:, 0].argmax(axis=-1).tolist() == [len(reversal.LETTERS)] * 7
    assert words.inputs[:, 1:, :-1].tolist() == words.Tau[:, :-1].tolist()
    assert words.inputs.sum(axis=-1).tolist() == np.ones((7, 5)).tolist()


def test_attention_learns_what_one_vector_does_not():
    for seed in (0, 1):
        without, over = (reversal.train(seed, attention=attention) for attention in (False, True))
        assert without.right < 0.7
        assert over.right > 0.85
        assert without.losses[-20:].mean() > 0.8
        assert over.losses[-20:].mean() < 0.5


def test_what_is_read_last_is_written_well_and_what_is_read_first_is_guessed():
    without, over = (chapter11._right_by_place(attention=attention) for attention in (False, True))
    assert min(without[0], over[0]) > 0.9
    assert without[-1] < 0.35
    assert over.min() > 0.75


def test_the_weights_lie_after_the_letter():
    alpha = reversal.alignment(0, chapter11.WORD)
    assert alpha.sum(axis=1) == pytest.approx(np.ones(10))
    letter = np.arange(10)[::-1]
    behind = alpha.argmax(axis=1) - letter
    assert np.count_nonzero(behind == 1) >= 6
    assert set(chapter11.WORD) <= set(reversal.LETTERS)


@pytest.mark.parametrize("S", [1, 2, 7])
def test_what_arrives_is_what_the_reference_s_roads_bring(S):
    """The same draws, with the product of Jacobians and the road by the joint from the reference."""
    found, d = far_states.arrival(S, 4), far_states.UNITS
    rng = np.random.default_rng(4)

    def orthogonal():
        return np.linalg.qr(rng.normal(size=(d, d)))[0]

    p = {"U": rng.normal(size=(d, far_states.INPUTS)), "W": far_states.NORM * orthogonal()}
    p |= {"P": orthogonal(), "Ws": far_states.NORM * orthogonal(), "b": np.zeros(d), "h0": np.zeros(d)}
    at_s, at_kappa = rng.normal(size=(2, far_states.OUTPUTS, d)) / np.sqrt(d)
    eps = rng.normal(size=far_states.OUTPUTS)
    run = recurrence_forward(p, rng.normal(size=(S, far_states.INPUTS)))
    zs = (p["Ws"] @ p["P"] @ run["h"][-1])[None]
    joint = roads.by_the_joint(p, run["z"], zs, at_s.T @ eps, 1)
    to_first = [state_jacobian(p["W"], run["z"], i, 1) for i in range(1, S + 1)]
    assert found.product == pytest.approx(np.linalg.norm(to_first[-1], 2), rel=1e-9)
    assert found.joint == pytest.approx(np.linalg.norm(joint), rel=1e-9)
    decided = [0.9] + [0.1 / (S - 1)] * (S - 1) if S > 1 else [1.0]
    for shares, size in ((np.full(S, 1 / S), found.equal), (decided, found.found)):
        direct = sum(share * J.T @ at_kappa.T @ eps for share, J in zip(shares, to_first, strict=True))
        assert size == pytest.approx(np.linalg.norm(joint + direct), rel=1e-9)


def test_without_attention_what_arrives_falls_with_the_product():
    near, far = far_states.typical(20), far_states.typical(60)
    assert far.joint < 1e-12 * near.joint
    assert 0.1 < near.joint / near.product < 10
    assert 0.1 < far.joint / far.product < 10
    assert far.equal / near.equal == pytest.approx(1 / 3, rel=0.05)
    assert far.found == pytest.approx(near.found, rel=0.05)
    assert 1.5 < far.found < 1.8
    assert 1e-22 < far.joint < 1e-20


# What the cells print


def test_gradients_of_the_page_agree_with_numbers(page):
    _, printed = page
    errors = [float(error) for error in re.findall(r"differs from numbers by (\S+)", printed[0])]
    assert len(errors) == 4
    assert max(errors) < 1e-6
    errors = dict(re.findall(r"^(dH, [\w ]+?|d[sA]) +is off by (\S+)$", printed[5], re.MULTILINE))
    assert float(errors["dH, both roles"]) < 1e-7
    assert min(float(errors[f"dH, {wrong}"]) for wrong in ("mixed only", "scored only", "diagonal J")) > 0.1
    assert max(float(errors["ds"]), float(errors["dA"])) < 1e-7
    assert float(re.search(r"add to (\S+)", printed[5]).group(1)) < 1e-12


def test_the_floor_of_a_network_without_memory(page):
    names, printed = page
    floor, text = names["floor"], names["text"]
    total = 0.0
    for a, b in zip(text, text[1:] + text[0], strict=True):
        followers = [after for before, after in zip(text, text[1:] + text[0], strict=True) if before == a]
        total -= math.log(followers.count(b) / len(followers))
    assert floor == pytest.approx(total / len(text), rel=1e-12)
    assert printed[1].splitlines()[0] == f"{len(text)} characters, {len(set(text))} different ones"
    blind = float(re.search(r"without memory: loss (\S+)", printed[2]).group(1))
    assert floor < blind < floor + 0.1


def test_told_the_truth_it_is_right_and_alone_it_gets_lost(page, text):
    names, printed = page
    rows = re.findall(r"loss (\S+) +(\S+) +(\S+)$", printed[2], re.MULTILINE)
    (loss, forced, free), (later, *_) = [[float(value) for value in row] for row in rows]
    assert "more than nine times out of ten" in text
    assert forced > 0.9
    # Two places of the text, compared letter by letter.
    letters, number = names["text"], len(names["text"])
    alike = [sum(letters[i] == letters[(i + k) % number] for i in range(number)) for k in range(1, number)]
    assert free < max(alike) / number + 0.1
    assert later < loss < names["floor"] / 3
    assert 1 <= names["slip"] - names["line"] + 1 < 100


def test_the_character_network_s_gradient_is_that_of_its_loss(page):
    """One update with a step so small that the loss falls by its square of the gradient's norm."""
    names, _ = page
    p = names["start_values"](np.random.default_rng(3), d=5)
    moved = dict(p)
    eta = 1e-4
    first = names["train"](moved, 1, eta=eta)
    second = names["train"](dict(moved), 1, eta=eta)
    steps = sum(float(((p[name] - moved[name]) ** 2).sum()) for name in p)
    assert first - second == pytest.approx(steps / eta, rel=1e-2)


def test_scores_need_their_divisor(page):
    _, printed = page
    rows = re.findall(r"^ *(\d+) +(\S+) +(\S+) +(\S+)$", printed[4], re.MULTILINE)
    assert [row[0] for row in rows] == ["4", "64", "1024"]
    for d, spread, _, divided in rows:
        assert float(spread) == pytest.approx(math.sqrt(int(d)), rel=0.3)
        assert 0.25 < float(divided) < 0.4
    assert float(rows[-1][2]) > 0.9


def test_the_measured_table(page, text):
    _, printed = page
    rows = [list(map(float, line.split())) for line in printed[6].splitlines()[1:]]
    assert [row[0] for row in rows] == [2, 5, 10, 20, 40, 80]
    for S, product, joint, equal, found in rows:
        assert 0.1 < joint / product < 10
        assert found == pytest.approx(rows[-1][4], rel=0.1)
        if S >= 10:
            assert equal == pytest.approx(rows[2][3] * 10 / S, rel=0.05)
    assert f"{1 / 40}" in text
    assert 1e-20 < rows[4][2] < 1e-18
    assert "and not $10^{-19}$" in text


def test_the_trained_shares(page):
    _, printed = page
    rows = re.findall(r"^ *(\d) +(\S+) +(\S+)$", printed[7], re.MULTILINE)
    assert [int(seed) for seed, *_ in rows] == [0, 1]
    for seed, without, over in rows:
        assert float(without) == pytest.approx(reversal.train(int(seed), attention=False).right, abs=5e-4)
        assert float(over) == pytest.approx(reversal.train(int(seed), attention=True).right, abs=5e-4)


# The numbers in the text


def test_the_error_across_the_joint_by_hand(text):
    h = [0.4]
    for x in (1, 0, 0):
        h.append(math.tanh(0.6 * x + 0.5 * h[-1]))
    s = math.tanh(0.5 * h[3])
    assert [f"{state:.4f}" for state in h[1:]] == ["0.6640", "0.3203", "0.1588"]
    assert (f"{0.5 * h[3]:.4f}", f"{s:.4f}", f"{s - 1:.4f}") == ("0.0794", "0.0792", "-0.9208")
    delta = (1 - s**2) * (s - 1)
    at_3 = 0.5 * delta
    at_2 = 0.5 * (1 - h[3] ** 2) * at_3
    at_1 = 0.5 * (1 - h[2] ** 2) * at_2
    assert [f"{value:.4f}" for value in (1 - s**2, delta, at_3, at_2, at_1)] == [
        *("0.9937", "-0.9150", "-0.4575", "-0.2230", "-0.1000")
    ]
    for number in (
        "0.0792",
        "-0.9208",
        "0.9937",
        "-0.9150",
        "-0.4575",
        "-0.2230",
        "-0.1000",
        "0.9748",
        "0.8974",
    ):
        assert number in text
    one = {"U": [[0.6]], "W": [[0.5]], "b": [0.0], "h0": [0.4], "P": [[1.0]], "Us": [[1.0]], "Ws": [[0.5]]}
    p = {name: np.array(value) for name, value in (one | {"bs": [0.0], "Vs": [[1.0]], "c": [0.0]}).items()}
    X, nothing, tau = np.array([[1.0], [0.0], [0.0]]), np.zeros((1, 1)), np.ones((1, 1))
    g = seq2seq_bptt(p, X, nothing, tau, "identity-half-se", "none")
    assert g["dU"][0, 0] == pytest.approx((1 - h[1] ** 2) * at_1, rel=1e-12)  # only x_1 is not zero
    e = 2 * np.array(h[1:])
    alpha = softmax(e)
    assert [f"{value:.3f}" for value in e] == ["1.328", "0.641", "0.318"]
    assert [f"{value:.3f}" for value in alpha] == ["0.536", "0.269", "0.195"]
    assert f"{alpha @ h[1:]:.3f}" == "0.473"
    assert "(0.536,\\; 0.269,\\; 0.195), \\qquad \\kappa = 0.473" in text


def test_sharpness(text):
    for S in (2, 10, 50):
        for beta in (0.0, 2.2, 10.0):
            assert chapter11.match(S, beta) == pytest.approx(roads.match_weight(S, beta), rel=1e-12)
    weight = chapter11.match(10, 10)
    assert (f"{weight:.4f}", f"{weight * (1 - weight):.4f}") == ("0.9996", "0.0004")
    assert "0.9996, and its slope 0.0004" in text
    betas = np.linspace(0, 10, 1001)
    alpha = np.array([chapter11.match(10, beta) for beta in betas])
    assert betas[(alpha * (1 - alpha)).argmax()] == pytest.approx(math.log(9), abs=0.01)
    assert f"{math.log(9):.1f}" == "2.2"


def test_counts_of_steps(text):
    # Thirty words in the same order: t = i.
    assert {roads.steps_by_the_joint(30, i, i) for i in range(1, 31)} == {30}
    assert roads.steps_by_the_joint(5, 2, 1) == 6
    assert "six recurrent steps by the joint" in text
    assert sum(roads.steps_by_the_joint(30, i, 31 - i) for i in range(1, 31)) == 30 * 30  # read backwards


def test_answers_of_the_exercises_are_not_in_the_chapter(text):
    for answer in ("(22, 0)", "22 recurrent", "def attend", "x_1} = U^"):
        assert answer not in text
