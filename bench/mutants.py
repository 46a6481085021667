"""Mutation test of the reference: plant one small error at a time, and see whether a test notices.

Run: python bench/mutants.py [MODULE …] [--own] [--sample N] [--json FILE]. A module is a file name below
solutions/reference, such as bptt or verification/check; without any, all modules are taken. Every mutant runs
its module's own tests first and, if it lives, all the tests of the reference (with --own: no others). Exit code 1
when 2 % or more survive, 2 when the tests fail without a mutant. No file is touched: a mutant lives in a forked
process only.

It is planted in one of two ways. Quick: the tests are collected once, and a child exchanges the code of the one
function that is different. Slow: a child imports the mutated module and collects the tests anew, which shows what
acts when a module is imported. What the quick way does not notice goes the slow way too.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import importlib.abc
import importlib.util
import json
import os
import pickle
import random
import resource
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from mutations import Place, changes, follow, places, replace

ROOT = Path(__file__).parents[1]
PACKAGE, TESTS = ROOT / "solutions" / "reference", ROOT / "tests" / "solutions" / "reference"
ALLOWED = 0.02
SECONDS, TIMES = 10, 5
"""A mutant that runs for ever is noticed by the processor time that it may take: so much more than without it."""
EVERY_ARGUMENT = "test_arguments.py"
TABLE = "test_verification.py"
"""The test of all oracles: its checks are made anew in each child, as the mutant may be in what makes them."""
TOPICS = {
    "oracles": ["mappings", "graphs"],
    "oracles_attention": ["attention"],
    "oracles_capstones": ["capstones"],
    "oracles_gated": ["gates"],
    "oracles_graphs": ["graphs"],
    "oracles_networks": ["networks"],
    "problems": ["mappings", "networks"],
    "check": [],
    "__init__": [],
}
"""The topics of the verification that a module of it serves, if not the one of its own name."""


@dataclass(frozen=True)
class Mutant:
    """One planted error: where it is, and what stands there instead of what."""

    module: str
    line: int
    before: str
    after: str
    tree: ast.Module
    place: Place
    changed: ast.AST

    def planted(self) -> ast.Module:
        """The module's tree with the error in it; every line keeps its number."""
        tree = copy.deepcopy(self.tree)
        replace(tree, self.place, copy.deepcopy(self.changed))
        return ast.fix_missing_locations(tree)

    @property
    def source(self) -> str:
        return ast.unparse(self.planted())

    @property
    def is_in_a_body(self) -> bool:
        """Whether it is inside of a function that is called by name, and not in what is done on import."""
        for depth in range(1, len(self.place)):
            node = follow(self.tree, self.place[:depth])
            if isinstance(node, ast.FunctionDef):
                return self.place[depth][0] == "body"
            if not isinstance(node, ast.ClassDef):
                return False
        return False


def mutants(module: str) -> Iterator[Mutant]:
    """Every mutant of a module's source, in the order of its lines."""
    tree = ast.parse(source(module))
    for place in places(tree):
        node = follow(tree, place)
        for changed in changes(node):
            before, after = (ast.unparse(one).split("\n")[0] for one in (node, changed))
            if before != after:
                yield Mutant(module, line_of(tree, place), before, after, tree, place, changed)


def line_of(tree: ast.Module, place: Place) -> int:
    """The line of the node or, for a node that has none, of what it is in."""
    lines = (getattr(follow(tree, place[:depth]), "lineno", 0) for depth in range(len(place), 0, -1))
    return next((line for line in lines if line), 0)


def source(module: str) -> str:
    return (PACKAGE / f"{module}.py").read_text(encoding="utf-8")


def file_name(module: str) -> str:
    return str(PACKAGE / f"{module}.py")


def import_name(module: str) -> str:
    return f"solutions.reference.{module.replace('/', '.')}".removesuffix(".__init__")


def own_tests(module: str) -> list[Path]:
    """The module's own tests, and those of all arguments."""
    folder, _, name = module.rpartition("/")
    names = {
        "": [f"test_{name}.py", EVERY_ARGUMENT],
        "training": [f"training/test_training_{name}.py"],
        "formulas": ["test_registry.py"],
        "verification": ["test_check.py", "test_problems.py"],
    }[folder]
    return [TESTS / one for one in names if (TESTS / one).exists()]


