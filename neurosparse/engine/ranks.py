"""What a simulation asks of the processes that share it; one that is alone answers at once.

Ranks own stretches of every population, in whole lanes, and the synapses onto their neurons. All
else is as in one process: arrays of neurons have their full length everywhere, so whatever is a
function of a neuron's number stays one, and each rank knows the spikes of all.
"""

import contextlib
from typing import Any

from neurosparse.connectivity import Connectivity, Edit
from neurosparse.engine.slices import slices
from neurosparse.typing import Array, Int64


class Columns(Connectivity):
    """The synapses onto the neurons of one rank, with the weights and delays that are theirs."""


class Alone:
    """One process with all neurons: the law of what ranks tell each other.

    >>> Alone().size, Alone().most(3), Alone().any(False)
    (1, 3, False)
    """

    rank = 0
    size = 1
    partition: Any = None  # who owns what
    runner: Any = None  # makes what runs the steps, None for the usual one

    @property
    def leads(self) -> bool:
        """Whether this is the rank that writes files and speaks."""
        return self.rank == 0

    def begin(self, network: Any, settings: dict[str, Any]) -> None:
        """Agree on what is simulated, and who owns what."""

    def together(self, what: str) -> contextlib.AbstractContextManager[None]:
        """Do something that all ranks do: an error of one becomes an error of all."""
        return contextlib.nullcontext()

    def shares(self, population: str, n: int, threads: int) -> tuple[Int64, Int64]:
        """Where the neurons of each thread here begin, and those of each part of the log."""
        bounds = slices(n, threads)
        return bounds, bounds

    def total(self, values: Any) -> Any:
        """The sum of a number or an array over all ranks."""
        return values

    def most(self, number: int) -> int:
        """The greatest of the ranks' numbers."""
        return number

    def any(self, flag: bool) -> bool:
        """Whether it holds on any rank."""
        return bool(flag)

    def joined(self, values: Array) -> Array:
        """The ranks' values [..., k] side by side, k differing."""
        return values

    def neurons(self, population: str, values: Array) -> Array:
        """Values [..., n] of which each rank knows its own, put together."""
        return values

    def synaptic(self, synapses: Any, values: Array) -> Array:
        """Values of the synapses here [nnz], put together in CSR order of all."""
        return values

    def whole(self, synapses: Any) -> Connectivity:
        """All synapses of a projection, as they are now."""
        connectivity: Connectivity = synapses.connectivity()
        return connectivity

    def of_own(self, projection: Any, n_post: int) -> Any:
        """A projection that draws the synapses onto the neurons here alone, if its rule can."""
        return projection

    def ends(self, synapses: Any, positions: Int64) -> dict[str, Array]:
        """The neurons that some of all synapses join."""
        ends: dict[str, Array] = synapses.ends(positions)
        return ends

    def part(
        self, projection: Any, connectivity: Connectivity, weight: Any, delay: Any
    ) -> Any:
        """The synapses onto the neurons here, of all synapses of a projection."""
        return connectivity

    def own(self, synapses: Any, values: Any) -> Any:
        """Those of the synapses here, of values [nnz] of all; one for all stays one."""
        return values

    def own_edit(self, synapses: Any, edit: Edit) -> Edit:
        """What an edit of all synapses is to those here."""
        return edit

    def traces(self, synapses: Any, arrays: dict[str, Array]) -> dict[str, Array]:
        """What a projection that learns keeps of neurons and synapses, put together."""
        return arrays

    def own_arrays(self, synapses: Any, arrays: dict[str, Array]) -> dict[str, Array]:
        """Those of the synapses here, of what a checkpoint holds of a projection."""
        return arrays

    def rings(self, arrays: dict[str, Array]) -> dict[str, Array]:
        """What waits for neurons in the coming steps, put together."""
        return arrays

    def heed(self, failure: OSError | None, signal: int) -> tuple[OSError | None, int]:
        """What went wrong on any rank, and the signal that asked any to stop, 0 for none."""
        return failure, signal


ALONE = Alone()
