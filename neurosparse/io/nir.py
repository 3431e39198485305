"""NIR, the exchange format of neuromorphic libraries: a recurrent spiking network to and from its
graph.

A network is Input -> Affine -> LIF or CubaLIF (-> Linear -> the same neurons) -> Affine (-> LI) ->
Output. Time constants are in seconds, as the libraries that read NIR take them. NIR knows neither a
step nor sparse weights, nor
delays of synapses, nor any reset but the one to a value: what it cannot say stands in the metadata
of the nodes
(`dt_ms`, `method`, `reset`, the synapses as CSR with their delays), where this module finds it
again; other readers get the dense matrix. One step of the graph's equations over dt is taken

- "exact": beta = e^(-dt/tau), the input counts R (1 - beta); or
- "euler": beta = 1 - dt/tau, the input counts R dt/tau, as snnTorch means it.

Source: Pedersen et al. 2024, doi:10.1038/s41467-024-52259-9.
"""

from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, missing_extra, unknown_name
from neurosparse.io.nir_graph import Flat, Roles, flattened, roles, sized
from neurosparse.store.single import new_file, old_file, reading

Float64 = NDArray[np.float64]
Method = Literal["exact", "euler"]
TO_ZERO = (1.0, 0.0, 0.0)


class SpikingNetwork(NamedTuple):
    """A recurrent spiking network as arrays; formulas as in `kernels.recurrent_scan`.

    Attributes:
        input_weight, input_bias: `[n, n_in]` and `[n]`.
        recurrent: rows presynaptic, delays in steps.
        alpha, beta, threshold: `[n]`; alpha is 0 without a synaptic filter.
        reset: (membrane, gate, level).
        readout_weight, readout_bias: `[n_out, n]` and `[n_out]`.
        kappa: share of the output that is left after a step; 0 for none.
        dt: step in ms.
    """

    input_weight: Float64
    input_bias: Float64
    recurrent: Connectivity
    alpha: Float64
    beta: Float64
    threshold: Float64
    reset: tuple[float, float, float]
    readout_weight: Float64
    readout_bias: Float64
    kappa: float
    dt: float


def _nir() -> Any:
    try:
        import nir
    except ImportError as error:
        raise missing_extra("nir", "io") from error
    return nir


def to_nir(network: SpikingNetwork, *, approximate: bool = False) -> Any:
    """Make the NIR graph of a network.

    Args:
        network: the network.
        approximate: allow what only the metadata can say (resets other than the one to 0, delays):
            other readers then get a different network.

    Raises:
        ValueError: something that NIR cannot say, all of it named.
        ImportError: the package nir is missing.

    >>> none = np.zeros(1)
    >>> net = SpikingNetwork(np.ones((1, 1)), none, Connectivity.empty(1, 1), none, none + 0.5, none + 1, TO_ZERO,
    ...                      np.ones((1, 1)), none, 0.0, dt=1.0)
    >>> sorted(to_nir(net).nodes)
    ['encoder', 'hidden', 'input', 'output', 'readout', 'recurrent']
    """
    nir = _nir()
    _refuse_unsayable(network, approximate)
    n_in = network.input_weight.shape[1]
    hidden = {
        "encoder": nir.Affine(network.input_weight, network.input_bias),
        "hidden": _neurons(nir, network),
    }
    synapses = network.recurrent
    about = {
        "indptr": synapses.indptr,
        "indices": synapses.indices,
        "values": synapses.weights_array(),
    }
    about["delays"] = synapses.delay_steps_array().astype(np.int64)
    nodes = {"input": nir.Input({"input": np.array([n_in])}), **hidden}
    nodes["recurrent"] = nir.Linear(synapses.to_dense().T.astype(np.float64), metadata=about)
    nodes["readout"] = nir.Affine(network.readout_weight, network.readout_bias)
    n_out = len(network.readout_bias)
    nodes["output"] = nir.Output({"output": np.array([n_out])})
    edges = [
        ("input", "encoder"),
        ("encoder", "hidden"),
        ("hidden", "recurrent"),
        ("recurrent", "hidden"),
    ]
    edges += [("hidden", "readout")]
    if network.kappa > 0:
        tau = np.full(n_out, _tau(network.kappa, network.dt))
        nodes["leak"] = nir.LI(
            tau, np.ones(n_out), np.zeros(n_out), metadata={"kappa": np.float64(network.kappa)}
        )
        edges += [("readout", "leak"), ("leak", "output")]
    else:
        edges += [("readout", "output")]
    return nir.NIRGraph(nodes, edges, metadata={}, type_check=False)


