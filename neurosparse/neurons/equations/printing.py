"""Write sympy's expressions as Python: for the compiled update, or for arrays of NumPy."""

from collections.abc import Mapping
from typing import Any

from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

_MOST_FACTORS = 8  # x**8 is written as products
_NEAR = 0.015625  # where (e^x - 1) / x is taken by its series


class Scalar(StrPrinter):
    """Python on plain numbers: exp, log, sqrt, sin, cos, tanh, abs, min, max and conditionals.

    >>> from sympy import Symbol
    >>> x = Symbol("x")
    >>> Scalar({"x": "s.x"}).doprint(x**2 / 4 + 1)
    '1.0 + (s.x*s.x)/4.0'
    """

    verbs: Mapping[str, str] = {
        "Least": "min",
        "Greatest": "max",
        "Absolute": "abs",
        "Abs": "abs",
    }

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__({"order": "none"})
        self.names = names

    def _print_Symbol(self, expr: Any) -> str:
        return self.names.get(expr.name, expr.name)

    def _print_Integer(self, expr: Any) -> str:
        return f"{float(int(expr))!r}"

    def _print_Rational(self, expr: Any) -> str:
        return f"{float(expr)!r}"

    def _print_Float(self, expr: Any) -> str:
        return f"{float(expr)!r}"

    def _print_NumberSymbol(self, expr: Any) -> str:
        return f"{float(expr)!r}"

    _print_Half = _print_Rational
    _print_One = _print_Zero = _print_NegativeOne = _print_Integer
    _print_Exp1 = _print_Pi = _print_NumberSymbol

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, power = expr.base, expr.exp
        number = float(power) if power.is_number else 0.0
        if number == 0.5:
            return self.call("sqrt", [base])
        if power.could_extract_minus_sign():
            return f"1.0/{self.parenthesize(base**-power, PRECEDENCE['Pow'])}"
        if number.is_integer() and 1 < number <= _MOST_FACTORS:
            # in brackets, since what stands around takes it for a power
            factor = self.parenthesize(base, PRECEDENCE["Mul"], strict=True)
            return f"({'*'.join([factor] * int(number))})"
        base_text = self.parenthesize(base, PRECEDENCE["Pow"], strict=True)
        return f"{base_text}**{self.parenthesize(power, PRECEDENCE['Pow'])}"

    def _print_Function(self, expr: Any) -> str:
        return self.call(expr.func.__name__, expr.args)

    def _print_exp(self, expr: Any) -> str:
        return self.call("exp", expr.args)

    def _print_Piecewise(self, expr: Any) -> str:
        *pieces, (last, _) = expr.args
        text = str(self.doprint(last))
        for value, condition in reversed(pieces):
            text = self.choice(self.doprint(condition), self.doprint(value), text)
        return text

    def _print_And(self, expr: Any) -> str:
        return " and ".join(f"({self.doprint(arg)})" for arg in expr.args)

    def _print_Or(self, expr: Any) -> str:
        return " or ".join(f"({self.doprint(arg)})" for arg in expr.args)

    def _print_Not(self, expr: Any) -> str:
        return f"not ({self.doprint(expr.args[0])})"

    def call(self, verb: str, args: Any) -> str:
        """Write a call of a function."""
        if verb == "Exprel":
            return _exprel(self.parenthesize(args[0], PRECEDENCE["Atom"], strict=True))
        inner = ", ".join(map(self.doprint, args))
        return f"{self.verbs.get(verb, verb)}({inner})"

    def choice(self, condition: str, value: str, other: str) -> str:
        """Write a choice of two values."""
        return f"({value} if {condition} else {other})"


def _exprel(x: str) -> str:
    """(e^x - 1) / x, by its series near 0; both sides of the choice are computed somewhere."""
    near = f"abs({x}) < {_NEAR}"
    series = f"1.0 + {x} / 6.0"
    for k in (5.0, 4.0, 3.0, 2.0):
        series = f"1.0 + {x} / {k} * ({series})"
    return f"({series} if {near} else (exp({x}) - 1.0) / (1.0 if {near} else {x}))"


class Arrays(Scalar):
    """The same on arrays of NumPy, where the coefficients of a step are derived.

    >>> from sympy import Symbol, exp
    >>> Arrays({"tau": "q.tau"}).doprint(exp(-1 / Symbol("tau")))
    'np.exp(-1.0/q.tau)'
    """

    def call(self, verb: str, args: Any) -> str:
        """Write a call of a function of NumPy."""
        first, *rest = map(self.doprint, args)
        if verb == "Exprel":
            return f"exponential_blend(1.0, {first}, 0.0)"
        if verb in ("Least", "Greatest"):
            name = "np.minimum" if verb == "Least" else "np.maximum"
            for other in rest:
                first = f"{name}({first}, {other})"
            return str(first)
        return f"np.{self.verbs.get(verb, verb)}({first})"

    def choice(self, condition: str, value: str, other: str) -> str:
        """Write a choice of two values."""
        return f"np.where({condition}, {value}, {other})"

    def _print_And(self, expr: Any) -> str:
        return " & ".join(f"({self.doprint(arg)})" for arg in expr.args)

    def _print_Or(self, expr: Any) -> str:
        return " | ".join(f"({self.doprint(arg)})" for arg in expr.args)

    def _print_Not(self, expr: Any) -> str:
        return f"~({self.doprint(expr.args[0])})"
