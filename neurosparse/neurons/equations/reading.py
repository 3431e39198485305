"""Read the texts of a model: equations, threshold, reset; each checked, with the line in errors."""

import ast
import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from neurosparse.errors import Said, bad_argument, bad_type, unknown_name
from neurosparse.neurons.equations.expressions import (
    FUNCTIONS,
    NUMBER,
    Scope,
    is_condition,
    names_in,
    parse,
    to_sympy,
    unit_of,
)
from neurosparse.neurons.equations.noise import noises_among, split_noise
from neurosparse.neurons.equations.units import (
    COHERENT,
    MILLISECOND,
    ONE,
    PER_ROOT_MS,
    Unit,
    describe_unit,
    parse_unit,
)
from neurosparse.neurons.fields import Neuron

_DERIVATIVE = re.compile(r"d\s*(\w+)\s*/\s*dt\s*=(?!=)(.*)", re.DOTALL)
_NAMED = re.compile(r"(\w+)\s*=(?!=)(.*)", re.DOTALL)
_ASSIGNED = re.compile(r"(\w+)\s*([-+*/]?)=(?!=)(.*)", re.DOTALL)
_PARTS = {"State", "Coefficients", "receptors", "drive", "conductances", "coefficients"}
_VERBS = {"update", "reset", "may_fire", "source"}
RESERVED = {*dir(Neuron), *_PARTS, *_VERBS, "dt", "t", "xi", *FUNCTIONS, *COHERENT}


@dataclass(frozen=True)
class Recipe:
    """All that `from_equations` was given, in a form that can be compared, hashed and pickled."""

    name: str
    equations: str
    threshold: str
    reset: str
    receptors: tuple[tuple[str, str], ...]
    parameters: tuple[tuple[str, float, str], ...]  # name, value, unit
    initial: tuple[tuple[str, str], ...]
    method: str
    rests: tuple[str, ...] | None
    drive: str


@dataclass(frozen=True)
class Described:
    """A model in symbols: what its equations, threshold and reset say.

    `slopes` gives dx/dt for each state, `lines` where it stands; `settles` what a spike makes of
    it; `rests` the states that stand still while refractory; `drive` the parameter that injected
    currents add to, or ""; `noise` the factors of white noise in each dx/dt; `summed` the states
    without an equation, which hold what arrives in a step.
    """

    recipe: Recipe
    states: Mapping[str, sp.Symbol]
    parameters: Mapping[str, sp.Symbol]
    units: Mapping[str, Any]
    lines: Mapping[str, str]
    slopes: Mapping[str, Any]
    crossed: Any
    settles: Mapping[str, Any]
    initial: Mapping[str, Any]
    rests: tuple[str, ...]
    drive: str
    noise: Mapping[str, Mapping[str, Any]]
    summed: tuple[str, ...]


@dataclass(frozen=True)
class _Line:
    where: str
    name: str
    tree: ast.expr
    unit: Unit | None


