"""A network as a NIR graph, and into a file."""

from typing import Any

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.io.nir.network import TO_ZERO, SpikingNetwork, nir_or_refuse
from neurosparse.store.single import new_file
from neurosparse.typing import Path


def write_nir(path: Path, network: SpikingNetwork, *, approximate: bool = False) -> None:
    """Write a network as a NIR file (HDF5), whole or not at all.

    Raises:
        ValueError: something that NIR cannot say, see `to_nir`.
        ImportError: the package nir is missing.
    """
    nir = nir_or_refuse()
    graph = to_nir(network, approximate=approximate)
    with new_file(path) as temporary:
        nir.write(str(temporary), graph)


def to_nir(network: SpikingNetwork, *, approximate: bool = False) -> Any:
    """Make the NIR graph of a network.

    Args:
        network: the network.
        approximate: allow what only the metadata can say (resets other than the one to 0, delays):
            other readers then get a different network.

    Raises:
        ValueError: something that NIR cannot say, all of it named.
        ImportError: the package nir is missing.

    >>> from neurosparse import Connectivity
    >>> zero = np.zeros(1)
    >>> neuron = {"alpha": zero, "beta": zero + 0.5, "threshold": zero + 1, "reset": TO_ZERO}
    >>> wires = {"recurrent": Connectivity.empty(1, 1), "input_weight": np.ones((1, 1)),
    ...          "input_bias": zero, "readout_weight": np.ones((1, 1)), "readout_bias": zero}
    >>> sorted(to_nir(SpikingNetwork(**wires, **neuron, kappa=0.0, dt=1.0)).nodes)
    ['encoder', 'hidden', 'input', 'output', 'readout', 'recurrent']
    """
    nir = nir_or_refuse()
    _refuse_unsayable(network, approximate)
    n_in = network.input_weight.shape[1]
    n_out = len(network.readout_bias)
    nodes = {
        "input": nir.Input({"input": np.array([n_in])}),
        "encoder": nir.Affine(network.input_weight, network.input_bias),
        "hidden": _neurons(nir, network),
        "recurrent": _synapses(nir, network),
        "readout": nir.Affine(network.readout_weight, network.readout_bias),
        "output": nir.Output({"output": np.array([n_out])}),
    }
    edges = [
        ("input", "encoder"),
        ("encoder", "hidden"),
        ("hidden", "recurrent"),
        ("recurrent", "hidden"),
        ("hidden", "readout"),
    ]
    if network.kappa > 0:
        nodes["leak"] = _leak(nir, network)
        edges += [("readout", "leak"), ("leak", "output")]
    else:
        edges += [("readout", "output")]
    return nir.NIRGraph(nodes, edges, metadata={}, type_check=False)


def _refuse_unsayable(network: SpikingNetwork, approximate: bool) -> None:
    problems = []
    if tuple(network.reset) != TO_ZERO and not approximate:
        reset = tuple(network.reset)
        problems.append(f"a reset {reset} where NIR has only the one to 0, {TO_ZERO}")
    latest = int(network.recurrent.delay_steps_array().max(initial=0))
    if latest and not approximate:
        problems.append(f"synaptic delays of up to {latest} steps")
    for name, shares, least in (
        ("beta", network.beta, 0.0),
        ("alpha", network.alpha, -1.0),
    ):
        if len(shares) and not (shares.min() > least and shares.max() < 1):
            span = f"{shares.min():g} to {shares.max():g}"
            problems.append(f"{name} of {span}, which no time constant has")
    if problems:
        remedy = (
            "approximate=True leaves resets and delays to the metadata; "
            "others read a different network then"
        )
        fault = Said("; ".join(problems))
        raise bad_argument("network", fault, "what a NIR graph can say", remedy)


def _tau(share: Any, dt: float) -> Any:
    """Time constant in seconds of a share that is left after dt ms."""
    return -dt / 1000 / np.log(share)


def _neurons(nir: Any, network: SpikingNetwork) -> Any:
    n = len(network.beta)
    metadata = {
        "dt_ms": np.float64(network.dt),
        "method": "exact",
        "reset": np.array(network.reset, np.float64),
        "alpha": network.alpha,
        "beta": network.beta,
    }
    common = {
        "v_leak": np.zeros(n),
        "v_threshold": network.threshold,
        "v_reset": np.zeros(n),
        "metadata": metadata,
    }
    tau = _tau(network.beta, network.dt)
    # undoes the factor 1 - beta by which the exact step counts the input
    r = 1 / (1 - network.beta)
    if not network.alpha.any():
        return nir.LIF(tau=tau, r=r, **common)
    w_in = 1 / (1 - network.alpha)
    filters = np.maximum(network.alpha, 1e-300)
    return nir.CubaLIF(
        tau_syn=_tau(filters, network.dt), tau_mem=tau, r=r, w_in=w_in, **common
    )


def _synapses(nir: Any, network: SpikingNetwork) -> Any:
    synapses = network.recurrent
    metadata = {
        "indptr": synapses.indptr,
        "indices": synapses.indices,
        "values": synapses.weights_array(),
        "delays": synapses.delay_steps_array().astype(np.int64),
    }
    return nir.Linear(synapses.to_dense().T.astype(np.float64), metadata=metadata)


def _leak(nir: Any, network: SpikingNetwork) -> Any:
    n_out = len(network.readout_bias)
    tau = np.full(n_out, _tau(network.kappa, network.dt))
    metadata = {"kappa": np.float64(network.kappa)}
    return nir.LI(tau, np.ones(n_out), np.zeros(n_out), metadata=metadata)
