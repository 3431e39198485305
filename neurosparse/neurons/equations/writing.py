"""Write a described model as the source of the class that a person would write."""

import ast

from neurosparse.neurons.equations.proof import find_proof, write_proof
from neurosparse.neurons.equations.reading import Described, logical_lines
from neurosparse.neurons.equations.stepping import Update
from neurosparse.neurons.equations.structure import levels, linear_part, method_of
from neurosparse.neurons.equations.texts import (
    Written,
    class_text,
    function_text,
    imports_text,
    tuple_text,
)
from neurosparse.neurons.equations.units import Unit, parse_unit

_TIMES = parse_unit("ms", "ms").powers
_CAPACITIES = {parse_unit(text, text).powers for text in ("pF", "uF/cm^2")}
_CONDUCTANCES = {parse_unit(text, text).powers for text in ("nS", "mS/cm^2")}


def write_class(model: Described) -> Written:
    """Choose the method, find the coefficients and write all of it down."""
    linear = linear_part(model)
    method = method_of(model, linear)
    update = Update(model, linear, method)
    proof = find_proof(model, linear)
    verdict = write_proof(update, linear, proof) if proof else ""
    settled = _reset(model, update)
    if model.drive:
        update.table.parameter(model.drive)
    defaults = {name: value for name, value, _ in model.recipe.parameters}
    target = {name: update.jumps.get(name, name) for name in model.states}
    facts = Written(
        text="",
        docstring=_docstring(model, method if update.bent else "exact"),
        state=(*model.states, *update.emptied),
        coefficients=tuple(update.table.source),
        receptors={kind: target[name] for kind, name in model.recipe.receptors},
        conductances=tuple(
            kind for kind, name in model.recipe.receptors if _is_conductance(model, name)
        ),
        drive=model.drive,
        above_zero=_above_zero(model),
        ordered=_ordered(model),
        defaults=defaults | {"t_ref": defaults.get("t_ref", 0.0)},
        noise=tuple(update.noise.fields.values()),
        summed=tuple(k for k, name in model.recipe.receptors if name in model.summed),
    )
    parts = [
        tuple_text(f"{model.recipe.name}State", facts.state, "What a neuron is now."),
        tuple_text(
            f"{model.recipe.name}Coefficients",
            facts.coefficients,
            "What a step needs for one dt.",
        ),
        class_text(model.recipe.name, facts),
        *_functions(model, update, facts, settled, verdict),
    ]
    body = "\n".join(parts)
    return facts._replace(text=imports_text(body) + body)


def _is_conductance(model: Described, name: str) -> bool:
    unit = model.units.get(name)
    return isinstance(unit, Unit) and unit.powers in _CONDUCTANCES


def _above_zero(model: Described) -> tuple[str, ...]:
    """Time constants and capacities, which equations divide by."""
    names = []
    for name in model.parameters:
        unit = model.units.get(name)
        powers = unit.powers if isinstance(unit, Unit) else None
        meant = powers == _TIMES or powers in _CAPACITIES
        if name != "t_ref" and (meant or name.startswith(("tau", "c_mem"))):
            names.append(name)
    return tuple(names)


def _ordered(model: Described) -> tuple[tuple[str, str], ...]:
    """A reset to a parameter may not lie above a threshold that is one."""
    pairs = []
    for symbol, level in levels(model.crossed):
        start = model.settles.get(symbol.name)
        plain = {str(name) for name in model.parameters}
        if str(level) in plain and str(start) in plain:
            pairs.append((str(start), str(level)))
    return tuple(pairs)


def _reset(model: Described, update: Update) -> str:
    values = {name: f"s.{name}" for name in model.states}
    fields = [update.expression(model.settles[name], values) for name in model.states]
    fields = [
        "0.0" if k in model.summed else f for k, f in zip(model.states, fields, strict=True)
    ]
    fields += ["0.0"] * len(update.emptied)
    return f"return {model.recipe.name}State({', '.join(fields)})"


def _docstring(model: Described, method: str) -> str:
    """The equations, what a spike does, and the method."""
    recipe = model.recipe
    resets = "; ".join(line for _, line in logical_lines(recipe.reset.replace(";", "\n")))
    after = f", then {resets}" if resets else ""
    condition = ast.unparse(ast.parse(recipe.threshold.strip(), mode="eval"))  # no comments
    lines = ["Written from equations.", ""]
    lines += [line for _, line in logical_lines(recipe.equations)]
    lines += ["", f"{condition} fires{after}.", f"Method: {method.replace('_', ' ')}."]
    return "\n".join(f"    {line}".rstrip() for line in lines).lstrip() + "\n    "


def _functions(
    model: Described, update: Update, facts: Written, settled: str, verdict: str
) -> list[str]:
    name = model.recipe.name
    table = update.table
    derive = ["q = parameters(self)"]
    derive += [f"{step} = {source}" for step, source in table.steps.items()]
    derive += [f"return {name}Coefficients("]
    derive += [f"    {field}={source}," for field, source in table.source.items()]
    static = "@staticmethod"
    functions = [
        function_text("coefficients(self, dt)", "Derive what a step needs.", [*derive, ")"])
    ]
    if model.initial:
        functions.append(
            function_text("initial(self)", "Give the first state.", _initial(update))
        )
    functions += [
        function_text("update(s, p, since)", "Advance by one step.", update.lines, static),
        function_text("reset(s, p)", "Follow a spike.", [settled], static),
    ]
    if verdict:
        words = "Tell whether it, left alone, could fire."
        functions.append(
            function_text("may_fire(s, p)", words, [f"return {verdict}"], static)
        )
    return functions


def _initial(update: Update) -> list[str]:
    model = update.model
    lines = [
        "q = parameters(self)",
        "start = Neuron.initial(self)",
    ]
    parts = [
        f"{name}={update.table.arrays(value)}" for name, value in model.initial.items()
    ]
    return [*lines, f"return start._replace({', '.join(parts)})"]
