"""Four thousand neurons of Hodgkin and Huxley's kind, with conductances (COBAHH).

Run: python examples/models/brette_2007.py

Source: Brette et al. 2007, doi:10.1007/s10827-007-0038-6, benchmark 3, with the channels of Traub &
Miles 1991. Sodium and potassium channels are steps of exponential Euler at 0.05 ms. The same
equations run in Brian2 where it is installed.
"""

from importlib.util import find_spec
from typing import Any

import numpy as np
import typer
from rows import Row, near, show

from neurosparse import Bernoulli, Network, Population, Projection, Simulator
from neurosparse.analysis import SpikeTrains, spike_summary
from neurosparse.neurons import from_equations

N, N_EXC, P = 4000, 3200, 0.02
STEP, START = 0.05, 100.0  # ms
CELL = from_equations(
    """
    a_m = 0.32 / ms * (4 * mV) / mV * exprel((13 * mV - v + vt) / (4 * mV))**-1 : 1/ms
    b_m = 0.28 / ms * (5 * mV) / mV * exprel((v - vt - 40 * mV) / (5 * mV))**-1 : 1/ms
    a_h = 0.128 / ms * exp((17 * mV - v + vt) / (18 * mV)) : 1/ms
    b_h = 4 / ms / (1 + exp((40 * mV - v + vt) / (5 * mV))) : 1/ms
    a_n = 0.032 / ms * (5 * mV) / mV * exprel((15 * mV - v + vt) / (5 * mV))**-1 : 1/ms
    b_n = 0.5 / ms * exp((10 * mV - v + vt) / (40 * mV)) : 1/ms
    dm/dt = a_m * (1 - m) - b_m * m : 1
    dn/dt = a_n * (1 - n) - b_n * n : 1
    dh/dt = a_h * (1 - h) - b_h * h : 1
    i_ion = g_na * m**3 * h * (e_na - v) + g_k * n**4 * (e_k - v) + g_l * (e_l - v) : pA
    dv/dt = (i_ion - g_exc * v + g_inh * (-80 * mV - v)) / c_mem : mV
    dg_exc/dt = -g_exc / (5 * ms) : nS
    dg_inh/dt = -g_inh / (10 * ms) : nS
    """,
    threshold="v > -20 * mV",
    receptors={"exc": "g_exc", "inh": "g_inh"},
    parameters={
        "c_mem": "200 pF",
        "g_l": "10 nS",
        "e_l": "-60 mV",
        "g_na": "20000 nS",
        "g_k": "6000 nS",
        "e_na": "50 mV",
        "e_k": "-90 mV",
        "vt": "-63 mV",
        "t_ref": "3 ms",
    },
    name="TraubMiles",
)


def start(n: int) -> dict[str, Any]:
    """Draw where neurons begin, as the benchmark does."""
    rng = np.random.default_rng(1)
    return {
        "v": -65.0 + 5.0 * rng.normal(size=n),
        "g_exc": np.maximum(40.0 + 15.0 * rng.normal(size=n), 0.0),
        "g_inh": np.maximum(200.0 + 120.0 * rng.normal(size=n), 0.0),
    }


def network(n: int = N) -> Network:
    """Declare n neurons, a fifth of them inhibitory, with as many synapses each as 4,000 have."""
    n_exc = n * 4 // 5
    first = start(n)
    wiring = Bernoulli(min(P * N / n, 1.0))
    parts: list[Any] = []
    for name, part in (("E", slice(n_exc)), ("I", slice(n_exc, n))):
        own = {variable: value[part] for variable, value in first.items()}
        parts.append(Population(name, len(own["v"]), CELL(), initial=own))
        parts.append(Projection("E", name, wiring, weight=6.0, receptor="exc"))
        parts.append(Projection("I", name, wiring, weight=67.0, receptor="inh"))
    return Network(parts)


def figures(step: Any, neuron: Any, n: int, stop: float) -> tuple[float, float]:
    """Rate in Hz and median CV of intervals, after the start."""
    trains = SpikeTrains.from_times(np.asarray(step), np.asarray(neuron), n, stop=stop)
    summary = spike_summary(trains.window(START, stop))
    return summary.mean_rate, summary.cv


