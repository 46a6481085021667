"""The misconceptions of the backward pass: what a student reads, and the section that explains it.

A message says where to look and gives no answer away. `{name}` in one is replaced by the judge.
"""

from __future__ import annotations

from solutions.model import Misconception


def table(section: str, **messages: str) -> tuple[Misconception, ...]:
    """Misconceptions explained in one section; underscores in a name stand for the hyphens of its id."""
    return tuple(Misconception(name.replace("_", "-"), text, section) for name, text in messages.items())


LOSS_AND_OUTPUT = (
    *table(
        "3.2",
        half_forgotten="Your numbers are too large by one and the same factor. "
        "Read again how the loss of one step is defined, to the last sign.",
        mean_over_outputs="The more outputs the network has, the smaller your result becomes. "
        "Is the loss of one step defined with a mean, or with a sum?",
    ),
    *table(
        "3.3",
        sign_flipped="A small gradient step with these arrays makes E larger. "
        "Begin at the loss and follow the sign inwards.",
        softmax_derivative_twice="The difference of output and target already holds one derivative. "
        "Which one, and do you apply it again?",
        output_fprime_spurious="For this pair of output function and loss, derive dE/do by hand once. "
        "Is every factor that you use still there at the end?",
        output_fprime_missing="The loss is a function of y, and y is a function of o. "
        "Count the factors that the chain rule asks for.",
    ),
    *table(
        "7.2",
        softmax_jacobian_forgotten="What you pass on is a derivative with respect to y. "
        "With respect to what does the layer below need it?",
    ),
    *table(
        "2.4",
        softmax_jacobian_diagonal="Raise a single logit a little: how many of the outputs change? "
        "Your eps counts one.",
    ),
    *table(
        "4.5",
        mean_over_time="Make the sequence longer: your result changes with T in another way than it should. "
        "How is E put together from the losses of the steps?",
        target_shifted="At every t print y and the target that you compare it with. Do they belong together?",
    ),
    *table(
        "5.4",
        last_output_only="Change the target of step 1: E changes, and your gradient stays as it was.",
    ),
)

SLOPES = (
    *table(
        "3.4",
        fprime_missing="These would be the gradients of a network without an activation function.",
        fprime_at_h="You use the right function for the slope. At which point do you evaluate it?",
        one_minus_z_squared="Your slope can become negative. Can the slope of tanh? Look at what is squared.",
        sigmoid_derivative="The slope that you use is that of another activation function.",
        one_minus_h="tanh is as steep at -z as at z. Compare your factor for h and for -h.",
        fprime_inverted="Your factor grows where the unit saturates. How steep is the curve out there?",
    ),
    *table(
        "5.4",
        fprime_previous_step="The slope at step t belongs to the node at which delta_t sits. Check its index.",
        fprime_output_branch_only="delta_t collects what comes back on two branches. "
        "Follow both back to z_t, and ask of each whether it passes the activation.",
        fprime_recurrent_branch_only="Where a step has no loss of its own you are right, and only there. "
        "Follow the other branch back to z_t.",
    ),
    *table(
        "5.5",
        carry_dh="W was multiplied with h_t to make z_{t+1}. "
        "The derivative with respect to which of h_{t+1} and z_{t+1} do you send back through it?",
    ),
    *table(
        "6.3",
        fprime_twice="Take T = 2 and write down the longest path. "
        "How often does the slope of each step occur in it, and how often in your loop?",
    ),
)

CARRY = (
    *table(
        "6.2",
        immediate_only="Think of a sequence of which only E_T is left. Your delta_1 is zero then; should it be?",
    ),
    *table(
        "3.4",
        w_not_transposed="The error flows back through W in a form that is right for a symmetric W only. "
        "Write one component of the carry as a sum.",
    ),
    *table(
        "5.4",
        w_missing_in_carry="Double W: the path from step t + 1 back to step t should change, and yours does not.",
    ),
    *table(
        "5.7",
        carry_accumulated="For two steps you are right, for three no longer. "
        "What is still in the carry when the next step begins?",
        loop_forward="Of delta_t and delta_{t+1}, which one has to be known before the other?",
        delta_shifted="The deltas themselves are right. Look at which delta is paired with which input and state.",
    ),
    *table("5.8", dh0_without_wt="On the way to z_1 the start state h_0 passes through something."),
    *table(
        "8.4",
        elementwise_power="Multiply a rotation matrix by itself by hand, "
        "and compare with what your power of W gives.",
    ),
    *table(
        "9.4",
        truncation_off_by_one="Try the shortest window and the longest one: "
        "for one of them you know the answer from another exercise.",
        gradient_crosses_boundary="Change a target in the second chunk. "
        "The share of the first chunk should stay what it was.",
    ),
)

SUMS = (
    *table(
        "5.2",
        dw_current_h="At the moment when z_t was made, which state did W multiply?",
        dv_previous_h="At the moment when o_t was made, which state did V multiply?",
        dv_with_z="V acts on z_t only after something else has. On what does it act?",
        assign_not_accumulate="Your result is one term of the sum. What happens to the others?",
        last_step_only="Change something early in the sequence: E changes, and your result does not.",
    ),
    *table(
        "4.7",
        dw_h_two_back="A state is taken one step too early. Which step does `h[0]` belong to?",
        h_wraparound="What goes wrong begins at t = 1. Print the state that your loop reads there.",
    ),
    *table(
        "5.3",
        dw_first_term_dropped="You would be right if the start state were zero. Here it is not.",
    ),
    *table(
        "5.5",
        du_previous_x="Which of the inputs went into z_t?",
        du_last_step_only="Change the first input: E changes, and your dU nearly stays as it was.",
    ),
    *table(
        "6.8",
        du_immediate_only="dW comes out right and dU does not. Do both of them use the same delta?",
    ),
    *table(
        "3.5",
        outer_swapped="Row i of a weight matrix makes component i of its product. "
        "Which of the two vectors has to give the row index?",
    ),
    *table(
        "5.7",
        first_step_dropped="Run your function with T = 1 and see what is left of the sums.",
        last_step_dropped="Compare the limits of your loop with the number of rows of the input.",
    ),
    *table(
        "5.8",
        bias_missing="The weights come out right. Which parameters does z_t contain besides them?",
        bias_last_step_only="At how many steps does a bias act?",
        batch_mean_in_gradient_only="Compare with central differences of the very E of this exercise, "
        "once for a batch of one, once for a batch of two.",
    ),
)

CLIPPING = table(
    "9.2",
    clip_by_value="Compare the direction of the gradient before and after.",
    clip_per_tensor="Take the ratio of two arrays' norms, before and after. It should stay.",
    always_rescales="Try a gradient whose norm is below the limit already.",
)

BEHAVIOUR = (
    *table(
        "2.6",
        writes_to_inputs="After the call, {name} no longer holds what was passed in. "
        "Look for `+=` and its kin, and for a second name for the same array.",
    ),
    *table(
        "4.7",
        keeps_state_between_calls="The same call, made twice, gave two answers. "
        "Something survives from one call to the next: a global, or a default argument.",
    ),
    *table(
        "3.6",
        updates_inside_loop="The weights change while the backward pass still needs them. "
        "With which weights was the forward pass made?",
    ),
    *table(
        "4.4",
        softmax_overflow="Finite logits became inf or NaN. What is the largest number that you put into exp?",
        wrong_axis="A sum runs along the wrong axis. "
        "Check which one of the sums that ought to be 1 really is 1: over outputs, time or batch.",
    ),
)

ENTRIES = (*LOSS_AND_OUTPUT, *SLOPES, *CARRY, *SUMS, *CLIPPING, *BEHAVIOUR)
