"""The grading engine, the nbgrader plug-in and the command line of Through Time."""

import sys

# jsonschema, which nbformat imports, imports it where it is installed: it compiles a grammar of internet addresses
# for more than a second, in each process, for a check that no notebook needs.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None lets the import fail
