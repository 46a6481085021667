"""The instructor's report: a page per assignment and one for the course, with the numbers as CSV beside them."""

from autograder.pages.report.course import write_course_report
from autograder.pages.report.write import write_report

__all__ = ["write_course_report", "write_report"]