def describe_model(recipe: Recipe) -> Described:
    """Read all texts of a recipe.

    Raises:
        ValueError: names the line, what stands there and what would be accepted.
    """
    derivatives, named = _equations(recipe.equations)
    summed = _summed(recipe, derivatives, named)
    names = [line.name for line in derivatives]
    states = {name: sp.Symbol(name, real=True) for name in (*names, *summed)}
    scope = _scope(recipe, states, derivatives)
    noises = _add_noises(scope, [*derivatives, *named])
    parameters = {name: scope.values[name] for name, *_ in recipe.parameters}
    for line in _in_order(named, scope):
        scope.values[line.name] = _value(line, scope)
        scope.units[line.name] = _checked_unit(line, scope, line.unit, f"{line.name} =")
    slopes: dict[str, Any] = dict.fromkeys(summed, sp.Integer(0))
    noise: dict[str, Mapping[str, Any]] = {}
    for line in derivatives:
        whole = _value(line, scope)
        slopes[line.name], factors = split_noise(whole, noises, line.where)
        noise |= {line.name: factors} if factors else {}
        rate = line.unit / MILLISECOND if line.unit else None
        _checked_unit(line, scope, rate, f"d{line.name}/dt =")
    for name in noises:
        del scope.values[name]
    crossed = _threshold(recipe.threshold, scope)
    settles, replaced = _reset(recipe.reset, states, scope)
    rests = replaced if recipe.rests is None else recipe.rests
    _check_listed("rests", rests, states)
    _check_listed("receptors", dict(recipe.receptors).values(), states)
    _check_listed("initial", dict(recipe.initial), states)
    if recipe.drive and recipe.drive not in parameters:
        raise unknown_name("drive", recipe.drive, parameters)
    constants = Scope(parameters, scope.units)
    start = {
        name: to_sympy(parse(text, f"initial[{name!r}]"), constants, f"initial[{name!r}]")
        for name, text in recipe.initial
    }
    drive = recipe.drive or ("i_ext" if "i_ext" in parameters else "")
    return Described(
        recipe=recipe,
        states=states,
        parameters=parameters,
        units=scope.units,
        lines={line.name: line.where for line in derivatives},
        slopes=slopes,
        crossed=crossed,
        settles=settles,
        initial=start,
        rests=rests,
        drive=drive,
        noise=noise,
        summed=summed,
    )


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments and blanks, with their number; brackets go on over line ends.

    >>> list(logical_lines("a = (1 +  # one\\n  2)\\n\\nb = 3"))
    [(1, 'a = (1 + 2)'), (4, 'b = 3')]
    """
    first, whole = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        content = line.partition("#")[0].strip()
        if content:
            first = first or number
            whole = f"{whole} {content}".strip()
        if whole and whole.count("(") <= whole.count(")"):
            yield first, whole
            first, whole = 0, ""
    if whole:
        yield first, whole


def _equations(text: str) -> tuple[list[_Line], list[_Line]]:
    """The differential equations, and the values that have a name."""
    derivatives: list[_Line] = []
    named: list[_Line] = []
    for number, line in logical_lines(text):
        where = f"equations, line {number}"
        derivative = _DERIVATIVE.fullmatch(line)
        match = derivative or _NAMED.fullmatch(line)
        if match is None:
            expected = "dx/dt = ... : unit, or name = ... : unit"
            raise bad_argument(where, line, expected)
        name, content = match.groups()
        content, _, unit = content.partition(":")
        read = parse_unit(unit.strip(), where) if unit.strip() else None
        tree = parse(content, where)
        if is_condition(tree):
            raise bad_argument(where, content.strip(), "a number, not a condition")
        whole = _Line(where, name, tree, read)
        (derivatives if derivative else named).append(whole)
    if not derivatives:
        raise bad_argument("equations", text, "at least one line dx/dt = ...")
    return derivatives, named


def _summed(
    recipe: Recipe, derivatives: list[_Line], named: list[_Line]
) -> tuple[str, ...]:
    """Receptors' variables that equations read and none gives: sums of what arrives in a step."""
    known = {line.name for line in (*derivatives, *named)}
    known |= {name for name, *_ in recipe.parameters}
    read = set().union(*(names_in(line.tree) for line in (*derivatives, *named)))
    targets = dict.fromkeys(name for _, name in recipe.receptors)
    return tuple(name for name in targets if name in read - known)


def _add_noises(scope: Scope, lines: list[_Line]) -> dict[str, sp.Symbol]:
    """White noises that lines read, as symbols of the scope."""
    read = set().union(*(names_in(line.tree) for line in lines)) - set(scope.values)
    noises = {name: sp.Symbol(name, real=True) for name in noises_among(read)}
    scope.values |= noises
    scope.units |= dict.fromkeys(noises, PER_ROOT_MS)
    return noises


def _scope(recipe: Recipe, states: dict[str, sp.Symbol], lines: list[_Line]) -> Scope:
    """Parameters and states as symbols, with their units."""
    scope = Scope()
    for name, _, unit in recipe.parameters:
        _check_name(f"parameters[{name!r}]", name)
        scope.values[name] = sp.Symbol(name, real=True)
        scope.units[name] = parse_unit(unit, f"parameters[{name!r}]") if unit else None
    for line in lines:
        _check_new(line, scope)
        scope.values[line.name] = states[line.name]
        scope.units[line.name] = line.unit
    for name in set(states) - set(scope.values):
        _check_name("receptors", name)
        scope.values[name] = states[name]
    return scope


