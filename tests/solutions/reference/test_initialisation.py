"""Start values for the recurrent matrix."""

import numpy as np
import pytest

from solutions.reference.activations import RELU
from solutions.reference.errors import CountError, RangeError, ShapeError, UnknownNameError
from solutions.reference.initialisation import KINDS, init_recurrent, scaled_to_radius
from solutions.reference.jacobians import linear_jacobian, spectral_norm, spectral_radius, state_jacobian


def fresh(seed=11):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("gain", [0.5, 1.0, 1.5])
@pytest.mark.parametrize("d", [1, 4, 64])
def test_each_kind_is_what_it_says(d, gain):
    assert init_recurrent(d, "identity", gain, fresh()).tolist() == (gain * np.eye(d)).tolist()
    Q = init_recurrent(d, "orthogonal", gain, fresh())
    assert pytest.approx(gain**2 * np.eye(d), abs=1e-13) == Q.T @ Q
    G = init_recurrent(d, "gaussian", gain, fresh())
    assert pytest.approx(gain * fresh().normal(size=(d, d)) / np.sqrt(d)) == G


def test_a_gaussian_keeps_lengths_on_average():
    G = init_recurrent(64, "gaussian", 1.0, fresh())
    assert G.std() * 8 == pytest.approx(1.0, rel=0.05)
    assert G.mean() == pytest.approx(0.0, abs=0.01)


def test_an_orthogonal_draw_favours_no_direction():
    """The mean of Haar matrices is zero; without the signs of R its diagonal leans to one side."""
    rng = fresh()
    mean = np.mean([init_recurrent(3, "orthogonal", 1.0, rng) for _ in range(2000)], axis=0)
    assert np.abs(mean).max() < 0.06


@pytest.mark.parametrize("kind", ["orthogonal", "gaussian"])
def test_one_generator_draws_anew_and_one_seed_draws_the_same(kind):
    rng = fresh()
    first, second = (init_recurrent(4, kind, 1.0, rng) for _ in range(2))
    assert not np.allclose(first, second)
    assert first.tolist() == init_recurrent(4, kind, 1.0, fresh()).tolist()


def test_an_orthogonal_start_keeps_all_singular_values():
    Q99 = linear_jacobian(init_recurrent(16, "orthogonal", 1.0, fresh()), 99)
    assert np.linalg.cond(Q99) == pytest.approx(1.0, rel=1e-10)
    assert spectral_norm(Q99) == pytest.approx(1.0, rel=1e-10)


def test_with_an_identity_start_active_relu_units_keep_their_derivative():
    W, z = init_recurrent(3, "identity", 1.0, fresh()), np.tile([1.0, 0.5, -1.0], (100, 1))
    assert state_jacobian(W, z, 100, 0, RELU).tolist() == np.diag([1.0, 1.0, 0.0]).tolist()


@pytest.mark.parametrize("radius", [0.5, 1.2])
def test_a_matrix_is_scaled_to_the_wanted_radius(rng, radius):
    W = rng.normal(size=(4, 4))
    scaled = scaled_to_radius(W, radius)
    assert spectral_radius(scaled) == pytest.approx(radius)
    assert scaled / scaled[0, 0] == pytest.approx(W / W[0, 0])


def test_what_can_not_be_drawn_or_scaled_is_refused():
    assert list(KINDS) == ["identity", "orthogonal", "gaussian"]
    with pytest.raises(
        UnknownNameError, match="no kind of start value 'zeros'; choose one of identity, orthogonal"
    ):
        init_recurrent(4, "zeros", 1.0, fresh())
    with pytest.raises(CountError, match="d is 0"):
        init_recurrent(0, "identity", 1.0, fresh())
    with pytest.raises(RangeError, match=r"the spectral radius of W is 0\.0, expected above 0: no scaling"):
        scaled_to_radius(np.array([[0.0, 1.0], [0.0, 0.0]]), 1.0)
    with pytest.raises(ShapeError, match=r"^W has shape"):
        scaled_to_radius(np.ones((2, 3)), 1.0)
