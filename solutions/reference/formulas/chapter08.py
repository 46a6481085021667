"""Chapter 8: vanishing and exploding."""

ENTRIES = {
    "eq-vanish-step": (
        "jacobians.step_jacobian",
        "test_jacobians.py::test_one_step_is_the_slope_times_W",
    ),
    "eq-vanish-product": (
        "jacobians.state_jacobian",
        "test_growth.py::test_the_product_is_the_derivative_of_a_later_state_by_an_earlier_one",
    ),
    "eq-vanish-back": (
        "growth.back_over_steps",
        "test_growth.py::test_an_error_goes_back_over_many_steps_at_once",
    ),
    "eq-vanish-scalar": (
        "jacobians.scalar_factor",
        "test_jacobians.py::test_the_scalar_product_over_a_hundred_steps_has_99_factors",
    ),
    "eq-vanish-lag": (
        "jacobians.steps_to_factor",
        "test_jacobians.py::test_steps_until_a_factor_is_reached",
    ),
    "eq-vanish-sigmoid": (
        "activations.sigmoid_prime",
        "test_activations.py::test_the_steepest_slope_is_reached_and_never_passed",
    ),
    "eq-vanish-tanh": (
        "activations.tanh_prime",
        "test_activations.py::test_the_steepest_slope_is_reached_and_never_passed",
    ),
    "eq-vanish-relu": ("activations.relu_prime", "test_activations.py::test_relu_is_flat_at_its_kink"),
    "eq-vanish-bound": ("jacobians.norm_bound", "test_jacobians.py::test_the_bound_holds"),
    "eq-vanish-radius": (
        "jacobians.spectral_radius",
        "test_jacobians.py::test_norm_and_radius_are_two_things",
    ),
    "eq-vanish-power": (
        "jacobians.linear_jacobian",
        "test_jacobians.py::test_a_linear_network_takes_matrix_powers",
    ),
    "eq-vanish-shear": (
        "growth.shear_power",
        "test_growth.py::test_the_power_of_a_shear_is_the_matrix_power",
    ),
    "eq-vanish-fixed": (
        "growth.settled_factor",
        "test_growth.py::test_the_factor_is_the_derivative_of_one_step",
    ),
    "eq-vanish-terms": (
        "paths.scalar_path_terms",
        "test_paths.py::test_the_terms_of_a_scalar_network_are_its_paths",
    ),
    "eq-vanish-far": (
        "growth.far_share",
        "test_growth.py::test_the_far_half_is_the_first_half_rounded_down",
    ),
    "eq-vanish-linear-loss": (
        "growth.linear_loss_slope",
        "test_growth.py::test_the_slope_of_the_linear_loss",
    ),
}
