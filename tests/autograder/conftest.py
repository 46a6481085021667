"""Notebooks, a nursery, another course of two exercises, and the sample course, which is made once."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner, Result
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.cli import main
from autograder.course import Course
from autograder.engine import Graded, Paper, grade
from autograder.grading import read_paper
from autograder.inside.limits import Limits
from autograder.read import Submission
from autograder.record.gradebook import open_gradebook
from autograder.sample import DUE
from autograder.sandbox import Nursery

SAMPLE = "ch05-bptt-unrolled"


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """One nursery behind walls; a cell has a second."""
    with Nursery("bubblewrap", Limits(cell_seconds=1, notebook_seconds=20)) as started:
        yield started


@pytest.fixture(scope="session")
def notebook() -> Callable[..., Any]:
    """notebook(*cells) is a notebook; a string is a code cell, and one that starts with # is a text."""

    def make(*cells: Any) -> Any:
        made = [
            cell
            if not isinstance(cell, str)
            else (new_markdown_cell if cell.startswith("#") else new_code_cell)(source=cell)
            for cell in cells
        ]
        return new_notebook(cells=made)

    return make


@pytest.fixture(scope="session")
def raw() -> Callable[[Any], bytes]:
    """raw(notebook) is its file's bytes."""
    return lambda node: nbformat.writes(node).encode()


@pytest.fixture(scope="session")
def cli() -> Callable[..., Result]:
    """cli(argument, ..., code=0) runs the program; an exception of another kind than an exit is a failure."""

    def run(*arguments: object, code: int = 0) -> Result:
        done = CliRunner().invoke(main, [str(each) for each in arguments], catch_exceptions=False)
        assert done.exit_code == code, done.output
        assert "Traceback" not in done.output
        return done

    return run


TINY = """
from pathlib import Path

import numpy as np

from solutions.model import (
    AnswerTask, Case, Criterion, Exercise, FunctionTask, Misconception, Part, Remark, WrittenTask,
)

DOUBLE = FunctionTask(
    name="double",
    signature="double(x (n,)) -> dict of twice, sum",
    arguments=("x",),
    parts=(Part("twice", 2), Part("sum", 1)),
    cases=(Case("STD", lambda rng: (rng.normal(size=3),), draws=2),),
    reference=lambda x: {"twice": 2 * x, "sum": x.sum()},
    twists={"half": lambda x: {"twice": x / 2, "sum": x.sum()}},
)
WORD = AnswerTask(
    name="word",
    expects=str,
    wording="a word",
    parts=(Part("word", 1),),
    mark=lambda value: {"word": float(value == "yes")},
    remark=lambda value: Remark("negation", "Think again about the sign.") if value == "no" else None,
    answer="yes",
)
EXERCISES = {
    "1.1": Exercise("1.1", "Double", "code", "1.1", (DOUBLE,)),
    "1.2": Exercise("1.2", "Say yes", "predict", "1.2", (WORD,)),
    "1.3": Exercise("1.3", "Say why", "essay", "1.2", (
        WrittenTask("why", (Criterion("a reason", 2, "a good one", "any", "none"),)),
    )),
}
ASSIGNMENTS = {"ch01-tiny": ("1.1", "1.2"), "ch02-later": ("1.2",), "ch03-words": ("1.2", "1.3")}
MISCONCEPTIONS = {
    "half": Misconception("half", "Twice is not half.", "1.1"),
    "negation": Misconception("negation", "Yes and no were exchanged.", "1.2"),
}
SOURCES = Path(__file__).parent / "sources"
"""

HEADER = """\
---
through_time:
  title: {title}
  chapter: book/01-tiny
---

# {title}
"""

DOUBLE = """
+++ {"exercise": "1.1", "role": "statement"}

## 1.1 Double

Write `double(x)`.

```{code-cell} ipython3
:exercise: "1.1"
:role: solution
def double(x):
    ### BEGIN SOLUTION
    return {"twice": x + x, "sum": x.sum()}
    ### END SOLUTION
```

```{code-cell} ipython3
:exercise: "1.1"
:role: check
double([1.0])
```

+++ {"exercise": "1.1", "role": "explanation"}

Add it to itself.
"""

WORD = """
+++ {"exercise": "1.2", "role": "statement"}

## 1.2 Say yes

```{code-cell} ipython3
:exercise: "1.2"
:role: solution
word = None
### BEGIN SOLUTION
word = "yes"
### END SOLUTION
```

```{code-cell} ipython3
:exercise: "1.2"
:role: check
word
```
"""


WHY = """
+++ {"exercise": "1.3", "role": "statement"}

## 1.3 Say why

+++ {"exercise": "1.3", "role": "written"}

### BEGIN SOLUTION
Because.
### END SOLUTION
"""


@dataclass(frozen=True)
class Tiny:
    """Another course's module, not the book's: its name, its folder of sources, and its first assignment."""

    module: str
    sources: Path
    assignment: str = "ch01-tiny"

    def edit(self, old: str, new: str) -> None:
        """Change the first assignment's source; `old` has to stand there."""
        path = self.sources / f"{self.assignment}.md"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture(scope="session")
def made_tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tiny]:
    """The other course's module, importable. Not to be changed: see `tiny`."""
    package = tmp_path_factory.mktemp("modules") / "tinycourse"
    (package / "sources").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "course.py").write_text(TINY)
    (package / "sources" / "ch01-tiny.md").write_text(HEADER.format(title="Tiny") + DOUBLE + WORD)
    (package / "sources" / "ch02-later.md").write_text(HEADER.format(title="Later") + WORD)
    (package / "sources" / "ch03-words.md").write_text(HEADER.format(title="Words") + WORD + WHY)
    sys.path.insert(0, str(package.parent))
    importlib.invalidate_caches()
    yield Tiny("tinycourse.course", package / "sources")
    sys.path.remove(str(package.parent))


