"""Chapter 4: the RNN and its loss."""

ENTRIES = {
    "eq-recurrence": (
        "steps.rnn_step",
        "test_steps.py::test_the_hidden_step_is_written_out_entry_by_entry",
    ),
    "eq-forward-pass": (
        "rnn.unroll",
        "test_rnn.py::test_the_run_is_the_steps_one_after_another",
    ),
    "eq-parameter-count": (
        "sequences.parameter_count",
        "test_sequences.py::test_the_count_is_that_of_the_arrays",
    ),
    "eq-forward-rows": (
        "rnn.batch_forward",
        "test_rnn.py::test_a_batch_is_its_sequences_side_by_side",
    ),
    "eq-softmax-output": (
        "losses.softmax",
        "test_losses.py::test_softmax_and_its_cross_entropy_are_their_definitions",
    ),
    "eq-log-softmax": (
        "losses.log_sum_exp",
        "test_losses.py::test_large_logits_neither_overflow_nor_lose_the_loss",
    ),
    "eq-step-cross-entropy": (
        "losses.softmax_cross_entropy",
        "test_losses.py::test_softmax_and_its_cross_entropy_are_their_definitions",
    ),
    "eq-step-binary-cross-entropy": (
        "losses.sigmoid_cross_entropy",
        "test_losses.py::test_a_componentwise_head_is_its_definition",
    ),
    "eq-sequence-loss": (
        "losses.sequence_loss",
        "test_losses.py::test_the_loss_of_a_sequence_is_the_sum_over_steps",
    ),
    "eq-gradient-step": ("sgd.sgd_step", "test_sgd.py::test_a_step_goes_against_the_gradient"),
    "eq-echo": ("sequences.echo", "test_sequences.py::test_the_echo_is_a_run_of_the_network"),
}
