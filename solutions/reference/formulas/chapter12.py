"""Chapter 12: the capstones."""

ENTRIES = {
    "eq-capstone-table": (
        "adder.table_rows",
        "test_adder.py::test_a_table_squares_with_every_bit",
    ),
    "eq-capstone-exact": (
        "adder.exact_adder",
        "test_adder.py::test_it_adds_numbers_of_two_hundred_bits",
    ),
    "eq-capstone-cell": (
        "capstones.carry_step",
        "test_capstones.py::test_the_cell_step_by_step_is_the_adder",
    ),
    "eq-capstone-carry": (
        "capstones.carry_eps",
        "test_capstones.py::test_the_error_at_the_carry_is_the_derivative_by_its_logit",
    ),
    "eq-capstone-floor": (
        "capstones.floor_of_groups",
        "test_capstones.py::test_no_shares_do_better_than_the_floor",
    ),
    "eq-capstone-gap": (
        "capstones.gap_eps",
        "test_capstones.py::test_the_error_at_a_gap_is_the_derivative_by_the_outputs",
    ),
}
