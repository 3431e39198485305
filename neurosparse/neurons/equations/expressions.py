"""Expressions of a model: checked as a syntax tree, with units, then handed to sympy.

Nothing is evaluated: what is no number, known name, operator or listed function is refused.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy as sp

from neurosparse.errors import Said, bad_argument, unknown_name
from neurosparse.neurons.equations.units import (
    COHERENT,
    ONE,
    Unit,
    describe_unit,
    parse_unit,
)


class Least(sp.Function):
    """min(a, b, ...), which sympy leaves as it is."""


class Greatest(sp.Function):
    """max(a, b, ...), which sympy leaves as it is."""


class Absolute(sp.Function):
    """abs(x), which sympy leaves as it is."""


class Exprel(sp.Function):
    """(e^x - 1) / x, 1 at x = 0."""


FUNCTIONS: dict[str, Any] = {
    "exp": sp.exp,
    "log": sp.log,
    "sqrt": sp.sqrt,
    "sin": sp.sin,
    "cos": sp.cos,
    "tanh": sp.tanh,
    "exprel": Exprel,
    "abs": Absolute,
    "min": Least,
    "max": Greatest,
}
_ANY_UNIT = {"abs", "min", "max"}
_COMPARE: dict[type[ast.cmpop], Any] = {
    ast.Lt: sp.Lt,
    ast.LtE: sp.Le,
    ast.Gt: sp.Gt,
    ast.GtE: sp.Ge,
}
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: _raised_value(a, b),
}
_EXACT = 2**53  # whole numbers below are exact in float64
NUMBER = "number"  # the unit of a bare number, which takes that of what it is added to


@dataclass
class Scope:
    """Names that expressions may use: the values and, where they are given, the units."""

    values: dict[str, Any] = field(default_factory=dict)
    units: dict[str, Any] = field(default_factory=dict)

    def value(self, name: str, where: str) -> Any:
        """What stands for a name; ValueError with what is near it if nothing does."""
        if name in self.values:
            return self.values[name]
        if name in COHERENT:
            return sp.Integer(1)
        if name in ("t", "xi"):
            remedy = "give time courses to i_ext by StepCurrent, SineCurrent; xi to equations alone"
            raise bad_argument(
                where, name, "what depends on neither time nor noise", remedy
            )
        raise unknown_name(where, name, self.values)

    def unit(self, name: str) -> Any:
        """The unit of a name; None where it is not given."""
        if name not in self.values and name in COHERENT:
            return parse_unit(name, name)
        return self.units.get(name)


def parse(text: str, where: str) -> ast.expr:
    """Read one expression into a tree of numbers, names, operators and calls alone.

    Raises:
        ValueError: anything else, named with `where`.

    >>> parse("v.real > 1", "threshold")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: threshold: got 'v.real', wants numbers, names, + - * / **, comparisons and abs...
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise bad_argument(
            where, text.strip(), "an expression, as (v_rest - v) / tau"
        ) from None
    for node in ast.walk(tree):
        if not _accepted(node):
            _refuse(node, where)
    for node in ast.walk(tree):
        _check_kinds(node, where)
    return tree


def _check_kinds(node: ast.AST, where: str) -> None:
    """Refuse a number in the place of a condition, and the other way round."""
    conditions: list[ast.expr] = []
    numbers: list[ast.expr] = []
    match node:
        case ast.BoolOp(values=values):
            conditions = values
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            conditions = [operand]
        case ast.IfExp(test=test, body=body, orelse=other):
            conditions = [test]
            numbers = [body, other]
        case ast.BinOp(left=left, right=right):
            numbers = [left, right]
        case ast.UnaryOp(operand=operand):
            numbers = [operand]
        case ast.Compare(left=left, comparators=others):
            numbers = [left, *others]
        case ast.Call(args=args):
            numbers = args
    for part in conditions:
        if not is_condition(part):
            raise bad_argument(where, ast.unparse(part), "a condition, as v > 0")
    for part in numbers:
        if is_condition(part):
            text = ast.unparse(part)
            remedy = f"write (1 if {text} else 0)"
            raise bad_argument(where, text, "a number, not a condition", remedy)


