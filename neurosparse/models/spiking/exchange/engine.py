"""A trained network in the engine: the same spikes, and STDP on its weights."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.models.spiking.hrsnn import HRSNN, dense_input, dense_readout, offset_of
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import (
    DiscreteLIF,
    LeakyIntegrator,
    LeakyIntegratorCoefficients,
    SpikeSource,
    Value,
    parameters,
)

RECURRENT = "hidden->hidden"


@dataclass(frozen=True)
class StepLeak(LeakyIntegrator):
    """A `LeakyIntegrator` that keeps a given share of its voltage a step.

    The share may be less than any time constant of a step or more leaves.

    >>> float(StepLeak(keep=0.25).coefficients(1.0).keep)
    0.25
    """

    keep: Value = 0.0

    def coefficients(self, dt: float) -> LeakyIntegratorCoefficients:
        """Give the share as it is."""
        return super().coefficients(dt)._replace(keep=parameters(self).keep)


def to_network(model: HRSNN, x: Tensor, *, plasticity: Any = None) -> Network:
    """Make the network of the engine that gives the spikes of the model for x.

    Its populations are "in", "hidden" and "out"; "out" has the outputs as its `v`.

    A spike acts in the step after it, also on the way in: the engine's step t + 1 is the model's
    step t, so run it for `len(x) + 1` steps of `model.cell.dt` ms. Spikes are the same for weights
    in float32 (as the engine has them) and a state in float64 (`model.float().double()`,
    `Simulator(precision="float64")`); membranes nearer to their threshold than rounding differ
    otherwise.

    Args:
        model: the network; its input layer is a matrix (`dense_input`), its offsets become a bias
            of the neurons.
        x: input spikes of one sample, `[time, in_features]`, 0 and 1.
        plasticity: a rule such as `PairSTDP(...)` for the recurrent weights.

    Raises:
        ValueError: x is not 0 and 1 of the right width.
        TypeError: the input layer is no matrix, or x no tensor.

    >>> model = HRSNN(3, 20, 2, rng=0)
    >>> sorted(to_network(model, torch.ones(5, 3)).populations)
    ['hidden', 'in', 'out']
    """
    entering = dense_input(model)
    _check_spikes(x, entering.in_features)
    synapses = model.cell.synapses.connectivity
    kappa = 0.0 if model.readout.kappa is None else float(model.readout.kappa.detach())
    return Network(
        _source(x, model.cell.dt),
        _hidden(model, offset_of(entering)),
        _readout(model, kappa),
        Projection("in", "hidden", _dense(entering.weight)),
        Projection("hidden", "hidden", synapses, plasticity=plasticity, label=RECURRENT),
        Projection("hidden", "out", _dense((1 - kappa) * dense_readout(model).weight)),
    )


def _check_spikes(x: Any, width: int) -> None:
    if not isinstance(x, Tensor):
        expected = f"a tensor of 0 and 1, [time, {width}]"
        raise bad_type("x", x, expected, "torch.as_tensor(x) makes one")
    if x.dim() != 2 or x.shape[1] != width or not bool(((x == 0) | (x == 1)).all()):
        array = Said(f"{x.dtype} of shape {list(x.shape)}")
        raise bad_argument("x", array, f"0 and 1, [time, {width}]")


def _source(x: Tensor, dt: float) -> Population:
    steps, cells = np.nonzero(x.detach().cpu().numpy())
    source = SpikeSource(np.float64(dt) * steps, cells.astype(np.int32))
    return Population("in", x.shape[1], source)


def _hidden(model: HRSNN, offset: Tensor) -> Population:
    cell = model.cell
    bias = _array(offset) + (0 if cell.bias is None else _array(cell.bias))
    numbers = {name: _array(part) for name, part in cell.neurons._asdict().items()}
    neurons = DiscreteLIF(**numbers, bias=bias, **cell.dynamics.reset._asdict())
    # the bias arrives in the engine's first step, in which the model has not begun
    return Population("hidden", cell.hidden_size, neurons, initial={"arrived": -bias})


def _readout(model: HRSNN, kappa: float) -> Population:
    level = _array(offset_of(model.readout.linear))
    # so that it stands at 0 when the first input arrives, a step after the engine begins
    first = np.zeros_like(level) if kappa == 0 else level * (1 - 1 / kappa)
    tau = max(1.0, model.cell.dt)  # which the share stands in for
    neurons = StepLeak(tau_mem=tau, v_rest=level, keep=kappa)
    return Population("out", len(level), neurons, initial={"v": first})


def _array(tensor: Tensor) -> Any:
    return tensor.detach().cpu().double().numpy()


def _dense(weight: Tensor) -> Connectivity:
    """The synapses of a matrix `[n_post, n_pre]`."""
    return Connectivity.from_dense(weight.detach().cpu().float().numpy().T)


def engine_spikes(
    model: HRSNN, x: Tensor, *, plasticity: Any = None
) -> tuple[Tensor, Simulator]:
    """Run the model in the engine over one sample, of which `to_network` says more.

    Returns:
        Its spikes `[time, hidden_size]`, and the simulator, stopped at the end.

    >>> model = HRSNN(3, 20, 2, rng=0)
    >>> spikes, simulator = engine_spikes(model, torch.ones(5, 3))
    >>> spikes.shape, simulator.state("out", "v").shape
    (torch.Size([5, 20]), (2,))
    """
    simulator = Simulator(to_network(model, x, plasticity=plasticity), dt=model.cell.dt)
    simulator.step(len(x) + 1)
    record = simulator.spikes("hidden")
    spikes = torch.zeros(len(x) + 1, model.cell.hidden_size)
    steps = torch.from_numpy(record.step.astype(np.int64))
    neurons = torch.from_numpy(record.i.astype(np.int64))
    spikes[steps, neurons] = 1
    return spikes[1:], simulator


def learn_by_stdp(model: HRSNN, samples: Tensor, rule: Any) -> Tensor:
    """Let a spike-timing rule change the recurrent weights, one sample after the other.

    Args:
        model: its `cell.synapses.values` are changed in place.
        samples: input spikes, `[samples, time, in_features]`, 0 and 1.
        rule: such as `neurosparse.plasticity.PairSTDP(...)`.

    Returns:
        The change of each weight, `[nnz]`.
    """
    values = model.cell.synapses.values
    before = values.detach().clone()
    for x in samples:
        _, simulator = engine_spikes(model, x, plasticity=rule)
        with torch.no_grad():
            values.copy_(torch.from_numpy(simulator.weights(RECURRENT)))
        simulator.close()
    return values.detach() - before