def other_tests(module: str) -> list[Path]:
    """Every other test of the reference but the table, those that speak of the module first."""
    rest = set(TESTS.rglob("test_*.py")) - {*own_tests(module), TESTS / TABLE}
    stem = Path(module).stem
    return sorted(rest, key=lambda path: (stem not in path.read_text(encoding="utf-8"), str(path)))


def table_holds(module: str, *, own_only: bool) -> bool:
    """Whether the checks that the module belongs to are within their bounds, or all checks."""
    folder, _, name = module.rpartition("/")
    if own_only:
        topics = TOPICS.get(name, [name]) if folder == "verification" else []
        modules = [importlib.import_module(f"solutions.reference.verification.{topic}") for topic in topics]
        checks = (check for topic in modules for check in topic.checks())
    else:
        checks = importlib.import_module("solutions.reference.verification").all_checks()
    # The losses take no time and notice most: they come first.
    in_order = sorted(checks, key=lambda check: check.oracle != "loss written anew")
    return all(check.worst() < check.bound for check in in_order)


def in_child(work: Callable[[], Any], seconds: float = 0.0) -> Any:
    """What `work` returns in a silent forked process; None if it dies or takes longer."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        if seconds:
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
        try:
            os.write(writing, pickle.dumps(work()))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        answer = stream.read()
    os.waitpid(child, 0)
    return pickle.loads(answer) if answer else None  # noqa: S301 - our own child wrote it


class Quick:
    """A plugin of pytest: after the tests are collected, it runs them once per mutant, in a child each."""

    def __init__(self, found: Sequence[Mutant], *, own_only: bool) -> None:
        self.found, self.own_only = found, own_only
        self.unnoticed: list[int] | None = None

    def pytest_collection(self) -> None:
        without_shrinking()

    def pytest_runtestloop(self, session: Any) -> bool:
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        if in_child(lambda: self.passes(session, self.found[0].module)):
            spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
            seconds = SECONDS + TIMES * spent
            self.unnoticed = [
                i
                for i, mutant in enumerate(self.found)
                if not mutant.is_in_a_body
                or in_child(lambda mutant=mutant: self.lives(session, mutant), seconds)
            ]
        return True

    def lives(self, session: Any, mutant: Mutant) -> bool:
        exchange_code(mutant)
        return self.passes(session, mutant.module)

    def passes(self, session: Any, module: str) -> bool:
        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                return False
        return table_holds(module, own_only=self.own_only)


def exchange_code(mutant: Mutant) -> None:
    """Give the functions of the module, already imported, the code that they have in the mutant."""
    module = importlib.import_module(import_name(mutant.module))
    codes = dict(code_objects(compile(mutant.planted(), file_name(mutant.module), "exec")))
    for function in functions_of(module, module.__name__):
        if function.__qualname__ in codes:
            function.__code__ = codes[function.__qualname__]


def code_objects(code: types.CodeType) -> Iterator[tuple[str, types.CodeType]]:
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield inner.co_qualname, inner
            yield from code_objects(inner)


def functions_of(owner: Any, module: str) -> Iterator[types.FunctionType]:
    for value in list(vars(owner).values()):
        if hasattr(value, "cache_clear"):
            value.cache_clear()
        function = getattr(value, "__wrapped__", getattr(value, "fget", value))
        if isinstance(function, types.FunctionType) and function.__module__ == module:
            yield function
        elif isinstance(value, type) and value.__module__ == module and value is not owner:
            yield from functions_of(value, module)


class Planted(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Gives the mutated code when its module is imported."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant, self.name = mutant, import_name(mutant.module)

    def find_spec(self, fullname, path=None, target=None):  # noqa: ARG002 - the signature of the import system
        if fullname != self.name:
            return None
        file = Path(file_name(self.mutant.module))
        package = [str(file.parent)] if file.stem == "__init__" else None
        return importlib.util.spec_from_file_location(
            fullname, file, loader=self, submodule_search_locations=package
        )

    def get_source(self, fullname) -> str:  # noqa: ARG002 - the signature of the import system
        return source(self.mutant.module)

    def get_code(self, fullname) -> types.CodeType:  # noqa: ARG002 - the signature of the import system
        return compile(self.mutant.planted(), file_name(self.mutant.module), "exec")


class Slow:
    """A plugin of pytest for the slow way."""

    def pytest_collection(self) -> None:
        without_shrinking()


def lives_from_import(mutant: Mutant, stages: Sequence[Sequence[Path]], *, own_only: bool) -> bool:
    """Whether no stage of tests notices the mutant that its module is imported with; for a fresh child."""
    sys.meta_path.insert(0, Planted(mutant))
    passed = all(run_pytest(tests, Slow()) == 0 for tests in stages if tests)
    return passed and table_holds(mutant.module, own_only=own_only)


def run_pytest(tests: Sequence[Path], plugin: object) -> int:
    import pytest

    options = ["-x", "-q", "-s", "-p", "no:cacheprovider", f"--rootdir={ROOT}"]
    return int(pytest.main([*options, *map(str, tests)], plugins=[plugin]))


def without_shrinking() -> None:
    """A failing example is enough: it needn't be the smallest, and every mutant meets the same few."""
    from hypothesis import Phase, settings

    phases = (Phase.explicit, Phase.generate)
    settings.register_profile(
        "mutants", deadline=None, phases=phases, database=None, derandomize=True, max_examples=25
    )
    settings.load_profile("mutants")


