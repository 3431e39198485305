"""A trained HRSNN for the rules that prune recurrent networks, and what they left as an HRSNN."""

import copy

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.layers.recurrent_scan.parts import SUBTRACT
from neurosparse.models.spiking.hrsnn import HRSNN, dense_input, dense_readout
from neurosparse.models.spiking.recurrent_synapses import RecurrentSynapses
from neurosparse.pruning import LifField, RecurrentNet
from neurosparse.typing import Float64, Int64


def to_recurrent(model: HRSNN) -> RecurrentNet:
    """Give what pruning sees of a model: recurrent synapses, and 1 / tau_mem as leak, in 1 / ms.

    >>> to_recurrent(HRSNN(3, 20, 2, rng=0)).connectivity.nnz
    320
    """
    return RecurrentNet.begin(
        model.cell.synapses.connectivity, 1.0 / _array(model.cell.tau_mem)
    )


@torch.no_grad()
def to_lif_field(model: HRSNN, x: Tensor, burn_in: int = 0) -> LifField:
    """Give the neurons of a model driven by one sample, for scores that look at activity.

    Such are `FiringRate`, `SpikeCorrelation`, `lnp`. The activity is that of the model, a step
    later (it begins with the state of rest); delays are left out.

    Args:
        model: with the reset `SUBTRACT`.
        x: one sample, shape `[time, in_features]`.
        burn_in: first steps that are not counted.

    Raises:
        ValueError: x of another shape, or a model with another reset.

    >>> model = HRSNN(3, 20, 2, rng=0)
    >>> to_lif_field(model, torch.ones(9, 3)).activity(to_recurrent(model)).spikes.shape
    (9, 20)
    """
    cell = model.cell
    width = dense_input(model).in_features
    if x.dim() != 2 or x.shape[1] != width:
        expected = f"one sample [time, {width}]"
        raise bad_argument(
            "x", Said(f"shape {list(x.shape)}"), expected, "take x[:, k] of a batch"
        )
    if cell.dynamics.reset != SUBTRACT:
        received = Said(f"the reset {tuple(cell.dynamics.reset)}")
        raise bad_argument("model", received, "SUBTRACT, that of a LifField")
    drive = model.input(x) if cell.bias is None else model.input(x) + cell.bias
    alpha, _, threshold = (_array(part) for part in cell.neurons)
    # without synaptic currents all of alpha is 0
    alpha_or_none = alpha if alpha.any() else None
    return LifField(_array(drive), threshold, cell.dt, alpha_or_none, burn_in=burn_in)


def from_recurrent(model: HRSNN, net: RecurrentNet) -> HRSNN:
    """Copy a model with what pruning left: neurons, their synapses, 1 / leak as time constants, ms.

    Weights into and out of the neurons that stay, thresholds and synaptic time constants come
    along.

    Args:
        model: the one that was pruned; left as it is.
        net: what a rule made of `to_recurrent(model)`.

    Raises:
        ValueError: leaks not above 0 (`Matched(floor=...)` keeps them so), or neurons the model has
            not.

    >>> from neurosparse.pruning import KeepBest
    >>> from neurosparse.rewiring import Magnitude
    >>> model = HRSNN(3, 20, 2, rng=0)
    >>> net = KeepBest(Magnitude())(to_recurrent(model), 100)
    >>> from_recurrent(model, net).cell.synapses.nnz
    100
    """
    kept = net.neurons
    _check_net(model, net)
    twin = copy.deepcopy(model)
    cell = model.cell
    synapses = RecurrentSynapses(net.connectivity).to(cell.threshold)
    synapses.fresh_delay_steps = cell.synapses.fresh_delay_steps
    twin.cell.synapses = synapses
    twin.cell.hidden_size = len(kept)
    for name in ("log_tau_mem", "log_tau_syn", "threshold", "bias"):
        part = getattr(cell, name)
        if part is not None:
            setattr(
                twin.cell,
                name,
                nn.Parameter(part.detach()[kept].clone(), part.requires_grad),
            )
    _take_leaks(twin, model, net)
    twin.input = _with_outputs(dense_input(model), kept)
    twin.readout.linear = _with_inputs(dense_readout(model), kept).to(cell.threshold)
    return twin.train(model.training)


def _check_net(model: HRSNN, net: RecurrentNet) -> None:
    """Refuse neurons that the model has not, and leaks that are no time constants."""
    if len(net.neurons) and int(net.neurons[-1]) >= model.cell.hidden_size:
        received = Said(f"neuron {net.neurons[-1]} of a model of {model.cell.hidden_size}")
        raise bad_argument(
            "net", received, "neurons of this model", "prune to_recurrent(model)"
        )
    if not bool((net.leak > 0).all()):
        received = Said(f"a leak of {net.leak.min():.4g}")
        expected = "leaks above 0, one over a time constant"
        raise bad_argument("net", received, expected, "give Matched a floor")


@torch.no_grad()
def _take_leaks(twin: HRSNN, model: HRSNN, net: RecurrentNet) -> None:
    """Write the time constants that pruning changed; the others keep their bits."""
    old = 1.0 / _array(model.cell.tau_mem)[net.neurons]
    changed = np.flatnonzero(net.leak != old)
    log_tau = torch.from_numpy(-np.log(net.leak[changed]))
    twin.cell.log_tau_mem[changed] = log_tau.to(model.cell.threshold)


@torch.no_grad()
def _with_outputs(linear: nn.Linear, kept: Int64) -> nn.Linear:
    """The layer with these of its outputs."""
    part = nn.Linear(linear.in_features, len(kept), linear.bias is not None).to(
        linear.weight
    )
    part.weight.copy_(linear.weight[kept])
    if part.bias is not None:
        part.bias.copy_(linear.bias[kept])
    return part


@torch.no_grad()
def _with_inputs(linear: nn.Linear, kept: Int64) -> nn.Linear:
    """The layer with these of its inputs."""
    part = nn.Linear(len(kept), linear.out_features, linear.bias is not None).to(
        linear.weight
    )
    part.weight.copy_(linear.weight[:, kept])
    if part.bias is not None:
        part.bias.copy_(linear.bias)
    return part


def _array(tensor: Tensor) -> Float64:
    return tensor.detach().cpu().double().numpy()
