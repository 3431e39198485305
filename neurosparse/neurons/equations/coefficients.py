"""The coefficients of a model: what a step needs of the parameters alone, each under a name."""

from collections.abc import Mapping
from typing import Any

import sympy as sp

from neurosparse.neurons.equations.printing import Arrays, Scalar
from neurosparse.neurons.equations.reading import Described
from neurosparse.neurons.equations.structure import Linear

SPANS = {"": "dt", "half_": "0.5 * dt", "mean_": "dt"}


class Coefficients:
    """A growing table of coefficients: name -> how NumPy derives it from `q`, the parameters.

    `steps` holds the exact steps of coupled variables that are derived before.
    """

    def __init__(self, model: Described) -> None:
        self.model = model
        self.constants = {
            symbol for name, symbol in model.parameters.items() if name != model.drive
        }
        self.source: dict[str, str] = {}
        self.steps: dict[str, str] = {}
        self._names: dict[Any, str] = {}
        self._arrays = Arrays({name: f"q.{name}" for name in model.parameters})

    def named(self, name: str, source: str) -> str:
        """Keep a coefficient under a name of its own; returns how the update reads it."""
        while name in self.model.parameters or self.source.get(name, source) != source:
            name += "_"
        self.source[name] = source
        return f"p.{name}"

    def arrays(self, expression: Any) -> str:
        """Write an expression of parameters for arrays."""
        return str(self._arrays.doprint(expression))

    def parameter(self, name: str) -> str:
        """A parameter that the update reads as it is."""
        self.source[name] = f"q.{name}"
        return f"p.{name}"

    def hoist(self, expression: Any) -> Any:
        """Replace what holds parameters alone by symbols of coefficients, as `p.per_tau`."""
        if (-expression if expression.is_Mul else expression).is_Symbol:
            return expression
        if not expression.free_symbols:
            return expression
        if expression.free_symbols <= self.constants:
            return self._coefficient(expression)
        if expression.is_Add or expression.is_Mul:
            return self._hoist_part(expression)
        return expression.func(*map(self.hoist, expression.args))

    def _hoist_part(self, expression: Any) -> Any:
        """Join all constant terms of a sum, or factors of a product, into one coefficient."""
        fixed = [arg for arg in expression.args if arg.free_symbols <= self.constants]
        others = [self.hoist(arg) for arg in expression.args if arg not in fixed]
        plain = all(arg.is_Symbol or arg.is_number for arg in fixed)
        trivial = sum(not arg.is_number for arg in fixed) < 2 and plain
        if not fixed or trivial:
            return expression.func(*fixed, *others)
        return expression.func(self._coefficient(expression.func(*fixed)), *others)

    def _coefficient(self, expression: Any) -> Any:
        if expression not in self._names:
            name = f"c{len(self._names)}"
            if expression.is_Pow and expression.exp == -1 and expression.base.is_Symbol:
                name = f"per_{expression.base.name}"
            self._names[expression] = self.named(name, self.arrays(expression))
        return sp.Symbol(self._names[expression], real=True)

    def scalar(self, expression: Any, values: Mapping[str, str]) -> str:
        """Write an expression of states and parameters for the update."""
        reads = {symbol.name for symbol in expression.free_symbols}
        names = dict(values)
        for name in self.model.parameters:
            if name in reads:
                names[name] = self.parameter(name)
        return str(Scalar(names).doprint(expression))


class LinearCoefficients:
    """How one step, half a step, or the mean over a step moves linear variables.

    A variable that decays alone, or with inputs that do, has a closed form; variables that are
    coupled otherwise share a matrix, `linear_step`.
    """

    def __init__(self, table: Coefficients, linear: Linear, tag: str) -> None:
        self.table = table
        self.linear = linear
        self.tag = tag

    def terms(self, name: str, span: str) -> dict[str, str]:
        """What each source adds to the variable: by state, "" for the constant, drive's name."""
        if self._is_closed(name, span):
            return self._closed(name, span)
        return self._by_matrix(name, span)

    def rate(self, name: str) -> str:
        """How `coefficients` calls the rate of a variable, in 1/ms."""
        rate = self.linear.rates[name].get(name, sp.Integer(0))
        if rate == 0:
            return "0.0"
        self.table.steps[f"rate_{name}"] = self.table.arrays(rate)
        return f"rate_{name}"

    def _factor(self, expression: Any) -> str:
        text = self.table.arrays(expression)
        return f"({text})" if expression.is_Add else text

    def _is_closed(self, name: str, span: str) -> bool:
        if span == "mean_":
            return self.linear.is_simple(name)
        return self.linear.is_direct(name)

    def _keep(self, source: str, name: str, span: str, label: str) -> str:
        return self.table.named(f"{span}{name}_{label}{self.tag}", source)

    def _closed(self, name: str, span: str) -> dict[str, str]:
        row = self.linear.rates[name]
        rate = self.rate(name)
        time = SPANS[span]
        terms: dict[str, str] = {}
        if name in row:
            source = f"np.expm1({time} * {rate})"
            if span == "mean_":
                source = f"exponential_blend(dt, {rate}, 0.0) / dt - 1.0"
            terms[name] = self._keep(source, name, span, "own")
        for other in sorted(self.linear.inputs(name)):
            blend = f"exponential_blend({time}, {rate}, {self.rate(other)})"
            source = f"{self._factor(row[other])} * {blend}"
            terms[other] = self._keep(source, name, span, f"from_{other}")
        blend = f"exponential_blend({time}, {rate}, 0.0)"
        for source, label, table in self._constant_inputs():
            if name in table:
                text = f"{self._factor(table[name])} * {blend}"
                terms[source] = self._keep(text, name, span, label)
        return terms

    def _constant_inputs(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        drive = self.table.model.drive
        return [("", "push", self.linear.push), (drive, "driven", self.linear.gain)]

    def _by_matrix(self, name: str, span: str) -> dict[str, str]:
        members = [k for k in self.linear.rates if k in self._coupled(span)]
        step = f"{span or 'whole_'}step{self.tag}"
        self.table.steps[step] = self._step(members, span)
        row = members.index(name)
        reach = self.linear.reach(name)
        terms: dict[str, str] = {}
        for column, other in enumerate(members):
            if other in reach:
                source = f"{step}[{row}, {column}]"
                label = "own" if other == name else f"from_{other}"
                terms[other] = self._keep(source, name, span, label)
        for column, (key, label, table) in enumerate(self._constant_inputs(), len(members)):
            if reach & set(table):
                terms[key] = self._keep(f"{step}[{row}, {column}]", name, span, label)
        return terms

    def _coupled(self, span: str) -> set[str]:
        """Variables without closed form, and all that they depend on."""
        rates = self.linear.rates
        open_ones = [name for name in rates if not self._is_closed(name, span)]
        return set().union(*map(self.linear.reach, open_ones))

    def _step(self, members: list[str], span: str) -> str:
        """The call that gives the step of all coupled variables."""
        write = self.table.arrays
        zero = sp.Integer(0)
        rows = [
            "[" + ", ".join(write(self.linear.rates[i].get(j, zero)) for j in members) + "]"
            for i in members
        ]
        columns = [table for _, _, table in self._constant_inputs()]
        pushes = [
            "[" + ", ".join(write(table.get(i, zero)) for table in columns) + "]"
            for i in members
        ]
        mean = ", mean=True" if span == "mean_" else ""
        return (
            f"linear_step({SPANS[span]}, [{', '.join(rows)}], [{', '.join(pushes)}]{mean})"
        )
