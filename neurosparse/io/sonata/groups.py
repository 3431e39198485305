"""Groups of SONATA populations: each member's attributes stand in a group of its own choice."""

from typing import Any, NamedTuple

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.io.sonata.hdf5 import (
    group_in,
    milliseconds,
    numbers_in,
    whole_numbers_in,
)
from neurosparse.io.sonata.types import Types, of_types
from neurosparse.store.names import other_names
from neurosparse.typing import Array, Bool, Float64, Int64

# types of edges that have none: 0 as we write it, -1 as libsonata's users do
UNTYPED = (0, -1)
# functions of BMTK that leave a weight as it is
PLAIN = ("wmax", "default")
# how many synapses an edge stands for, in words that are not SONATA's
COUNTS = ("nsyn", "n_syn", "n_syns", "n_synapses", "num_synapses", "syn_count")
# parameters of the model, where they are not the attributes of a group itself
PARAMETERS = "dynamics_params"


class Places(NamedTuple):
    """Where the attributes of each member stand, `[count]` each.

    Attributes:
        group: number of its group.
        row: its place in that group.
    """

    group: Int64
    row: Int64


def places_in(population: Any, word: str, count: int) -> Places:
    """Return the groups and places of `count` "edge" or "node" members; one group where none is
    told.
    """
    names = (f"{word}_group_id", f"{word}_group_index")
    if not all(name in population for name in names):
        return Places(np.zeros(count, np.int64), np.arange(count))
    columns = [whole_numbers_in(population, name) for name in names]
    for name, numbers in zip(names, columns, strict=True):
        if len(numbers) != count or numbers.min(initial=0) < 0:
            expected = f"one number, 0 or more, for each of {count} {word}s"
            raise bad_argument(name, numbers, expected)
    return Places(*columns)


def groups_in(population: Any) -> dict[int, Any]:
    """Return the groups of attributes by their number."""
    names = sorted((name for name in population if name.isdecimal()), key=int)
    return {int(name): group_in(population, name, "group") for name in names}


def rows_of(
    places: Places, number: int, stored: Array, name: str, word: str
) -> tuple[Bool, Int64]:
    """Return which "edge" or "node" members lie in a group, and their rows of what is stored."""
    chosen = places.group == number
    rows = places.row[chosen]
    if (rows >= len(stored)).any():
        expected = f"as many values as {word}_group_index asks for"
        raise bad_argument(f"{number}/{name}", stored, expected)
    return chosen, rows


