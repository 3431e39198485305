"""SDRs become spikes: distal segments recognise a context, and its neurons fire before the others.

Run: python examples/sdr_dendrites.py

A context is an SDR of 2,048 cells and arrives as one volley of spikes. Each of 40 neurons has ten
segments, each a sparse row of a Connectivity with 20 synapses. Two neurons learned the context: one
of their segments samples it; all other segments sample other contexts. Then all neurons get the
same proximal input. Theory says how often a segment that never learned the context would take it
for its own.
"""

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import DendriticLIF, DendriticSegment, SpikeSource
from neurosparse.sdr import SDR, false_positive, to_spikes

CELLS = 2048
ACTIVE = 40
SYNAPSES = 20
THRESHOLD = 12
NEURONS = 40
SEGMENTS = 10
LEARNED = (7, 23)
DT = 0.1


def synapses(context: SDR, rng: np.random.Generator) -> Connectivity:
    """Rows of synapses `[cells, segments]`: those of a segment sample one context."""
    learned = {neuron * SEGMENTS for neuron in LEARNED}
    pre = []
    post = []
    for segment in range(NEURONS * SEGMENTS):
        source = context if segment in learned else SDR.random(CELLS, ACTIVE / CELLS, rng)
        pre.append(rng.choice(source.indices, SYNAPSES, replace=False))
        post.append(np.full(SYNAPSES, segment))
    return Connectivity.from_edges(
        np.concatenate(pre),
        np.concatenate(post),
        n_pre=CELLS,
        n_post=NEURONS * SEGMENTS,
        weight=1.0,
    )


def network(context: SDR, shown: SDR, rng: np.random.Generator) -> Network:
    """Speak `shown` at 1 ms; from 5 ms all neurons get a proximal spike of 4 mV every 2 ms."""
    steps, cells = to_spikes([shown], first_step=10)
    times = np.arange(5.0, 25.0, 2.0)
    owner = np.repeat(np.arange(NEURONS), SEGMENTS)
    belongs = Connectivity.from_edges(
        np.arange(owner.size), owner, n_pre=owner.size, n_post=NEURONS, weight=1.0
    )
    return Network(
        Population("cells", CELLS, SpikeSource(steps * DT, cells)),
        Population("input", 1, SpikeSource(times, np.zeros(len(times), np.int32))),
        Population("segments", NEURONS * SEGMENTS, DendriticSegment(threshold=THRESHOLD)),
        Population("neurons", NEURONS, DendriticLIF(drop=8.0, plateau=50.0)),
        Projection("cells", "segments", synapses(context, rng)),
        Projection("segments", "neurons", belongs, receptor="dendrite"),
        Projection("input", "neurons", Connectivity.from_dense(np.full((1, NEURONS), 4.0))),
    )


def first_spikes(context: SDR, shown: SDR) -> np.ndarray:
    """Time in ms of the first spike of each neuron, `[NEURONS]`, infinite where there is none."""
    simulator = Simulator(network(context, shown, np.random.default_rng(0)), dt=DT)
    simulator.run(25.0)
    record = simulator.spikes("neurons")
    first = np.full(NEURONS, np.inf)
    np.minimum.at(first, record.i, record.step * DT)
    return first


def main() -> None:
    """Show the learned context, a noisy one and another one."""
    rng = np.random.default_rng(1)
    context = SDR.random(CELLS, ACTIVE / CELLS, rng)
    chance = false_positive(CELLS, ACTIVE, SYNAPSES, THRESHOLD)
    print(f"a segment takes a strange context for its own with probability {chance:.1e}")
    shown = {
        "expected": context,
        "a quarter of it moved": context.add_noise(0.25, rng),
        "unexpected": SDR.random(CELLS, ACTIVE / CELLS, rng),
    }
    for name, sdr in shown.items():
        first = first_spikes(context, sdr)
        early = np.flatnonzero(first < first.max())
        times = f"{first.min():.1f} ms against {first.max():.1f} ms"
        print(f"{name:22} fire early: {early.tolist()}, {times}")


if __name__ == "__main__":
    main()