@pytest.fixture
def tiny(made_tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    """The other course's module with sources that a test may spoil."""
    sources = tmp_path / "sources"
    shutil.copytree(made_tiny.sources, sources)
    monkeypatch.setattr(importlib.import_module(made_tiny.module), "SOURCES", sources)
    return replace(made_tiny, sources=sources)


@dataclass(frozen=True)
class Classroom:
    """A course on disk, what `grade --json` said of it, and shortcuts."""

    root: Path
    objects: tuple[dict[str, Any], ...] = ()
    assignment: str = SAMPLE

    @property
    def course(self) -> Course:
        """The course, opened anew."""
        return Course.open(self.root)

    def copy(self, root: Path) -> Classroom:
        """A copy of the course at `root`."""
        shutil.copytree(self.root, root)
        return replace(self, root=root)

    def hand_in(self, student: str, files: dict[str, bytes]) -> Path:
        """Put files into the folder of a student's hand-in, as nbgrader's own tools would; that folder."""
        folder = self.course.submitted(student, self.assignment)
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        return folder


@pytest.fixture(scope="session")
def made_sample(tmp_path_factory: pytest.TempPathFactory, cli: Callable[..., Result]) -> Classroom:
    """The sample course, taken the whole way. Not to be changed: see `sample`."""
    root = tmp_path_factory.mktemp("sample") / "course"
    cli("init", root, "--sample", "--book-url", "../../../../html")
    # The due date is given in local time, whatever that is here.
    cli("--course", root, "release", SAMPLE, "--due", DUE.astimezone().strftime("%Y-%m-%dT%H:%M:%S"))
    cli("--course", root, "collect", "--assignment", SAMPLE, root / "inbox")
    graded = cli("--course", root, "grade", "--json")
    cli("--course", root, "feedback")
    cli("--course", root, "report")
    return Classroom(root, tuple(map(json.loads, graded.stdout.splitlines())))


@pytest.fixture
def sample(made_sample: Classroom, tmp_path: Path) -> Classroom:
    """A copy of the sample course, to be changed."""
    return made_sample.copy(tmp_path / "course")


@pytest.fixture(scope="session")
def made_empty(
    made_tiny: Tiny, tmp_path_factory: pytest.TempPathFactory, cli: Callable[..., Result]
) -> Classroom:
    """A course of the other module with a gradebook and nothing in it. Not to be changed: see `empty`."""
    root = tmp_path_factory.mktemp("empty") / "course"
    cli("init", root, "--exercises", made_tiny.module)
    config = root / "nbgrader_config.py"
    config.write_text(config.read_text().replace("c.Grading.cell_seconds = 10", "c.Grading.cell_seconds = 1"))
    made = Classroom(root, assignment=made_tiny.assignment)
    with open_gradebook(made.course):  # a new gradebook takes seconds
        pass
    return made


@pytest.fixture(scope="session")
def made_small(
    made_empty: Classroom, tmp_path_factory: pytest.TempPathFactory, cli: Callable[..., Result]
) -> Classroom:
    """The other course with its first assignment released. Not to be changed: see `small`."""
    root = tmp_path_factory.mktemp("small") / "course"
    shutil.copytree(made_empty.root, root)
    cli("--course", root, "release", made_empty.assignment)
    return replace(made_empty, root=root)


@pytest.fixture
def empty(made_empty: Classroom, tiny: Tiny, tmp_path: Path) -> Classroom:  # noqa: ARG001
    """A copy of the empty course of the other module, to be changed."""
    return made_empty.copy(tmp_path / "course")


@pytest.fixture
def small(made_small: Classroom, tiny: Tiny, tmp_path: Path) -> Classroom:  # noqa: ARG001
    """A copy of the other course with its first assignment released, and nothing handed in."""
    return made_small.copy(tmp_path / "course")


@pytest.fixture(scope="session")
def paper(made_small: Classroom) -> Paper:
    """The other course's first assignment as it is graded."""
    return read_paper(made_small.course, made_small.assignment)


@pytest.fixture
def judged(paper: Paper, nursery: Nursery, made_small: Classroom) -> Callable[..., Graded]:
    """judged(double, word, before=..., between=..., after=...) is what a hand-in with these cells gets."""

    def run(
        double: str = "def double(x):\n    return {'twice': 2 * x, 'sum': x.sum()}",
        word: str = "word = 'yes'",
        before: tuple[str, ...] = (),
        between: tuple[str, ...] = (),
        after: tuple[str, ...] = (),
    ) -> Graded:
        released = nbformat.read(made_small.course.release(made_small.assignment), 4)
        answers = {"ex-1-1-solution": double, "ex-1-2-solution": word}
        cells = []
        for cell in released.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in answers:
                cell.source = answers[name]
            cells += [new_code_cell(source) for source in between if name == "ex-1-1-check"]
            cells.append(cell)
        own = [new_code_cell(source) for source in before]
        released.cells = [*own, *cells, *(new_code_cell(source) for source in after)]
        handed_in = Submission("ada", made_small.assignment, released, digest="d")
        return grade(handed_in, paper, nursery, "2026-01-01 UTC")

    return run


@pytest.fixture
def warm(nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let releasing and grading use the nursery that is there, with its limits, and not start their own."""
    for module in ("autograder.release", "autograder.bulk.work"):
        monkeypatch.setattr(f"{module}.Nursery", lambda *_: nullcontext(nursery))
