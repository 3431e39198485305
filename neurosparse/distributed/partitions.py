"""Who owns which neurons: every rank a stretch of each population, in whole lanes of 64.

Lanes keep vector code, random numbers and bit matrices as they are in one process.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from neurosparse.checks import not_negative, whole_number
from neurosparse.engine.slices import LANE, padded
from neurosparse.errors import Said, bad_argument, bad_type, mapping
from neurosparse.typing import Float64, Int64

Cuts = dict[str, Int64]


class Partition(Protocol):
    """Anything that says where ranks' neurons begin."""

    def cuts(self, network: Any, size: int) -> Cuts:
        """For each population where the neurons of each rank begin, and the end, `[size + 1]`."""
        ...


@dataclass(frozen=True)
class Contiguous:
    """Stretches of about equal cost: neurons, and the synapses onto them.

    Args:
        synapse: what a synapse costs, where a neuron costs 1.

    >>> from neurosparse import LIF, Network, Population
    >>> net = Network(Population("E", 300, LIF()), Population("I", 10, LIF()))
    >>> {k: v.tolist() for k, v in Contiguous().cuts(net, 2).items()}
    {'E': [0, 128, 320], 'I': [0, 64, 64]}
    """

    synapse: float = 0.05

    def __post_init__(self) -> None:
        not_negative("Contiguous.synapse", self.synapse)

    def cuts(self, network: Any, size: int) -> Cuts:
        """Fill up the ranks, population by population, towards equal cost."""
        load = np.zeros(size)
        cuts = {}
        for name in network.populations:
            costs = lane_costs(network, name, self.synapse)
            missing = np.maximum((load.sum() + costs.sum()) / size - load, 0.0)
            upto = np.cumsum(missing) / missing.sum() * costs.sum()
            reached = np.concatenate([[0.0], np.cumsum(costs)])
            # where the middle of a lane lies decides who takes it
            middles = (reached[1:] + reached[:-1]) / 2
            lanes = np.searchsorted(middles, upto[:-1], side="left")
            bounds = np.concatenate([[0], lanes, [len(costs)]])
            load += reached[bounds[1:]] - reached[bounds[:-1]]
            cuts[name] = bounds.astype(np.int64) * LANE
        return cuts


def lane_costs(network: Any, name: str, synapse: float) -> Float64:
    """What each lane of a population costs: its neurons, and the synapses onto them."""
    n = network.populations[name].n
    lanes = padded(n) // LANE
    size = np.minimum(LANE, n - LANE * np.arange(lanes)).astype(np.float64)
    costs: Float64 = size.copy()
    for projection in network.projections.values():
        if projection.post == name:
            costs += synapse * synapses_onto(network, projection, size)
    return costs


def synapses_onto(network: Any, projection: Any, size: Float64) -> Float64:
    """How many synapses of a projection to expect onto each lane; those of a rule lie evenly."""
    wiring = projection.wiring
    if hasattr(wiring, "indptr"):
        counts: Float64 = np.bincount(wiring.indices // LANE, minlength=len(size)).astype(
            float
        )
        return counts
    pre = network.populations[projection.pre].n
    post = network.populations[projection.post].n
    expected = getattr(wiring, "expected_synapses", None)
    n = expected(pre, post) if expected is not None else 0.0
    even: Float64 = float(n) * size / max(post, 1)
    return even


@dataclass(frozen=True)
class Placed:
    """Whole populations on ranks of their own; all others as `Contiguous` lays them.

    What stays within a rank needs no exchange, so areas that are placed may have short delays
    inside.

    Args:
        ranks: of populations, by name.
        synapse: as of `Contiguous`.

    >>> from neurosparse import LIF, Network, Population
    >>> net = Network(Population("E", 300, LIF()), Population("I", 10, LIF()))
    >>> {k: v.tolist() for k, v in Placed({"E": 1}).cuts(net, 2).items()}
    {'E': [0, 0, 320], 'I': [0, 64, 64]}
    """

    ranks: dict[str, int]
    synapse: float = 0.05

    def __post_init__(self) -> None:
        mapping("Placed.ranks", self.ranks, "a dictionary of ranks by population")
        for name, rank in self.ranks.items():
            whole_number(f"Placed.ranks[{name!r}]", rank)
        not_negative("Placed.synapse", self.synapse)

    def cuts(self, network: Any, size: int) -> Cuts:
        """Place what is named, then lay the others where least is."""
        cuts = Contiguous(self.synapse).cuts(network, size)
        for name, rank in self.ranks.items():
            population = network.population(name)
            if not 0 <= rank < size:
                raise bad_argument(f"Placed.ranks[{name!r}]", rank, f"a rank below {size}")
            bounds = np.zeros(size + 1, np.int64)
            bounds[rank + 1 :] = padded(population.n)
            cuts[name] = bounds
        return cuts


def check_partition(partition: Any) -> None:
    """Refuse what cannot say where ranks' neurons begin."""
    if not callable(getattr(partition, "cuts", None)) or isinstance(partition, type):
        raise bad_type("partition", partition, "a partition, as Contiguous()")


def check_cuts(cuts: Cuts, network: Any, size: int) -> Cuts:
    """Refuse cuts, of anybody's partition, that are none."""
    for name, population in network.populations.items():
        bounds = np.asarray(cuts.get(name, ()), np.int64)
        expected = (
            f"{size + 1} ascending multiples of {LANE} from 0 to {padded(population.n)}"
        )
        whole = bounds.shape == (size + 1,) and not (bounds % LANE).any()
        whole = whole and bool((np.diff(bounds) >= 0).all())
        if not whole or bounds[0] != 0 or bounds[-1] != padded(population.n):
            raise bad_argument(f"partition.cuts()[{name!r}]", Said(str(bounds)), expected)
    return {name: np.asarray(cuts[name], np.int64) for name in network.populations}
