"""Four states of one network of excitatory and inhibitory neurons, by how strong inhibition and
input are.

Run: python examples/balanced_network.py [--out figures]

Source: Brunel 2000, doi:10.1023/A:1008925309027, figure 8, at 0.4 of its size and twice its
weights.
"""

from pathlib import Path
from typing import NamedTuple

import typer
from matplotlib.figure import Figure

from neurosparse import analysis
from neurosparse.analysis import SpikeTrains, spike_summary
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF
from neurosparse.stimuli import PoissonInput
from neurosparse.wiring import FixedInDegree

WEIGHT, DELAY = 0.2, 1.5  # mV, ms
N_EXC = 4000
N_INH = 1000
K_EXC = 400
K_INH = 100
THRESHOLD_RATE = 20.0 / (WEIGHT * 20.0) * 1000.0  # Hz of input that just reaches threshold


class State(NamedTuple):
    """One choice: inhibition over excitation, input over threshold, and the state that the paper
    finds there.
    """

    g: float
    eta: float
    name: str


STATES = (
    State(3.0, 2.0, "synchronous, regular"),
    State(6.0, 4.0, "synchronous, irregular, fast"),
    State(5.0, 2.0, "asynchronous, irregular"),
    State(4.5, 0.9, "synchronous, irregular, slow"),
)


def network(state: State) -> Network:
    """Declare the network in one of its states."""
    cell = LIF(tau_mem=20.0, v_rest=0.0, v_threshold=20.0, v_reset=10.0, t_ref=2.0)
    targets = ("E", "I")
    rate = state.eta * THRESHOLD_RATE
    return Network(
        Population("E", N_EXC, cell),
        Population("I", N_INH, cell),
        [
            Projection("E", to, FixedInDegree(K_EXC), weight=WEIGHT, delay=DELAY)
            for to in targets
        ],
        [
            Projection("I", to, FixedInDegree(K_INH), weight=-state.g * WEIGHT, delay=DELAY)
            for to in targets
        ],
        [PoissonInput(to, rate=rate, weight=WEIGHT) for to in targets],
    )


def main(out: Path = Path("figures"), quick: bool = False) -> None:
    """Simulate each state, print its statistics, draw 50 neurons and the rate."""
    shown = 50.0 if quick else 100.0
    figure = Figure(figsize=(7, 5), layout="constrained")
    grid = figure.subplots(4, 2, height_ratios=[2, 1, 2, 1])
    for k, state in enumerate(STATES):
        simulation = Simulator(network(state), dt=0.1, seed=1)
        simulation.run(200.0 + shown)
        record = simulation.spikes("E").select(start=200.0)
        spikes = SpikeTrains.from_record(record, stop=simulation.time).window(
            200.0, simulation.time
        )
        summary = spike_summary(spikes)
        rate = f"{summary.mean_rate:6.1f} Hz"
        print(f"g = {state.g}, input {state.eta} of threshold: {rate}  {state.name}")
        above = grid[2 * (k // 2), k % 2]
        below = grid[2 * (k // 2) + 1, k % 2]
        few = SpikeTrains.from_times(
            *(part for part in sample(record, 50)), 50, start=200.0, stop=simulation.time
        )
        analysis.plot_raster(few, ax=above).set_title(
            f"{state.name} (g = {state.g}, η = {state.eta})", fontsize=8
        )
        above.set_xlabel("")
        analysis.plot_rate(spikes, 1.0, ax=below)
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "balanced_network.png", dpi=150)


def sample(record: object, n: int) -> tuple[object, object]:
    """Times and indices of the first n neurons."""
    few = record.select(indices=range(n))
    return few.t, few.i


if __name__ == "__main__":
    typer.run(main)
