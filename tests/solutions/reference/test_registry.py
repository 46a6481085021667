"""Every labelled equation of the book has a function and a test, and no entry points nowhere."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from solutions.reference import formulas
from solutions.reference.errors import UnknownNameError
from solutions.reference.registry import FORMULAS, formula

ROOT = Path(__file__).parents[3]
DIRECTIVE = re.compile(
    r"^[`:]{3,}\{math\}[^\n]*\n(?:[ \t]*:(?!label:)[^\n]*\n)*[ \t]*:label:[ \t]*(\S+)", re.MULTILINE
)
DOLLARS = re.compile(r"\$\$[ \t]*\(([\w:-]+)\)")


def labels_in(text):
    return DIRECTIVE.findall(text) + DOLLARS.findall(text)


def chapters():
    """The chapters that are written: number → text."""
    files = (ROOT / "book").glob("[0-9][0-9]-*.md")
    return {int(path.name[:2]): path.read_text(encoding="utf-8") for path in files}


def test_labels_are_found_in_every_way_of_writing_them():
    text = """
```{math}
:label: eq-a
a = 1
```
and
:::{math}
:nowrap: true
:label: eq-b
b = 2
:::
$$
c = 3
$$ (eq-c)
Here {eq}`eq-a` is only mentioned, and `:label: eq-d` belongs to no equation.
"""
    assert labels_in(text) == ["eq-a", "eq-b", "eq-c"]


def test_every_labelled_equation_of_the_book_has_an_entry():
    missing = [
        f"chapter {number}: {label}"
        for number, text in sorted(chapters().items())
        for label in labels_in(text)
        if label not in FORMULAS or FORMULAS[label].chapter != number
    ]
    assert not missing, f"labels without an entry in solutions/reference/formulas: {missing}"


def test_every_entry_of_a_written_chapter_has_its_equation():
    written = {number: labels_in(text) for number, text in chapters().items()}
    orphans = [
        label
        for label, entry in FORMULAS.items()
        if entry.chapter in written and label not in written[entry.chapter]
    ]
    assert not orphans, f"entries of solutions/reference/formulas without an equation in the book: {orphans}"


def test_no_label_is_given_twice():
    labels = [label for text in chapters().values() for label in labels_in(text)]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize("label", FORMULAS)
def test_an_entry_points_at_a_documented_function(label):
    entry = formula(label)
    assert callable(entry.resolve())
    assert f"def {entry.function.rpartition('.')[2]}(" in entry.source()
    assert entry.resolve().__doc__


@pytest.mark.parametrize("label", FORMULAS)
def test_an_entry_points_at_a_test(label):
    path, _, name = formula(label).test.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_no_entry_of_one_chapter_hides_that_of_another():
    modules = [
        importlib.import_module(f"{formulas.__name__}.{m.name}")
        for m in pkgutil.iter_modules(formulas.__path__)
    ]
    assert sum(len(module.ENTRIES) for module in modules) == len(FORMULAS)


def test_an_unknown_label_is_named():
    with pytest.raises(UnknownNameError, match="no equation 'eq-nothing'"):
        formula("eq-nothing")