def _accepted(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return type(node.value) in (int, float, bool)
    if isinstance(node, ast.Call):
        named = isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS
        return named and bool(node.args) and not node.keywords
    inner = (ast.Name, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp)
    kinds = (*inner, ast.Load, ast.And, ast.Or, ast.USub, ast.UAdd, ast.Not)
    return isinstance(node, (*kinds, *_BINARY, *_COMPARE))


def _refuse(node: ast.AST, where: str) -> None:
    words = "numbers, names, + - * / **, comparisons and " + ", ".join(sorted(FUNCTIONS))
    if isinstance(node, ast.BitXor):
        raise bad_argument(where, "^", words, "write ** for a power")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        raise bad_argument(where, ast.unparse(node), words)
    raise bad_argument(where, _shown(node), words)


def _shown(node: ast.AST) -> str:
    try:
        return ast.unparse(node) or type(node).__name__
    except Exception:  # an operator alone cannot be written
        return type(node).__name__


def to_sympy(node: ast.expr, scope: Scope, where: str) -> Any:
    """Turn a checked tree into sympy's form.

    Raises:
        ValueError: unknown names; what has no finite real value, whatever the parameters.

    >>> scope = Scope({"v": sp.Symbol("v")})
    >>> to_sympy(parse("2 * v if v > 1 else 0", "reset"), scope, "reset")
    Piecewise((2*v, v > 1), (0, True))
    """

    def of(inner: ast.expr) -> Any:
        return to_sympy(inner, scope, where)

    match node:
        case ast.Constant(value=bool(value)):
            return sp.true if value else sp.false
        case ast.Constant(value=int(value)) if abs(value) < _EXACT:
            return sp.Integer(value)
        case ast.Constant(value=int(value) | float(value)):
            return sp.Float(repr(float(value)), 17)
        case ast.Name(id=name):
            return scope.value(name, where)
        case ast.BinOp(left=left, op=op, right=right):
            return _finite(_BINARY[type(op)](of(left), of(right)), node, where)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return sp.Not(of(operand))
        case ast.UnaryOp(op=op, operand=operand):
            return -of(operand) if isinstance(op, ast.USub) else of(operand)
        case ast.BoolOp(op=op, values=values):
            join = sp.And if isinstance(op, ast.And) else sp.Or
            return join(*map(of, values))
        case ast.Compare(left=left, ops=ops, comparators=others):
            sides = [of(side) for side in (left, *others)]
            pairs = zip(sides, ops, sides[1:], strict=False)
            return sp.And(*(_COMPARE[type(op)](a, b) for a, op, b in pairs))
        case ast.IfExp(test=test, body=body, orelse=other):
            return sp.Piecewise((of(body), of(test)), (of(other), True))
        case ast.Call(func=ast.Name(id=verb), args=args):
            return _finite(FUNCTIONS[verb](*map(of, args)), node, where)
    raise AssertionError(node)


def names_in(node: ast.expr) -> set[str]:
    """Give the names that an expression reads.

    >>> sorted(names_in(parse("2 * a + exp(b)", "")))
    ['a', 'b', 'exp']
    """
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _raised_value(base: Any, power: Any) -> Any:
    """base ** power; of two numbers as a float, since whole ones could fill all memory."""
    if not (isinstance(base, sp.Number) and isinstance(power, sp.Number)):
        return base**power
    if power.is_Integer and abs(power) <= 16 and abs(base) < _EXACT:
        return base**power
    try:
        value = float(base) ** float(power)
    except (OverflowError, ZeroDivisionError):
        return sp.zoo
    return sp.Float(value, 17) if isinstance(value, float) else sp.I


def _finite(value: Any, node: ast.expr, where: str) -> Any:
    """Refuse what has no real value, whatever the parameters, as 1 / 0 or sqrt(-1)."""
    if value.has(sp.zoo, sp.nan, sp.oo, -sp.oo, sp.I):
        raise bad_argument(where, ast.unparse(node), "real and finite values")
    return value


def is_condition(node: ast.expr) -> bool:
    """Whether an expression is true or false, not a number.

    >>> is_condition(parse("v > 1 and u < 2", "")), is_condition(parse("v - 1", ""))
    (True, False)
    """
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not)
    if isinstance(node, ast.Constant):
        return node.value is True or node.value is False
    return isinstance(node, ast.Compare | ast.BoolOp)


