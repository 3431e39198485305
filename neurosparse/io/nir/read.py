"""A network from a NIR graph, and from a file."""

from typing import Any, Literal, NamedTuple

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, unknown_name
from neurosparse.io.nir.graph import FlatGraph, flattened, number_of_neurons, roles_in
from neurosparse.io.nir.network import TO_ZERO, SpikingNetwork, nir_or_refuse
from neurosparse.store.single import old_file, reading
from neurosparse.typing import Float64, Path

StepMethod = Literal["exact", "euler"]
_PARAMETERS = ("tau", "tau_mem", "tau_syn", "r", "v_leak", "w_in")
# how far metadata may lie from the parameters of their node
_CLOSE = 1e-6


def read_nir(
    path: Path, *, dt: float | None = None, method: StepMethod | None = None
) -> SpikingNetwork:
    """Read a network from a NIR file; arguments as in `from_nir`.

    Raises:
        FileNotFoundError: there is no such file.
        ImportError: the package nir is missing.
        ValueError: it is no NIR file, or holds what has no counterpart.
    """
    nir = nir_or_refuse()
    path = old_file(path, "a NIR file")
    with reading(path, "a NIR file"):
        return from_nir(nir.read(str(path), type_check=False), dt=dt, method=method)


def from_nir(
    graph: Any, *, dt: float | None = None, method: StepMethod | None = None
) -> SpikingNetwork:
    """Read a network from a NIR graph; recurrent subgraphs, as snnTorch writes them, are opened.

    snnTorch writes a reset to 0 whatever its layer does; `from_nir(...)._replace(reset=(0.0, 0.0,
    1.0))` puts the subtraction back.

    Args:
        graph: a `nir.NIRGraph`.
        dt: step in ms; taken from the metadata where they have it.
        method: how an equation becomes a step, "exact" or "euler"; from the metadata, else "exact".

    Raises:
        ValueError: nodes, parameters or wires without counterpart, all named at once; sizes that do
            not fit; no step, or one that is too large for "euler".
        TypeError: no graph.
    """
    flat = flattened(graph)
    roles = roles_in(flat)
    n = number_of_neurons(flat, roles)
    neurons = flat.nodes[roles.hidden]
    metadata = _metadata(neurons)
    dt = _step(dt, metadata)
    method = _method(method, metadata)
    step = _one_step(neurons, dt / 1000, method, n)
    alpha, beta = step.alpha, step.beta
    scale = step.gain * step.filtered
    if _agree(metadata, alpha=alpha, beta=beta) and np.allclose(scale, 1, _CLOSE):
        # written by us: the metadata say it to the last bit
        alpha = np.asarray(metadata["alpha"])
        beta = np.asarray(metadata["beta"])
        scale = np.ones(n)
    input_weight, input_bias = _affine(flat, roles.encoder, n)
    same_step = dt == float(metadata.get("dt_ms", dt))
    recurrent, offset = _recurrent(flat, roles.recurrent, scale, same_step)
    readout_weight, readout_bias, kappa = _readout(
        flat, roles.readout, roles.leak, n, dt, method
    )
    membrane, gate, level = (float(part) for part in metadata.get("reset", TO_ZERO))
    return SpikingNetwork(
        input_weight=input_weight * scale[:, None],
        input_bias=(input_bias + offset) * scale + step.rest,
        recurrent=recurrent,
        alpha=alpha,
        beta=beta,
        threshold=_spread(neurons.v_threshold, n).copy(),
        reset=(membrane, gate, level),
        readout_weight=readout_weight,
        readout_bias=readout_bias,
        kappa=kappa,
        dt=dt,
    )


def _metadata(node: Any) -> dict[str, Any]:
    metadata = getattr(node, "metadata", None)
    if not isinstance(metadata, dict):
        return {}
    return {k: v.decode() if isinstance(v, bytes) else v for k, v in metadata.items()}


def _step(dt: float | None, metadata: dict[str, Any]) -> float:
    if dt is None and "dt_ms" in metadata:
        dt = float(metadata["dt_ms"])
    if dt is None or not (np.isfinite(dt) and dt > 0):
        remedy = "NIR does not store it; snnTorch means 0.1 ms"
        raise bad_argument("dt", dt, "a step in ms above 0", remedy)
    return dt


def _method(method: StepMethod | None, metadata: dict[str, Any]) -> StepMethod:
    if method is None:
        return "euler" if metadata.get("method") == "euler" else "exact"
    if method not in ("exact", "euler"):
        raise unknown_name("method", method, ["exact", "euler"])
    return method


