"""What white noise adds to each variable in a step, written as text."""

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from neurosparse.errors import Said, bad_argument
from neurosparse.neurons.equations.coefficients import Coefficients
from neurosparse.neurons.equations.structure import Linear


class NoiseLines:
    """What white noise adds to each variable in a step, as text.

    To linear variables the noise of a step comes exactly, also through each other: jointly normal
    numbers of the right covariance, made of independent ones by a triangle of factors. Where a
    factor of noise holds variables, or the variable has no exact step, it is that of Euler and
    Maruyama: factor sqrt(dt) xi, with the variables as they were (Ito). `fields` are the states in
    which the engine puts the independent normal numbers.
    """

    def __init__(
        self,
        table: Coefficients,
        linear: Linear,
        noise: Mapping[str, Mapping[str, Any]],
        rests: Sequence[str],
        taken: set[str],
    ) -> None:
        self.table = table
        self.rests = rests
        self.linear = linear
        constant = {
            name: factors
            for name, factors in noise.items()
            if name in linear.rates and _are_constant(factors, table.constants)
        }
        self.exact = constant
        self.other = {k: factors for k, factors in noise.items() if k not in constant}
        shared = _used(self.exact) & _used(self.other)
        if shared:
            name = min(shared)
            received = Said(f"{name} in an equation with an exact step and in another")
            remedy = f"write {name}_a and {name}_b"
            raise bad_argument("equations", received, "noises of their own", remedy)
        self.fields: dict[str, str] = {}
        for name in [*self._members(self.linear, self.exact), *sorted(_used(self.other))]:
            field = name if name in _used(self.other) else f"xi_{name}"
            while field in taken:
                field += "_"
            self.fields[name] = field
            taken.add(field)

    def _members(self, linear: Linear, noisy: Mapping[str, Any]) -> list[str]:
        """Linear variables that the noise reaches, those first that others depend on."""
        reached = [name for name in linear.rates if linear.reach(name) & set(noisy)]
        return sorted(reached, key=lambda name: len(linear.reach(name)))

    def change(self, name: str, start: Mapping[str, str], write: Any) -> str:
        """What noise adds to a variable in a step; "" for nothing."""
        if name in self.other:
            self.table.named("root_step", "np.sqrt(dt)")
            parts = [
                f"{write(factor * sp.Symbol('p.root_step'), start)} * s.{self.fields[xi]}"
                for xi, factor in sorted(self.other[name].items())
            ]
            return self._free(name, " + ".join(parts))
        moving = self._triangle(name, self.linear, self.exact, "")
        if not moving or name in self.rests:
            return self._free(name, moving)
        if not self.linear.reach(name) & set(self.rests):
            return moving
        noisy = {k: factors for k, factors in self.exact.items() if k not in self.rests}
        held = self._triangle(name, self.linear.frozen(self.rests), noisy, "_resting")
        return f"({moving} if since >= 0 else {held or '0.0'})"

    def _free(self, name: str, text: str) -> str:
        """A change that is nothing while the variable rests."""
        return f"({text} if since >= 0 else 0.0)" if text and name in self.rests else text

    def _triangle(
        self, name: str, linear: Linear, noisy: Mapping[str, Any], tag: str
    ) -> str:
        """A row of the triangle of factors times independent numbers; "" where it is empty."""
        members = self._members(linear, noisy)
        if name not in members:
            return ""
        joined = [k for k in members if k in linear.reach(name)]
        alone = joined == [name] and not self._shares(name, noisy)
        if alone:
            label = self.table.named(f"noise_{name}{tag}", self._alone(name, linear, noisy))
            return f"{label} * s.{self.fields[name]}"
        self.table.steps[f"noise{tag}"] = self._call(members, linear, noisy)
        parts = []
        row = members.index(name)
        for column, other in enumerate(members[: row + 1]):
            source = f"noise{tag}[{row}, {column}]"
            label = self.table.named(f"noise_{name}_{other}{tag}", source)
            parts.append(f"{label} * s.{self.fields[other]}")
        return " + ".join(parts)

    def _shares(self, name: str, noisy: Mapping[str, Any]) -> bool:
        own = set(noisy[name])
        return any(own & set(factors) for k, factors in noisy.items() if k != name)

    def _alone(self, name: str, linear: Linear, noisy: Mapping[str, Any]) -> str:
        """factor sqrt((e^(2 a dt) - 1) / (2 a)) of a variable with noise of its own."""
        rate = self.table.arrays(2 * linear.rates[name].get(name, sp.Integer(0)))
        power = self.table.arrays(sum(factor**2 for factor in noisy[name].values()))
        return f"np.sqrt(({power}) * exponential_blend(dt, {rate}, 0.0))"

    def _call(self, members: list[str], linear: Linear, noisy: Mapping[str, Any]) -> str:
        """The call that gives the triangle of all members."""
        write = self.table.arrays
        zero = sp.Integer(0)
        names = sorted(_used(noisy))
        rates = [[write(linear.rates[i].get(j, zero)) for j in members] for i in members]
        factors = [[write(noisy.get(i, {}).get(k, zero)) for k in names] for i in members]
        return f"linear_noise(dt, {_matrix(rates)}, {_matrix(factors)})"


def _matrix(rows: list[list[str]]) -> str:
    return "[" + ", ".join(f"[{', '.join(row)}]" for row in rows) + "]"


def _used(noise: Mapping[str, Mapping[str, Any]]) -> set[str]:
    return {xi for factors in noise.values() for xi in factors}


def _are_constant(factors: Mapping[str, Any], constants: set[Any]) -> bool:
    return all(factor.free_symbols <= constants for factor in factors.values())