def _in_order(lines: list[_Line], scope: Scope) -> Iterator[_Line]:
    """Named values, those first that others need."""
    ahead: dict[str, _Line] = {}
    for line in lines:
        _check_new(line, scope)
        if line.name in ahead:
            raise _once_more(line)
        ahead[line.name] = line
    while ahead:
        ready = [line for line in ahead.values() if not names_in(line.tree) & set(ahead)]
        if not ready:
            line = next(iter(ahead.values()))
            needed = ", ".join(sorted(names_in(line.tree) & set(ahead)))
            received = Said(f"{line.name} by {needed}, which in turn needs it")
            raise bad_argument(line.where, received, "values that follow from others")
        for line in ready:
            del ahead[line.name]
        yield from ready


def _check_name(where: str, name: str) -> None:
    plain = name.isidentifier() and name.isascii() and not keyword.iskeyword(name)
    if not plain or name.startswith("_") or name in RESERVED:
        words = "a name of letters, digits and _ that nothing else has"
        raise bad_argument(where, name, words, "choose another name")


def _check_new(line: _Line, scope: Scope) -> None:
    _check_name(line.where, line.name)
    if line.name in scope.values:
        raise _once_more(line)


def _once_more(line: _Line) -> ValueError:
    received = Said(f"{line.name} once more")
    remedy = "name a parameter, or give one equation, not both"
    return bad_argument(line.where, received, "one meaning a name", remedy)


def _value(line: _Line, scope: Scope) -> Any:
    return to_sympy(line.tree, scope, line.where)


def _checked_unit(line: _Line, scope: Scope, stated: Unit | None, what: str) -> Any:
    """The unit of a line; refuses another one than it states."""
    unit = unit_of(line.tree, scope, line.where)
    if stated is None or unit in (None, NUMBER):
        return stated or (None if unit == NUMBER else unit)
    if unit != stated:
        received = Said(f"{what} {ast.unparse(line.tree)} in {describe_unit(unit)}")
        factor = unit / stated
        remedy = "mend the units of parameters or the equation"
        if factor.powers == ONE.powers:
            remedy = (
                f"a factor of 10^{factor.tens} lies between them: choose units that fit"
            )
        raise bad_argument(line.where, received, describe_unit(stated), remedy)
    return stated


def _threshold(text: str, scope: Scope) -> Any:
    if not text.strip():
        remedy = 'write threshold="False" for a neuron that never fires'
        raise bad_argument("threshold", text, "a condition, as v > v_threshold", remedy)
    tree = parse(text, "threshold")
    if not is_condition(tree):
        raise bad_argument("threshold", text, "a condition, as v > v_threshold")
    unit_of(tree, scope, "threshold")
    return to_sympy(tree, scope, "threshold")


def _reset(
    text: str, states: Mapping[str, sp.Symbol], scope: Scope
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What a spike makes of each state, one line after the other, and which it replaces by `=`."""
    settles: dict[str, Any] = dict(states)
    replaced: list[str] = []
    for number, line in logical_lines(text.replace(";", "\n")):
        where = f"reset, line {number}"
        match = _ASSIGNED.fullmatch(line)
        if match is None:
            raise bad_argument(where, line, "assignments, as v = v_reset; w += b")
        name, verb, content = match.groups()
        if name not in states:
            raise unknown_name(where, name, states)
        tree = parse(f"{name} {verb} ({content})" if verb else content, where)
        if is_condition(tree):
            raise bad_argument(where, content.strip(), "a number, not a condition")
        whole = _Line(where, name, tree, scope.units.get(name))
        _checked_unit(whole, scope, whole.unit, f"{name} =")
        before = {states[k]: value for k, value in settles.items()}
        settles[name] = _value(whole, scope).subs(before, simultaneous=True)
        if not verb and name not in replaced:
            replaced.append(name)
    return settles, tuple(replaced)


def _check_listed(where: str, names: Any, states: Mapping[str, Any]) -> None:
    for name in names:
        if name not in states:
            raise unknown_name(where, name, states)


def read_parameter(name: str, value: Any) -> tuple[str, float, str]:
    """Split a default into name, number and unit: 20.0, or "20 ms".

    >>> read_parameter("tau_mem", "20 ms"), read_parameter("c", 2)
    (('tau_mem', 20.0, 'ms'), ('c', 2.0, ''))
    """
    where = f"parameters[{name!r}]"
    number, unit = value, ""
    if isinstance(value, str):
        number, _, unit = value.strip().partition(" ")
    try:
        return name, float(number), unit.strip()
    except (TypeError, ValueError):
        expected = 'one number, or one with its unit, as "20 ms"'
        remedy = "arrays are given to the model: Model(tau_mem=array)"
        raise bad_type(where, value, expected, remedy) from None