def ours(n: int, stop: float, seed: int = 1) -> tuple[float, float, float]:
    """Simulate with neurosparse; the rate of E over that of I as well."""
    with Simulator(network(n), dt=STEP, seed=seed) as simulation:
        simulation.run(stop)
        exc, inh = (simulation.spikes(name) for name in "EI")
    times = np.concatenate([exc.t, inh.t])
    neurons = np.concatenate([exc.i, inh.i + n * 4 // 5])
    order = np.argsort(times, kind="stable")
    ratio = (len(exc) / exc.n) / (len(inh) / inh.n)
    return *figures(times[order], neurons[order], n, stop), ratio


def brian(stop: float) -> tuple[float, float]:
    """Simulate with Brian2, its equations as in its own example."""
    import brian2 as b
    from brian2.units import ms, mV, nS, pF

    b.start_scope()
    b.defaultclock.dt = STEP * ms
    b.seed(1)
    scope: dict[str, Any] = {"ms": ms, "mV": mV, "nS": nS, "pF": pF, "vt": -63 * mV}
    equations = """
    dv/dt = (10*nS*(-60*mV-v) + ge*(0*mV-v) + gi*(-80*mV-v)
        - 20000*nS*(m*m*m)*h*(v-50*mV) - 6000*nS*(n*n*n*n)*(v+90*mV))/(200*pF) : volt
    dm/dt = am*(1-m)-bm*m : 1
    dn/dt = an*(1-n)-bn*n : 1
    dh/dt = ah*(1-h)-bh*h : 1
    dge/dt = -ge/(5*ms) : siemens
    dgi/dt = -gi/(10*ms) : siemens
    am = 0.32*(mV**-1)*4*mV/exprel((13*mV-v+vt)/(4*mV))/ms : Hz
    bm = 0.28*(mV**-1)*5*mV/exprel((v-vt-40*mV)/(5*mV))/ms : Hz
    ah = 0.128*exp((17*mV-v+vt)/(18*mV))/ms : Hz
    bh = 4./(1+exp((40*mV-v+vt)/(5*mV)))/ms : Hz
    an = 0.032*(mV**-1)*5*mV/exprel((15*mV-v+vt)/(5*mV))/ms : Hz
    bn = .5*exp((10*mV-v+vt)/(40*mV))/ms : Hz
    """
    group = b.NeuronGroup(
        N,
        equations,
        threshold="v > -20*mV",
        refractory=3 * ms,
        method="exponential_euler",
        namespace=scope,
    )
    first = start(N)
    group.v = first["v"] * mV
    group.ge = first["g_exc"] * nS
    group.gi = first["g_inh"] * nS
    excite = b.Synapses(group[:N_EXC], group, on_pre="ge += 6*nS", namespace=scope)
    excite.connect(p=P)
    inhibit = b.Synapses(group[N_EXC:], group, on_pre="gi += 67*nS", namespace=scope)
    inhibit.connect(p=P)
    monitor = b.SpikeMonitor(group)
    b.Network(group, excite, inhibit, monitor).run(stop * ms)
    return figures(monitor.t / ms, monitor.i, N, stop)


def compare(quick: bool = False) -> list[Row]:
    """Hold three wirings against the source, and against one of Brian2."""
    seeds = (1,) if quick else (1, 2, 3)
    runs = [ours(N, 300.0 if quick else 1100.0, seed) for seed in seeds]
    rate, cv, ratio = np.mean(runs, axis=0)
    rows = [
        Row("rate, Hz", rate, 5.0, 60.0, "2007, it lasts"),
        Row("CV of intervals", cv, 0.2 if quick else 0.5, 3.0, "2007, irregular"),
        Row("rate of E over rate of I", ratio, 0.85, 1.15, "2007, all cells alike"),
    ]
    if quick or not find_spec("brian2"):
        return rows
    import brian2

    there = brian(1100.0)
    name = f"Brian2 {brian2.__version__}, own wiring"
    # wirings of one law differ by 7 %
    rows.append(near("rate, Hz", rate, there[0], 0.15, name))
    rows.append(near("CV of intervals", cv, there[1], 0.15, name))
    return rows


def main() -> None:
    """Simulate it and print what came out."""
    show(compare())


if __name__ == "__main__":
    typer.run(main)
