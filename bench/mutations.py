"""The small errors that `mutants.py` plants: what may stand in the place of each node of a syntax tree."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

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
COMMUTATIVE = {"maximum", "minimum", "max", "min", "hypot", "swapaxes", "logaddexp"}
UNWRAPPED = {"copy", "reversed"}
"""Calls that a mutant leaves out: x.copy() → x, reversed(x) → x."""


Place = tuple[tuple[str, int | None], ...]


def places(tree: ast.AST, path: Place = ()) -> Iterator[Place]:
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


def follow(tree: ast.AST, path: Place) -> ast.AST:
    node = tree
    for field, index in path:
        value = getattr(node, field)
        node = value if index is None else value[index]
    return node


def replace(tree: ast.AST, path: Place, changed: ast.AST) -> None:
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
            yield ast.copy_location(ast.Assign([target], value), node)
            yield changed(node, op=SWAPS[type(op)]())
        case ast.Return(value=value) if value is not None:
            yield ast.copy_location(ast.Return(ast.Constant(None)), node)
        case ast.Expr() | ast.Raise() | ast.Delete():
            yield ast.copy_location(ast.Pass(), node)
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
