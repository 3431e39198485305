"""Write the body of `update`: one step of every variable, line by line."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from neurosparse.neurons.equations.coefficients import Coefficients, LinearCoefficients
from neurosparse.neurons.equations.expressions import Exprel
from neurosparse.neurons.equations.noisy_step import NoiseLines
from neurosparse.neurons.equations.printing import Scalar
from neurosparse.neurons.equations.reading import Described
from neurosparse.neurons.equations.structure import Linear, levels, relaxation


class Update:
    """Lines of a model's `update` and the coefficients that they read.

    `jumps` are the states that a spike moves and that rest while refractory: what arrives waits
    in a state of its own, `x_jump`, and is lost then. `jumps` gives the name of that one.
    """

    def __init__(self, model: Described, linear: Linear, method: str) -> None:
        self.model = model
        self.linear = linear
        self.method = method
        self.table = Coefficients(model)
        self.lines: list[str] = []
        targets = [name for _, name in model.recipe.receptors]
        resting = [name for name in model.rests if name in targets]
        self.jumps = {name: _jump_of(name, set(model.states)) for name in resting}
        self.start = {
            name: f"start_{name}" if name in self.jumps else f"s.{name}"
            for name in model.states
        }
        self.free = LinearCoefficients(self.table, linear, "")
        self.held = LinearCoefficients(self.table, linear.frozen(model.rests), "_resting")
        self.bent = [name for name in model.states if name not in linear.rates]
        taken = {*model.states, *model.parameters, *self.jumps.values()}
        self.noise = NoiseLines(self.table, linear, model.noise, model.rests, taken)
        self.emptied = [*self.jumps.values(), *self.noise.fields.values()]
        self._numbers = sp.numbered_symbols(
            _free_prefix({*model.states, *model.parameters})
        )
        self._write()

    def _write(self) -> None:
        self.lines += [
            f"start_{name} = s.{name} + (s.{jump} if since > 0 else 0.0)"
            for name, jump in self.jumps.items()
        ]
        whole = self._linear_values("", "new")
        if self.bent:
            steps = {
                "exponential_euler": self._exponential_euler,
                "euler": self._euler,
                "midpoint": self._midpoint,
                "rk4": self._rk4,
            }
            steps[self.method](whole)
        for name in self.model.states:
            change = self.noise.change(name, self.start, self.expression)
            if change:
                self.lines.append(f"new_{name} = new_{name} + {change}")
        fresh = {name: f"new_{name}" for name in self.model.states}
        crossed = self.expression(self.model.crossed, fresh)
        summed = self.model.summed
        values = ["0.0" if name in summed else fresh[name] for name in self.model.states]
        values += ["0.0"] * len(self.emptied)
        kind = self.model.recipe.name
        self.lines.append(f"return {kind}State({', '.join(values)}), {crossed}")

    def expression(self, expression: Any, values: Mapping[str, str]) -> str:
        """Write one expression, its constants as coefficients."""
        return self.table.scalar(self.table.hoist(expression), values)

    def _only_free(self, name: str, change: str) -> str:
        """A change that is nothing while the variable rests."""
        return f"({change} if since >= 0 else 0.0)" if name in self.model.rests else change

    # --- linear variables ---------------------------------------------------------------------

    def _linear_values(self, span: str, prefix: str) -> dict[str, str]:
        """Write linear variables after a step or half a step, or their mean; gives their names.

        Of half steps and means only what the other variables read is written.
        """
        used = set(self.linear.rates) if not span else self._read_by_others()
        for name in self.linear.rates:
            if name in used:
                self.lines.append(f"{prefix}_{name} = {self._linear(name, span)}")
        return {name: f"{prefix}_{name}" for name in used}

    def _read_by_others(self) -> set[str]:
        symbols = set().union(*(self.model.slopes[name].free_symbols for name in self.bent))
        return {name for name in self.linear.rates if self.model.states[name] in symbols}

    def _linear(self, name: str, span: str) -> str:
        start = self.start[name]
        terms = self.free.terms(name, span)
        change = self._sum(terms)
        if name in self.model.rests:
            return f"{start} + {self._only_free(name, change)}" if terms else start
        if self.linear.reach(name) & set(self.model.rests):
            resting = self._sum(self.held.terms(name, span)) or "0.0"
            return f"{start} + ({change} if since >= 0 else {resting})"
        return f"{start} + {change}" if terms else start

    def _sum(self, terms: Mapping[str, str]) -> str:
        """Coefficients times their states; the constant and the drive stand for themselves."""
        drive = self.model.drive
        parts = []
        for source, coefficient in terms.items():
            if source == "":
                parts.append(coefficient)
            elif source == drive:
                parts.append(f"{coefficient} * {self.table.parameter(drive)}")
            else:
                parts.append(f"{coefficient} * {self.start[source]}")
        return " + ".join(parts)

    # --- the others ---------------------------------------------------------------------------

    def _slopes(
        self, values: Mapping[str, str], names: Mapping[str, Any]
    ) -> dict[str, str]:
        """Write expressions that share their common parts; gives the text of each."""
        hoisted = [self.table.hoist(expression) for expression in names.values()]
        hoisted = self._with_named_powers(hoisted, values)
        shared, reduced = sp.cse(hoisted, symbols=self._numbers, order="none")
        plain = {symbol: part for symbol, part in shared if (-part).is_Symbol}
        self.lines += [
            f"{symbol.name} = {self.table.scalar(part.xreplace(plain), values)}"
            for symbol, part in shared
            if symbol not in plain
        ]
        texts = [self.table.scalar(part.xreplace(plain), values) for part in reduced]
        return dict(zip(names, texts, strict=True))

    def _with_named_powers(self, parts: list[Any], values: Mapping[str, str]) -> list[Any]:
        """Write the arguments of exprel, each of which is read several times, inner ones first."""
        calls = set().union(*(part.atoms(Exprel) for part in parts))
        names: dict[Any, Any] = {}
        for call in sorted(calls, key=lambda call: (call.count(Exprel), str(call))):
            argument = call.args[0].xreplace(names)
            if not argument.is_Symbol:
                symbol = next(self._numbers)
                self.lines.append(f"{symbol.name} = {self.table.scalar(argument, values)}")
                argument = symbol
            names[call] = Exprel(argument)
        return [part.xreplace(names) for part in parts]

    def _bent_slopes(self) -> dict[str, Any]:
        return {name: self.model.slopes[name] for name in self.bent}

    def _stage(
        self, prefix: str, values: Mapping[str, str], add: Mapping[str, str]
    ) -> dict[str, str]:
        """Write where the others stand between the ends of a step.

        A variable that fires and is reset is taken no further than its threshold: what lies beyond
        means nothing, and could overflow.
        """
        stage = dict(values)
        cut = {
            symbol.name: self.expression(level, {})
            for symbol, level in levels(self.model.crossed)
            if symbol.name in self.model.rests
            and level.free_symbols <= set(self.model.parameters.values())
        }
        for name in self.bent:
            text = f"{self.start[name]} + {self._only_free(name, add[name])}"
            if name in cut:
                text = f"min({text}, {cut[name]})"
            self.lines.append(f"{prefix}_{name} = {text}")
            stage[name] = f"{prefix}_{name}"
        return stage

    def _finish(self, changes: Mapping[str, str]) -> None:
        self.lines += [
            f"new_{name} = {self.start[name]} + {self._only_free(name, change)}"
            for name, change in changes.items()
        ]

    def _euler(self, whole: Mapping[str, str]) -> None:
        dt = self.table.named("step", "dt")
        slopes = self._slopes(self.start, self._bent_slopes())
        self._finish({name: f"{dt} * ({slope})" for name, slope in slopes.items()})

    def _midpoint(self, whole: Mapping[str, str]) -> None:
        dt = self.table.named("step", "dt")
        half = self.table.named("half_step", "0.5 * dt")
        slopes = self._slopes(self.start, self._bent_slopes())
        add = {name: f"{half} * ({slope})" for name, slope in slopes.items()}
        middle = self._stage("mid", self.start | self._linear_values("half_", "mid"), add)
        slopes = self._slopes(middle, self._bent_slopes())
        self._finish({name: f"{dt} * ({slope})" for name, slope in slopes.items()})

    def _rk4(self, whole: Mapping[str, str]) -> None:
        dt = self.table.named("step", "dt")
        half = self.table.named("half_step", "0.5 * dt")
        sixth = self.table.named("sixth", "dt / 6.0")
        middle = self.start | self._linear_values("half_", "mid")
        ends = self.start | dict(whole)
        values: Mapping[str, str] = self.start
        stages: Sequence[tuple[Mapping[str, str], str]] = [
            (middle, half),
            (middle, half),
            (ends, dt),
        ]
        for number, (base, length) in enumerate(stages, 1):
            self._name_slopes(number, values)
            add = {name: f"{length} * slope{number}_{name}" for name in self.bent}
            values = self._stage(f"stage{number}", base, add)
        self._name_slopes(4, values)
        mixed = "{s} * (slope1_{n} + 2.0 * (slope2_{n} + slope3_{n}) + slope4_{n})"
        self._finish({name: mixed.format(s=sixth, n=name) for name in self.bent})

    def _name_slopes(self, number: int, values: Mapping[str, str]) -> None:
        slopes = self._slopes(values, self._bent_slopes())
        self.lines += [f"slope{number}_{name} = {slope}" for name, slope in slopes.items()]

    def _exponential_euler(self, whole: Mapping[str, str]) -> None:
        """x + f(x) dt (e^z - 1) / z with z = dt df/dx: exact for others that stand still."""
        values = self.start | self._linear_values("mean_", "mean")
        rates = {name: relaxation(self.model, name) for name in self.bent}
        slopes = self._bent_slopes()
        open_ones = [
            name
            for name in self.bent
            if not rates[name].free_symbols <= self.table.constants
        ]
        slopes |= {f"rate of {name}": rates[name] for name in open_ones}
        texts = self._slopes(values, slopes)
        changes = {}
        for name in self.bent:
            length = self._relative_step(
                name, rates[name], texts.get(f"rate of {name}", "")
            )
            changes[name] = f"{length} * ({texts[name]})"
        self._finish(changes)

    def _relative_step(self, name: str, rate: Any, text: str) -> str:
        """How long a step acts on a variable that relaxes; a coefficient for constant rates."""
        if not text:
            source = f"exponential_blend(dt, {self.table.arrays(rate)}, 0.0)"
            return self.table.named(f"step_{name}", source)
        dt = self.table.named("step", "dt")
        share = Scalar({}).doprint(Exprel(sp.Symbol(f"z_{name}")))
        self.lines += [f"z_{name} = {dt} * ({text})", f"share_{name} = {share}"]
        return f"{dt} * share_{name}"


def _jump_of(name: str, names: set[str]) -> str:
    """How the state is called in which waits what synapses add to a variable."""
    jump = f"{name}_jump"
    while jump in names:
        jump += "_"
    return jump


def _free_prefix(names: set[str]) -> str:
    """What numbered parts are called, so that no variable has the name of one."""
    prefix = "x"
    while any(re.fullmatch(rf"{prefix}\d+", name) for name in names):
        prefix += "x"
    return prefix
