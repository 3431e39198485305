"""When a neuron of linear equations, left alone, cannot fire: the proof for event mode."""

from dataclasses import dataclass
from typing import Any

import sympy as sp

from neurosparse.neurons.equations.reading import Described
from neurosparse.neurons.equations.stepping import Update
from neurosparse.neurons.equations.structure import Linear


@dataclass(frozen=True)
class Proof:
    """A threshold `v + sum of others > level`: v leaks and its inputs decay, the others decay."""

    variable: str
    others: dict[str, Any]
    level: Any


def find_proof(model: Described, linear: Linear) -> Proof | None:
    """Read the proof off the structure, or None where this one does not apply.

    All has to be linear. The variable leaks to its rest and has inputs that decay by themselves; so
    it never comes above the greater of where it is and where it rests, plus what each input lifts
    it by at most, alone. Signs of rates are looked at when coefficients are derived.
    """
    if len(linear.rates) < len(model.states):
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
    plain = [name for name, slope in used.items() if slope == 1 and linear.is_direct(name)]
    leaky = [name for name in plain if not linear.is_simple(name)] or plain
    if len(leaky) != 1:
        return None
    [variable] = leaky
    others = {name: slope for name, slope in used.items() if name != variable}
    if not all(map(linear.is_simple, others)) or variable not in linear.rates[variable]:
        return None
    level = -excess.subs(dict.fromkeys(symbols, 0))
    if level.free_symbols & moving:
        return None
    return Proof(variable, others, level)


def write_proof(update: Update, linear: Linear, proof: Proof) -> str:
    """Write the value of `may_fire`, and add the coefficients it reads."""
    table = update.table
    v = proof.variable
    row = linear.rates[v]
    rate = update.free.rate(v)
    inputs = sorted(linear.inputs(v))
    decays = {name: update.free.rate(name) for name in (*inputs, *proof.others)}
    table.steps["rest"] = _rest(update, linear, v)
    level = table.arrays(proof.level)
    watched = [rate, *decays.values()]
    guard = table.named("guard", f"firing_guard(dt, {level}, rest, {', '.join(watched)})")
    ahead = []
    for name in inputs:
        lift = f"({table.arrays(row[name])}) * lasting_lift(dt, {rate}, {decays[name]})"
        peak = table.named(f"peak_{name}", lift)
        ahead.append(f"max({peak} * s.{name}, 0.0)")
    for name, slope in proof.others.items():
        lift = update.expression(slope * update.model.states[name], {name: f"s.{name}"})
        ahead.append(f"max({lift}, 0.0)")
    here = f"s.{v} + max(s.{v}_jump, 0.0)" if v in update.jumps else f"s.{v}"
    bound = f"max({here}, {table.named('rest', 'rest')})"
    return f"{' + '.join([bound, *ahead])} > {guard}"


def _rest(update: Update, linear: Linear, name: str) -> str:
    """Where a variable settles, drive included."""
    table = update.table
    push = linear.push.get(name, sp.Integer(0))
    if name in linear.gain:
        push += linear.gain[name] * update.model.parameters[update.model.drive]
    return f"({table.arrays(push)}) * settling_time({update.free.rate(name)})"
