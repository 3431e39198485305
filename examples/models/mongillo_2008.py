"""A memory that rests in facilitated synapses, silent until a weak call wakes it.

Run: python examples/models/mongillo_2008.py

Source: Mongillo, Barak & Tsodyks 2008, doi:10.1126/science.1150769, figure 2A and its table of
parameters.
"""

from typing import Any, NamedTuple

import numpy as np
import typer
from rows import Row, show

from neurosparse import (
    LIF,
    Bernoulli,
    Network,
    PoissonInput,
    Population,
    Projection,
    Simulator,
)
from neurosparse.plasticity import TsodyksMarkram
from neurosparse.wiring import Uniform

N_EXC, N_INH, MEMORIES, SHARE, P = 8000, 2000, 5, 0.1, 0.2
BASE, POTENTIATED, GAMMA = (
    0.1,
    0.45,
    0.1,
)  # mV, and the share of potentiated synapses elsewhere
TO_INH, FROM_INH, AMONG_INH = 0.135, 0.25, 0.2
MEAN_EXC, MEAN_INH, SPREAD = 23.1, 21.0, 1.0  # mV, of the input from outside
BRIEF = TsodyksMarkram(use=0.2, tau_rec=200.0, tau_facil=1500.0)
CUE, CALL = 1.15, 1.05  # what input from outside is multiplied by
TIMES = {"before": (500.0, 1000.0), "cue": (1000.0, 1350.0), "delay": (1450.0, 2350.0)}
TIMES |= {"call": (2400.0, 2650.0)}


def outside(target: str, mean: float, tau: float) -> PoissonInput:
    """Poisson spikes with the mean and the spread of the paper's Gaussian input."""
    weight = SPREAD**2 / mean
    return PoissonInput(target, rate=1000 * mean / (weight * tau), weight=weight)


def mixed(n: int, rng: np.random.Generator) -> Any:
    """Weights of which a share is potentiated by memories that are not looked at."""
    return np.where(rng.random(n) < GAMMA, POTENTIATED, BASE)


class Declared(NamedTuple):
    """The network, and the input of each memory and of the other excitatory neurons."""

    network: Network
    inputs: list[PoissonInput]


def declare(scale: float = 1.0) -> Declared:
    """Declare the network; smaller ones have as many synapses a neuron, as far as they can."""
    size = round(N_EXC * SHARE * scale)
    names = [f"memory {k}" for k in range(MEMORIES)] + ["rest"]
    sizes = [size] * MEMORIES + [round(N_EXC * scale) - MEMORIES * size]
    p = min(1.0, P / scale)
    excite = LIF(tau_mem=15.0, v_rest=0.0, v_threshold=20.0, v_reset=16.0, t_ref=2.0)
    inhibit = LIF(tau_mem=10.0, v_rest=0.0, v_threshold=20.0, v_reset=13.0, t_ref=2.0)
    delay = {"delay": Uniform(0.1, 1.0)}
    inputs = [outside(name, MEAN_EXC, 15.0) for name in names]
    parts: list[Any] = [Population("I", round(N_INH * scale), inhibit), *inputs]
    parts += [Population(name, n, excite) for name, n in zip(names, sizes, strict=True)]
    parts.append(outside("I", MEAN_INH, 10.0))
    parts.append(Projection("I", "I", Bernoulli(p), weight=-AMONG_INH, **delay))
    for a in names:
        parts.append(Projection(a, "I", Bernoulli(p), weight=TO_INH, **delay))
        parts.append(Projection("I", a, Bernoulli(p), weight=-FROM_INH, **delay))
        for b in names:
            weight: Any = (
                POTENTIATED if a == b != "rest" else mixed if "rest" in (a, b) else BASE
            )
            brief = {"short_term": BRIEF, **delay}
            parts.append(Projection(a, b, Bernoulli(p), weight=weight, **brief))
    return Declared(Network(parts), inputs)


def rates(scale: float = 1.0) -> dict[str, dict[str, float]]:
    """Cue one memory, wait, call all: the rate of each population in each stretch, in Hz."""
    network, inputs = declare(scale)
    usual = [stimulus.rate for stimulus in inputs]
    with Simulator(network, dt=0.1, seed=1, threads=2, precision="float32") as simulation:
        simulation.run(TIMES["cue"][0])
        simulation.set_rate(inputs[0], usual[0] * CUE)
        simulation.run(TIMES["cue"][1] - simulation.time)
        simulation.set_rate(inputs[0], usual[0])
        simulation.run(TIMES["call"][0] - simulation.time)
        for stimulus, rate in zip(inputs, usual, strict=True):
            simulation.set_rate(stimulus, rate * CALL)
        simulation.run(TIMES["call"][1] - simulation.time)
        seen: dict[str, dict[str, float]] = {}
        for name in ("memory 0", "memory 1", "memory 2", "rest", "I"):
            record = simulation.spikes(name)
            seen[name] = {
                what: record.select(start=low, stop=high).rate(duration=high - low)
                for what, (low, high) in TIMES.items()
            }
    return seen


def compare(quick: bool = False) -> list[Row]:
    """The cued memory is silent while it is kept, and alone answers a call to all."""
    seen = rates(0.25 if quick else 1.0)
    cued = seen["memory 0"]
    other = {what: (seen["memory 1"][what] + seen["memory 2"][what]) / 2 for what in TIMES}
    return [
        Row("before: rate of memories, Hz", other["before"], 0.05, 2.0, "2008, low"),
        Row("cue: rate of the cued one, Hz", cued["cue"], 5.0, 60.0, "2008, high"),
        Row("cue: rate of the others, Hz", other["cue"], 0.0, 1.0, "2008, suppressed"),
        Row(
            "delay: rate of the cued one, Hz",
            cued["delay"],
            0.05,
            3.0,
            "2008, near baseline",
        ),
        Row(
            "call: cued over others",
            cued["call"] / other["call"],
            3.0,
            1e3,
            "2008, alone wakes",
        ),
    ]


def main() -> None:
    """Cue, wait, call, and print what came out."""
    show(compare())


if __name__ == "__main__":
    typer.run(main)
