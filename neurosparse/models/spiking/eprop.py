"""e-prop: gradients of a recurrent spiking network step by step, without going back in time.

Each synapse keeps a trace of what it did to its neuron; the error of the outputs, fed back through
the readout, turns traces into gradients at once. It is exact but for the ways by which a spike
changes later spikes of other neurons.
Source: Bellec et al. 2020, doi:10.1038/s41467-020-17236-y.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.layers.recurrent_scan.autograd import resting
from neurosparse.models.spiking.hrsnn import HRSNN, NetworkState

Signal = Callable[[Tensor, Tensor], Tensor]


def squared_error(y: Tensor, target: Tensor) -> Tensor:
    """Gradient of ½ |y - target|², summed over samples and outputs."""
    return y - target


def cross_entropy(y: Tensor, target: Tensor) -> Tensor:
    """Gradient of the cross entropy of class numbers `target [batch]`, summed over samples.

    >>> cross_entropy(torch.zeros(1, 2), torch.tensor([1])).tolist()
    [[0.5, -0.5]]
    """
    return torch.softmax(y, -1) - nn.functional.one_hot(target, y.shape[-1])


class Trace(NamedTuple):
    """What synapses did: `current` to the current and `membrane` to the membrane of their neurons; `told` outputs."""

    current: Tensor
    membrane: Tensor
    told: Tensor


class EPropState(NamedTuple):
    """State of the network, traces of its recurrent `[batch, nnz]` and input synapses `[batch, n, n_in + 1]`.

    `spikes [batch, n + 1]` are those of the neurons as the outputs remember them, and a constant
    for the offset.
    """

    network: NetworkState
    recurrent: Trace
    entering: Trace
    spikes: Tensor


class EProp:
    """Learn online: `step` runs one step and adds to the `grad` of the recurrent, input and readout
    weights.

    Time constants and thresholds get no gradient. Memory is a few floats a synapse and sample,
    however long the sequence is.

    Args:
        model: the network.
        signal: gradient of the loss of one step with respect to the outputs, of (outputs, target).

    Raises:
        TypeError: the input layer or the readout is not a Linear.

    >>> model = HRSNN(2, 20, 1, rng=0)
    >>> rule = EProp(model)
    >>> state = rule.rest(batch=3)
    >>> for _ in range(5):
    ...     y, state = rule.step(torch.ones(3, 2), torch.zeros(3, 1), state)
    >>> y.shape, model.cell.synapses.values.grad.shape
    (torch.Size([3, 1]), torch.Size([320]))
    """

    def __init__(self, model: HRSNN, signal: Signal = squared_error) -> None:
        self.model, self.signal = model, signal
        if not isinstance(model.input, nn.Linear):
            raise bad_type(
                "model.input",
                Said(type(model.input).__name__),
                "a Linear layer, whose weights it trains",
            )
        if not isinstance(model.readout.linear, nn.Linear):
            found = Said(type(model.readout.linear).__name__)
            raise bad_type("model.readout.linear", found, "a Linear layer, whose weights it trains")
        self._take_synapses()

    def _take_synapses(self) -> None:
        synapses = self.model.cell.synapses
        self._groups = synapses.groups
        self.pre = torch.repeat_interleave(torch.arange(self.model.cell.n), synapses.indptr.diff())
        self.post, self.delays = synapses.indices.long(), synapses.delay_steps.long()

    def rest(self, batch: int) -> EPropState:
        """Give the state in which nothing has happened yet, for the synapses that there are now."""
        self._take_synapses()
        model = self.model
        like = self.model.cell.threshold
        x = like.new_zeros((1, batch, model.cell.n))
        network = NetworkState(
            resting(model.cell.synapses.groups, x), like.new_zeros((batch, model.readout_size))
        )
        recurrent = like.new_zeros((batch, len(self.pre)))
        entering = like.new_zeros((batch, model.cell.n, model.input.in_features + 1))
        spikes = like.new_zeros((batch, model.cell.n + 1))
        return EPropState(network, Trace(*(recurrent,) * 3), Trace(*(entering,) * 3), spikes)

    @torch.no_grad()
    def step(self, x: Tensor, target: Tensor, state: EPropState) -> tuple[Tensor, EPropState]:
        """Run one step on `x [batch, n_in]`: outputs `[batch, n_out]` and the state to go on from.

        Raises:
            ValueError: x is not [batch, n_in], or synapses were pruned or rewired since `rest`.
        """
        model = self.model
        cell = self.model.cell
        if cell.synapses.groups is not self._groups:
            found = Said("traces of synapses that have been edited since")
            raise bad_argument(
                "state", found, "those of the present ones", "begin again from rest(batch)"
            )
        if x.dim() != 2 or x.shape[1] != model.input.in_features:
            raise bad_argument(
                "x", Said(f"shape {list(x.shape)}"), f"[batch, {model.input.in_features}], one step"
            )
        past = state.network.cell.z
        run = model.run(x[None], state.network)
        neurons = cell.neurons
        reset = cell.dynamics.reset
        open_ = 1 - reset.gate * past[-1]
        held = open_ * neurons.beta * (1 - reset.membrane * past[-1])
        slope = torch.as_tensor(cell.dynamics.surrogate(run.state.cell.v - neurons.threshold))
        kappa = model.readout.kappa
        keep = x.new_zeros(()) if kappa is None else kappa
        arrived = past[-1 - self.delays, :, self.pre].T
        shares = (neurons.alpha, held, open_, slope)
        recurrent = _told(
            state.recurrent, arrived, tuple(part[..., self.post] for part in shares), keep
        )
        inputs = torch.cat([x, torch.ones_like(x[:, :1])], 1)[:, None]
        entering = _told(state.entering, inputs, tuple(part[..., None] for part in shares), keep)
        spikes = keep * state.spikes + torch.cat([run.spikes[0], torch.ones_like(x[:, :1])], 1)
        wrong = (1 - keep) * self.signal(run.outputs[0], target)
        learn = wrong @ model.readout.linear.weight
        _add(cell.synapses.values, (learn[:, self.post] * recurrent.told).sum(0))
        entry = (learn[..., None] * entering.told).sum(0)
        _add(model.input.weight, entry[:, :-1])
        if model.input.bias is not None:
            _add(model.input.bias, entry[:, -1])
        out = wrong.T @ spikes
        _add(model.readout.linear.weight, out[:, :-1])
        if model.readout.linear.bias is not None:
            _add(model.readout.linear.bias, out[:, -1])
        return run.outputs[0], EPropState(run.state, recurrent, entering, spikes)


def _told(trace: Trace, arrived: Tensor, shares: tuple[Tensor, ...], keep: Tensor) -> Trace:
    """Follow a trace for one step; shares = (alpha, held, open, slope of the spike), one for each
    synapse.
    """
    alpha, held, open_, slope = shares
    current = alpha * trace.current + arrived
    membrane = held * trace.membrane + open_ * current
    return Trace(current, membrane, keep * trace.told + slope * membrane)


def _add(parameter: Tensor, gradient: Tensor) -> None:
    if parameter.requires_grad:
        parameter.grad = gradient.clone() if parameter.grad is None else parameter.grad + gradient
