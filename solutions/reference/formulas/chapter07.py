"""Chapter 7: any recurrent graph."""

_ONE_NODE = "test_arrows.py::test_a_node_hears_every_arrow_that_leaves_it"
_GRADIENTS = "test_feedback.py::test_gradients_meet_both_oracles"

ENTRIES = {
    "eq-graph-node": ("graph.walk", "test_graph.py::test_a_stack"),
    "eq-graph-state": (
        "arrows.graph_state_gradient",
        "test_arrows.py::test_the_gradient_of_a_state_is_a_sum_over_arrows",
    ),
    "eq-graph-delta": ("arrows.graph_delta", _ONE_NODE),
    "eq-graph-weight": (
        "arrows.graph_weight_gradient",
        "test_arrows.py::test_a_weight_collects_a_term_for_each_use",
    ),
    "eq-general-eps": (
        "chain.back_through_softmax",
        "test_chain.py::test_the_product_with_the_softmax_jacobian_is_never_built",
    ),
    "eq-general-cross-entropy": (
        "general.cross_entropy_slope",
        "test_general.py::test_cross_entropy_by_its_output_and_then_through_the_softmax",
    ),
    "eq-general-y-minus-tau": (
        "losses.eps_softmax_cross_entropy",
        "test_losses.py::test_eps_is_the_slope_of_the_loss",
    ),
    "eq-whole-loss": (
        "general.mean_and_product_loss",
        "test_general.py::test_the_mean_and_product_loss_by_hand",
    ),
    "eq-stacked-forward": (
        "stacked.stacked_forward",
        "test_stacked.py::test_gradients_agree_with_central_differences",
    ),
    "eq-stacked-delta": (
        "stacked.delta_stacked_step",
        "test_stacked.py::test_the_delta_rule_of_a_lower_layer",
    ),
    "eq-stacked-top": (
        "steps.delta_step",
        "test_steps.py::test_the_delta_rule_rebuilds_the_deltas_of_mimo",
    ),
    "eq-stacked-gradients": (
        "recurrence.recurrence_backward",
        "test_recurrence.py::test_gradients_agree_with_central_differences",
    ),
    "eq-rows-state": ("rows.row_gradient_of_state", "test_rows.py::test_a_stack_in_rows_is_the_transpose"),
    "eq-rows-weight": ("rows.row_gradient_of_weight", "test_rows.py::test_a_stack_in_rows_is_the_transpose"),
    "eq-bidirectional-step": (
        "bidirectional.backward_chain_step",
        "test_bidirectional.py::test_the_chain_against_time_is_written_out",
    ),
    "eq-bidirectional-delta": (
        "bidirectional.delta_backward_chain_step",
        "test_bidirectional.py::test_the_delta_of_the_chain_against_time_runs_upwards",
    ),
    "eq-bidirectional-gradients": (
        "bidirectional.backward_chain_gradients",
        "test_bidirectional.py::test_the_sums_of_the_chain_against_time",
    ),
    "eq-input-skip": ("skip.bptt_input_skip", "test_skip.py::test_a_skip_from_input_to_output"),
    "eq-skip-step": ("skip.skip_step", "test_skip.py::test_the_forward_pass_step_by_step"),
    "eq-skip-delta": ("skip.delta_skip_step", "test_skip.py::test_the_delta_rule_step_by_step"),
    "eq-skip-gradients": ("skip.skip_sums", "test_skip.py::test_the_sums_of_the_long_arrow"),
    "eq-skip-way": (
        "arrows.shortest_way",
        "test_arrows.py::test_the_shortest_way_is_the_one_that_a_search_finds",
    ),
    "eq-two-step": ("two_states.two_states_step", "test_two_states.py::test_one_step_is_written_out"),
    "eq-two-delta": (
        "two_states.two_states_delta_step",
        "test_two_states.py::test_the_delta_rules_step_by_step",
    ),
    "eq-two-block": ("two_states.as_one_state", "test_two_states.py::test_together_they_are_one_state"),
    "eq-feedback-step": (
        "feedback.feedback_step",
        "test_feedback.py::test_one_step_is_written_out_entry_by_entry",
    ),
    "eq-feedback-eps": (
        "feedback.feedback_eps_step",
        "test_feedback.py::test_the_output_hears_its_loss_and_the_next_step",
    ),
    "eq-feedback-delta": (
        "steps.delta_step",
        "test_steps.py::test_the_delta_rule_rebuilds_the_deltas_of_mimo",
    ),
    "eq-feedback-gradients": ("feedback.bptt_feedback", _GRADIENTS),
}
