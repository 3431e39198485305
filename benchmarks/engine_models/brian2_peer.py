"""Brian2 C++ standalone: compiled once in a temporary folder, float64, its own default compiler
flags.

Every network takes Brian2's quickest form we know of: exact integration, one scalar weight and
delay where the model has one, connections handed over as arrays, no OpenMP for one thread.
`build_s` holds code generation and compilation; `run_s` is the time loop alone, as the compiled
program reports it.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brian2 as b
import numpy as np
from brian2.codegen.cpp_prefs import get_compiler_and_args
from brian2.devices.device import device
from brian2.units import Hz, ms, mV

from engine_models.constants import DT, FLY_DRIVES, Brunel, Cuba, Fly, Stdp
from engine_models.spike_statistics import Spikes
from engine_models.wiring import Drawn, Edges, cached, fly_driven
from engine_models.worker import Outcome, Request, Run, main

Parts = tuple[b.NeuronGroup, list[Any]]


def _synapses(
    group: b.NeuronGroup, edges: Edges, on_pre: str, delay: float, **more: Any
) -> b.Synapses:
    """Connect `group` to itself along `edges`, with one delay in ms."""
    synapses = b.Synapses(group, group, on_pre=on_pre, delay=delay * ms, **more)
    synapses.connect(i=edges.pre, j=edges.indices)
    return synapses


def cuba(drawn: Drawn, request: Request) -> Parts:
    """Vogels-Abbott; currents keep integrating while a neuron is refractory."""
    c = Cuba()
    group = b.NeuronGroup(
        len(drawn.v0),
        """dv/dt = (ge + gi - (v - v_rest)) / tau_m : volt (unless refractory)
        dge/dt = -ge / tau_e : volt
        dgi/dt = -gi / tau_i : volt""",
        threshold="v > v_threshold",
        reset="v = v_reset",
        refractory=c.refractory * ms,
        method="exact",
        namespace={
            "tau_m": c.tau_m * ms,
            "tau_e": c.tau_e * ms,
            "tau_i": c.tau_i * ms,
            "v_rest": c.v_rest * mV,
            "v_threshold": c.v_threshold * mV,
            "v_reset": c.v_reset * mV,
        },
    )
    exc = _synapses(
        group, drawn.projections["exc"], "ge += w", c.delay, namespace={"w": c.w_e * mV}
    )
    inh = _synapses(
        group, drawn.projections["inh"], "gi += w", c.delay, namespace={"w": c.w_i * mV}
    )
    return group, [exc, inh]


def _brunel_neurons(n: int) -> Parts:
    c = Brunel()
    group = b.NeuronGroup(
        n,
        "dv/dt = -v / tau_m : volt (unless refractory)",
        threshold="v > theta",
        reset="v = v_reset",
        refractory=c.refractory * ms,
        method="exact",
        namespace={"tau_m": c.tau_m * ms, "theta": c.theta * mV, "v_reset": c.v_reset * mV},
    )
    # as many sources as the paper's external in-degree: one binomial draw a neuron and step
    drive = b.PoissonInput(group, "v", N=1000, rate=c.drive / 1000 * Hz, weight=c.j * mV)
    return group, [drive]


def brunel(drawn: Drawn, request: Request) -> Parts:
    """Brunel's network: one weight a projection, or one a synapse with the option `weights`."""
    c = Brunel()
    group, parts = _brunel_neurons(len(drawn.v0))
    if request.option == "weights":
        for name, weight in (("exc", c.j), ("inh", -c.g * c.j)):
            edges = drawn.projections[name]
            parts.append(_synapses(group, edges, "v_post += w", c.delay, model="w : volt"))
            parts[-1].w = weight * mV
        return group, parts
    exc = _synapses(
        group, drawn.projections["exc"], "v_post += w", c.delay, namespace={"w": c.j * mV}
    )
    inh = _synapses(
        group,
        drawn.projections["inh"],
        "v_post += w",
        c.delay,
        namespace={"w": -c.g * c.j * mV},
    )
    return group, [*parts, exc, inh]


