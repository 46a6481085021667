"""Every public function of the reference says the shapes and the dtype, the errors, and where the formula is from."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[3] / "solutions" / "reference"
FILES = sorted(path for folder in (PACKAGE, PACKAGE / "training") for path in folder.glob("*.py"))
TOOLS = {"registry.py", "verify.py", "errors.py", "__init__.py"}
"""No mathematics: a list of equations, a command, exceptions."""

ELSEWHERE = re.compile(r"\b(as|of|in) (in )?`\w+`|`\w+` returns|as above|as there|and there")
"""What is said of another function, and holds here too."""
SAID = {
    "shapes": re.compile(r"\([^()]*\w,?[^()]*\)|[Ss]hape"),
    "dtype": re.compile(r"[Ff]loat64"),
    "errors": re.compile(r"Raises|errors as"),
    "source": re.compile(r"Source"),
}
ARRAYS = re.compile(r"\b(Array|Params|Gradients)\b")


def public_functions():
    for path in FILES:
        if path.name not in TOOLS:
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield pytest.param(node, id=f"{path.stem}.{node.name}")


def needs(node, name):
    """Whether a docstring must say it: a check and a look-up by name are no formulas, and have their arrays' list."""
    arguments = [argument.arg for argument in node.args.args]
    if node.name.startswith("check_") or arguments == ["name"]:
        return name == "errors"
    if name in {"shapes", "dtype"}:
        return bool(ARRAYS.search(ast.unparse(node.args) + ast.unparse(node.returns)))
    return name == "source" or bool(arguments)


def missing(node):
    text = ast.get_docstring(node) or ""
    wanted = {name for name in SAID if needs(node, name)}
    found = {name for name in wanted if SAID[name].search(text)}
    # What is said elsewhere of shapes and dtype is read there; so is the source, where the errors are read there.
    if ELSEWHERE.search(text):
        found |= {"shapes", "dtype"}
    if "errors as" in text:
        found |= {"source"}
    return wanted - found


@pytest.mark.parametrize("node", list(public_functions()))
def test_the_docstring_says_what_a_caller_must_know(node):
    assert not missing(node)


@pytest.mark.parametrize(
    ("docstring", "unsaid"),
    [
        ("Return W h, (d,); float64. Raises ArrayError. Source: lecture D.", set()),
        ("Return the product; float64. Raises ArrayError. Source: lecture D.", {"shapes"}),
        ("Return W h, (d,). Raises ArrayError. Source: lecture D.", {"dtype"}),
        ("Return W h, (d,); float64. Source: lecture D.", {"errors"}),
        ("Return W h, (d,); float64. Raises ArrayError.", {"source"}),
        ("Return the same by paths; arguments and errors as `g`.", set()),
    ],
)
def test_what_is_left_out_is_noticed(docstring, unsaid):
    (node,) = ast.parse(f'def f(W: Array, h: Array) -> Array:\n    """{docstring}"""').body
    assert missing(node) == unsaid
