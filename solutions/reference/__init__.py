"""The mathematics of the book in NumPy: what every shown formula and every expected answer comes from."""
