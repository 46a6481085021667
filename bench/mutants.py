"""Mutation test of the reference: plant one small error at a time, and see whether a test notices.

Run: python bench/mutants.py [MODULE …] [--sample N] [--json FILE]. A module is a file name below
solutions/reference, such as bptt or verification/check; without any, all modules are taken. Every mutant
runs its module's own tests first and, if it lives, all the tests of the reference. Exit code 1 when 2 % or more
survive, 2 when the tests fail without a mutant. No file is touched: a mutant lives in a forked process only.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import json
import os
import random
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE, TESTS = ROOT / "solutions" / "reference", Path("tests/solutions/reference")
ALLOWED = 0.02
SECONDS = 300
"""A mutant that loops for ever is noticed by running out of time."""

SWAPS: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
NAMES = {
    "zeros": "ones",
    "ones": "zeros",
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "sum": "prod",
}
COMMUTATIVE = {"maximum", "minimum", "swapaxes", "logaddexp"}
UNWRAPPED = {"copy", "reversed"}
"""Calls that a mutant leaves out: x.copy() → x, reversed(x) → x."""


@dataclass(frozen=True)
class Mutant:
    """One planted error: where it is, and what stands there instead of what."""

    module: str
    line: int
    before: str
    after: str
    source: str


def mutants(module: str) -> Iterator[Mutant]:
    """Every mutant of a module's source, in the order of its lines."""
    tree = ast.parse(source(module))
    for path in places(tree):
        node = follow(tree, path)
        for changed in changes(node):
            mutated = copy.deepcopy(tree)
            replace(mutated, path, changed)
            ast.fix_missing_locations(mutated)
            before, after = (ast.unparse(one).split("\n")[0] for one in (node, changed))
            if before != after:
                yield Mutant(module, getattr(node, "lineno", 0), before, after, ast.unparse(mutated))


def source(module: str) -> str:
    return (PACKAGE / f"{module}.py").read_text(encoding="utf-8")


Path_ = tuple[tuple[str, int | None], ...]


def places(tree: ast.AST, path: Path_ = ()) -> Iterator[Path_]:
    """Paths to all nodes that may be mutated: no docstring, annotation, import or call of the type system."""
    node = follow(tree, path)
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "type_params", "ctx"} or is_guard(node):
            continue
        items = (
            [(None, value)]
            if isinstance(value, ast.AST)
            else list(enumerate(value))
            if isinstance(value, list)
            else []
        )
        for index, item in items:
            if (
                not isinstance(item, ast.AST)
                or isinstance(item, ast.Import | ast.ImportFrom)
                or is_text(item)
                or is_type(item)
            ):
                continue
            here = (*path, (field, index))
            yield here
            yield from places(tree, here)


def is_text(node: ast.AST) -> bool:
    """A docstring, or the words beneath a constant."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def is_guard(node: ast.AST) -> bool:
    """`strict=True`: it can speak only when the lines around it are wrong already."""
    return isinstance(node, ast.keyword) and node.arg == "strict"


def is_type(node: ast.AST) -> bool:
    """An alias of types, such as `Arrays = Sequence[Array]`, and what only type checkers run."""
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name):
        return node.test.id == "TYPE_CHECKING"
    aliases = {"Mapping", "Sequence", "Callable", "tuple", "dict", "NDArray", "Iterable", "list"}
    value = node.value if isinstance(node, ast.Assign) else None
    return (
        isinstance(value, ast.Subscript) and isinstance(value.value, ast.Name) and value.value.id in aliases
    )


def follow(tree: ast.AST, path: Path_) -> ast.AST:
    node = tree
    for field, index in path:
        value = getattr(node, field)
        node = value if index is None else value[index]
    return node


def replace(tree: ast.AST, path: Path_, changed: ast.AST) -> None:
    parent, (field, index) = follow(tree, path[:-1]), path[-1]
    if index is None:
        setattr(parent, field, changed)
    else:
        getattr(parent, field)[index] = changed


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the node's place."""
    if isinstance(node, ast.comprehension) and node.ifs:
        yield changed(node, ifs=[])
    yield from in_statements(node) if isinstance(node, ast.stmt) else in_expressions(node)


