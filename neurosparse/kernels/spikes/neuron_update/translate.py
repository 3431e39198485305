"""A model's scalar functions as Triton source: what is written once for one neuron also runs on a
GPU.

Attributes of state and coefficients become arguments, `a if c else b`, `min` and `max` become
`tl.where`, `exp`, `sqrt`, `log`, `abs`, `sin`, `cos` those of Triton, `a ** b` becomes
exp(b log a), for a < 0 where b is a whole number that is written out, `tanh(x)`
1 - 2 / (e^2x + 1), numbers of the module are written out.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

VERBS = ("exp", "sqrt", "log", "abs", "sin", "cos")
CHOICES = {"min": ast.Lt, "max": ast.Gt}

TINY = 1e-37  # in the place of 0 under a logarithm


class NotTranslatable(ValueError):
    """A model uses what has no counterpart on the GPU."""


class _Rewrite(ast.NodeTransformer):
    """Turn the body of `update` or `reset` into Triton."""

    def __init__(
        self,
        name: str,
        kinds: dict[str, str],
        fields: tuple[str, ...],
        scope: dict[str, Any],
    ) -> None:
        self.name = name
        self.kinds = kinds
        self.fields = fields
        self.numbers = {k: v for k, v in scope.items() if isinstance(v, (int, float))}
        self.makers = {k for k, v in scope.items() if getattr(v, "_fields", None) == fields}

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        left = self.visit(node.left)
        right = self.visit(node.right)
        if not isinstance(node.op, ast.Pow):
            return ast.BinOp(left, node.op, right)
        power = getattr(node.right, "value", 0.5)
        if not isinstance(power, int | float) or power % 1:
            return _power(left, right)
        whole = _power(_call("abs", [left]), right)
        if power % 2 == 0:
            return whole
        below = _compare(left, ast.Lt(), ast.Constant(0))
        return _call("where", [below, ast.UnaryOp(ast.USub(), whole), whole])

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id in self.kinds:
            return ast.Name(f"{self.kinds[node.value.id]}_{node.attr}", ast.Load())
        raise NotTranslatable(
            f"{self.name}: `{ast.unparse(node)}` has no counterpart on the GPU"
        )

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if self.kinds.get(node.id) == "w":
            return ast.Name("w", ast.Load())
        if self.kinds.get(node.id) == "s":
            return ast.Tuple(
                [ast.Name(f"s_{field}", ast.Load()) for field in self.fields], ast.Load()
            )
        return ast.Constant(self.numbers[node.id]) if node.id in self.numbers else node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        return _call(
            "where", [self.visit(node.test), self.visit(node.body), self.visit(node.orelse)]
        )

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        verb: ast.operator = ast.BitAnd() if isinstance(node.op, ast.And) else ast.BitOr()
        first, *rest = (self.visit(value) for value in node.values)
        for value in rest:
            first = ast.BinOp(first, verb, value)
        return first  # type: ignore[no-any-return]

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        inner = self.visit(node.operand)
        if isinstance(node.op, ast.Not):
            return _compare(inner, ast.Eq(), ast.Constant(0))
        return ast.UnaryOp(node.op, inner)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        sides = [self.visit(part) for part in (node.left, *node.comparators)]
        first: ast.expr
        first, *rest = (
            _compare(a, op, b) for a, op, b in zip(sides, node.ops, sides[1:], strict=False)
        )
        for value in rest:
            first = ast.BinOp(first, ast.BitAnd(), value)
        return first

    def visit_Call(self, node: ast.Call) -> ast.AST:
        called = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
        if called in CHOICES:
            first, *rest = (self.visit(a) for a in node.args)
            for value in rest:
                first = _choose(CHOICES[called], first, value)
            return first  # type: ignore[no-any-return]
        if called in VERBS:
            return _call(called, [self.visit(a) for a in node.args])
        if called == "tanh":
            return _tanh(self.visit(node.args[0]))
        if called.endswith("State") or called in self.makers:
            values: dict[Any, ast.expr] = dict(zip(self.fields, node.args, strict=False))
            values |= {k.arg: k.value for k in node.keywords}
            count = len(node.args) + len(node.keywords)
            if count != len(self.fields) or set(values) != set(self.fields):
                expected = ", ".join(self.fields)
                raise NotTranslatable(f"{self.name}: `{called}(...)` wants ({expected})")
            return ast.Tuple(
                [self.visit(values[field]) for field in self.fields], ast.Load()
            )
        raise NotTranslatable(
            f"{self.name}: `{called}(...)` has no counterpart on the GPU; "
            f"use {sorted([*VERBS, *CHOICES, 'tanh'])}"
        )

    def visit_If(self, node: ast.If) -> ast.AST:
        raise NotTranslatable(
            f"{self.name}: write `a if condition else b` instead of an if statement"
        )

    def visit_While(self, node: ast.While) -> ast.AST:
        raise NotTranslatable(
            f"{self.name}: a while loop has no counterpart on the GPU; write out its turns"
        )


def _call(verb: str, arguments: list[Any]) -> ast.Call:
    return ast.Call(
        ast.Attribute(ast.Name("tl", ast.Load()), verb, ast.Load()), arguments, []
    )


def _power(base: Any, power: Any) -> ast.Call:
    """base ** power for base >= 0."""
    above_zero = _choose(ast.Gt, base, ast.Constant(TINY))
    return _call("exp", [ast.BinOp(power, ast.Mult(), _call("log", [above_zero]))])


def _tanh(x: ast.expr) -> ast.BinOp:
    power = _call("exp", [ast.BinOp(ast.Constant(2.0), ast.Mult(), x)])
    share = ast.BinOp(
        ast.Constant(2.0), ast.Div(), ast.BinOp(power, ast.Add(), ast.Constant(1.0))
    )
    return ast.BinOp(ast.Constant(1.0), ast.Sub(), share)


def _compare(a: Any, op: ast.cmpop, b: Any) -> ast.Compare:
    return ast.Compare(a, [op], [b])


def _choose(op: type[ast.cmpop], a: Any, b: Any) -> ast.Call:
    """The lesser or greater; tl.minimum and tl.maximum would round a number to float32 first, and
    drop NaN.
    """
    return _call("where", [_compare(b, op(), a), b, a])


def translate(
    function: Callable[..., Any],
    name: str,
    arguments: list[str],
    fields: tuple[str, ...],
    kinds: Sequence[str] = "sp",
) -> str:
    """Write the Triton function `name(arguments)` that does what `function` does; it returns a flat
    tuple.

    `kinds` says for each parameter of `function` what its attributes begin with in `arguments`; "s"
    is the state, whose `fields` are returned, "w" a plain number.

    Raises:
        NotTranslatable: the function does what a GPU kernel cannot do.

    >>> from neurosparse.neurons import LIF
    >>> print(translate(LIF.reset, "settle", ["p_reset"], ("v", "jump")))
    @triton.jit
    def settle(p_reset):
        return (p_reset, 0.0)
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(tree, ast.FunctionDef)
    parameters = [a.arg for a in tree.args.args]
    scope = inspect.unwrap(function).__globals__
    prefixes = dict(zip(parameters, kinds, strict=False))
    rewrite = _Rewrite(function.__qualname__, prefixes, fields, scope)
    body = [rewrite.visit(line) for line in tree.body if not _is_docstring(line)]
    states = {line.targets[0].id for line in body if _is_state(line)}
    lines = [_flat(line, states, len(fields)) for line in body]
    return "\n".join(
        [
            f"@triton.jit\ndef {name}({', '.join(arguments)}):",
            *(f"    {line}" for line in lines),
        ]
    )


def _is_docstring(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def _is_state(line: ast.stmt) -> bool:
    """Whether a line gives a name to a whole state."""
    return (
        isinstance(line, ast.Assign)
        and isinstance(line.value, ast.Tuple)
        and isinstance(line.targets[0], ast.Name)
    )


def _flat(line: Any, states: set[str], n: int) -> str:
    """Write a line; a state under a name becomes n names, a returned (state, crossed) one tuple."""
    if _is_state(line):
        line = ast.Assign([_names(line.targets[0].id, n)], line.value)
    if isinstance(line, ast.Return):
        value = line.value
        returned: list[Any] = value.elts if isinstance(value, ast.Tuple) else [value]
        parts: list[ast.expr] = []
        for part in returned:
            named = isinstance(part, ast.Name) and part.id in states
            whole = _names(part.id, n) if named else part
            parts += whole.elts if isinstance(whole, ast.Tuple) else [whole]
        line = ast.Return(ast.Tuple(parts, ast.Load()))
    return ast.unparse(ast.fix_missing_locations(line))


def _names(stem: str, n: int) -> ast.Tuple:
    return ast.Tuple([ast.Name(f"{stem}_{k}", ast.Load()) for k in range(n)], ast.Load())
