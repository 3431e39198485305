"""Operations of a trained `HRSNN`, counted while it runs."""

from typing import Any, NamedTuple

import numpy as np
import torch

from neurosparse.analysis.operations.measures import (
    SynOps,
    activation_sparsity,
    connection_sparsity,
    footprint,
    sum_operations,
    synaptic_operations,
)
from neurosparse.connectivity import Connectivity
from neurosparse.models import HRSNN, SparseLinear
from neurosparse.models.spiking.hrsnn import dense_input


class HRSNNOperations(NamedTuple):
    """Counts of one sample: SynOps by part, updates of membranes, and what the network holds.

    Membranes are counted in every step: a leak changes each of them unless it is exactly 0.
    """

    input: SynOps
    recurrent: SynOps
    readout: SynOps
    updates: float
    activation_sparsity: float
    connection_sparsity: float
    footprint: int

    @property
    def total(self) -> SynOps:
        """All three parts."""
        return sum_operations([self.input, self.recurrent, self.readout])


def hrsnn_operations(model: HRSNN, x: torch.Tensor) -> HRSNNOperations:
    """Run `x` `[steps, batch, in_features]` through a network and count.

    A recurrent synapse works for every spike of its sender, whether or not its delay ends within
    the run.

    >>> from neurosparse.models import HRSNN
    >>> counts = hrsnn_operations(HRSNN(3, 20, 2, rng=0), torch.ones(7, 4, 3))
    >>> counts.input.effective_acs, counts.recurrent.dense, counts.updates
    (420.0, 2800.0, 140.0)
    """
    with torch.no_grad():
        spikes = model.run(x).spikes.numpy()
    synapses = model.cell.synapses.connectivity
    from_input = _part(model.input, model)
    to_readout = _part(model.readout.linear, model)
    stored = [tensor.detach().numpy() for tensor in (*model.parameters(), *model.buffers())]
    steps, _, n = spikes.shape
    return HRSNNOperations(
        input=synaptic_operations(from_input, x.detach().numpy()),
        recurrent=synaptic_operations(synapses, spikes),
        readout=synaptic_operations(to_readout, spikes),
        updates=float(steps * n),
        activation_sparsity=activation_sparsity([spikes]),
        connection_sparsity=connection_sparsity((from_input, synapses, to_readout)),
        footprint=footprint(stored),
    )


def _part(linear: Any, model: HRSNN) -> Connectivity:
    if isinstance(linear, SparseLinear):
        return linear.connectivity
    linear = dense_input(model) if linear is model.input else linear
    return Connectivity.from_dense(np.ascontiguousarray(linear.weight.detach().numpy().T))
