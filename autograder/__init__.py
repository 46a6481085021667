"""The grading engine, the nbgrader plug-in and the command line of Through Time."""