def unit_of(node: ast.expr, scope: Scope, where: str) -> Any:
    """Return the unit of an expression: a Unit, NUMBER, or None where a name in it has none given.

    Raises:
        ValueError: sums and comparisons of different units, functions of values with units.
    """

    def of(inner: ast.expr) -> Any:
        return unit_of(inner, scope, where)

    match node:
        case ast.Constant():
            return NUMBER
        case ast.Name(id=name):
            return scope.unit(name)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _raised(of(left), right)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
            return _same([left, right], of, where)
        case ast.BinOp(left=left, op=op, right=right):
            return _multiplied(of(left), of(right), isinstance(op, ast.Div))
        case ast.UnaryOp(operand=operand):
            return of(operand)
        case ast.BoolOp(values=values):
            return [of(value) for value in values] and NUMBER
        case ast.Compare(left=left, comparators=others):
            return _same([left, *others], of, where) and NUMBER
        case ast.IfExp(test=test, body=body, orelse=other):
            return of(test) and _same([body, other], of, where)
        case ast.Call(func=ast.Name(id=verb), args=args):
            return _called(verb, args, of, where)
    raise AssertionError(node)


def _multiplied(left: Any, right: Any, divided: bool) -> Any:
    if left is None or right is None:
        return None
    if left == right == NUMBER:
        return NUMBER
    left = ONE if left == NUMBER else left
    right = ONE if right == NUMBER else right
    return left / right if divided else left * right


def _raised(base: Any, power: ast.expr) -> Any:
    if not isinstance(base, Unit):
        return base
    try:
        number = float(ast.literal_eval(power))
    except ValueError:
        return ONE if base == ONE else None
    return base.raised(Fraction(number).limit_denominator(1000))


def _same(parts: list[ast.expr], of: Callable[[ast.expr], Any], where: str) -> Any:
    """The unit that all parts share; numbers take that of the others."""
    units: Mapping[str, Any] = {ast.unparse(part): of(part) for part in parts}
    real = {text: unit for text, unit in units.items() if isinstance(unit, Unit)}
    first = next(iter(real), "")
    for text, unit in real.items():
        if unit != real[first]:
            received = Said(f"{text} in {describe_unit(unit)}")
            expected = f"{describe_unit(real[first])}, as {first} has"
            raise bad_argument(where, received, expected, "units of a sum have to be equal")
    if first:
        return real[first]
    return None if None in units.values() else NUMBER


def _called(
    verb: str, args: list[ast.expr], of: Callable[[ast.expr], Any], where: str
) -> Any:
    if verb in _ANY_UNIT:
        return _same(args, of, where)
    if len(args) != 1:
        raise bad_argument(where, Said(f"{verb} of {len(args)} values"), f"{verb} of one")
    unit = of(args[0])
    if verb == "sqrt":
        return unit.raised(Fraction(1, 2)) if isinstance(unit, Unit) else unit
    if isinstance(unit, Unit) and unit != ONE:
        received = Said(f"{verb} of {ast.unparse(args[0])} in {unit}")
        remedy = "divide by a parameter of that unit"
        raise bad_argument(where, received, f"{verb} of a number without unit", remedy)
    return NUMBER if unit == NUMBER else ONE
