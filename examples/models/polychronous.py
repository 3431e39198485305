"""Groups of neurons that fire together but not at once, as delays that differ let them learn.

Run: python examples/models/polychronous.py

Source: Izhikevich 2006, Polychronization: computation with spikes, doi:10.1162/089976606775093882.
Its program adds up changes of weight, lets these fade by a tenth a second and applies them once a
second; here they are the eligibility of a synapse under constant dopamine, which is the same sum.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import typer
from rows import Row, show

from neurosparse import (
    Connectivity,
    Network,
    OneToOne,
    PoissonInput,
    Population,
    Projection,
    Simulator,
    SpikeSource,
)
from neurosparse.engine import Every
from neurosparse.neurons import Izhikevich
from neurosparse.plasticity import (
    Dopamine,
    DopamineCoefficients,
    DopamineSTDP,
    PairTrace,
)

DT = 1.0  # ms, the paper's
N_EXC, N_INH, FAN_OUT, LONGEST = 800, 200, 100, 20  # the last in ms
START, MOST, INHIBITION = 6.0, 10.0, -5.0  # mV
STRONG = 0.95 * MOST
FADES = 1000 / -np.log(0.9)  # ms in which changes fade
REGULAR = Izhikevich(a=0.02, d=8.0)
FAST = Izhikevich(a=0.1, d=2.0)
APART = 6  # ms between delays of anchors, in which an EPSP is mostly gone
PROMPT = 7.0  # ms in which a neuron answers
REST = 400.0  # ms between two trials


@dataclass(frozen=True)
class Nearest(DopamineSTDP):
    """The paper's rule: only the last spike of each side counts."""

    a_plus: float = 0.1
    a_minus: float = 0.12
    w_max: float = MOST
    tau_e: float = FADES

    @staticmethod
    def pre_spike(x: PairTrace, p: DopamineCoefficients) -> PairTrace:
        """Forget earlier arrivals."""
        return PairTrace(1.0)

    @staticmethod
    def post_spike(y: PairTrace, p: DopamineCoefficients) -> PairTrace:
        """Forget earlier spikes."""
        return PairTrace(1.0)


