"""Inhibition that learns until excitatory neurons fire at a rate of its choice.

Run: python examples/models/vogels_2011.py

Source: Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011, doi:10.1126/science.1211095, its
network of 10,000 neurons (rates of figure 4). The rule comes to rest somewhat above its target: an
inhibitory spike makes its targets fire less for a while, and only a higher rate makes up for it.
"""

import typer
from rows import Row, near, show

from neurosparse import Bernoulli, Network, Population, Projection, Simulator
from neurosparse.analysis import SpikeTrains, spike_summary
from neurosparse.neurons import LIFCond
from neurosparse.plasticity import InhibitorySTDP

TARGET = 3.0  # Hz
CELL = LIFCond(
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
    i_ext=200.0,
)


def network(n: int = 10_000, eta: float = 0.05) -> Network:
    """Declare n neurons, a fifth of them inhibitory, 200 synapses onto each."""
    wiring = Bernoulli(200 / n)
    rule = InhibitorySTDP(eta=eta, rate=TARGET, strongest=100.0, tau=20.0)
    inhibit = {"receptor": "inh", "delay": 0.5}
    return Network(
        Population("E", n * 4 // 5, CELL),
        Population("I", n // 5, CELL),
        Projection("E", "E", wiring, weight=0.3, delay=0.5),
        Projection("E", "I", wiring, weight=0.3, delay=0.5),
        Projection("I", "I", wiring, weight=3.0, **inhibit),
        Projection("I", "E", wiring, weight=1e-10, plasticity=rule, **inhibit),
    )


def compare(quick: bool = False) -> list[Row]:
    """Rates before, and after seconds of learning; how irregular the spikes become."""
    n, first, last = (2_000, 4_000.0, 1_000.0) if quick else (10_000, 20_000.0, 4_000.0)
    share = 1.5 if quick else 0.5
    with Simulator(network(n), dt=0.1, seed=1, threads=2) as simulation:
        simulation.run(100.0)
        before = simulation.spikes("E").rate(duration=100.0)
        simulation.run(first)
        simulation.run(last)
        stop = simulation.time
        record = simulation.spikes("E").select(start=stop - last)
        weights = simulation.weights("I->E")
    trains = SpikeTrains.from_record(record, stop=stop).window(stop - last, stop)
    after = spike_summary(trains)
    return [
        Row("before: rate, Hz", before, 20.0, 200.0, "2011, high"),
        near("after: rate, Hz", after.mean_rate, TARGET, share, "2011, the target"),
        Row("after: CV of intervals", after.cv, 0.6, 1.6, "2011, irregular"),
        Row("after: mean weight, nS", weights.mean(), 0.5, 50.0, "grown from nothing"),
    ]


def main() -> None:
    """Let inhibition learn and print what came out."""
    show(compare())


if __name__ == "__main__":
    typer.run(main)