def _refuse_unsayable(network: SpikingNetwork, approximate: bool) -> None:
    found = []
    if tuple(network.reset) != TO_ZERO and not approximate:
        found.append(f"a reset {tuple(network.reset)} where NIR has only the one to 0, {TO_ZERO}")
    latest = int(network.recurrent.delay_steps_array().max(initial=0))
    if latest and not approximate:
        found.append(f"synaptic delays of up to {latest} steps")
    for name, shares, least in (("beta", network.beta, 0.0), ("alpha", network.alpha, -1.0)):
        if len(shares) and not (shares.min() > least and shares.max() < 1):
            found.append(
                f"{name} of {shares.min():g} to {shares.max():g}, which no time constant has"
            )
    if found:
        remedy = "approximate=True leaves resets and delays to the metadata; others read a different network then"
        raise bad_argument("network", Said("; ".join(found)), "what a NIR graph can say", remedy)


def _tau(share: Any, dt: float) -> Any:
    """Time constant in seconds of a share that is left after dt ms."""
    return -dt / 1000 / np.log(share)


def _neurons(nir: Any, network: SpikingNetwork) -> Any:
    n = len(network.beta)
    about = {
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
        "metadata": about,
    }
    tau = _tau(network.beta, network.dt)
    r = 1 / (1 - network.beta)
    if not network.alpha.any():
        return nir.LIF(tau=tau, r=r, **common)
    w_in = 1 / (1 - network.alpha)
    filters = np.maximum(network.alpha, 1e-300)
    return nir.CubaLIF(tau_syn=_tau(filters, network.dt), tau_mem=tau, r=r, w_in=w_in, **common)


def from_nir(
    graph: Any, *, dt: float | None = None, method: Method | None = None
) -> SpikingNetwork:
    """Read a network from a NIR graph; recurrent subgraphs, as snnTorch writes them, are opened.

    Args:
        graph: a `nir.NIRGraph`.
        dt: step in ms; taken from the metadata where they have it.
        method: how an equation becomes a step, "exact" or "euler"; from the metadata, else "exact".

    Raises:
        ValueError: nodes, parameters or wires without counterpart, all named at once; sizes that do
            not fit; no step, or one that is too large for "euler".
        TypeError: no graph.

    snnTorch writes a reset to 0 whatever its layer does; `from_nir(...)._replace(reset=(0.0, 0.0,
    1.0))` puts the subtraction back.
    """
    flat = flattened(graph)
    found: Roles = roles(flat)
    n = sized(flat, found)
    about = _metadata(flat.nodes[found.hidden])
    dt = float(about["dt_ms"]) if dt is None and "dt_ms" in about else dt
    if dt is None or not (np.isfinite(dt) and dt > 0):
        raise bad_argument(
            "dt", dt, "a step in ms above 0", "NIR does not store it; snnTorch means 0.1 ms"
        )
    method = method or ("euler" if about.get("method") == "euler" else "exact")
    if method not in ("exact", "euler"):
        raise unknown_name("method", method, ["exact", "euler"])
    alpha, beta, gain, filtered, rest = _shares(flat.nodes[found.hidden], dt / 1000, method, n)
    scale = gain * filtered
    if _told(about, alpha=alpha, beta=beta) and np.allclose(scale, 1, 1e-6):
        alpha = np.asarray(about["alpha"])
        beta = np.asarray(about["beta"])
        scale = np.ones(n)
    weight, bias = _affine(flat, found.encoder, n)
    recurrent, offset = _recurrent(
        flat, found.recurrent, scale, dt == float(about.get("dt_ms", dt))
    )
    out_weight, out_bias = _affine(flat, found.readout, n)
    reset = tuple(float(part) for part in about.get("reset", TO_ZERO))
    return SpikingNetwork(
        weight * scale[:, None],
        (bias + offset) * scale + rest,
        recurrent,
        alpha,
        beta,
        np.broadcast_to(
            np.asarray(flat.nodes[found.hidden].v_threshold, np.float64).ravel(), (n,)
        ).copy(),
        (reset[0], reset[1], reset[2]),
        *_readout(flat, found.leak, out_weight, out_bias, dt, method),
        dt,
    )


def _metadata(node: Any) -> dict[str, Any]:
    held = getattr(node, "metadata", None)
    found = dict(held) if isinstance(held, dict) else {}
    return {k: v.decode() if isinstance(v, bytes) else v for k, v in found.items()}


def _told(about: dict[str, Any], **found: Float64) -> bool:
    """Whether metadata says what was found, and so says it to the last bit; a node that was edited
    since does not.
    """
    told = {name: np.asarray(about.get(name, np.nan)) for name in found}
    return all(told[k].shape == v.shape and np.allclose(told[k], v, 1e-6) for k, v in found.items())