def _agree(metadata: dict[str, Any], **parameters: Float64) -> bool:
    """Whether metadata say what the node's parameters say; those of a node that was edited since do
    not.
    """
    for name, values in parameters.items():
        noted = np.asarray(metadata.get(name, np.nan))
        if noted.shape != values.shape or not np.allclose(noted, values, _CLOSE):
            return False
    return True


def _spread(value: Any, n: int) -> Float64:
    return np.broadcast_to(np.asarray(value, np.float64).ravel(), (n,))


def _share(tau: Any, dt: float, method: StepMethod) -> Float64:
    """Share that is left after dt; tau and dt in seconds."""
    tau = np.asarray(tau, np.float64)
    if method == "exact":
        return np.asarray(np.exp(-dt / tau))
    if bool(np.any(dt > tau * (1 + 1e-9))):
        expected = f'at most {1000 * tau.min():g} ms with "euler", the least tau'
        raise bad_argument("dt", dt * 1000, expected, 'take a smaller dt or method="exact"')
    return np.asarray(np.maximum(1 - dt / tau, 0.0))


class _Step(NamedTuple):
    """One step of neurons: shares that are left, and what counts how much, `[n]` each."""

    alpha: Float64
    beta: Float64
    gain: Float64  # of the current on the membrane
    filtered: Float64  # of an input on the current
    rest: Float64  # what the leak level adds


def _one_step(node: Any, dt: float, method: StepMethod, n: int) -> _Step:
    """The step of a spiking node; dt in seconds."""
    kind = type(node).__name__
    full = {
        name: _spread(getattr(node, name), n) for name in _PARAMETERS if hasattr(node, name)
    }
    zero = np.zeros(n)
    ones = np.ones(n)
    if kind == "IF":
        return _Step(zero, ones, full["r"] * dt, ones, zero)
    beta = _share(full["tau_mem" if kind == "CubaLIF" else "tau"], dt, method)
    gain = full["r"] * (1 - beta)
    rest = full["v_leak"] * (1 - beta)
    if kind == "LIF":
        return _Step(zero, beta, gain, ones, rest)
    alpha = _share(full["tau_syn"], dt, method)
    # flattened() has refused a leak level behind the filter
    return _Step(alpha, beta, gain, full["w_in"] * (1 - alpha), zero)


def _affine(flat: FlatGraph, name: str | None, n: int) -> tuple[Float64, Float64]:
    if name is None:
        return np.eye(n), np.zeros(n)
    node = flat.nodes[name]
    weight = np.asarray(node.weight, np.float64)
    return weight, np.asarray(getattr(node, "bias", np.zeros(len(weight))), np.float64)


def _recurrent(
    flat: FlatGraph, name: str | None, scale: Float64, same_step: bool
) -> tuple[Connectivity, Any]:
    """The synapses and what their node adds.

    Weights are always the graph's, places and delays those of the metadata.
    """
    n = len(scale)
    if name is None:
        return Connectivity.empty(n, n), 0.0
    metadata = _metadata(flat.nodes[name])
    weight, bias = _affine(flat, name, n)
    rows = (weight * scale[:, None]).T.astype(np.float32)
    if not {"indptr", "indices", "delays"} <= set(metadata):
        return Connectivity.from_dense(rows), bias
    delays = np.asarray(metadata["delays"])
    indptr = np.asarray(metadata["indptr"])
    places = Connectivity(indptr, np.asarray(metadata["indices"]), n, 1.0, delays)
    pre, post = places.edges()
    remedy = f"clear the metadata of {name} to take its matrix as it is"
    if np.count_nonzero(rows) != np.count_nonzero(rows[pre, post]):
        fault = Said(f"weights of {name} at places where its metadata has no synapse")
        raise bad_argument("graph", fault, "metadata that belongs to its weights", remedy)
    if delays.any() and not same_step:
        fault = Said(f"delays of {name} in steps of another dt")
        raise bad_argument("dt", fault, "the dt of the file", remedy)
    return places.with_weight(rows[pre, post]), bias


def _readout(
    flat: FlatGraph,
    readout: str | None,
    leak: str | None,
    n: int,
    dt: float,
    method: StepMethod,
) -> tuple[Float64, Float64, float]:
    """Weights, biases and the share of the output that is left after a step."""
    weight, bias = _affine(flat, readout, n)
    if leak is None:
        return weight, bias, 0.0
    node = flat.nodes[leak]
    metadata = _metadata(node)
    kappa = _share(np.asarray(node.tau), dt / 1000, method)
    if _agree(metadata, kappa=np.asarray(kappa.mean())):
        kappa = np.asarray(metadata["kappa"])
    r = _spread(node.r, len(bias))
    return weight * r[:, None], bias * r, float(np.mean(kappa))
