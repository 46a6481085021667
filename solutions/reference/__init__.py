"""The mathematics of the book in NumPy: what every shown formula and every expected answer comes from.

Every array, given or returned, is float64, in columns, with time as its first axis; `shapes` writes the sizes.
What is returned is new, and what is given is left as it was. A function that is called with wrong arrays raises
an ArrayError that names the array; "errors as above" in a docstring means those of the function that it names.
"Lecture A" to "lecture E" are the five sets of slides that the book is made from.
"""
