"""Chapter 3: the MLP delta rule."""

ENTRIES = {
    "eq-mlp-layer": ("mlp.layer_step", "test_mlp.py::test_activations_may_be_chosen"),
    "eq-mlp-forward": ("mlp.mlp_forward", "test_mlp.py::test_the_forward_pass_layer_by_layer"),
    "eq-mlp-half-squared-error": (
        "losses.half_squared_error",
        "test_losses.py::test_half_squared_error_is_half_of_the_squared_distance",
    ),
    "eq-binary-cross-entropy": (
        "losses.sigmoid_cross_entropy",
        "test_losses.py::test_a_componentwise_head_is_its_definition",
    ),
    "eq-cross-entropy": (
        "losses.softmax_cross_entropy",
        "test_losses.py::test_softmax_and_its_cross_entropy_are_their_definitions",
    ),
    "eq-output-delta": ("mlp.output_delta", "test_mlp.py::test_the_delta_at_a_componentwise_output"),
    "eq-sigmoid-delta": (
        "losses.eps_sigmoid_cross_entropy",
        "test_losses.py::test_eps_is_the_slope_of_the_loss",
    ),
    "eq-softmax-delta": (
        "losses.eps_softmax_cross_entropy",
        "test_losses.py::test_eps_is_the_slope_of_the_loss",
    ),
    "eq-hidden-delta": ("mlp.layer_delta", "test_mlp.py::test_the_delta_rule_step_by_step"),
    "eq-layer-gradients": ("mlp.layer_gradients", "test_mlp.py::test_the_delta_rule_step_by_step"),
    "eq-mlp-backward": (
        "mlp.mlp_backward",
        "test_mlp.py::test_every_gradient_agrees_with_central_differences",
    ),
    "eq-descent-step": ("sgd.sgd_step", "test_sgd.py::test_a_step_goes_against_the_gradient"),
    "eq-shared-layers": (
        "steps.shared_gradient",
        "test_steps.py::test_the_gradient_of_a_shared_weight_is_the_sum_over_its_uses",
    ),
}