def _share(tau: Any, dt: float, method: Method) -> Float64:
    tau = np.asarray(tau, np.float64)
    if method == "euler" and bool(np.any(dt > tau * (1 + 1e-9))):
        remedy = 'take a smaller dt or method="exact"'
        raise bad_argument(
            "dt", dt * 1000, f'at most {1000 * tau.min():g} ms with "euler", the least tau', remedy
        )
    return np.asarray(np.exp(-dt / tau) if method == "exact" else np.maximum(1 - dt / tau, 0.0))


def _shares(
    node: Any, dt: float, method: Method, n: int
) -> tuple[Float64, Float64, Float64, Float64, Float64]:
    """alpha, beta, what an input counts on the membrane, on the current, and what the leak level
    adds; dt in s.
    """
    kind = type(node).__name__
    full = {
        k: np.broadcast_to(np.asarray(v, np.float64).ravel(), (n,))
        for k, v in _numbers(node).items()
    }
    if kind == "IF":
        return np.zeros(n), np.ones(n), full["r"] * dt, np.ones(n), np.zeros(n)
    beta = _share(full["tau_mem" if kind == "CubaLIF" else "tau"], dt, method)
    gain = full["r"] * (1 - beta)
    rest = full["v_leak"] * (1 - beta)
    if kind == "LIF":
        return np.zeros(n), beta, gain, np.ones(n), rest
    alpha = _share(full["tau_syn"], dt, method)
    return alpha, beta, gain, full["w_in"] * (1 - alpha), rest * (1 - alpha)


def _numbers(node: Any) -> dict[str, Any]:
    names = ("tau", "tau_mem", "tau_syn", "r", "v_leak", "w_in")
    return {name: getattr(node, name) for name in names if hasattr(node, name)}


def _affine(flat: Flat, name: str | None, n: int) -> tuple[Float64, Float64]:
    if name is None:
        return np.eye(n), np.zeros(n)
    node = flat.nodes[name]
    weight = np.asarray(node.weight, np.float64)
    return weight, np.asarray(getattr(node, "bias", np.zeros(len(weight))), np.float64)


def _recurrent(
    flat: Flat, name: str | None, scale: Float64, same_step: bool
) -> tuple[Connectivity, Any]:
    """The synapses and what their node adds; weights are always the graph's, places and delays of
    the metadata.
    """
    n = len(scale)
    if name is None:
        return Connectivity.empty(n, n), 0.0
    about = _metadata(flat.nodes[name])
    (weight, bias) = _affine(flat, name, n)
    rows = (weight * scale[:, None]).T.astype(np.float32)
    if not {"indptr", "indices", "delays"} <= set(about):
        return Connectivity.from_dense(rows), bias
    delays = np.asarray(about["delays"])
    places = Connectivity(np.asarray(about["indptr"]), np.asarray(about["indices"]), n, 1.0, delays)
    pre, post = places.edges()
    remedy = f"clear the metadata of {name} to take its matrix as it is"
    if np.count_nonzero(rows) != np.count_nonzero(rows[pre, post]):
        found = Said(f"weights of {name} at places where its metadata has no synapse")
        raise bad_argument("graph", found, "metadata that belongs to its weights", remedy)
    if delays.any() and not same_step:
        found = Said(f"delays of {name} in steps of another dt")
        raise bad_argument("dt", found, "the dt of the file", remedy)
    return places.with_weight(rows[pre, post]), bias


def _readout(
    flat: Flat, name: str | None, weight: Float64, bias: Float64, dt: float, method: Method
) -> tuple[Float64, Float64, float]:
    if name is None:
        return weight, bias, 0.0
    node = flat.nodes[name]
    about = _metadata(flat.nodes[name])
    kappa = _share(np.asarray(node.tau), dt / 1000, method)
    if _told(about, kappa=np.asarray(kappa.mean())):
        kappa = np.asarray(about["kappa"])
    r = np.broadcast_to(np.asarray(node.r, np.float64).ravel(), bias.shape)
    return weight * r[:, None], bias * r, float(np.mean(kappa))


def write_nir(path: str | Path, network: SpikingNetwork, *, approximate: bool = False) -> None:
    """Write a network as a NIR file (HDF5), whole or not at all."""
    nir = _nir()
    graph = to_nir(network, approximate=approximate)
    with new_file(path) as temporary:
        nir.write(str(temporary), graph)


def read_nir(
    path: str | Path, *, dt: float | None = None, method: Method | None = None
) -> SpikingNetwork:
    """Read a network from a NIR file.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no NIR file, or holds what has no counterpart.
    """
    nir = _nir()
    path = old_file(path, "a NIR file")
    with reading(path, "a NIR file"):
        return from_nir(nir.read(str(path), type_check=False), dt=dt, method=method)
