"""neurosparse itself: networks declared from the same drawn connections, one `Simulator` a run.

`--option` takes words joined by commas: `weights` stores float32 weights a synapse where one scalar
would do,
`clock` and `event` fix the mode of every population, `float32` the precision of the state, `zarr`
records all spikes to a store, `nothing` records none. `build_s` holds loading, laying out and
compiling (from the cache when warm).
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from harness import peak_rss_mib

from engine_models.constants import DT, FLY_DRIVES, Brunel, Cuba, Fly, Microcircuit, Stdp
from engine_models.fly_neuron import FlyNeuron
from engine_models.spike_statistics import Spikes
from engine_models.wiring import (
    Drawn,
    Edges,
    cached,
    fly_driven,
    microcircuit_direct_current,
    microcircuit_sizes,
)
from engine_models.worker import Outcome, Request, Run, main
from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFExp, PoissonSource
from neurosparse.plasticity import PairSTDP
from neurosparse.stimuli import PoissonInput


class Declared(NamedTuple):
    """A network and where each of its recorded populations starts in the drawn network."""

    network: Network
    first: dict[str, int]


def _block(edges: Edges, rows: slice, columns: slice, weight: float | None) -> Connectivity:
    """The synapses from neurons `rows` to neurons `columns`, numbered within each."""
    low = edges.indptr[rows.start]
    high = edges.indptr[rows.stop]
    indices = edges.indices[low:high]
    inside = (indices >= columns.start) & (indices < columns.stop)
    before = np.concatenate(([0], np.cumsum(inside)))
    indptr = before[edges.indptr[rows.start : rows.stop + 1] - low]
    kept = indices[inside] - np.int32(columns.start)
    weights = np.full(len(kept), weight, np.float32) if weight is not None else 1.0
    return Connectivity(
        indptr.astype(np.int64), kept, columns.stop - columns.start, weight=weights
    )


def _mode(request: Request) -> str:
    words = request.option.split(",")
    return next((word for word in ("clock", "event") if word in words), "auto")


def _two_populations(
    drawn: Drawn,
    request: Request,
    model: Any,
    scales: tuple[float, float],
    receptors: tuple[str | None, str | None],
) -> tuple[list[Any], dict[str, int]]:
    """Populations E (the first 80 %) and I with their four projections."""
    n = len(drawn.v0)
    parts = {"E": slice(0, n * 4 // 5), "I": slice(n * 4 // 5, n)}
    delay = Cuba().delay if request.model == "cuba" else Brunel().delay
    made: list[Any] = [
        Population(
            name,
            part.stop - part.start,
            model,
            initial={"v": drawn.v0[part]},
            mode=_mode(request),
        )
        for name, part in parts.items()
    ]
    each = "weights" in request.option
    for pre, key, scale, receptor in zip(
        "EI", ("exc", "inh"), scales, receptors, strict=True
    ):
        for post in "EI":
            edges = _block(
                drawn.projections[key], parts[pre], parts[post], scale if each else None
            )
            weight = None if each else scale
            made.append(
                Projection(pre, post, edges, weight=weight, delay=delay, receptor=receptor)
            )
    return made, {name: part.start for name, part in parts.items()}


def cuba(drawn: Drawn, request: Request) -> Declared:
    """Vogels-Abbott."""
    c = Cuba()
    model = LIFExp(
        tau_mem=c.tau_m,
        tau_exc=c.tau_e,
        tau_inh=c.tau_i,
        v_rest=c.v_rest,
        v_threshold=c.v_threshold,
        v_reset=c.v_reset,
        t_ref=c.refractory,
    )
    parts, first = _two_populations(drawn, request, model, (c.w_e, c.w_i), ("exc", "inh"))
    return Declared(Network(parts), first)


def brunel(drawn: Drawn, request: Request) -> Declared:
    """Brunel's network."""
    c = Brunel()
    model = LIF(
        tau_mem=c.tau_m,
        v_rest=0.0,
        v_threshold=c.theta,
        v_reset=c.v_reset,
        t_ref=c.refractory,
    )
    parts, first = _two_populations(drawn, request, model, (c.j, -c.g * c.j), (None, None))
    return Declared(
        Network(parts, [PoissonInput(name, c.drive, c.j) for name in first]), first
    )


def stdp(drawn: Drawn, request: Request) -> Declared:
    """Brunel's network whose E->E synapses learn."""
    rule = Stdp()
    up = rule.lam * rule.w_max
    learning = PairSTDP(
        up, rule.alpha * up, w_max=rule.w_max, tau_plus=rule.tau, tau_minus=rule.tau
    )
    plain = brunel(drawn, request)
    parts = [
        replace(part, plasticity=learning) if part.name == "E->E" else part
        for part in plain.network.projections.values()
    ]
    network = plain.network
    return Declared(
        Network(*network.populations.values(), parts, network.stimuli), plain.first
    )