class EdgeValues:
    """Attributes of the edges of a population, from their groups or from the table of types.

    Args:
        population: the group of the file.
        count: edges.
        table: the types, or None where none was given.
    """

    def __init__(self, population: Any, count: int, table: Types | None) -> None:
        self.groups = groups_in(population)
        self.places = places_in(population, "edge", count)
        self.table = table
        self.kinds: Int64 = np.zeros(count, np.int64)
        if table is not None or "edge_type_id" in population:
            self.kinds = whole_numbers_in(population, "edge_type_id")
        if len(self.kinds) != count:
            raise bad_argument(
                "edge_type_id", self.kinds, f"one type for each of {count} edges"
            )
        if table is not None:
            _refuse_unknown(self.kinds, table)

    def weights(self, source: float | str | None) -> Float64:
        """Return the weight of each edge, `[count]`: `syn_weight`, or what `source` names."""
        if isinstance(source, str):
            values, missing = self._own(source)
            if missing.any():
                about = Said(f"none for {int(missing.sum())} edges")
                raise bad_argument(source, about, "one for every edge, in its group")
            return values
        if self.table is not None and source is None:
            _refuse_functions(self.table, self.kinds)
        return self.known("syn_weight", 1.0, source)

    def known(self, name: str, usual: float, fallback: float | None) -> Float64:
        """Return an attribute `[count]`: the edge's own, its type's, `fallback`, or `usual`.

        Raises:
            ValueError: it may stand in a table of types that was not given, some edges lack it, or
                it may be what the file calls otherwise.
        """
        values, missing = self._own(name)
        if self.table is not None:
            values = np.where(missing, of_types(self.table, name, self.kinds), values)
            missing &= np.isnan(values)
        if fallback is None and missing.any():
            if missing.all():
                self._refuse_others(name)
            self._refuse_missing(name, missing)
        values[missing] = usual if fallback is None else fallback
        return values

    def synapses(self) -> Float64:
        """Return how many synapses each edge stands for, `[count]`; 1 unless the file says."""
        values, missing = self._own("nsyns")
        others = [word for word in COUNTS if not self._own(word)[1].all()]
        if missing.all() and others:
            raise bad_argument("nsyns", Said(repr(others[0])), "the name 'nsyns'")
        values = np.where(missing, of_types(self.table or {}, "nsyns", self.kinds), values)
        values[missing & np.isnan(values)] = 1
        # NaN is not equal to itself
        bad = values[(values < 0) | np.isinf(values) | (values != np.floor(values))]
        if bad.size:
            raise bad_argument(
                "nsyns", float(bad[0]), "whole numbers of synapses, 0 or more"
            )
        return values

    def _own(self, name: str) -> tuple[Float64, Bool]:
        """An attribute `[count]` out of the groups, and which edges lack it."""
        values = np.full(len(self.kinds), np.nan)
        missing = np.ones(len(self.kinds), np.bool_)
        for number, attributes in self.groups.items():
            folder, _, last = name.rpartition("/")
            if not folder and name not in attributes and name in _parameters(attributes):
                folder = PARAMETERS
            holder = group_in(attributes, folder, "group") if folder else attributes
            if last not in holder:
                continue
            stored = numbers_in(holder, last)
            if name == "delay":
                stored = stored * milliseconds(holder[last], name)
            chosen, rows = rows_of(self.places, number, stored, name, "edge")
            values[chosen] = stored[rows]
            missing[chosen] = False
        return values, missing

    def _refuse_others(self, name: str) -> None:
        """Refuse what looks like an attribute that no edge has."""
        names = {one for row in (self.table or {}).values() for one in row}
        for attributes in self.groups.values():
            names |= set(attributes) | _parameters(attributes)
        ours = name.removeprefix("syn_")
        others = other_names(sorted(names - {name, "nsyns", *COUNTS}), ours)
        if others:
            which = f", weight={others[0]!r} takes it" if ours == "weight" else ""
            fault = Said(repr(others[0]))
            raise bad_argument(
                name, fault, f"the name {name!r}", f"{ours}= says one{which}"
            )

    def _refuse_missing(self, name: str, missing: Bool) -> None:
        some = not missing.all()
        typed = missing & ~np.isin(self.kinds, UNTYPED)
        if self.table is not None:
            typed = np.zeros_like(missing)
        # a group without delays beside one that has them: these edges have none
        harmless = some if name == "delay" else not some and not typed.any()
        if harmless or not (typed.any() or some):
            return
        which = typed if typed.any() else missing
        word = name.removeprefix("syn_")
        fault = Said(
            f"none for {int(which.sum())} edges of type {int(self.kinds[which][0])}"
        )
        remedy = f"give types='edge_types.csv', which says it, or {word}="
        remedy = remedy if self.table is None else f"give {word}="
        raise bad_argument(
            name, fault, "one in the group or the type of every edge", remedy
        )


def _parameters(attributes: Any) -> set[str]:
    return set(attributes[PARAMETERS]) if PARAMETERS in attributes else set()


def _refuse_unknown(kinds: Int64, table: Types) -> None:
    unknown = sorted(set(np.unique(kinds).tolist()) - set(table) - set(UNTYPED))
    if unknown:
        some = ", ".join(map(str, unknown[:5]))
        raise bad_argument(
            "types", Said(f"a table without type {some}"), "every type of the edges"
        )


def _refuse_functions(table: Types, kinds: Int64) -> None:
    for kind in np.unique(kinds).tolist():
        function = table.get(kind, {}).get("weight_function")
        if function is not None and function not in PLAIN:
            remedy = "say the weights with weight=, or store them as syn_weight"
            raise bad_argument(
                "weight_function", function, "weights that stand in it", remedy
            )
