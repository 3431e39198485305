"""Sparse excitation and inhibition in four states, at full size, beside the mean-field theory.

Run: python examples/models/brunel_2000.py

Source: Brunel 2000, doi:10.1023/A:1008925309027, figure 8 and equations 20 to 22.
"""

from math import exp, pi, sqrt
from typing import NamedTuple

import typer
from rows import Row, near, show
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import erfcx

from neurosparse import (
    LIF,
    FixedInDegree,
    Network,
    PoissonInput,
    Population,
    Projection,
    Simulator,
)
from neurosparse.analysis import SpikeTrains, spike_summary, synchrony

WEIGHT, DELAY = 0.1, 1.5  # mV, ms
TAU, THRESHOLD, RESET, REFRACTORY = 20.0, 20.0, 10.0, 2.0
N_EXC, N_INH, K_EXC, K_INH = 10_000, 2_500, 1_000, 250
THRESHOLD_RATE = THRESHOLD / (WEIGHT * TAU)  # kHz of input that just reaches threshold


class State(NamedTuple):
    """Inhibition over excitation, input over threshold."""

    g: float
    eta: float


REGULAR = State(3.0, 2.0)
FAST = State(6.0, 4.0)
ASYNCHRONOUS = State(5.0, 2.0)
SLOW = State(4.5, 0.9)


def network(state: State) -> Network:
    """Declare the network in one of its states."""
    cell = LIF(
        tau_mem=TAU, v_rest=0.0, v_threshold=THRESHOLD, v_reset=RESET, t_ref=REFRACTORY
    )
    inhibit = -state.g * WEIGHT
    return Network(
        Population("E", N_EXC, cell),
        Population("I", N_INH, cell),
        [
            Projection("E", to, FixedInDegree(K_EXC), weight=WEIGHT, delay=DELAY)
            for to in "EI"
        ],
        [
            Projection("I", to, FixedInDegree(K_INH), weight=inhibit, delay=DELAY)
            for to in "EI"
        ],
        PoissonInput(["E", "I"], rate=1000 * state.eta * THRESHOLD_RATE, weight=WEIGHT),
    )


def theory(state: State) -> float:
    """The rate in Hz at which a network without synchrony drives itself (equation 21)."""

    def output(rate: float) -> float:
        excite = K_EXC * rate + state.eta * THRESHOLD_RATE
        inhibit = K_INH * rate
        mean = TAU * WEIGHT * (excite - state.g * inhibit)
        spread = WEIGHT * sqrt(TAU * (excite + state.g**2 * inhibit))
        low, high = (RESET - mean) / spread, (THRESHOLD - mean) / spread
        # e^(u^2) (1 + erf u), without overflow where u is far below 0
        passage = quad(lambda u: erfcx(-u) if u < 25 else 2 * exp(u * u), low, high)[0]
        return 1 / (REFRACTORY + TAU * sqrt(pi) * passage)

    return 1000 * float(brentq(lambda rate: output(rate) - rate, 1e-5, 0.4))


class Figures(NamedTuple):
    """Rate in Hz, CV of intervals, synchrony (Golomb) in bins of 2 ms."""

    rate: float
    cv: float
    synchrony: float


def figures(state: State, duration: float, seed: int = 1) -> Figures:
    """Simulate, and look at the excitatory neurons after 200 ms."""
    with Simulator(network(state), dt=0.1, seed=seed, threads=2) as simulation:
        simulation.run(200.0 + duration)
        record = simulation.spikes("E").select(start=200.0)
        spikes = SpikeTrains.from_record(record, stop=simulation.time)
    spikes = spikes.window(200.0, 200.0 + duration)
    summary = spike_summary(spikes)
    return Figures(summary.mean_rate, summary.cv, synchrony(spikes, 2.0))


def compare(quick: bool = False) -> list[Row]:
    """Hold the states against the theory and against each other."""
    duration = 100.0 if quick else 1000.0
    calm = figures(ASYNCHRONOUS, duration)
    regular = figures(REGULAR, duration)
    fast = figures(FAST, duration)
    slow = figures(SLOW, duration)
    rates = {state: theory(state) for state in (ASYNCHRONOUS, FAST, SLOW)}
    expected = "equation 21"
    return [
        near("asynchronous: rate, Hz", calm.rate, rates[ASYNCHRONOUS], 0.1, expected),
        near("fast: rate, Hz", fast.rate, rates[FAST], 0.15, f"{expected}, asynchronous"),
        near("slow: rate, Hz", slow.rate, rates[SLOW], 0.5, f"{expected}, asynchronous"),
        Row("regular: CV of intervals", regular.cv, 0.0, 0.1, "figure 8A, regular"),
        Row("fast: CV of intervals", fast.cv, 0.5, 1.2, "figure 8B, irregular"),
        Row("regular: synchrony", regular.synchrony, 0.4, 1.0, "figure 8A, synchronous"),
        Row("fast: synchrony", fast.synchrony, 0.2, 0.4, "figure 8B, oscillates"),
        Row("asynchronous: synchrony", calm.synchrony, 0.0, 0.2, "figure 8C, hardly any"),
    ]


def main() -> None:
    """Simulate the four states and print what came out."""
    show(compare())


if __name__ == "__main__":
    typer.run(main)
