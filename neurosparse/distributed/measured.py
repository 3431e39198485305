"""What a partition means before anything is simulated: loads, bytes of a window, predicted time."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.checks import not_negative, positive, whole_number
from neurosparse.console import aligned
from neurosparse.distributed.partitions import (
    Partition,
    check_cuts,
    check_partition,
    synapses_onto,
)
from neurosparse.distributed.windows import LONGEST_WINDOW
from neurosparse.engine.slices import LANE, padded
from neurosparse.engine.units import steps
from neurosparse.errors import bad_type
from neurosparse.kernels.spikes.exchange import HEAD
from neurosparse.network import Network
from neurosparse.typing import Float64

# seconds, of the machine of benchmarks/ranks.py; on others they differ
UPDATE = 1.2e-9  # of a neuron and step
EVENT = 2.1e-9  # of a spike at a synapse
RECEIVE = 2e-9  # of a spike on every rank
PAUSE = 15e-6  # of an exchange, in Python
WIRE = 5e-6  # of an exchange between two, times the logarithm of ranks


@dataclass(frozen=True)
class Measured:
    """Expectations for each rank, and for all; printed, a table.

    Args:
        neurons: of each rank, `[size]`.
        synapses: onto them, `[size]`.
        window: steps between two exchanges.
        bytes_sent: by a rank in an exchange, in the mean, `[size]`.
        seconds: predicted for a second of the network, with one thread a rank.
        alone: the same in one process.
    """

    neurons: Float64
    synapses: Float64
    window: int
    bytes_sent: Float64
    seconds: float
    alone: float

    def __repr__(self) -> str:
        head = ("rank", "neurons", "synapses", "B a window")
        columns = (self.neurons, self.synapses, self.bytes_sent)
        lines = [
            (str(k), *(f"{column[k]:,.0f}" for column in columns))
            for k in range(len(self.neurons))
        ]
        least = f"{self.window} steps between exchanges"
        gain = self.alone / self.seconds
        speed = f"predicted {self.seconds:.3g} s a second, {gain:.2g} times one process"
        level = f"largest load {self.imbalance:.2f} of the mean"
        return "\n".join([*aligned(head, lines), f"{least}; {level}; {speed}"])

    @property
    def imbalance(self) -> float:
        """The most synapses of a rank over the mean; of neurons where there are no synapses."""
        load = self.synapses if self.synapses.any() else self.neurons
        return float(load.max() / load.mean())


def measure(
    network: Any, size: int, partition: Partition, *, dt: float = 0.1, rate: float = 5.0
) -> Measured:
    """Reckon what `size` ranks would have to do; synapses of rules are expectations.

    Args:
        network: what would be simulated.
        size: ranks.
        partition: who owns what.
        dt: a step in ms.
        rate: of all neurons in Hz.

    Raises:
        ValueError: cuts that are none, a negative rate.

    >>> from neurosparse import LIF, Network, Population
    >>> from neurosparse.distributed import Contiguous
    >>> measure(Network(Population("E", 256, LIF())), 2, Contiguous()).neurons.tolist()
    [128.0, 128.0]
    """
    if not isinstance(network, Network):
        raise bad_type("network", network, "a Network")
    whole_number("size", size, 1)
    check_partition(partition)
    positive("dt", dt, "ms")
    not_negative("rate", rate, "Hz")
    cuts = check_cuts(partition.cuts(network, size), network, size)
    neurons = np.zeros(size)
    synapses = np.zeros(size)
    window = LONGEST_WINDOW
    for name, population in network.populations.items():
        neurons += np.diff(np.minimum(cuts[name], population.n))
    for projection in network.projections.values():
        n = network.populations[projection.post].n
        lanes = padded(n) // LANE
        filled = np.minimum(LANE, n - LANE * np.arange(lanes)).astype(np.float64)
        each = synapses_onto(network, projection, filled)
        reached = np.concatenate([[0.0], np.cumsum(each)])
        synapses += np.diff(reached[cuts[projection.post] // LANE])
        window = min(window, 1 + _least_delay(projection, dt))
    spikes = rate * neurons  # a second
    exchanges = 1000.0 / (window * dt)
    sent = 4.0 * (HEAD + window * len(network.populations) + spikes / exchanges)
    update = neurons * 1000.0 / dt * UPDATE
    work = update + rate * synapses * EVENT
    swap = exchanges * (PAUSE + WIRE * math.log2(max(size, 2)))
    seconds = float(work.max()) + float(spikes.sum()) * RECEIVE + (size > 1) * swap
    return Measured(neurons, synapses, window, sent, seconds, float(work.sum()))


def _least_delay(projection: Any, dt: float) -> int:
    """The least delay of a projection in steps, as far as it can be told; 0 where it cannot."""
    delay = projection.delay
    if delay is None:
        delay = getattr(projection.wiring, "delay_steps", 0)
        return 0 if callable(delay) else int(np.min(delay, initial=LONGEST_WINDOW))
    if callable(delay):
        low = getattr(delay, "low", 0.0)
        return max(int(low / dt), 0) if math.isfinite(low) else 0
    return int(np.min(steps("delay", delay, dt), initial=LONGEST_WINDOW))
