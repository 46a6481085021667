"""Chapter 10: the LSTM, its variants, and the GRU."""

ENTRIES = {
    "eq-lstm-cell": (
        "lstm.cell_step",
        "test_lstm.py::test_a_cell_that_keeps_all_and_writes_nothing_stays",
    ),
    "eq-lstm-cell-path": (
        "cell_memory.direct_cell_path",
        "test_cell_memory.py::test_without_recurrent_weights_the_cell_path_is_the_whole_derivative",
    ),
    "eq-lstm-gates": (
        "lstm.open_gates",
        "test_lstm.py::test_a_step_is_written_out_entry_by_entry",
    ),
    "eq-lstm-show": ("lstm.show_step", "test_lstm.py::test_a_step_is_written_out_entry_by_entry"),
    "eq-lstm-forward": ("lstm.lstm_forward", "test_lstm.py::test_the_forward_pass_repeats_the_step"),
    "eq-lstm-cell-delta": ("lstm.cell_delta", "test_lstm.py::test_gradients_agree_with_central_differences"),
    "eq-lstm-gate-deltas": (
        "lstm.gate_deltas",
        "test_lstm.py::test_gradients_agree_with_central_differences",
    ),
    "eq-lstm-carries": ("lstm.lstm_deltas", "test_lstm.py::test_gradients_agree_with_central_differences"),
    "eq-lstm-gradients": (
        "lstm.stacked_gradients",
        "test_lstm.py::test_gradients_agree_with_central_differences",
    ),
    "eq-lstm-kept": ("cell_memory.kept_share", "test_cell_memory.py::test_what_a_forget_bias_keeps"),
    "eq-lstm-bias": (
        "cell_memory.forget_bias",
        "test_cell_memory.py::test_the_bias_for_a_share_keeps_that_share",
    ),
    "eq-lstm-half-life": ("cell_jacobian.half_life", "test_cell_jacobian.py::test_half_lives"),
    "eq-lstm-pair": (
        "cell_jacobian.pair_jacobian",
        "test_cell_jacobian.py::test_a_steps_jacobian_meets_both_oracles",
    ),
    "eq-lstm-pair-product": (
        "cell_jacobian.pair_product",
        "test_cell_jacobian.py::test_the_product_is_the_derivative_over_many_steps",
    ),
    "eq-lstm-variants": (
        "lstm_variants.variant_forward",
        "test_lstm_variants.py::test_gradients_agree_with_central_differences",
    ),
    "eq-gru-step": ("gru.gru_step", "test_gru.py::test_a_step_is_written_out_entry_by_entry"),
    "eq-gru-delta": (
        "gru.gru_delta_step",
        "test_gru.py::test_a_delta_step_agrees_with_central_differences",
    ),
}
