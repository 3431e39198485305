"""What of a system of equations is linear, so that its step is exact, and the method of others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from neurosparse.errors import Said, bad_argument
from neurosparse.neurons.equations.reading import Described

METHODS = ("exponential_euler", "euler", "midpoint", "rk4")


@dataclass(frozen=True)
class Linear:
    """dx/dt = rates x + push + gain i_drive, with coefficients of parameters alone.

    `rates[i][j]` by name holds the entries that are not 0; so do `push` and `gain`.
    """

    rates: Mapping[str, Mapping[str, Any]]
    push: Mapping[str, Any]
    gain: Mapping[str, Any]

    def inputs(self, name: str) -> set[str]:
        """The other variables that a variable depends on directly."""
        return set(self.rates[name]) - {name}

    def reach(self, name: str) -> set[str]:
        """All that a variable depends on, itself included."""
        seen: set[str] = set()
        ahead = {name}
        while ahead:
            seen |= ahead
            ahead = set().union(*(self.inputs(k) for k in ahead)) - seen
        return seen

    def is_simple(self, name: str) -> bool:
        """Whether a variable decays or grows by itself, without any input."""
        alone = not self.inputs(name)
        return alone and name not in self.push and name not in self.gain

    def is_direct(self, name: str) -> bool:
        """Whether all inputs of a variable decay by themselves."""
        return all(map(self.is_simple, self.inputs(name)))

    def paths(self, name: str) -> list[tuple[str, ...]] | None:
        """The ways by which others reach a variable: (name, its input, an input of that, ...).

        None where a way leads back, or where an other is fed by a constant or does not move by
        itself.
        """
        ways: list[tuple[str, ...]] = []
        ahead: list[tuple[str, ...]] = [(name,)]
        while ahead:
            way = ahead.pop(0)
            for other in sorted(self.inputs(way[-1])):
                fed = other in self.push or other in self.gain
                if other in way or fed or other not in self.rates[other]:
                    return None
                ahead.append((*way, other))
                ways.append((*way, other))
        return ways

    def frozen(self, resting: Sequence[str]) -> "Linear":
        """The same while some variables stand still."""

        def moving(table: Mapping[str, Any]) -> dict[str, Any]:
            return {name: value for name, value in table.items() if name not in resting}

        rates = {name: {} if name in resting else row for name, row in self.rates.items()}
        return Linear(rates, moving(self.push), moving(self.gain))


def linear_part(model: Described) -> Linear:
    """The largest set of variables that are linear in each other and depend on no others."""
    symbols = model.states
    moving = set(symbols.values())
    if model.drive:
        moving |= {model.parameters[model.drive]}
    names = list(symbols)
    while True:
        kept = [name for name in names if _is_linear(model, name, names, moving)]
        if kept == names:
            break
        names = kept
    zeros = dict.fromkeys(symbols.values(), 0)
    rates: dict[str, dict[str, Any]] = {}
    push: dict[str, Any] = {}
    gain: dict[str, Any] = {}
    for name in names:
        slope = model.slopes[name]
        row = {k: sp.diff(slope, symbols[k]) for k in names}
        rates[name] = {k: entry for k, entry in row.items() if entry != 0}
        rest = slope.subs(zeros)
        if model.drive:
            driven = model.parameters[model.drive]
            gain[name] = sp.diff(rest, driven)
            rest = rest.subs(driven, 0)
        push[name] = rest
    return Linear(rates, _without_zeros(push), _without_zeros(gain))


def _without_zeros(table: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if value != 0}


def _is_linear(model: Described, name: str, names: list[str], moving: set[Any]) -> bool:
    """Whether all slopes of dx/dt are free of states and drive, and of variables not in `names`."""
    slope = model.slopes[name]
    allowed = {model.states[k] for k in names}
    used = slope.free_symbols & moving
    driven = model.parameters[model.drive] if model.drive else None
    if not used <= allowed | {driven}:
        return False
    conditions = slope.atoms(Relational)  # whose derivatives say nothing
    if any(condition.free_symbols & moving for condition in conditions):
        return False
    return all(not _constant_slope(slope, symbol).free_symbols & moving for symbol in used)


def _constant_slope(slope: Any, symbol: Any) -> Any:
    derivative = sp.diff(slope, symbol)
    return sp.expand(derivative) if derivative.free_symbols else derivative


def relaxation(model: Described, name: str) -> Any:
    """d(dx/dt)/dx where that is free of x, so that x relaxes at this rate; None elsewhere."""
    symbol = model.states[name]
    slope = _constant_slope(model.slopes[name], symbol)
    return None if symbol in slope.free_symbols else sp.diff(model.slopes[name], symbol)


def method_of(model: Described, linear: Linear) -> str:
    """The method for variables that are not linear: the one named, or exponential Euler.

    Raises:
        ValueError: an unknown method; equations that need one, and none is named.
    """
    named = model.recipe.method
    if named not in ("", "exact", *METHODS):
        expected = f"one of exact, {', '.join(METHODS)}"
        raise bad_argument("method", named, expected)
    rest = [name for name in model.states if name not in linear.rates]
    if named == "exact" and rest:
        received = Said(f"'exact' for d{rest[0]}/dt, which has no exact step")
        remedy = f"name one of {', '.join(METHODS)}"
        where = f"method ({model.lines[rest[0]]})"
        raise bad_argument(where, received, "equations that are all linear", remedy)
    if named in METHODS and named != "exponential_euler":
        return named
    bent = [name for name in rest if relaxation(model, name) is None]
    if bent:
        name = bent[0]
        received = Said(f"{named!r} for d{name}/dt, which is not linear in {name}")
        others = ", ".join(f'"{method}"' for method in METHODS[1:])
        where = f"method ({model.lines[name]})"
        raise bad_argument(where, received, f"one of {others}", "and a small dt")
    return "exponential_euler"


def levels(condition: Any) -> list[tuple[Any, Any]]:
    """Pairs (symbol, level) of a condition `symbol > level`, or none for other conditions."""
    if not isinstance(condition, sp.StrictGreaterThan | sp.StrictLessThan):
        return []
    over, under = condition.gts, condition.lts
    return [(over, under)] if over.is_Symbol else []
