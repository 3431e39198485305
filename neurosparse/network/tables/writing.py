"""From the parts of a network back to tables."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.network.population import Population
from neurosparse.network.projection import Projection
from neurosparse.network.tables.kinds import (
    NEURONS,
    PARAMETERS,
    PLASTICITY,
    SHORT_TERM,
    STIMULI,
    TRANSMITS,
    WIRING,
    Kinds,
)
from neurosparse.plasticity import Composed
from neurosparse.wiring import Between, FromData

MOST_SYNAPSES = 100_000  # of a wiring diagram that a table lists edge by edge
_SHORTER = "write the diagram to a file, and FromData(PATH) in the projection"

Table = dict[str, Any]


def tables_of(
    populations: Iterable[Population], projections: Iterable[Projection], stimuli: Any
) -> Table:
    """Turn parts into tables that `parts_of` makes into the same parts.

    Raises:
        TypeError: an object that no table can name, such as a model of your own or a function.
        ValueError: a wiring diagram that is too large for a table.

    >>> from neurosparse.neurons import LIF
    >>> tables = tables_of([Population("E", 4, LIF(tau_mem=10.0))], [], [])
    >>> tables["population"][0]["model"]["tau_mem"]
    10.0
    """
    tables = {
        "population": [_population(each) for each in populations],
        "projection": [_projection(each) for each in projections],
        "stimulus": [_kind(each, STIMULI, "stimulus") for each in stimuli],
    }
    return {name: rows for name, rows in tables.items() if rows}


def _population(population: Population) -> Table:
    where = f"Population({population.name!r})"
    table: Table = {"name": population.name, "n": population.n}
    if population.mode != "auto":
        table["mode"] = population.mode
    if population.positions is not None:
        table["positions"] = np.asarray(population.positions).tolist()
    if population.initial:
        initial = population.initial.items()
        table["initial"] = {key: _value(each, where) for key, each in initial}
    table["model"] = _kind(population.model, NEURONS, f"{where}.model")
    return table


def _projection(projection: Projection) -> Table:
    where = f"Projection({projection.name!r})"
    wiring: Any = projection.wiring
    pre, post = projection.pre, projection.post
    if isinstance(wiring, Between):
        pre, post = pre + _part(wiring.pre), post + _part(wiring.post)
        wiring = wiring.wiring
    if isinstance(wiring, Connectivity):
        wiring = FromData(wiring)
    table: Table = {"pre": pre, "post": post}
    if projection.name != f"{pre}->{post}":
        table["label"] = projection.name
    for name in ("weight", "delay", "receptor"):
        value = getattr(projection, name)
        if value is not None:
            table[name] = _value(value, f"{where}.{name}")
    table["wiring"] = _kind(wiring, WIRING, f"{where}.wiring")
    rule: Any = projection.plasticity
    if isinstance(rule, Composed):
        each = rule.rules
        table["plasticity"] = [_kind(r, PLASTICITY, f"{where}.plasticity") for r in each]
    elif rule is not None:
        table["plasticity"] = _kind(rule, PLASTICITY, f"{where}.plasticity")
    if projection.short_term is not None:
        kind = _kind(projection.short_term, SHORT_TERM, f"{where}.short_term")
        table["short_term"] = kind
    if projection.transmits is not None:
        kind = _kind(projection.transmits, TRANSMITS, f"{where}.transmits")
        table["transmits"] = kind
    return table


def _part(part: slice) -> str:
    if part == slice(None):
        return ""
    bounds = ["" if b is None else str(b) for b in (part.start, part.stop)]
    return f"[{':'.join(bounds)}{'' if part.step is None else f':{part.step}'}]"


def _kind(part: Any, known: Kinds, where: str) -> Table:
    name = type(part).__name__
    if known.find(name) is not type(part):
        expected = "what a table can name: an object of a class of neurosparse"
        raise bad_type(where, part, expected, "keep such a network as a script")
    values = {f.name: getattr(part, f.name) for f in fields(part) if f.init}
    table = {
        key: _value(value, f"{where}.{key}")
        for key, value in values.items()
        if value is not None
    }
    return {"kind": name, **table}


def _value(value: Any, where: str) -> Any:
    """A number, text, list or table for what a field holds."""
    if isinstance(value, Connectivity):
        return _edges(value, where)
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {key: _value(each, where) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_value(each, where) for each in value]
    return _kind(value, PARAMETERS, where)


def _edges(diagram: Connectivity, where: str) -> Table:
    if diagram.nnz > MOST_SYNAPSES:
        actual = Said(f"a diagram of {diagram.nnz:,} synapses")
        raise bad_argument(where, actual, f"at most {MOST_SYNAPSES:,} in a table", _SHORTER)
    pre, post = diagram.edges()
    edges: Table = {"pre": pre.tolist(), "post": post.tolist()}
    for name in ("weight", "delay_steps"):
        edges[name] = np.asarray(getattr(diagram, name)).tolist()
    return edges
