"""Irregular activity that keeps itself alive, with currents (CUBA) and with conductances (COBA).

Run: python examples/models/vogels_abbott.py

Sources: Vogels & Abbott 2005, doi:10.1523/JNEUROSCI.3508-05.2005; as benchmarks 1 and 2 of Brette
et al. 2007, doi:10.1007/s10827-007-0038-6. The same equations run in Brian2 where it is installed.
"""

from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
import typer
from rows import Row, near, show

from neurosparse import (
    Bernoulli,
    Network,
    Population,
    Projection,
    Simulator,
)
from neurosparse.analysis import SpikeTrains, spike_summary
from neurosparse.neurons import LIFCond, LIFExp
from neurosparse.stimuli import StepCurrent

N, N_EXC, P = 4000, 3200, 0.02
START = 200.0  # ms before anything is measured
CUBA = LIFExp(
    tau_mem=20.0,
    v_rest=-49.0,
    v_threshold=-50.0,
    v_reset=-60.0,
    t_ref=5.0,
    tau_exc=5.0,
    tau_inh=10.0,
)
COBA = LIFCond(
    c_mem=200.0,
    g_leak=10.0,
    v_rest=-60.0,
    v_threshold=-50.0,
    v_reset=-60.0,
    t_ref=5.0,
    tau_exc=5.0,
    tau_inh=10.0,
    e_exc=0.0,
    e_inh=-80.0,
)


class Figures(NamedTuple):
    """Rate in Hz and median CV of intervals."""

    rate: float
    cv: float


def network(kind: str) -> Network:
    """Declare CUBA (weights in mV) or COBA (weights in nS, a current that starts it)."""
    model: Any = CUBA if kind == "CUBA" else COBA
    excite, inhibit = (1.62, -9.0) if kind == "CUBA" else (6.0, 67.0)
    v = np.random.default_rng(1).uniform(-60.0, -50.0, N)
    parts: list[Any] = [
        Population("E", N_EXC, model, initial={"v": v[:N_EXC]}),
        Population("I", N - N_EXC, model, initial={"v": v[N_EXC:]}),
    ]
    for to in "EI":
        options = {"weight": excite, "receptor": "exc", "delay": 0.1}
        parts.append(Projection("E", to, Bernoulli(P), **options))
        options = {"weight": inhibit, "receptor": "inh", "delay": 0.1}
        parts.append(Projection("I", to, Bernoulli(P), **options))
    if kind == "COBA":
        parts.append(StepCurrent(["E", "I"], amplitude=200.0, stop=50.0))
    return Network(parts)


def figures(step: Any, neuron: Any, duration: float) -> Figures:
    """Look at spikes after the start."""
    stop = START + duration
    trains = SpikeTrains.from_times(np.asarray(step), np.asarray(neuron), N, stop=stop)
    summary = spike_summary(trains.window(START, stop))
    return Figures(summary.mean_rate, summary.cv)


def ours(kind: str, duration: float) -> Figures:
    """Simulate with neurosparse."""
    with Simulator(network(kind), dt=0.1, seed=1, threads=2) as simulation:
        simulation.run(START + duration)
        records = [simulation.spikes(name) for name in "EI"]
    times = np.concatenate([record.t for record in records])
    neurons = np.concatenate([records[0].i, records[1].i + N_EXC])
    order = np.argsort(times, kind="stable")
    return figures(times[order], neurons[order], duration)


def brian(kind: str, duration: float) -> Figures:
    """Simulate with Brian2, its equations as in its own examples."""
    import brian2 as b
    from brian2.units import ms

    b.start_scope()
    b.defaultclock.dt = 0.1 * ms
    b.seed(1)
    names: dict[str, Any] = {"ms": ms, "nS": b.nS, "pF": b.pF, "mV": b.mV, "pA": b.pA}
    decays = "dge/dt = -ge/(5*ms) : {u}\ndgi/dt = -gi/(10*ms) : {u}"
    current = "dv/dt = (ge + gi - (v + 49*mV))/(20*ms) : volt (unless refractory)\n"
    conductance = (
        "dv/dt = (10*nS*(-60*mV - v) + ge*(0*mV - v) + gi*(-80*mV - v)"
        " + 200*pA*int(t < 50*ms))/(200*pF) : volt (unless refractory)\n"
    )
    cuba = kind == "CUBA"
    equations = (current if cuba else conductance) + decays.format(
        u="volt" if cuba else "siemens"
    )
    group = b.NeuronGroup(
        N,
        equations,
        threshold="v > -50*mV",
        reset="v = -60*mV",
        refractory=5 * ms,
        method="exact" if cuba else "exponential_euler",
        namespace=names,
    )
    group.v = "-60*mV + rand()*10*mV"
    first, second = ("ge += 1.62*mV", "gi -= 9*mV")
    if not cuba:
        first, second = ("ge += 6*nS", "gi += 67*nS")
    excite = b.Synapses(group[:N_EXC], group, on_pre=first, namespace=names)
    excite.connect(p=P)
    inhibit = b.Synapses(group[N_EXC:], group, on_pre=second, namespace=names)
    inhibit.connect(p=P)
    monitor = b.SpikeMonitor(group)
    network = b.Network(group, excite, inhibit, monitor)
    network.run((START + duration) * ms)
    return figures(monitor.t / ms, monitor.i, duration)


def compare(quick: bool = False) -> list[Row]:
    """Hold both against what the sources say, and against Brian2."""
    # few spikes of each neuron make the CV small
    duration, least = (500.0, 0.3) if quick else (2000.0, 0.5)
    rows = []
    for kind, low, high in (("CUBA", 3.0, 10.0), ("COBA", 5.0, 40.0)):
        here = ours(kind, duration)
        rows.append(Row(f"{kind}: rate, Hz", here.rate, low, high, "2005, irregular, low"))
        rows.append(Row(f"{kind}: CV of intervals", here.cv, least, 2.0, "2005, irregular"))
        if find_spec("brian2") and not quick:
            import brian2

            there = brian(kind, duration)
            name = f"Brian2 {brian2.__version__}, own draws"
            rows.append(near(f"{kind}: rate, Hz", here.rate, there.rate, 0.1, name))
            rows.append(near(f"{kind}: CV of intervals", here.cv, there.cv, 0.1, name))
    return rows


def main() -> None:
    """Simulate both and print what came out."""
    show(compare())


if __name__ == "__main__":
    typer.run(main)