def quickly(found: Sequence[Mutant], tests: Sequence[Path], *, own_only: bool) -> list[int] | None:
    """The numbers of the mutants that the quick way does not notice; None if the tests fail without any."""
    plugin = Quick(found, own_only=own_only)
    run_pytest(tests, plugin)
    return plugin.unnoticed


def survivors(found: Sequence[Mutant], *, own_only: bool) -> list[Mutant] | None:
    """Those of a module's mutants that no test notices; None if the tests fail without any."""
    module = found[0].module
    stages = [own_tests(module), [] if own_only else other_tests(module)]
    tests = [path for stage in stages for path in stage]
    unnoticed = in_child(lambda: quickly(found, tests, own_only=own_only))
    if unnoticed is None:
        return None
    # On import a mutant may run for ever as well; how long the tests take is known by now, roughly.
    seconds = 60 * (1 if own_only else 10)
    return [
        found[i]
        for i in unnoticed
        if in_child(lambda i=i: lives_from_import(found[i], stages, own_only=own_only), seconds)
    ]


def preload() -> None:
    """Import what every test needs, but nothing of the project: a child would find it imported, unmutated."""
    # pytest complains of plugins that were imported before it could look at them; none is needed here.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    for name in ("autograd.numpy", "hypothesis.extra.numpy", "pytest", "rich.table"):
        importlib.import_module(name)


def all_modules() -> list[str]:
    return [str(path.relative_to(PACKAGE).with_suffix("")) for path in sorted(PACKAGE.rglob("*.py"))]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("modules", nargs="*", help="file names below solutions/reference, without .py")
    parser.add_argument(
        "--sample", type=int, help="take so many mutants of each module, drawn with a fixed seed"
    )
    parser.add_argument(
        "--own", action="store_true", help="run the module's own tests only: quick, for work on them"
    )
    parser.add_argument("--json", type=Path, help="write the survivors there")
    arguments = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    preload()
    living, count = [], 0
    for module in arguments.modules or all_modules():
        found = list(mutants(module))
        if arguments.sample and len(found) > arguments.sample:
            found = random.Random(0).sample(found, arguments.sample)  # noqa: S311 - a sample, no secret
        if not found:
            continue
        alive = survivors(found, own_only=arguments.own)
        if alive is None:
            print(f"The tests of {module} fail without any mutant: mend them first.", file=sys.stderr)
            return 2
        living, count = living + alive, count + len(found)
        print(f"{module}: {len(alive)} of {len(found)} survive", flush=True)
        for mutant in alive:
            print(f"  line {mutant.line}: {mutant.before}  →  {mutant.after}", flush=True)
    print(f"{len(living)} of {count} mutants survive ({len(living) / max(count, 1):.1%}).")
    if arguments.json:
        rows = [
            {key: getattr(mutant, key) for key in ("module", "line", "before", "after")} for mutant in living
        ]
        arguments.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")
    return int(len(living) >= ALLOWED * count)


if __name__ == "__main__":
    sys.exit(main())