def fly(drawn: Drawn, request: Request) -> Declared:
    """Fly-sized network; the driven neurons have no refractory time."""
    c = Fly()
    drive = FLY_DRIVES[request.drive]
    n = len(drawn.v0)
    edges = drawn.projections["all"]
    driven = fly_driven(n, drive.neurons, request.seed)
    rest = np.full(n, c.refractory)
    rest[driven] = 0.0
    model = FlyNeuron(c.tau_m, c.tau_g, c.theta, rest)
    assert edges.weight is not None
    wires = Connectivity(
        edges.indptr, edges.indices, n, weight=edges.weight * np.float32(c.w)
    )
    push = Connectivity.from_edges(
        np.arange(drive.neurons), driven, n_pre=drive.neurons, n_post=n
    )
    network = Network(
        Population("N", n, model, mode=_mode(request)),
        Population("drive", drive.neurons, PoissonSource(drive.rate)),
        Projection("N", "N", wires, delay=c.delay, receptor="g"),
        Projection("drive", "N", push, weight=c.drive, delay=0.0, receptor="v"),
    )
    return Declared(network, {"N": 0})


def microcircuit(drawn: Drawn, request: Request) -> Declared:
    """Potjans-Diesmann microcircuit as one population with currents and rates of each neuron's
    own.
    """
    c = Microcircuit()
    scale = request.size / 100
    sizes = microcircuit_sizes(request.size)
    edges = drawn.projections["all"]
    model = LIFExp(
        tau_mem=c.tau_m,
        tau_exc=c.tau_syn,
        tau_inh=c.tau_syn,
        v_rest=c.v_rest,
        v_threshold=c.v_threshold,
        v_reset=c.v_rest,
        t_ref=c.refractory,
        r_mem=c.tau_m / c.capacitance,
        i_ext=np.repeat(microcircuit_direct_current(request.size), sizes),
    )
    rate = np.repeat([round(k * scale) * c.external_rate for k in c.external], sizes)
    wires = Connectivity(
        edges.indptr, edges.indices, request.n, weight=edges.weight, delay_steps=edges.delay
    )
    network = Network(
        Population("N", request.n, model, initial={"v": drawn.v0}, mode=_mode(request)),
        Projection("N", "N", wires, receptor="exc"),
        PoissonInput("N", rate, c.psc / scale**0.5, receptor="exc"),
    )
    return Declared(network, {"N": 0})


MODELS: dict[str, Callable[[Drawn, Request], Declared]] = {
    "cuba": cuba,
    "brunel": brunel,
    "stdp": stdp,
    "fly": fly,
    "microcircuit": microcircuit,
}


def _spikes(simulator: Simulator, first: dict[str, int]) -> Spikes:
    """Spikes of all populations in the drawn network's numbers; none where none were recorded."""
    if simulator.summary().n_spikes is None:
        return Spikes(np.zeros(0, np.int64), np.zeros(0, np.int32))
    records = [(simulator.spikes(name), start) for name, start in first.items()]
    step = np.concatenate([record.step for record, _ in records])
    return Spikes(
        step, np.concatenate([record.i + np.int32(start) for record, start in records])
    )


def build(request: Request) -> Run:
    """Declare the network, lay it out and compile it once; every run starts a simulator of its
    own.
    """
    drawn = cached(request.model, request.size, request.seed)
    declared = MODELS[request.model](drawn, request)
    precision = "float32" if "float32" in request.option else "float64"

    def fresh(store: str | None = None) -> Simulator:
        settings: dict[str, Any] = {
            "threads": request.threads,
            "precision": precision,
            "store": store,
        }
        settings["record"] = [] if "nothing" in request.option else None
        return Simulator(declared.network, dt=DT, seed=request.seed, **settings)

    fresh().run(DT)

    def run() -> Outcome:
        with tempfile.TemporaryDirectory() as folder:
            simulator = fresh(
                str(Path(folder, "spikes.zarr")) if "zarr" in request.option else None
            )
            start = time.perf_counter()
            simulator.run(request.seconds * 1000)
            if simulator.store is not None:
                simulator.store.flush()
            run_s = time.perf_counter() - start
            spikes = _spikes(simulator, declared.first)
            extra = {"precision": precision, **_extra(simulator, drawn, spikes)}
            simulator.close()
        return Outcome(spikes, run_s, peak_rss_mib(), extra)

    return run


def _extra(simulator: Simulator, drawn: Drawn, spikes: Spikes) -> dict[str, Any]:
    """Synapses, events and memory; weights where they learn."""
    degree = np.sum([np.diff(edges.indptr) for edges in drawn.projections.values()], axis=0)
    found = {
        "synapses": int(degree.sum()),
        "synaptic_events": int(degree[spikes.i].sum()),
        "bytes_per_synapse": simulator.summary().nbytes_synapses / int(degree.sum()),
        "phases": simulator.seconds,
    }
    for name, projection in simulator.network.projections.items():
        if projection.plasticity is not None:
            w = simulator.weights(name)
            found |= {"weight_mean": float(w.mean()), "weight_std": float(w.std())}
    return found


if __name__ == "__main__":
    main(build, "neurosparse")
