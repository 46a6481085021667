"""What goes wrong in chapter 9's questions without code: angles, symptoms and remedies."""

from __future__ import annotations

from solutions.misconceptions.catalogue import table

ENTRIES = (
    *table(
        "9.2",
        value_keeps_direction="Each entry is clipped by itself. Compare the ratio of the two entries before and after.",
        radians_for_degrees="The number is the right angle in another unit.",
        angle_to_the_axis="The angle is to be taken between the arrow before and the arrow after, not from an axis.",
    ),
    *table(
        "9.1",
        clipping_for_vanishing="Clipping only ever shortens. Which of the symptoms is a gradient that is too short?",
        small_step_for_vanishing="The learning rate multiplies near and far terms alike. What becomes of their ratio?",
        sigmoid_as_remedy="The slope of a sigmoid is at most a quarter. What does that do to a long product?",
        swings_taken_for_jumps="One symptom is a rare jump with a huge norm, another a steady swing with an ordinary "
        "one. Which of the two does a limit on the norm touch?",
    ),
)