def stdp(drawn: Drawn, request: Request) -> Parts:
    """Brunel's network whose E->E synapses learn, in the event-driven form of Brian2's
    documentation.
    """
    c, rule = Brunel(), Stdp()
    n = len(drawn.v0)
    n_e = n * 4 // 5
    group, parts = _brunel_neurons(n)
    exc = drawn.projections["exc"]
    pre, post = exc.pre, exc.indices
    learning = b.Synapses(
        group,
        group,
        """w : volt
        dx/dt = -x / tau : 1 (event-driven)
        dy/dt = -y / tau : 1 (event-driven)""",
        on_pre="v_post += w; x += 1; w = clip(w - down * y, 0 * mV, w_max)",
        on_post="y += 1; w = clip(w + up * x, 0 * mV, w_max)",
        delay={"pre": c.delay * ms},
        namespace={
            "tau": rule.tau * ms,
            "up": rule.lam * rule.w_max * mV,
            "down": rule.alpha * rule.lam * rule.w_max * mV,
            "w_max": rule.w_max * mV,
        },
    )
    learning.connect(i=pre[post < n_e], j=post[post < n_e])
    learning.w = c.j * mV
    fixed = b.Synapses(
        group, group, on_pre="v_post += w", delay=c.delay * ms, namespace={"w": c.j * mV}
    )
    fixed.connect(i=pre[post >= n_e], j=post[post >= n_e])
    inh = _synapses(
        group,
        drawn.projections["inh"],
        "v_post += w",
        c.delay,
        namespace={"w": -c.g * c.j * mV},
    )
    return group, [*parts, learning, fixed, inh]


def fly(drawn: Drawn, request: Request) -> Parts:
    """Fly-sized network with the published equations: driven neurons have no refractory time."""
    c = Fly()
    drive = FLY_DRIVES[request.drive]
    n = len(drawn.v0)
    group = b.NeuronGroup(
        n,
        """dv/dt = (g - v) / tau_m : volt (unless refractory)
        dg/dt = -g / tau_g : volt (unless refractory)
        rest : second""",
        threshold="v > theta",
        reset="v = 0 * mV; g = 0 * mV",
        refractory="rest",
        method="exact",
        namespace={"tau_m": c.tau_m * ms, "tau_g": c.tau_g * ms, "theta": c.theta * mV},
    )
    driven = fly_driven(n, drive.neurons, request.seed)
    rest = np.full(n, c.refractory)
    rest[driven] = 0.0
    group.rest = rest * ms
    source = b.PoissonGroup(drive.neurons, drive.rate * Hz)
    push = b.Synapses(
        source, group, on_pre="v_post += push", namespace={"push": c.drive * mV}
    )
    push.connect(i=np.arange(drive.neurons), j=driven)
    wires = _synapses(
        group, drawn.projections["all"], "g_post += w", c.delay, model="w : volt"
    )
    wires.w = drawn.projections["all"].weight.astype(float) * c.w * mV
    return group, [source, push, wires]


MODELS: dict[str, Callable[[Drawn, Request], Parts]] = {
    "cuba": cuba,
    "brunel": brunel,
    "stdp": stdp,
    "fly": fly,
}


def build(request: Request) -> Run:
    """Generate and compile the program; the returned call runs it."""
    folder = tempfile.TemporaryDirectory(prefix="brian2-standalone-")
    b.set_device("cpp_standalone", directory=folder.name, build_on_run=False)
    b.prefs.devices.cpp_standalone.openmp_threads = (
        request.threads if request.threads > 1 else 0
    )
    weigh = str(Path(__file__).with_name("weigh.py"))
    b.prefs.devices.cpp_standalone.run_cmd_unix = [sys.executable, weigh, "./main"]
    b.defaultclock.dt = DT * ms
    b.seed(request.seed)
    drawn = cached(request.model, request.size, request.seed)
    group, parts = MODELS[request.model](drawn, request)
    group.v = drawn.v0 * mV
    monitor = b.SpikeMonitor(group)
    network = b.Network(group, monitor, *parts)
    network.run(request.seconds * 1000 * ms, namespace={})
    device.build(directory=folder.name, compile=True, run=False, with_output=False)
    learning = next(
        (
            part
            for part in parts
            if request.model == "stdp" and isinstance(part, b.Synapses)
        ),
        None,
    )
    compiler, flags = get_compiler_and_args()
    settings = {"flags": " ".join([compiler, *flags]), "precision": "float64"}

    def run() -> Outcome:
        device.run(directory=folder.name, with_output=False, run_args=[])
        spikes = Spikes(
            np.rint(np.asarray(monitor.t / ms) / DT).astype(np.int64), np.asarray(monitor.i)
        )
        extra: dict[str, Any] = dict(settings)
        if learning is not None:
            w = np.asarray(learning.w / mV)
            extra |= {"weight_mean": float(w.mean()), "weight_std": float(w.std())}
        usage = json.loads(Path(folder.name, "usage.json").read_text())
        return Outcome(spikes, device._last_run_time, usage["peak_rss_mib"], extra | usage)

    return run


if __name__ == "__main__":
    main(build, "Brian2 C++ standalone")
