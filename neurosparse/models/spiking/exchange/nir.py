"""HRSNN to and from the arrays that `neurosparse.io` reads from and writes to NIR files."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from neurosparse.io import SpikingNetwork
from neurosparse.kernels.layers.recurrent_scan.parts import Reset
from neurosparse.kernels.layers.recurrent_scan.surrogates import USUAL, Surrogate
from neurosparse.models.spiking.hrsnn import (
    HRSNN,
    LeakyReadout,
    dense_input,
    dense_readout,
    offset_of,
)
from neurosparse.models.spiking.recurrent_lif import Dynamics


def _array(tensor: Tensor) -> Any:
    return tensor.detach().cpu().double().numpy()


def to_spiking_network(model: HRSNN) -> SpikingNetwork:
    """Give a model as arrays, which `neurosparse.io.write_nir` writes as a NIR file.

    Raises:
        TypeError: the input layer is no matrix (`dense_input`).

    >>> to_spiking_network(HRSNN(3, 20, 2, rng=0)).input_weight.shape
    (20, 3)
    """
    cell = model.cell
    kappa = model.readout.kappa
    entering = dense_input(model)
    reset = cell.dynamics.reset
    neurons = cell.neurons
    return SpikingNetwork(
        _array(entering.weight),
        _array(offset_of(entering)) + (0 if cell.bias is None else _array(cell.bias)),
        cell.synapses.connectivity,
        _array(neurons.alpha),
        _array(neurons.beta),
        _array(neurons.threshold),
        (reset.membrane, reset.gate, reset.level),
        _array(dense_readout(model).weight),
        _array(offset_of(model.readout.linear)),
        0.0 if kappa is None else float(kappa.detach()),
        cell.dt,
    )


def from_spiking_network(network: SpikingNetwork, *, surrogate: Surrogate = USUAL) -> HRSNN:
    """Make the model of arrays, such as `neurosparse.io.read_nir` reads from a NIR file.

    Args:
        network: the arrays.
        surrogate: derivative of the spike, which no file knows.

    >>> from_spiking_network(to_spiking_network(HRSNN(3, 20, 2, rng=0))).cell.hidden_size
    20
    """
    hidden_size, in_features = network.input_weight.shape
    out_features = len(network.readout_bias)
    step = network.dt  # stands in for the time constants until they are copied
    model = HRSNN(
        in_features,
        hidden_size,
        out_features,
        wiring=network.recurrent,
        tau_mem=step,
        tau_syn=step if network.alpha.any() else None,
        cell=Dynamics(Reset(*network.reset), surrogate, dt=network.dt),
    )
    tau = 0.0 if network.kappa == 0 else -network.dt / float(np.log(network.kappa))
    model.readout = LeakyReadout(hidden_size, out_features, tau, network.dt)
    _copy_parameters(network, model)
    return model


def _copy_parameters(network: SpikingNetwork, model: HRSNN) -> None:
    with torch.no_grad():
        for parameter, values in (
            (model.input.weight, network.input_weight),
            (model.input.bias, network.input_bias),
            (model.readout.linear.weight, network.readout_weight),
            (model.readout.linear.bias, network.readout_bias),
            (model.cell.threshold, network.threshold),
            (model.cell.log_tau_mem, _log_tau(network.beta, network.dt)),
        ):
            parameter.copy_(torch.from_numpy(np.asarray(values)))
        if model.cell.log_tau_syn is not None:
            model.cell.log_tau_syn.copy_(
                torch.from_numpy(_log_tau(network.alpha, network.dt))
            )


def _log_tau(share: Any, dt: float) -> Any:
    """Logarithm of the time constant of which `share` is left after dt.

    It is finite for a share of 0, infinite for 1 (no leak).
    """
    with np.errstate(divide="ignore"):
        return np.log(np.abs(-dt / np.log(np.maximum(share, 1e-30))))
