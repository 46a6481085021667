"""Wire our steps into nbgrader's configuration."""

from __future__ import annotations

from traitlets.config import Config


def configure(c: Config) -> None:
    """Let nbgrader read hand-ins safely, judge them behind walls, and show them without what acts in a page.

    Instructor cells are left out of releases.
    """
    c.Autograde.exporter_class = "autograder.plugin.exporter.SafeNotebookExporter"
    c.Autograde.sanitize_preprocessors = []
    c.Autograde.autograde_preprocessors = [
        "autograder.plugin.steps.JudgeNotebook",
        "nbgrader.preprocessors.SaveAutoGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.GenerateAssignment.preprocessors = [
        "nbgrader.preprocessors.IncludeHeaderFooter",
        "nbgrader.preprocessors.InstantiateTests",
        "autograder.plugin.steps.LeaveOutInstructorCells",
        "nbgrader.preprocessors.LockCells",
        "nbgrader.preprocessors.ClearSolutions",
        "nbgrader.preprocessors.ClearOutput",
        "nbgrader.preprocessors.CheckCellMetadata",
        "nbgrader.preprocessors.ComputeChecksums",
        "nbgrader.preprocessors.SaveCells",
        "nbgrader.preprocessors.ClearHiddenTests",
        "nbgrader.preprocessors.ClearMarkScheme",
        "nbgrader.preprocessors.ComputeChecksums",
        "nbgrader.preprocessors.CheckCellMetadata",
        "autograder.plugin.stamp.StampNotebook",
    ]
    # The rubrics and hidden lines that the marker sees in formgrader are left out again.
    c.GenerateFeedback.preprocessors = [
        "autograder.plugin.steps.LeaveOutInstructorCells",
        "autograder.plugin.steps.LeaveOutHiddenLines",
        "nbgrader.preprocessors.GetGrades",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]
    c.HTMLExporter.sanitize_html = True
    c.HTMLExporter.preprocessors = ["autograder.plugin.harmless.HarmlessOutputs"]
    c.HTMLExporter.filters = {
        "clean_html": "autograder.plugin.harmless.clean_html",
        "markdown2html": "autograder.plugin.harmless.markdown_html",
    }
