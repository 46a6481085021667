"""Chapter 6: its drawings, and the numbers that stand in its text."""

import re

import numpy as np
import pytest
from figures import chapter06, path_shares
from figures.style import PALETTES, svg

from solutions.reference import expansion, paths, totals
from solutions.reference.bptt import bptt
from solutions.reference.numeric import central_difference
from solutions.reference.rnn import rnn_forward

DRAWINGS = ("paths_to_W", "split", "sum_built", "triangle", "triangle_map", "paths_to_U", "path_bars")


@pytest.fixture(scope="module")
def text(chapters):
    return chapters[6]


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("theme", PALETTES)
def test_a_drawing_is_the_same_svg_each_time_and_has_no_ground(name, theme):
    draw = getattr(chapter06, name)
    first, second = svg(draw, PALETTES[theme]), svg(draw, PALETTES[theme])
    assert first == second
    assert PALETTES[theme].ink in first
    assert len(first) < 120_000
    ground = re.search(r'<g id="patch_1">.*?</g>', first, re.DOTALL).group()
    assert "fill: none" in ground or "opacity: 0" in ground


def test_every_drawing_is_in_the_chapter(text):
    assert re.findall(r"\{drawing\} chapter06\.(\w+)", text) == list(DRAWINGS)


def test_sections_are_those_that_feedback_links_to(text):
    assert re.findall(r"^\((sec-\d-\d)\)=$", text, re.MULTILINE) == [f"sec-6-{n}" for n in range(1, 9)]


@pytest.fixture(scope="module")
def small():
    """The network to redo by hand: parameters, X (4,1), Tau (4,1)."""
    one = {"U": [[0.6]], "W": [[0.5]], "V": [[1.0]], "b": [0.0], "c": [0.0], "h0": [0.4]}
    p = {name: np.array(value) for name, value in one.items()}
    return p, path_shares.SMALL_X[:, None], path_shares.SMALL_TAU[:, None]


def test_the_states_and_derivatives_of_the_small_network(small, text):
    p, X, _ = small
    run = rnn_forward(p, X, "tanh-half-se")
    assert path_shares.small_states() == pytest.approx(run["h"][:, 0], rel=1e-14)
    total = totals.total_dh_dW(p, X)[:, 0, 0, 0]
    held = np.array([totals.immediate_dh_dW(p, run["h"][t], X[t])[0, 0, 0] for t in range(4)])
    rows = re.findall(r"^\| (\d) \| \$(\S+)\$ \| \$(\S+)\$ \| \$(\S+)\$ \|$", text, re.MULTILINE)
    assert [int(row[0]) for row in rows] == [1, 2, 3, 4]
    for t, (_, explicit, implicit, both) in enumerate(rows):
        assert float(explicit) == pytest.approx(held[t], abs=5e-5)
        assert float(implicit) == pytest.approx(total[t] - held[t], abs=5.1e-5)
        assert float(both) == pytest.approx(total[t], abs=5e-5)
    assert "The formula says $-0.2116$, the network does $+0.0805$." in text
    # Immediate and total have opposite signs at step 3, and agree at step 1 only.
    assert held[2] < 0 < total[2]
    assert [abs(a - b) < 1e-12 for a, b in zip(held, total, strict=True)] == [True, False, False, False]
    slope = 1 - run["h"][1:, 0] ** 2
    assert [f"{slope[2]:.4f}", f"{run['h'][2, 0]:.4f}", f"{total[1]:.4f}"] == ["0.8086", "-0.2617", "0.7227"]


def test_the_sum_over_uses(small, text):
    p, X, _ = small
    terms = expansion.terms_of_uses(p, X)[:, 0, 0, 0]
    assert path_shares.small_uses() == pytest.approx(terms, rel=1e-12)
    partial = np.cumsum(terms[::-1])
    assert [f"{value:.4f}" for value in partial] == ["0.3381", "0.2563", "0.3529", "0.3692"]
    assert "we have the immediate derivative, $0.3381$; after all four the total, $0.3692$" in text
    h = path_shares.small_states()
    assert terms[2] < 0
    assert h[2] < 0  # the use at step 3 multiplied h_2


def test_counting_twice(small):
    """With totals under the sum, the use at step k comes 5 - k times in the sum for h_4."""
    p, X, _ = small
    terms, total = expansion.terms_of_uses(p, X)[:, 0, 0, 0], totals.total_dh_dW(p, X)[:, 0, 0, 0]
    slope = 1 - path_shares.small_states()[1:] ** 2
    J = 0.5 * slope
    wrong = sum(np.prod(J[k:]) * total[k - 1] for k in (1, 2, 3, 4))
    assert wrong == pytest.approx(np.dot([4, 3, 2, 1], terms), rel=1e-12)
    assert f"{wrong:.4f}" == "0.5295"
    assert total[3] == pytest.approx(terms.sum())  # the term k = 4 alone is the whole answer


