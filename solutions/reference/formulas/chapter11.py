"""Chapter 11: sequence to sequence, and attention."""

_MEAN = "test_attention.py::test_the_way_back_through_the_mean_agrees_with_central_differences"
_GRADIENTS = "test_attention.py::test_gradients_agree_with_central_differences"

ENTRIES = {
    "eq-seq-encoder": (
        "recurrence.recurrence_forward",
        "test_seq2seq.py::test_the_forward_pass_is_written_out_step_by_step",
    ),
    "eq-seq-join": ("joint.join", "test_joint.py::test_the_decoder_starts_from_a_product"),
    "eq-seq-decoder": (
        "joint.decoder_step",
        "test_joint.py::test_one_step_of_the_decoder_is_written_out_entry_by_entry",
    ),
    "eq-seq-decoder-delta": (
        "steps.delta_step",
        "test_steps.py::test_the_delta_rule_rebuilds_the_deltas_of_mimo",
    ),
    "eq-seq-join-back": (
        "joint.join_backward",
        "test_joint.py::test_the_way_back_through_the_joint_meets_both_oracles",
    ),
    "eq-seq-encoder-delta": (
        "joint.encoder_deltas",
        "test_joint.py::test_the_errors_of_the_encoder_meet_both_oracles",
    ),
    "eq-seq-teacher": (
        "seq2seq.teacher_inputs",
        "test_seq2seq.py::test_teacher_forcing_feeds_the_target_before",
    ),
    "eq-seq-free": ("joint.free_input", "test_joint.py::test_a_free_decoder_hears_its_likeliest_symbol"),
    "eq-attn-dot": ("attention.dot_scores", "test_attention.py::test_dot_scores_are_inner_products"),
    "eq-attn-bilinear": (
        "attention.bilinear_scores",
        "test_attention.py::test_bilinear_scores_are_written_out_entry_by_entry",
    ),
    "eq-attn-additive": (
        "attention.additive_scores",
        "test_attention.py::test_additive_scores_are_written_out_entry_by_entry",
    ),
    "eq-attn-scaled": (
        "scaled_dot.scaled_scores",
        "test_scaled_dot.py::test_scaled_scores_are_inner_products_over_the_root_of_their_length",
    ),
    "eq-attn-mix": ("attention.mix", "test_attention.py::test_the_context_is_a_weighted_mean"),
    "eq-attn-output": (
        "joint.attending_output",
        "test_joint.py::test_an_attending_output_hears_state_and_context",
    ),
    "eq-attn-mix-back": ("attention.mix_backward", _MEAN),
    "eq-attn-dot-back": ("attention.dot_scores_backward", _GRADIENTS),
    "eq-attn-bilinear-back": ("attention.bilinear_scores_backward", _GRADIENTS),
    "eq-attn-additive-back": ("attention.additive_scores_backward", _GRADIENTS),
    "eq-attn-slope": (
        "roads.own_slope",
        "test_roads.py::test_the_own_slope_is_the_diagonal_of_softmax_s_jacobian",
    ),
    "eq-attn-match": (
        "roads.match_weight",
        "test_roads.py::test_one_match_among_many_has_softmax_s_weight",
    ),
    "eq-road-joint": ("roads.by_the_joint", "test_roads.py::test_the_road_by_the_joint_meets_both_oracles"),
    "eq-road-steps": ("roads.steps_by_the_joint", "test_roads.py::test_steps_by_the_joint_are_counted"),
    "eq-road-direct": ("roads.direct_term", "test_roads.py::test_the_direct_term_meets_both_oracles"),
}
