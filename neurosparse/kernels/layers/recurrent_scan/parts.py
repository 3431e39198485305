"""What a recurrent scan is made of: synapses grouped by delay, neurons, a reset, a state."""

from typing import Any, NamedTuple

import numpy as np

from neurosparse.typing import Array


class Synapses(NamedTuple):
    """Recurrent synapses in groups of one delay, each group rows by presynaptic neuron.

    Attributes:
        delays: distinct delays in steps, int64 `[groups]`, ascending; 0 acts in the next step.
        indptr: row pointers of each group, int64 `[groups, n + 1]`.
        indices: postsynaptic neurons, int32 `[nnz]`.
        order: position of each synapse in the rows they were made of, int64 `[nnz]`.
    """

    delays: Array
    indptr: Array
    indices: Array
    order: Array

    @property
    def n(self) -> int:
        """Number of neurons."""
        return int(self.indptr.shape[1]) - 1

    @property
    def memory(self) -> int:
        """Steps of past spikes that a state holds, the longest delay + 1."""
        return int(self.delays.max(initial=0)) + 1


def by_delay(indptr: Array, indices: Array, delay: Any = 0) -> Synapses:
    """Group the synapses of one population onto itself by delay.

    Args:
        indptr, indices: rows by presynaptic neuron, int64 `[n + 1]` and int32 `[nnz]`.
        delay: whole steps, one number or `[nnz]`.

    Raises:
        ValueError: delays that are negative or not one for each synapse.

    >>> groups = by_delay(np.array([0, 2, 3]), np.array([0, 1, 0], np.int32), np.array([3, 0, 3]))
    >>> groups.delays.tolist(), groups.order.tolist(), groups.indptr.tolist()
    ([0, 3], [1, 0, 2], [[0, 1, 1], [1, 2, 3]])
    """
    n = len(indptr) - 1
    nnz = len(indices)
    steps = np.asarray(delay, np.int64)
    if steps.ndim and steps.shape != (nnz,):
        expected = f"one number or [{nnz}], one for each synapse"
        raise ValueError(f"delay: got shape {steps.shape}, wants {expected}")
    if steps.size and steps.min() < 0:
        raise ValueError(f"delay: got {steps.min()} steps, wants 0 or more")
    delays, group = np.unique(np.broadcast_to(steps, (nnz,)), return_inverse=True)
    order = np.argsort(group, kind="stable")
    pre = np.repeat(np.arange(n), np.diff(indptr))
    places = group.reshape(-1) * n + pre
    counts = np.bincount(places, minlength=len(delays) * n).reshape(len(delays), n)
    rows = np.zeros((len(delays), n + 1), np.int64)
    np.cumsum(counts, axis=1, out=rows[:, 1:])
    # each group begins where the one before it ends
    starts = np.concatenate([[0], counts.sum(1).cumsum()[:-1]]).astype(np.int64)
    rows += starts[: len(delays), None]
    return Synapses(delays, rows, np.ascontiguousarray(indices[order]), order)


class Neurons(NamedTuple):
    """One number for each neuron, `[n]`.

    Attributes:
        alpha: share of the synaptic current left after a step, e^(-dt/tau_syn); 0 for none.
        beta: share of the membrane left after a step, e^(-dt/tau_mem).
        threshold: a neuron spikes where its membrane is above this.
    """

    alpha: Any
    beta: Any
    threshold: Any


class Reset(NamedTuple):
    """What a spike takes away in the step after it, each 0 or 1.

    v_t = (1 - gate z) (beta v_(t-1) (1 - membrane z) + i_t - level threshold z),  z = z_(t-1).
    """

    membrane: float
    gate: float
    level: float


SUBTRACT = Reset(0.0, 0.0, 1.0)
"""The threshold is subtracted: snnTorch's reset_mechanism="subtract" with its delayed reset."""
ZERO = Reset(1.0, 0.0, 0.0)
"""The membrane falls to 0 at once and the next input counts: NIR's and the textbook's reset."""
GATE = Reset(0.0, 1.0, 0.0)
"""The membrane is 0 for a whole step, whatever arrives: snnTorch's delayed "zero"."""
NONE = Reset(0.0, 0.0, 0.0)
"""Nothing: the membrane goes on."""


class State(NamedTuple):
    """All that a scan needs to go on where another one ended.

    Attributes:
        v: membranes after the last step, before its reset, `[batch, n]`.
        i: synaptic currents, `[batch, n]`.
        z: the last spikes, oldest first, `[longest delay + 1, batch, n]`.
    """

    v: Any
    i: Any
    z: Any


def rest(synapses: Synapses, batch: int, dtype: Any = np.float32) -> State:
    """Give the state in which nothing has happened yet.

    >>> rest(by_delay(np.array([0, 0]), np.empty(0, np.int32)), 3).z.shape
    (1, 3, 1)
    """
    shape = batch, synapses.n
    return State(
        np.zeros(shape, dtype),
        np.zeros(shape, dtype),
        np.zeros((synapses.memory, *shape), dtype),
    )


class Gradients(NamedTuple):
    """Gradients of what a scan took, in the shapes of those; of a readout where there was one."""

    x: Any
    values: Any
    neurons: Neurons
    state: State
    readout: Any = None
