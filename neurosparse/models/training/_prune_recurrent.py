"""A trained HRSNN to the pruning rules of recurrent networks, and what they leave of it back into
an HRSNN.
"""

import copy
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.layers.recurrent_scan.parts import SUBTRACT
from neurosparse.models.spiking.hrsnn import HRSNN, dense_input, dense_readout
from neurosparse.models.spiking.recurrent_synapses import RecurrentSynapses
from neurosparse.pruning import LifField, Recurrent


def as_recurrent(model: HRSNN) -> Recurrent:
    """Give what pruning sees of a model: its recurrent synapses, and 1 / tau_mem as leak, in 1 /
    ms.

    >>> as_recurrent(HRSNN(3, 20, 2, rng=0)).connectivity.nnz
    320
    """
    return Recurrent.begin(model.cell.synapses.connectivity, 1.0 / _array(model.cell.tau_mem))


@torch.no_grad()
def field_of(model: HRSNN, x: Tensor, burn_in: int = 0) -> LifField:
    """Give the neurons of a model driven by one sample, for `FiringRate`, `SpikeCorrelation`, `lnp` and their like.

    Its activity is that of the model, a step later (it begins with the state of rest); delays are
    left out.

    Args:
        model: with the reset `SUBTRACT`.
        x: one sample `[time, n_in]`.
        burn_in: first steps that are not counted.

    Raises:
        ValueError: x of another shape, or a model with another reset.

    >>> model = HRSNN(3, 20, 2, rng=0)
    >>> field_of(model, torch.ones(9, 3)).activity(as_recurrent(model)).spikes.shape
    (9, 20)
    """
    cell = model.cell
    n_in = dense_input(model).in_features
    if x.dim() != 2 or x.shape[1] != n_in:
        raise bad_argument(
            "x",
            Said(f"shape {list(x.shape)}"),
            f"one sample [time, {n_in}]",
            "take x[:, k] of a batch",
        )
    if cell.dynamics.reset != SUBTRACT:
        raise bad_argument(
            "model", Said(f"the reset {tuple(cell.dynamics.reset)}"), "SUBTRACT, that of a LifField"
        )
    drive = model.input(x) if cell.bias is None else model.input(x) + cell.bias
    alpha, _, threshold = (_array(part) for part in cell.neurons)
    return LifField(
        _array(drive), threshold, cell.dt, alpha if alpha.any() else None, burn_in=burn_in
    )


def pruned(model: HRSNN, net: Recurrent) -> HRSNN:
    """Copy a model with what pruning left: its neurons, their synapses, and 1 / leak as their time constants in ms.

    Weights into and out of the neurons that stay, thresholds and synaptic time constants come
    along.

    Args:
        model: the one that was pruned; left as it is.
        net: what a rule made of `as_recurrent(model)`.

    Raises:
        ValueError: leaks not above 0 (`Matched(floor=...)` keeps them so), or neurons the model has
            not.

    >>> from neurosparse.pruning import KeepBest, Weight
    >>> model = HRSNN(3, 20, 2, rng=0)
    >>> pruned(model, KeepBest(Weight())(as_recurrent(model), 100)).cell.synapses.nnz
    100
    """
    kept = net.neurons
    if len(kept) and int(kept[-1]) >= model.cell.n:
        found = Said(f"neuron {kept[-1]} of a model of {model.cell.n}")
        raise bad_argument("net", found, "neurons of this model", "prune as_recurrent(model)")
    if not bool((net.leak > 0).all()):
        found = Said(f"a leak of {net.leak.min():.4g}")
        raise bad_argument(
            "net", found, "leaks above 0, one over a time constant", "give Matched a floor"
        )
    twin = copy.deepcopy(model)
    cell = model.cell
    made = RecurrentSynapses(net.connectivity).to(cell.threshold)
    made.fresh_delay_steps = cell.synapses.fresh_delay_steps
    twin.input = _rows(dense_input(model), kept)
    twin.cell.synapses, twin.cell.n = made, len(kept)
    for name in ("log_tau_mem", "log_tau_syn", "threshold", "bias"):
        if (part := getattr(cell, name)) is not None:
            setattr(twin.cell, name, nn.Parameter(part.detach()[kept].clone(), part.requires_grad))
    with torch.no_grad():
        old = 1.0 / _array(cell.tau_mem)[kept]
        changed = np.flatnonzero(net.leak != old)
        twin.cell.log_tau_mem[changed] = torch.from_numpy(-np.log(net.leak[changed])).to(
            cell.threshold
        )
    said = dense_readout(model)
    readout = nn.Linear(len(kept), model.readout_size, said.bias is not None).to(cell.threshold)
    with torch.no_grad():
        readout.weight.copy_(said.weight[:, kept])
        if readout.bias is not None:
            readout.bias.copy_(said.bias)
    twin.readout.linear = readout
    return twin.train(model.training)


def _rows(linear: nn.Linear, kept: Any) -> nn.Linear:
    made = nn.Linear(linear.in_features, len(kept), linear.bias is not None).to(linear.weight)
    with torch.no_grad():
        made.weight.copy_(linear.weight[kept])
        if made.bias is not None:
            made.bias.copy_(linear.bias[kept])
    return made


def _array(tensor: Tensor) -> Any:
    return tensor.detach().cpu().double().numpy()
