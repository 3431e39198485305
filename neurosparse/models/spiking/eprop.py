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


def squared_error_signal(y: Tensor, target: Tensor) -> Tensor:
    """Compute the gradient of ½ |y - target|², summed over samples and outputs."""
    return y - target


def cross_entropy_signal(y: Tensor, target: Tensor) -> Tensor:
    """Compute the gradient of the cross entropy of class numbers `target [batch]`, summed.

    >>> cross_entropy_signal(torch.zeros(1, 2), torch.tensor([1])).tolist()
    [[0.5, -0.5]]
    """
    return torch.softmax(y, -1) - nn.functional.one_hot(target, y.shape[-1])


class EPropTrace(NamedTuple):
    """What synapses did to their neurons.

    Attributes:
        current: to the synaptic current.
        membrane: to the membrane.
        output: to the spikes, as the outputs remember them: the eligibility trace.
    """

    current: Tensor
    membrane: Tensor
    output: Tensor


class EPropState(NamedTuple):
    """State of the network and traces of its synapses.

    Attributes:
        network: membranes, currents, spikes, outputs.
        recurrent: traces of the recurrent synapses, `[batch, nnz]` each.
        entering: those of the input layer, `[batch, hidden_size, in_features + 1]` each.
        spikes: those of the neurons as the outputs remember them, and a constant for the offset,
            `[batch, hidden_size + 1]`.
    """

    network: NetworkState
    recurrent: EPropTrace
    entering: EPropTrace
    spikes: Tensor


class EProp:
    """Learn online: `step` runs one step and adds to the `grad` of all weights.

    These are the recurrent, input and readout ones. Time constants and thresholds get no gradient.
    Memory is a few floats a synapse and sample, however long the sequence is.

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

    def __init__(self, model: HRSNN, signal: Signal = squared_error_signal) -> None:
        self.model = model
        self.signal = signal
        layers = {"model.input": model.input, "model.readout.linear": model.readout.linear}
        for name, layer in layers.items():
            if not isinstance(layer, nn.Linear):
                kind = Said(type(layer).__name__)
                raise bad_type(name, kind, "a Linear layer, whose weights it trains")
        self._take_synapses()

    def _take_synapses(self) -> None:
        synapses = self.model.cell.synapses
        self._groups = synapses.groups
        neurons = torch.arange(self.model.cell.hidden_size)
        self.pre = torch.repeat_interleave(neurons, synapses.indptr.diff())
        self.post = synapses.indices.long()
        self.delay_steps = synapses.delay_steps.long()

    def rest(self, batch: int) -> EPropState:
        """Give the state in which nothing has happened yet, for the synapses that there are now."""
        self._take_synapses()
        cell = self.model.cell
        n = cell.hidden_size
        zeros = cell.threshold.new_zeros
        population = resting(cell.synapses.groups, zeros((1, batch, n)))
        network = NetworkState(population, zeros((batch, self.model.out_features)))
        recurrent = zeros((batch, len(self.pre)))
        entering = zeros((batch, n, self.model.input.in_features + 1))
        traces = EPropTrace(*(recurrent,) * 3), EPropTrace(*(entering,) * 3)
        return EPropState(network, *traces, zeros((batch, n + 1)))

    @torch.no_grad()
    def step(
        self, x: Tensor, target: Tensor, state: EPropState
    ) -> tuple[Tensor, EPropState]:
        """Run one step: outputs `[batch, out_features]` and the state to go on from.

        Args:
            x: input of the step, `[batch, in_features]`.
            target: what `signal` compares the outputs with.
            state: from `rest`, or from the step before.

        Raises:
            ValueError: x of another shape, or synapses that were pruned or rewired since `rest`.
        """
        model = self.model
        self._check(x)
        past = state.network.cell.z
        run = model.run(x[None], state.network)
        kappa = model.readout.kappa
        keep = x.new_zeros(()) if kappa is None else kappa
        slopes = self._slopes(past[-1], run.state.cell.v)
        constant = torch.ones_like(x[:, :1])  # the input of an offset
        arrived = past[-1 - self.delay_steps, :, self.pre].T
        of_synapses = _Slopes(*(part[..., self.post] for part in slopes))
        recurrent = _followed(state.recurrent, arrived, of_synapses, keep)
        inputs = torch.cat([x, constant], 1)[:, None]
        of_inputs = _Slopes(*(part[..., None] for part in slopes))
        entering = _followed(state.entering, inputs, of_inputs, keep)
        spikes = keep * state.spikes + torch.cat([run.spikes[0], constant], 1)
        following = EPropState(run.state, recurrent, entering, spikes)
        self._learn((1 - keep) * self.signal(run.outputs[0], target), following)
        return run.outputs[0], following

    def _check(self, x: Tensor) -> None:
        if self.model.cell.synapses.groups is not self._groups:
            edited = Said("traces of synapses that have been edited since")
            remedy = "begin again from rest(batch)"
            raise bad_argument("state", edited, "those of the present ones", remedy)
        width = self.model.input.in_features
        if x.dim() != 2 or x.shape[1] != width:
            raise bad_argument(
                "x", Said(f"shape {list(x.shape)}"), f"[batch, {width}], one step"
            )

    def _slopes(self, last_spikes: Tensor, v: Tensor) -> "_Slopes":
        """Derivatives of a step of the neurons, whose membranes after it are v."""
        cell = self.model.cell
        neurons = cell.neurons
        reset = cell.dynamics.reset
        drive = 1 - reset.gate * last_spikes
        membrane = drive * neurons.beta * (1 - reset.membrane * last_spikes)
        spike = torch.as_tensor(cell.dynamics.surrogate(v - neurons.threshold))
        return _Slopes(neurons.alpha, membrane, drive, spike)

    def _learn(self, error: Tensor, state: EPropState) -> None:
        """Add to gradients what errors of the outputs `[batch, out_features]` make of traces."""
        readout = self.model.readout.linear
        signal = error @ readout.weight
        on_synapses = (signal[:, self.post] * state.recurrent.output).sum(0)
        _add_gradient(self.model.cell.synapses.values, on_synapses)
        _add_to_linear(self.model.input, (signal[..., None] * state.entering.output).sum(0))
        _add_to_linear(readout, error.T @ state.spikes)


class _Slopes(NamedTuple):
    """Derivatives of a step.

    Attributes:
        current: of the current by the one before.
        membrane: of the membrane by the one before.
        drive: of the membrane by the current.
        spike: of the spike by the membrane, the surrogate.
    """

    current: Tensor
    membrane: Tensor
    drive: Tensor
    spike: Tensor


def _followed(
    trace: EPropTrace, arrived: Tensor, slopes: _Slopes, keep: Tensor
) -> EPropTrace:
    """Follow traces for one step in which `arrived` came to the synapses."""
    current = slopes.current * trace.current + arrived
    membrane = slopes.membrane * trace.membrane + slopes.drive * current
    return EPropTrace(current, membrane, keep * trace.output + slopes.spike * membrane)


def _add_to_linear(layer: nn.Linear, gradient: Tensor) -> None:
    """Add a gradient `[out_features, in_features + 1]`, the last column that of the offset."""
    _add_gradient(layer.weight, gradient[:, :-1])
    if layer.bias is not None:
        _add_gradient(layer.bias, gradient[:, -1])


def _add_gradient(parameter: Tensor, gradient: Tensor) -> None:
    if parameter.requires_grad:
        parameter.grad = (
            gradient.clone() if parameter.grad is None else parameter.grad + gradient
        )