def wiring(seed: int) -> Connectivity:
    """Each excitatory neuron reaches 100 of all neurons, five for each delay of 1 to 20 ms."""
    rng = np.random.default_rng(seed)
    n = N_EXC + N_INH
    post = np.concatenate(
        [
            rng.choice(np.delete(np.arange(n), i), FAN_OUT, replace=False)
            for i in range(N_EXC)
        ]
    )
    pre = np.repeat(np.arange(N_EXC), FAN_OUT)
    delay = np.tile(np.repeat(np.arange(1, LONGEST + 1), FAN_OUT // LONGEST), N_EXC)
    return Connectivity.from_edges(
        pre, post, n_pre=N_EXC, n_post=n, weight=START, delay_steps=delay
    )


def onto(target: str, full: Connectivity) -> Connectivity:
    """The part of the wiring that ends at one population."""
    chosen = np.arange(N_EXC) if target == "E" else np.arange(N_EXC, N_EXC + N_INH)
    return full.select(post=chosen)


def network(seed: int) -> Network:
    """Declare the network as published; only excitatory synapses learn."""
    full = wiring(seed)
    rng = np.random.default_rng(seed + 1)
    post = np.concatenate([rng.choice(N_EXC, FAN_OUT, replace=False) for _ in range(N_INH)])
    inhibit = Connectivity.from_edges(
        np.repeat(np.arange(N_INH), FAN_OUT), post, n_pre=N_INH, n_post=N_EXC
    )
    return Network(
        Population("E", N_EXC, REGULAR),
        Population("I", N_INH, FAST),
        [Projection("E", to, onto(to, full), plasticity=Nearest()) for to in "EI"],
        Projection("I", "E", inhibit, weight=INHIBITION, delay=1.0),
        PoissonInput(["E", "I"], rate=1.0, weight=20.0),
    )


def strengthen(simulation: Simulator) -> None:
    """Add the paper's 0.01 mV a second, whatever happens."""
    for to in "EI":
        weights = simulation.weights(f"E->{to}") + 0.01
        simulation.set_weights(f"E->{to}", np.clip(weights, 0.0, MOST))


class Trigger(NamedTuple):
    """Three neurons with strong synapses onto one, and the delays of these in ms."""

    target: int
    anchors: list[int]
    delays: list[int]


def triggers(synapses: Connectivity, most: int) -> list[Trigger]:
    """One for each of some neurons, its delays far apart."""
    strong = synapses.weights_array() > STRONG
    pre, post = (part[strong] for part in synapses.edges())
    delay = synapses.delay_steps_array()[strong].astype(int)
    chosen = []
    for target in np.unique(post):
        onto_it = np.flatnonzero(post == target)
        order = onto_it[np.argsort(delay[onto_it])]
        three = order[[0, len(order) // 2, -1]]
        if np.diff(delay[three]).min() >= APART:
            chosen.append(Trigger(target, pre[three].tolist(), delay[three].tolist()))
    return chosen[:most]


def answers(simulation: Simulator, trials: list[Trigger], timed: bool) -> float:
    """The share of targets that fire once their anchors have, each so early that all spikes arrive
    at one moment, or all at once; nobody learns and there is no other input.
    """
    begins = REST * np.arange(len(trials))
    early = [max(t.delays) - np.array(t.delays) * timed for t in trials]
    times = np.concatenate([b + e for b, e in zip(begins, early, strict=True)])
    anchors = np.concatenate([t.anchors for t in trials])
    frozen = Network(
        Population("anchors", N_EXC, SpikeSource(times, anchors)),
        Population("E", N_EXC, REGULAR),
        Population("I", N_INH, FAST),
        Projection("anchors", "E", OneToOne(), weight=100.0),
        [Projection("E", to, simulation.connectivity(f"E->{to}")) for to in "EI"],
        Projection("I", "E", simulation.connectivity("I->E")),
    )
    with Simulator(frozen, dt=DT) as trial:
        trial.run(REST * len(trials))
        spikes = trial.spikes("E")
    count = 0
    for begin, trigger in zip(begins, trials, strict=True):
        # all at once, the last of their spikes arrives later
        arrival = begin + max(trigger.delays) * (1 if timed else 2)
        window = (spikes.t > begin) & (spikes.t <= arrival + PROMPT)
        count += bool(np.any(spikes.i[window] == trigger.target))
    return count / max(len(trials), 1)


class Rhythm(NamedTuple):
    """The strongest frequency of the population in Hz, and the share of power at 30 to 70 Hz."""

    peak: float
    gamma: float


def rhythm(simulation: Simulator, start: float) -> Rhythm:
    """Of excitatory spikes from `start` ms on, in windows of a second, up to 200 Hz."""
    times = simulation.spikes("E").t
    bins = np.arange(start, simulation.time + 0.5, 1.0)
    counts = np.histogram(times, bins)[0].reshape(-1, 1000)
    waves = np.fft.rfft(counts - counts.mean(axis=1, keepdims=True), axis=1)
    power = np.mean(np.abs(waves) ** 2, axis=0)[:200]
    return Rhythm(float(np.argmax(power)), float(power[30:71].sum() / power.sum()))


def compare(quick: bool = False) -> list[Row]:
    """Let the network live for a while, then look at its rhythms and at what its delays do."""
    seconds = 60 if quick else 600
    with Simulator(network(seed=1), dt=DT, seed=1) as simulation:
        calls = [Every(1000.0, Dopamine(f"E->{to}", tonic=1.0)) for to in "EI"]
        calls.append(Every(1000.0, strengthen))
        simulation.run(2000.0, callbacks=calls)
        first = rhythm(simulation, 0.0)
        simulation.run(1000.0 * seconds - 2000.0, callbacks=calls)
        stop = simulation.time
        last = rhythm(simulation, stop - 8000.0)
        rate = simulation.spikes("E").select(start=stop - 8000.0).rate(duration=8000.0)
        trials = triggers(simulation.connectivity("E->E"), 300)
        timed, at_once = (answers(simulation, trials, timed) for timed in (True, False))
    return [
        Row("at first: strongest rhythm, Hz", first.peak, 2.0, 4.0, "2006, delta"),
        Row(
            "later: gamma, over its share at first",
            last.gamma / first.gamma,
            1.5,
            5.0,
            "2006, it appears",
        ),
        Row("later: rate of excitatory neurons, Hz", rate, 1.0, 10.0, "2006, a few Hz"),
        Row("neurons with such anchors", len(trials), 100, 300, "2006, groups abound"),
        Row("fire as their anchors fire in time", timed, 0.7, 1.0, "2006, figure 1"),
        Row("fire as their anchors fire at once", at_once, 0.0, 0.4, "2006, figure 1"),
    ]


def main() -> None:
    """Let groups form and print what came out."""
    show(compare())


if __name__ == "__main__":
    typer.run(main)
