"""When a neuron of linear equations, left alone, cannot fire: the proof for event mode."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sympy as sp

from neurosparse.neurons.equations.reading import Described
from neurosparse.neurons.equations.stepping import Update
from neurosparse.neurons.equations.structure import Linear


@dataclass(frozen=True)
class Proof:
    """A threshold `v + sum of others > level`: v leaks, its inputs and the others decay.

    `paths` are the ways by which inputs reach v, as `Linear.paths` gives them.
    """

    variable: str
    paths: list[tuple[str, ...]]
    others: dict[str, Any]
    level: Any


def find_proof(model: Described, linear: Linear) -> Proof | None:
    """Read the proof off the structure, or None where this one does not apply.

    All has to be linear. The variable leaks to its rest and has inputs that decay, directly or
    through each other; so it never comes above the greater of where it is and where it rests, plus
    what each input lifts it by at most, alone. Signs of rates are looked at when coefficients are
    derived.
    """
    if len(linear.rates) < len(model.states) or model.noise or model.summed:
        return None
    if not isinstance(model.crossed, sp.StrictGreaterThan | sp.StrictLessThan):
        return None
    excess = model.crossed.gts - model.crossed.lts
    slopes = {name: sp.diff(excess, symbol) for name, symbol in model.states.items()}
    symbols = set(model.states.values())
    used = {name: slope for name, slope in slopes.items() if slope != 0}
    moving = symbols | ({model.parameters[model.drive]} if model.drive else set())
    if any(slope.free_symbols & moving for slope in used.values()):
        return None
    plain = [name for name, slope in used.items() if slope == 1]
    leaky = [name for name in plain if not linear.is_simple(name)] or plain
    if len(leaky) != 1:
        return None
    [variable] = leaky
    others = {name: slope for name, slope in used.items() if name != variable}
    paths = linear.paths(variable)
    if paths is None or variable not in linear.rates[variable]:
        return None
    if not all(map(linear.is_simple, others)):
        return None
    level = -excess.subs(dict.fromkeys(symbols, 0))
    if level.free_symbols & moving:
        return None
    return Proof(variable, paths, others, level)


def write_proof(update: Update, linear: Linear, proof: Proof) -> str:
    """Write the value of `may_fire`, and add the coefficients it reads."""
    table = update.table
    v = proof.variable
    inputs = sorted({path[-1] for path in proof.paths})
    watched = [
        update.free.rate(name) for name in dict.fromkeys((v, *inputs, *proof.others))
    ]
    table.steps["rest"] = _rest(update, linear, v)
    level = table.arrays(proof.level)
    guard = table.named("guard", f"firing_guard(dt, {level}, rest, {', '.join(watched)})")
    ahead = [_lift(update, linear, proof, name) for name in inputs]
    for name, slope in proof.others.items():
        for state in _states(update, name):
            lift = update.expression(slope * update.model.states[name], {name: state})
            ahead.append(f"max({lift}, 0.0)")
    here = f"s.{v} + max(s.{update.jumps[v]}, 0.0)" if v in update.jumps else f"s.{v}"
    bound = f"max({here}, {table.named('rest', 'rest')})"
    return f"{' + '.join([bound, *ahead])} > {guard}"


def _lift(update: Update, linear: Linear, proof: Proof, name: str) -> str:
    """The most that an input, alone, ever lifts the variable by: in all, by all its ways."""
    table = update.table
    paths = [path for path in proof.paths if path[-1] == name]
    parts = []
    for path in paths:
        gains = [linear.rates[name][other] for name, other in pairwise(path)]
        gain = table.arrays(sp.prod(gains))
        rates = ", ".join(map(update.free.rate, path))
        lift = f"lasting_lift(dt, {rates})"
        parts.append(f"np.abs({gain}) * {lift}" if len(paths) > 1 else f"({gain}) * {lift}")
    peak = table.named(f"peak_{name}", " + ".join(parts))
    if len(paths) > 1:
        return " + ".join(f"{peak} * abs({state})" for state in _states(update, name))
    return " + ".join(f"max({peak} * {state}, 0.0)" for state in _states(update, name))


def _states(update: Update, name: str) -> list[str]:
    """A variable, and what waits to be added to it or may be lost: each alone may lift more."""
    jump = update.jumps.get(name)
    return [f"s.{name}", f"s.{jump}"] if jump else [f"s.{name}"]


def _rest(update: Update, linear: Linear, name: str) -> str:
    """Where a variable settles, drive included."""
    table = update.table
    push = linear.push.get(name, sp.Integer(0))
    if name in linear.gain:
        push += linear.gain[name] * update.model.parameters[update.model.drive]
    return f"({table.arrays(push)}) * settling_time({update.free.rate(name)})"
