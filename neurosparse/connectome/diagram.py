"""`Connectome`: who connects to whom in a nervous system, and what is known of each neuron."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import numpy as np

from neurosparse.checks import ReadOnly, unchangeable
from neurosparse.connectivity import Connectivity
from neurosparse.connectome import conditions as by
from neurosparse.connectome.neuron_set import NeuronSet
from neurosparse.errors import Said, bad_argument, bad_type, mapping
from neurosparse.typing import Array, Bool, Int32, Int64


@dataclass(frozen=True, eq=False, repr=False)
class Connectome:
    """A wiring diagram with a table of its neurons.

    Args:
        connectivity: `[n, n]`, weight = synapses, negative where the presynaptic neuron inhibits.
        table: one array `[n]` for each thing known of the neurons. Loaders call them `id`, `type`,
            `region`, `side` ("left", "right", "center"), `transmitter`, `x`, `y`, `z` (nm) where
            the source has them; whatever else it has keeps its name. Unknown text is "".
        about: provenance: data set, version, files with their checksums, rule of signs, citation.

    Raises:
        ValueError: columns that are not of one value a neuron, numbers of neurons that disagree,
            an id that stands twice.

    >>> wiring = Connectivity.from_dense([[0, 5, 0], [0, 0, 7], [0, 0, 0]])
    >>> brain = Connectome(wiring, {"id": [70, 71, 72], "type": ["PN", "KC", "KC"]})
    >>> brain
    Connectome(3 neurons, 2 connections; id, type)
    >>> brain.where(type="KC").indices.tolist(), brain.counts("type")
    ([1, 2], {'KC': 2, 'PN': 1})
    """

    connectivity: Connectivity
    table: Mapping[str, Array]
    about: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.connectivity, Connectivity):
            raise bad_type("connectivity", self.connectivity, "a Connectivity")
        for part in ("table", "about"):
            mapping(part, getattr(self, part), "a dictionary by name")
        n = self.connectivity.n_pre
        if self.connectivity.n_post != n:
            shape = Said(f"{n} -> {self.connectivity.n_post} neurons")
            raise bad_argument("connectivity", shape, "as many neurons on both sides")
        columns = {"id": np.arange(n)} | dict(self.table)
        stored = {name: _column(name, values, n) for name, values in columns.items()}
        if not isinstance(self.table, ReadOnly):
            object.__setattr__(self, "table", ReadOnly(stored))
        object.__setattr__(self, "about", ReadOnly(dict(self.about)))
        values, repeats = np.unique(self.id, return_counts=True)
        if len(values) < n:
            twice = Said(f"{values[repeats > 1][0]} twice")
            raise bad_argument("table['id']", twice, "another id for each neuron")

    def __repr__(self) -> str:
        size = f"{self.n:,} neurons, {self.connectivity.nnz:,} connections"
        return f"{type(self).__name__}({size}; {', '.join(self.table)})"

    @property
    def n(self) -> int:
        """Number of neurons."""
        return self.connectivity.n_pre

    @property
    def id(self) -> Array:
        """Identifiers of the neurons in the source, `[n]`; their numbers where it has none."""
        return self.table["id"]

    def column(self, name: str) -> Array:
        """Return what is known of each neuron under this name, `[n]`.

        Raises:
            ValueError: there is no such column; the nearest is shown.
        """
        return by.column(self.table, name)

    def counts(self, name: str) -> dict[Any, int]:
        """Count the neurons of each value of a column, the most frequent first."""
        values, sizes = np.unique(self.column(name), return_counts=True)
        order = np.argsort(-sizes, kind="stable")
        return dict(zip(values[order].tolist(), sizes[order].tolist(), strict=True))

    @cached_property
    def all(self) -> NeuronSet:
        """The set of all neurons."""
        return NeuronSet(self, np.ones(self.n, np.bool_), "all neurons")

    def where(
        self,
        predicate: Callable[[Mapping[str, Array]], Any] | None = None,
        **conditions: Any,
    ) -> NeuronSet:
        """Return the set of neurons of which every condition holds.

        Args:
            predicate: function of the table (name -> array `[n]`) that gives bool `[n]`.
            conditions: column = value, one of several values, a text with `*` for any letters, or
                a function of the column that gives bool `[n]`.

        Raises:
            ValueError: an unknown column or value, with the nearest name; no neuron is left.

        >>> from neurosparse.datasets import larva_brain
        >>> brain = larva_brain()
        >>> brain.where(type="KCs", side="left")
        NeuronSet(73 of 2,952 neurons: type KCs, side left)
        """
        if predicate is not None and not callable(predicate):
            remedy = "write where(type=...), or brain.neurons(ids)"
            raise bad_type("predicate", predicate, "a function of the table", remedy)
        mask = by.mask_of(self.table, predicate, conditions)
        return NeuronSet(self, mask, by.describe(predicate, conditions) or "all neurons")

    def neurons(self, ids: Any, name: str = "") -> NeuronSet:
        """Return the set of neurons with these identifiers.

        Raises:
            ValueError: an id that is not in the table.
        """
        listed = np.atleast_1d(np.asarray(ids)).ravel()
        places = self.places(listed)
        absent = np.flatnonzero(places < 0)
        kind = "text" if self.id.dtype.kind == "U" else "whole numbers"
        if len(absent):
            more = f", and {len(absent) - 1} other unknown ids" if len(absent) > 1 else ""
            fault = Said(f"{listed[absent[0]]!s}{more}")
            version = self.about.get("version", "")
            remedy = f"the table is of version {version}" if version else ""
            raise bad_argument(
                "ids", fault, f"ids that the table of neurons has, {kind}", remedy
            )
        return self.numbered(places, name or f"{len(listed)} ids")

    def numbered(self, numbers: Any, name: str = "") -> NeuronSet:
        """Return the set of neurons by their numbers 0..n-1, or under a mask `[n]`."""
        chosen = np.asarray(numbers)
        mask = np.zeros(self.n, np.bool_)
        if chosen.dtype == np.bool_ and chosen.shape != (self.n,):
            raise bad_argument("numbers", numbers, f"a mask of length {self.n}")
        if chosen.dtype != np.bool_:
            integers = chosen.dtype.kind in "iu" or not chosen.size
            if not integers or np.any(chosen < 0) or np.any(chosen >= self.n):
                expected = f"neuron numbers from 0 to {self.n - 1}"
                raise bad_argument("numbers", numbers, expected, "see neurons() for ids")
            chosen = chosen.astype(np.int64)
        mask[chosen] = True
        return NeuronSet(self, mask, name or f"{np.count_nonzero(mask)} neurons")

    def split(self, name: str, least: int = 1) -> dict[str, NeuronSet]:
        """Return one set for each value of a column that at least `least` neurons have.

        Neurons of unknown value ("") are left out.
        """
        return self.all.split(name, least)

    def places(self, ids: Any) -> Int64:
        """Numbers of the neurons with these identifiers, -1 where there is none, `[m]`."""
        ids = np.asarray(ids)
        # columns of pandas, and ids of 64 bits without sign, which floats would merge
        if ids.dtype == object:
            ids = np.asarray(ids.tolist())
        if ids.dtype.kind == "u" and self.id.dtype.kind == "i":
            ids = ids.astype(np.int64)
        if not self.n or ids.dtype.kind != self.id.dtype.kind:
            return np.full(len(ids), -1, np.int64)
        order = self._order_of_ids
        place = np.minimum(np.searchsorted(self.id, ids, sorter=order), self.n - 1)
        numbers: Int64 = order[place].astype(np.int64)
        numbers[self.id[numbers] != ids] = -1
        return numbers

    @cached_property
    def _order_of_ids(self) -> Int64:
        return np.asarray(np.argsort(self.id, kind="stable"), np.int64)

    def members(self, type: str | Iterable[str]) -> Int32:
        """Numbers of the neurons of one type or several, ascending, int32.

        Raises:
            ValueError: there is no such type.
        """
        return self.where(type=type).indices

    def rewired(self, connectivity: Connectivity, how: str) -> Self:
        """Return the same neurons under other synapses, `how` among the provenance."""
        return replace(
            self, connectivity=connectivity, about={**self.about, "control": how}
        )

    def inhibiting(self, neurons: NeuronSet) -> Self:
        """Return the connectome in which these neurons inhibit and all others excite.

        For sources without transmitters; that it is assumed stands among the provenance.

        Raises:
            ValueError: a set of another connectome.

        >>> from neurosparse.datasets import c_elegans
        >>> worm = c_elegans()
        >>> int(worm.inhibiting(worm.where(type="AVA*")).inhibits().sum())
        2
        """
        mask = (self.all & neurons).mask
        sign = np.repeat(np.where(mask, -1.0, 1.0), self.connectivity.out_degree)
        weight = np.abs(self.connectivity.weights_array()) * sign
        about = {**self.about, "signs": f"assumed -1: {neurons.name}; others +1"}
        return replace(
            self, connectivity=self.connectivity.with_weight(weight), about=about
        )

    def inhibits(self) -> Bool:
        """Whether each neuron inhibits: its first connection is negative, `[n]`."""
        indptr = self.connectivity.indptr
        negative = np.zeros(self.n, np.bool_)
        sending = np.flatnonzero(np.diff(indptr) > 0)
        negative[sending] = self.connectivity.weights_array()[indptr[sending]] < 0
        return negative


def _column(name: str, values: Any, n: int) -> Array:
    array = np.asarray(values)
    if array.dtype.kind in "OS":
        array = array.astype(np.str_)
    if array.shape != (n,) or array.dtype.kind not in "biufU":
        expected = f"one number or text for each of {n} neurons, [{n}]"
        raise bad_argument(f"table[{name!r}]", values, expected)
    return unchangeable(array)
