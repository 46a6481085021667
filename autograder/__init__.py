"""The grading engine, the nbgrader plug-in and the command line of Through Time."""

import sys

# jsonschema, which nbformat imports, imports these where they are installed, for formats of texts that no notebook has.
# The first compiles a grammar of internet addresses for more than a second, in each process.
for _name in ("rfc3987_syntax", "rfc3986_validator", "isoduration", "webcolors"):
    sys.modules.setdefault(_name, None)  # type: ignore[arg-type]  # None lets the import fail