def test_the_triangle_of_the_small_network(small, text):
    p, X, Tau = small
    shares = path_shares.small_triangle()
    reference = paths.path_terms(p, X, Tau, "W", "tanh-half-se")[:, :, 0, 0]
    assert shares == pytest.approx(reference, rel=1e-12, abs=1e-15)
    assert shares.sum() == pytest.approx(bptt(p, X, Tau, "tanh-half-se")["dW"][0, 0], rel=1e-12)
    assert [f"{value:.4f}" for value in shares[2, :3]] == ["-0.0206", "-0.1222", "0.1034"]
    assert f"{shares[2].sum():.4f}" == "-0.0394"
    assert "Its three paths are $-0.0206$, $-0.1222$ and $+0.1034$, and their sum is $-0.0394$." in text
    alt = re.search(r"chapter06\.triangle\n(?::.*\n)*", text).group()
    for value in (*shares.sum(axis=1), *shares.sum(axis=0), shares.sum()):
        assert f"{value:.3f}".replace("-", "minus ") in alt


def test_the_numbers_of_the_homework(small):
    p, X, Tau = small
    total, _ = paths.dE3_dU_paths(p, X[:3], Tau[2], "tanh-half-se")
    assert f"{total[0, 0]:.4f}" == "-0.2626"
    dU, _ = paths.dE_dU(p, X, Tau, "tanh-half-se")
    assert f"{dU[0, 0]:.4f}" == "0.3938"


def record(w, T):
    """The standard scalar record as parameters, inputs and targets."""
    t = np.arange(1, T + 1)
    one = {"U": [[0.8]], "W": [[w]], "V": [[1.0]], "b": [0.1], "c": [0.0], "h0": [0.2]}
    p = {name: np.array(value) for name, value in one.items()}
    return p, np.sin(0.7 * t)[:, None], 0.5 * np.cos(0.4 * t)[:, None]


@pytest.mark.parametrize(("w", "T"), [(0.9, 3), (0.9, 10), (1.5, 10), (-0.7, 5), (0.0, 6)])
def test_the_shares_of_the_pictures_are_the_reference_s(w, T):
    p, X, Tau = record(w, T)
    expected = paths.path_terms(p, X, Tau, "U", "identity-half-se")[:, :, 0, 0]
    assert path_shares.triangle(w, T) == pytest.approx(expected, rel=1e-10, abs=1e-15)
    assert path_shares.last_loss(w, T) == pytest.approx(expected[-1], rel=1e-10, abs=1e-15)


@pytest.mark.parametrize(
    ("w", "T", "total", "last", "share", "largest", "first"),
    [
        (0.9, 3, 0.12021, 0.09582, 80, 3, 6.06e-3),
        (0.9, 10, 0.1327, 0.3104, 61, 10, 6.91e-5),
        (1.5, 10, -4.332, 0.408, 8, 7, 4.16e-4),
        (0.9, 20, 0.4170, 0.3285, 51, 20, 4.75e-8),
    ],
)
def test_the_settings_of_the_bars(w, T, total, last, share, largest, first):
    terms = path_shares.last_loss(w, T)
    assert terms.sum() == pytest.approx(total, abs=5e-4 * max(1, abs(total)))
    assert terms[-1] == pytest.approx(last, abs=5e-4)
    assert round(100 * abs(terms[-1]) / np.abs(terms).sum()) == share
    assert np.abs(terms).argmax() + 1 == largest
    assert terms[0] == pytest.approx(first, rel=5e-3)


def test_what_is_said_of_the_bars(text):
    small, cancelling = path_shares.last_loss(0.9, 3), path_shares.last_loss(0.9, 10)
    assert 0.79 < small[-1] / np.abs(small).sum() < 0.81  # "four fifths"
    assert cancelling[-1] > 2 * cancelling.sum() > 0  # "more than twice the whole"
    wrong = path_shares.last_loss(1.5, 10)
    assert wrong[-1] > 0 > wrong.sum()

    # "A step against the last path alone would make the loss larger."
    def loss(u):
        h, t = 0.2, np.arange(1, 11)
        for x in np.sin(0.7 * t):
            h = np.tanh(u * x + 1.5 * h + 0.1)
        return 0.5 * (h - 0.5 * np.cos(4.0)) ** 2

    assert loss(0.8 - 1e-3 * wrong[-1]) > loss(0.8)
    slope = central_difference(lambda u: float(loss(u[0])), np.array([0.8]))
    assert slope[0] == pytest.approx(wrong.sum(), rel=1e-6)
    assert "the largest term is the one through $x_7$" in text


def test_what_is_said_of_the_triangle():
    near, far = path_shares.triangle(0.9, 6), path_shares.triangle(0.3, 6)
    assert np.count_nonzero(np.tril(np.ones((6, 6)))) == 21
    assert abs(far[-1, 0]) < abs(near[-1, 0]) / 10
    still = path_shares.triangle(0.0, 6)
    assert np.array_equal(still, np.diag(np.diag(still)))
    saturated = path_shares.triangle(1.5, 12)
    assert abs(saturated[-1, 0]) < 1e-4


def test_costs(text):
    for d, kept, forward, back in ((4, 64, 256, 16), (100, 10**6, 10**8, 10**4)):
        assert (d**3, d**4, d**2) == (kept, forward, back)
    assert "$d^2$ multiplications a column, $d^4$ in all" in text


def test_the_answer_to_the_homework_is_not_in_the_chapter(text):
    for answer in (r"\delta_k^{(3)}\, x_k", r"\delta_k^{(t)}\, x_k^", r"\delta_k\, x_k^"):
        assert answer not in text
