"""Chapter 2: derivatives along paths."""

ENTRIES = {
    "eq-chain-rule": (
        "path_sums.along_path",
        "test_path_sums.py::test_one_path_multiplies_its_slopes",
    ),
    "eq-two-paths": ("path_sums.over_paths", "test_path_sums.py::test_several_paths_add_up"),
    "eq-sum-over-paths": ("path_sums.over_paths", "test_path_sums.py::test_several_paths_add_up"),
    "eq-node-sum": (
        "path_sums.row_of_slopes",
        "test_path_sums.py::test_a_row_of_slopes_is_written_out_entry_by_entry",
    ),
    "eq-jacobian": (
        "path_sums.numeric_jacobian",
        "test_path_sums.py::test_a_jacobian_from_numbers_has_a_row_for_each_output",
    ),
    "eq-gradient-column": (
        "chain.back_through_jacobian",
        "test_chain.py::test_columns_and_rows_give_the_same_numbers",
    ),
    "eq-jacobian-componentwise": (
        "chain.componentwise_jacobian",
        "test_path_sums.py::test_jacobians_of_tanh_and_softmax_agree_with_both_oracles",
    ),
    "eq-jacobian-softmax": (
        "chain.softmax_jacobian",
        "test_path_sums.py::test_jacobians_of_tanh_and_softmax_agree_with_both_oracles",
    ),
    "eq-jacobian-chain": (
        "path_sums.chained_jacobian",
        "test_path_sums.py::test_jacobians_multiply_with_the_last_step_on_the_left",
    ),
    "eq-vector-first": (
        "path_sums.back_along",
        "test_path_sums.py::test_going_back_along_the_path_never_needs_the_product",
    ),
    "eq-back-componentwise": (
        "path_sums.back_through_componentwise",
        "test_path_sums.py::test_a_slope_stands_for_its_diagonal_matrix",
    ),
    "eq-back-softmax": (
        "chain.back_through_softmax",
        "test_chain.py::test_the_product_with_the_softmax_jacobian_is_never_built",
    ),
    "eq-back-linear": ("chain.linear_backward", "test_chain.py::test_the_linear_layer_entry_by_entry"),
    "eq-forward-difference": (
        "path_sums.forward_difference",
        "test_path_sums.py::test_a_forward_difference_is_off_by_half_the_second_derivative_times_the_step",
    ),
    "eq-numeric-gradient": (
        "numeric.central_difference",
        "test_numeric.py::test_its_error_is_a_sixth_of_the_third_derivative_times_the_square_of_the_step",
    ),
    "eq-relative-error": (
        "numeric.relative_error",
        "test_numeric.py::test_the_relative_error_is_measured_by_the_larger",
    ),
}
