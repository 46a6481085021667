"""Grades as files for other programs: a plain CSV, Canvas's gradebook import, Moodle's grade import."""

from autograder.export.canvas import canvas_sheet
from autograder.export.moodle import grade_list, worksheet
from autograder.export.plain import plain_sheet
from autograder.export.rows import Row, read_rows
from autograder.export.sheet import Filled, Sheet

__all__ = ["Filled", "Row", "Sheet", "canvas_sheet", "grade_list", "plain_sheet", "read_rows", "worksheet"]
