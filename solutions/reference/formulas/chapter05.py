"""Chapter 5: BPTT by unrolling."""

ENTRIES = {
    "eq-rnn-hidden": (
        "steps.rnn_step",
        "test_steps.py::test_the_hidden_step_is_written_out_entry_by_entry",
    ),
    "eq-rnn-output": (
        "steps.output_step",
        "test_steps.py::test_the_output_step_is_written_out_entry_by_entry",
    ),
    "eq-half-squared-error": (
        "losses.half_squared_error",
        "test_losses.py::test_half_squared_error_is_half_of_the_squared_distance",
    ),
    "eq-total-loss": (
        "losses.sequence_loss",
        "test_losses.py::test_the_loss_of_a_sequence_is_the_sum_over_steps",
    ),
    "eq-shared-weight": (
        "steps.shared_gradient",
        "test_steps.py::test_the_gradient_of_a_shared_weight_is_the_sum_over_its_uses",
    ),
    "eq-siso-forward": (
        "rnn.siso_forward",
        "test_rnn.py::test_siso_sees_its_input_at_the_first_step_only",
    ),
    "eq-siso-eps": ("losses.eps_tanh_half_se", "test_losses.py::test_eps_is_the_slope_of_the_loss"),
    "eq-siso-delta-last": (
        "steps.delta_last",
        "test_steps.py::test_the_delta_rules_rebuild_the_deltas_of_siso",
    ),
    "eq-siso-delta": (
        "steps.delta_siso_step",
        "test_steps.py::test_the_delta_rules_rebuild_the_deltas_of_siso",
    ),
    "eq-siso-gradients": ("bptt.siso_gradients", "test_bptt.py::test_the_collapsed_sums_of_siso"),
    "eq-simo-loss": ("bptt.simo_loss", "test_bptt.py::test_gradients_agree_with_central_differences"),
    "eq-simo-delta": (
        "steps.delta_step",
        "test_steps.py::test_the_delta_rule_rebuilds_the_deltas_of_simo",
    ),
    "eq-simo-gradients": ("bptt.simo_gradients", "test_bptt.py::test_the_collapsed_sums_of_simo"),
    "eq-mimo-eps": (
        "losses.eps_softmax_cross_entropy",
        "test_losses.py::test_eps_is_the_slope_of_the_loss",
    ),
    "eq-mimo-delta": (
        "steps.delta_step",
        "test_steps.py::test_the_delta_rule_rebuilds_the_deltas_of_mimo",
    ),
    "eq-mimo-gradients": ("bptt.mimo_gradients", "test_bptt.py::test_the_collapsed_sums_of_mimo"),
    "eq-many-to-one-eps": (
        "losses.eps_sigmoid_cross_entropy",
        "test_losses.py::test_eps_is_the_slope_of_the_loss",
    ),
    "eq-many-to-one-delta": (
        "steps.delta_siso_step",
        "test_steps.py::test_the_delta_rules_rebuild_the_deltas_of_many_to_one",
    ),
    "eq-many-to-one-gradients": (
        "bptt.many_to_one_gradients",
        "test_bptt.py::test_the_collapsed_sums_of_many_to_one",
    ),
    "eq-bptt-loop": ("backward.deltas", "test_backward.py::test_the_loop_gives_every_delta"),
    "eq-bias-gradients": ("steps.grad_biases", "test_steps.py::test_the_sums_are_the_gradients"),
    "eq-h0-gradient": ("steps.grad_h0", "test_steps.py::test_the_sums_are_the_gradients"),
    "eq-batch-gradient": ("bptt.bptt_batch", "test_bptt.py::test_a_batch_is_the_sum_of_its_sequences"),
    "eq-central-difference": (
        "numeric.central_difference",
        "test_numeric.py::test_a_central_difference_is_exact_for_a_quadratic",
    ),
}
