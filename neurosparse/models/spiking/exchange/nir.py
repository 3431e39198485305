"""HRSNN to and from NIR: the arrays of `neurosparse.io` as a model that trains."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from neurosparse.io import SpikingNetwork, read_nir, write_nir
from neurosparse.io.nir.read import StepMethod
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


def arrays(model: HRSNN) -> SpikingNetwork:
    """Give a model as arrays.

    >>> arrays(HRSNN(3, 20, 2, rng=0)).input_weight.shape
    (20, 3)
    """
    cell = model.cell
    kappa = model.readout.kappa
    entering = dense_input(model)
    alpha, beta, threshold = (_array(part) for part in cell.neurons)
    return SpikingNetwork(
        _array(entering.weight),
        _array(offset_of(entering)) + (0 if cell.bias is None else _array(cell.bias)),
        cell.synapses.connectivity,
        alpha,
        beta,
        threshold,
        (cell.dynamics.reset.membrane, cell.dynamics.reset.gate, cell.dynamics.reset.level),
        _array(dense_readout(model).weight),
        _array(offset_of(model.readout.linear)),
        0.0 if kappa is None else float(kappa.detach()),
        cell.dt,
    )


def model_of(network: SpikingNetwork, *, surrogate: Surrogate = USUAL) -> HRSNN:
    """Make the model of arrays.

    >>> model_of(arrays(HRSNN(3, 20, 2, rng=0))).cell.n
    20
    """
    n, n_in = network.input_weight.shape
    filtered = bool(network.alpha.any())
    dynamics = Dynamics(Reset(*network.reset), surrogate, dt=network.dt)
    shape = n_in, n, len(network.readout_bias)
    step = network.dt  # stands in for the time constants until they are copied
    model = HRSNN(
        *shape,
        wiring=network.recurrent,
        tau_mem=step,
        tau_syn=step if filtered else None,
        cell=dynamics,
    )
    tau = 0.0 if network.kappa == 0 else -network.dt / float(np.log(network.kappa))
    model.readout = LeakyReadout(n, shape[2], tau, network.dt)
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
            model.cell.log_tau_syn.copy_(torch.from_numpy(_log_tau(network.alpha, network.dt)))
    return model


def _log_tau(share: Any, dt: float) -> Any:
    """Logarithm of the time constant of which `share` is left after dt; finite for 0, infinite for 1 (no leak)."""
    with np.errstate(divide="ignore"):
        return np.log(np.abs(-dt / np.log(np.maximum(share, 1e-30))))


def save_nir(path: str | Path, model: HRSNN, *, approximate: bool = False) -> None:
    """Write a model as a NIR file; see `neurosparse.io.to_nir` for what that can say.

    Raises:
        ValueError: something NIR cannot say, all of it named.
    """
    write_nir(path, arrays(model), approximate=approximate)


def load_nir(
    path: str | Path,
    *,
    dt: float | None = None,
    method: StepMethod | None = None,
    surrogate: Surrogate = USUAL,
) -> HRSNN:
    """Read a model from a NIR file of any library.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: nodes without counterpart, all of them named, or no step `dt` (ms).
    """
    return model_of(read_nir(path, dt=dt, method=method), surrogate=surrogate)
