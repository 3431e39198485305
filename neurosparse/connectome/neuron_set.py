"""`NeuronSet`: some neurons of a connectome, with a name; sets of them can be reckoned with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol, Self

import numpy as np

from neurosparse import checks
from neurosparse.connectivity import Connectivity
from neurosparse.connectome.distance import reached
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.typing import Array, Bool, Int32, Seed

Direction = Literal["downstream", "upstream", "both"]


class Neurons(Protocol):
    """What a set asks of its connectome."""

    @property
    def connectivity(self) -> Connectivity:
        """The synapses."""

    @property
    def table(self) -> Mapping[str, Array]:
        """What is known of each neuron."""

    @property
    def n(self) -> int:
        """Number of neurons."""

    def column(self, name: str) -> Array:
        """One column of the table."""


@dataclass(frozen=True, eq=False, repr=False)
class NeuronSet:
    """Neurons of a connectome, never none of them.

    `a & b`, `a | b`, `a - b`, `a ^ b` and `~a` are sets again.

    Args:
        connectome: where they belong.
        mask: whether each neuron is one of them, bool `[n]`.
        name: what tables and figures call them.

    Raises:
        ValueError: no neuron is left, or a set of another connectome.

    >>> from neurosparse.datasets import larva_brain
    >>> brain = larva_brain()
    >>> kenyon = brain.where(type="KCs")
    >>> left = brain.where(side="left")
    >>> len(kenyon & left), len(kenyon - left), len(~kenyon)
    (73, 71, 2808)
    >>> (brain.where(type="sensories").within(1) - brain.where(type="sensories")).named("second")
    NeuronSet(458 of 2,952 neurons: second)
    """

    connectome: Neurons
    mask: Bool
    name: str

    def __post_init__(self) -> None:
        if not self.mask.any():
            remedy = "no neuron has all of it; ask for less"
            raise bad_argument(
                "set", Said(f"none: {self.name}"), "one neuron at least", remedy
            )
        object.__setattr__(self, "mask", checks.unchangeable(self.mask))

    def __repr__(self) -> str:
        return f"NeuronSet({len(self):,} of {self.connectome.n:,} neurons: {self.name})"

    def __len__(self) -> int:
        return len(self.indices)

    def __iter__(self) -> Iterator[int]:
        return iter(self.indices.tolist())

    def __contains__(self, neuron: Any) -> bool:
        return 0 <= neuron < len(self.mask) and bool(self.mask[neuron])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NeuronSet):
            return NotImplemented
        same = self.connectome.table is other.connectome.table
        return same and np.array_equal(self.mask, other.mask)

    def __hash__(self) -> int:
        return hash(self.mask.tobytes())

    def __and__(self, other: "NeuronSet") -> Self:
        return self._combined(other, self.mask & self._mask_of(other), "&")

    def __or__(self, other: "NeuronSet") -> Self:
        return self._combined(other, self.mask | self._mask_of(other), "|")

    def __sub__(self, other: "NeuronSet") -> Self:
        return self._combined(other, self.mask & ~self._mask_of(other), "-")

    def __xor__(self, other: "NeuronSet") -> Self:
        return self._combined(other, self.mask ^ self._mask_of(other), "^")

    def __invert__(self) -> Self:
        return self._new(~self.mask, f"not ({self.name})")

    @cached_property
    def indices(self) -> Int32:
        """Numbers of the neurons, ascending, int32."""
        numbers = np.flatnonzero(self.mask).astype(np.int32)
        numbers.setflags(write=False)
        return numbers

    @property
    def ids(self) -> Array:
        """Identifiers of the neurons in the source."""
        return self.column("id")

    def named(self, name: str) -> Self:
        """Return the same neurons under another name."""
        return self._new(self.mask, checks.text("name", name, "a name for the set"))

    def column(self, name: str) -> Array:
        """Return what is known of these neurons under this name, `[k]`."""
        return self.connectome.column(name)[self.indices]

    def split(self, name: str, least: int = 1) -> dict[str, "NeuronSet"]:
        """Return one set for each value of a column that at least `least` of these neurons have.

        Neurons of unknown value ("") are left out.
        """
        checks.whole_number("least", least, 1)
        values = self.connectome.column(name)
        kinds, sizes = np.unique(values[self.mask], return_counts=True)
        return {
            str(kind): self._new(self.mask & (values == kind), str(kind))
            for kind, size in zip(kinds, sizes, strict=True)
            if size >= least and str(kind)
        }

    def within(
        self, steps: int, direction: Direction = "downstream", synapses: float = 0.0
    ) -> Self:
        """Return these neurons and all that are at most `steps` connections away.

        Args:
            steps: most connections in a row.
            direction: along the synapses, against them, or either way.
            synapses: connections of fewer synapses than this are not walked.
        """
        limit = checks.whole_number("steps", steps, 0)
        if direction not in ("downstream", "upstream", "both"):
            raise bad_argument("direction", direction, "'downstream', 'upstream' or 'both'")
        least = checks.not_negative("synapses", synapses)
        mask = reached(self.connectome.connectivity, self.mask, limit, direction, least)
        return self._new(mask, f"within {limit} {direction} of ({self.name})")

    def sample(self, k: int, rng: Seed = None) -> Self:
        """Return `k` of these neurons, drawn without repetition."""
        number = checks.whole_number("k", k, 1, len(self))
        drawn = checks.generator(rng).choice(self.indices, number, replace=False)
        mask = np.zeros(len(self.mask), np.bool_)
        mask[drawn] = True
        return self._new(mask, f"{number} of ({self.name})")

    def _new(self, mask: Bool, name: str) -> Self:
        return type(self)(self.connectome, mask, name)

    def _mask_of(self, other: Any) -> Bool:
        if not isinstance(other, NeuronSet):
            raise bad_type("set", other, "another set of neurons", "see connectome.where")
        if other.connectome.table is not self.connectome.table:
            fault = Said(f"sets of two connectomes: {self.name}; {other.name}")
            raise bad_argument("set", fault, "two sets of one connectome")
        return other.mask

    def _combined(self, other: "NeuronSet", mask: Bool, sign: str) -> Self:
        return self._new(mask, f"({self.name}) {sign} ({other.name})")
