"""Chapter 6: total and immediate derivatives."""

ENTRIES = {
    "eq-ordered-states": ("rnn.unroll", "test_rnn.py::test_the_run_is_the_steps_one_after_another"),
    "eq-last-link": (
        "expansion.through_state",
        "test_expansion.py::test_a_loss_reaches_W_through_every_entry_of_the_state",
    ),
    "eq-immediate": (
        "totals.immediate_dh_dW",
        "test_totals.py::test_immediate_derivatives_hold_the_state_before_fixed",
    ),
    "eq-total-split": (
        "expansion.explicit_and_implicit",
        "test_expansion.py::test_each_part_is_what_it_says",
    ),
    "eq-four-terms": (
        "expansion.terms_of_uses",
        "test_expansion.py::test_the_terms_of_all_uses_add_up_to_the_total",
    ),
    "eq-state-product": (
        "jacobians.state_jacobian",
        "test_jacobians.py::test_factors_stand_in_falling_order",
    ),
    "eq-sum-over-uses": (
        "totals.dh_dW_by_uses",
        "test_totals.py::test_the_sum_over_uses_is_the_recursion_opened",
    ),
    "eq-loss-over-uses": ("expansion.last_loss_dW", "test_expansion.py::test_the_last_losses_gradient"),
    "eq-scalar-paths": (
        "paths.scalar_path_terms",
        "test_paths.py::test_the_terms_of_a_scalar_network_are_its_paths",
    ),
    "eq-start-term": (
        "expansion.with_start",
        "test_expansion.py::test_a_start_that_depends_on_W_adds_a_term",
    ),
    "eq-path-error": ("paths.path_deltas", "test_expansion.py::test_collected_paths_are_the_deltas"),
    "eq-path-share": ("paths.path_terms", "test_paths.py::test_one_losses_share_is_its_own_gradient"),
    "eq-double-sum": ("paths.dE_dW_by_paths", "test_paths.py::test_three_forms_give_one_gradient"),
    "eq-swapped-sum": ("expansion.collected", "test_expansion.py::test_collected_paths_are_the_deltas"),
    "eq-delta-from-paths": ("paths.dE_dW", "test_paths.py::test_the_deltas_come_with_the_recursion"),
    "eq-forward-accumulation": (
        "totals.accumulate",
        "test_totals.py::test_total_derivatives_let_everything_move",
    ),
    "eq-forward-gradient": (
        "expansion.dE_dW_forward",
        "test_expansion.py::test_carrying_derivatives_forward_gives_the_same_gradient",
    ),
}
