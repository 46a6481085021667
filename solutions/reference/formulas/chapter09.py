"""Chapter 9: remedies."""

ENTRIES = {
    "eq-remedy-norm": ("clipping.global_norm", "test_clipping.py::test_the_norm_is_of_all_arrays_together"),
    "eq-remedy-clip": (
        "clipping.clip_global",
        "test_clipping.py::test_clipping_never_lengthens_and_keeps_the_direction",
    ),
    "eq-remedy-step": (
        "sgd.clipped_step",
        "test_sgd.py::test_a_clipped_step_is_never_longer_than_eta_times_the_limit",
    ),
    "eq-remedy-value": (
        "clipping.clip_by_value",
        "test_clipping.py::test_clipping_by_value_moves_each_entry_by_itself",
    ),
    "eq-remedy-window": (
        "truncation.bptt_windowed",
        "test_truncation.py::test_in_a_window_every_loss_looks_back_over_K_steps",
    ),
    "eq-remedy-chunks": (
        "truncation.tbptt",
        "test_truncation.py::test_a_chunk_begins_with_the_state_as_a_number",
    ),
    "eq-remedy-identity": (
        "initialisation.identity",
        "test_initialisation.py::test_each_kind_is_what_it_says",
    ),
    "eq-remedy-orthogonal": (
        "initialisation.orthogonal",
        "test_initialisation.py::test_an_orthogonal_start_keeps_all_singular_values",
    ),
    "eq-remedy-gaussian": (
        "initialisation.gaussian",
        "test_initialisation.py::test_a_gaussian_keeps_lengths_on_average",
    ),
    "eq-remedy-radius": (
        "initialisation.scaled_to_radius",
        "test_initialisation.py::test_a_matrix_is_scaled_to_the_wanted_radius",
    ),
    "eq-remedy-skip": ("skip.skip_step", "test_skip.py::test_the_forward_pass_step_by_step"),
}
