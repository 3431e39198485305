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
    """Run `x [steps, batch, n_in]` through a network and count.

    A recurrent synapse works for every spike of its sender, whether or not its delay ends within
    the run.

    >>> from neurosparse.models import HRSNN
    >>> found = hrsnn_operations(HRSNN(3, 20, 2, rng=0), torch.ones(7, 4, 3))
    >>> found.input.effective_acs, found.recurrent.dense, found.updates
    (420.0, 2800.0, 140.0)
    """
    with torch.no_grad():
        spikes = model.run(x).spikes.numpy()
    parts = (
        _part(model.input, model),
        model.cell.synapses.connectivity,
        _part(model.readout.linear, model),
    )
    inputs, recurrent, readout = (
        synaptic_operations(part, seen)
        for part, seen in zip(parts, (x.detach().numpy(), spikes, spikes), strict=True)
    )
    stored = [t.detach().numpy() for t in (*model.parameters(), *model.buffers())]
    steps, _, n = spikes.shape
    held = activation_sparsity([spikes]), connection_sparsity(parts), footprint(stored)
    return HRSNNOperations(inputs, recurrent, readout, float(steps * n), *held)


def _part(linear: Any, model: HRSNN) -> Connectivity:
    if isinstance(linear, SparseLinear):
        return linear.connectivity
    linear = dense_input(model) if linear is model.input else linear
    return Connectivity.from_dense(np.ascontiguousarray(linear.weight.detach().numpy().T))