def in_expressions(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.BinOp(op=op) | ast.BoolOp(op=op) if type(op) in SWAPS:
            yield changed(node, op=SWAPS[type(op)]())
        case ast.Compare(ops=ops):
            for i, op in enumerate(ops):
                yield changed(node, ops=[*ops[:i], SWAPS[type(op)](), *ops[i + 1 :]])
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            yield operand
        case ast.Constant(value=value):
            yield from constants(value)
        case ast.Slice():
            yield from slices(node)
        case ast.Attribute():
            yield from attributes(node)
        case ast.Call():
            yield from calls(node)
        case ast.IfExp():
            yield from conditions(node)


def in_statements(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.AugAssign(target=target, op=op, value=value):
            yield ast.Assign([target], value)
            yield changed(node, op=SWAPS[type(op)]())
        case ast.Return(value=value) if value is not None:
            yield ast.Return(ast.Constant(None))
        case ast.Expr() | ast.Raise() | ast.Delete():
            yield ast.Pass()
        case ast.If():
            yield from conditions(node)


def conditions(node: ast.If | ast.IfExp) -> Iterator[ast.AST]:
    yield changed(node, test=ast.Constant(value=True))
    yield changed(node, test=ast.Constant(value=False))
    yield changed(node, test=ast.UnaryOp(ast.Not(), node.test))


def attributes(node: ast.Attribute) -> Iterator[ast.AST]:
    if node.attr in NAMES:
        yield changed(node, attr=NAMES[node.attr])
    if node.attr == "T":
        yield node.value


def changed(node: ast.AST, **fields: object) -> ast.AST:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def constants(value: object) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1)
    elif isinstance(value, str) and value:
        yield ast.Constant(f"x{value}x")


def slices(node: ast.Slice) -> Iterator[ast.AST]:
    for field in ("lower", "upper", "step"):
        if getattr(node, field) is not None:
            yield changed(node, **{field: None})


def calls(node: ast.Call) -> Iterator[ast.AST]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in NAMES and isinstance(node.func, ast.Name):
        yield changed(node, func=ast.Name(NAMES[name], ast.Load()))
    if name in UNWRAPPED:
        yield node.func.value if isinstance(node.func, ast.Attribute) else node.args[0]
    if (
        len(node.args) == 2
        and name not in COMMUTATIVE
        and not any(isinstance(argument, ast.Starred) for argument in node.args)
    ):
        yield changed(node, args=node.args[::-1])
    for i, keyword in enumerate(node.keywords):
        if not is_guard(keyword):
            yield changed(node, keywords=node.keywords[:i] + node.keywords[i + 1 :])


class Planted(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Gives the mutated source when its module is imported."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.name = f"solutions.reference.{mutant.module.replace('/', '.')}".removesuffix(".__init__")

    def find_spec(self, fullname, path=None, target=None):  # noqa: ARG002 - the signature of the import system
        if fullname != self.name:
            return None
        file = PACKAGE / f"{self.mutant.module}.py"
        package = [str(file.parent)] if file.stem == "__init__" else None
        return importlib.util.spec_from_file_location(
            fullname, file, loader=self, submodule_search_locations=package
        )

    def get_source(self, fullname) -> str:  # noqa: ARG002 - the signature of the import system
        return self.mutant.source


def survives(mutant: Mutant, stages: list[list[str]]) -> bool:
    """Run the stages of tests in a child of this process, until one of them fails."""
    child = os.fork()
    if child == 0:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        signal.alarm(SECONDS)
        os._exit(run_stages(mutant, stages))
    _, status = os.waitpid(child, 0)
    return status == 0


def run_stages(mutant: Mutant, stages: list[list[str]]) -> int:
    import pytest

    sys.meta_path.insert(0, Planted(mutant))
    options = ["-x", "-q", "-p", "no:cacheprovider", "--durations=0", "--no-header"]
    for tests in stages:
        try:
            if pytest.main([*options, *tests]) != 0:
                return 1
        except BaseException:  # noqa: BLE001 - whatever it is, it was noticed
            return 1
    return 0


def stages(module: str, *, own_only: bool) -> list[list[str]]:
    """The module's own tests and those of all arguments, then every other test of the reference but the trainings."""
    names = [f"test_{Path(module).stem}.py", "test_arguments.py"]
    own = [[str(TESTS / name)] for name in names if (ROOT / TESTS / name).exists()]
    rest = [
        str(TESTS / path.name) for path in sorted((ROOT / TESTS).glob("test_*.py")) if path.name not in names
    ]
    # The table of all oracles comes last, as it takes longest.
    rest.sort(key=lambda path: path.endswith("test_verification.py"))
    return own if own_only else [*own, rest]


def preload() -> None:
    """Import what every test needs, but nothing of the project: a child would find it imported, unmutated."""
    # pytest complains of plugins that were imported before it could look at them; none is needed here.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in ("autograd.numpy", "hypothesis.extra.numpy", "pytest", "rich.table"):
        importlib.import_module(name)


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
    modules = arguments.modules or sorted(path.stem for path in PACKAGE.glob("*.py"))
    survivors, count = [], 0
    for module in modules:
        if not survives(Mutant(module, 0, "", "", source(module)), stages(module, own_only=arguments.own)):
            print(f"The tests of {module} fail without any mutant: mend them first.", file=sys.stderr)
            return 2
        found = list(mutants(module))
        if arguments.sample and len(found) > arguments.sample:
            found = random.Random(0).sample(found, arguments.sample)  # noqa: S311 - a sample, no secret
        alive = [mutant for mutant in found if survives(mutant, stages(module, own_only=arguments.own))]
        survivors, count = survivors + alive, count + len(found)
        print(f"{module}: {len(alive)} of {len(found)} survive", flush=True)
        for mutant in alive:
            print(f"  line {mutant.line}: {mutant.before}  →  {mutant.after}", flush=True)
    print(f"{len(survivors)} of {count} mutants survive ({len(survivors) / max(count, 1):.1%}).")
    if arguments.json:
        rows = [
            {key: value for key, value in asdict(mutant).items() if key != "source"} for mutant in survivors
        ]
        arguments.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")
    return int(len(survivors) >= ALLOWED * count)


if __name__ == "__main__":
    sys.exit(main())
