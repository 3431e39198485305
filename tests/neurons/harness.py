"""What the tests of neurons share: one population under one or several conditions, watched step by
step.
"""

from dataclasses import fields, replace
from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import (
    EIF,
    LIF,
    AdaptiveLIF,
    AdEx,
    DendriticLIF,
    DendriticSegment,
    IntegrateFire,
    Izhikevich,
    LeakyIntegrator,
    LIFAlpha,
    LIFCond,
    LIFExp,
    PoiraziMel,
    SpikeSource,
)

# models that fire by themselves within a few ms, and where the starting states are drawn from
ACTIVE: dict[str, tuple[Any, dict[str, tuple[float, float]]]] = {
    "LIF": (LIF(i_ext=100.0, t_ref=0.3), {"v": (-66.0, -49.0), "jump": (-5.0, 5.0)}),
    "LIFExp": (
        LIFExp(i_ext=100.0, t_ref=0.3),
        {"v": (-66.0, -49.0), "i_exc": (0.0, 30.0), "i_inh": (-30.0, 0.0)},
    ),
    "LIFAlpha": (
        LIFAlpha(i_ext=100.0, t_ref=0.3),
        {
            "v": (-66.0, -49.0),
            "i_exc": (0.0, 30.0),
            "rise_exc": (0.0, 30.0),
            "rise_inh": (-30.0, 0.0),
        },
    ),
    "AdaptiveLIF": (
        AdaptiveLIF(i_ext=100.0, t_ref=0.3, add_w=2.0, add_lift=1.5),
        {"v": (-66.0, -49.0), "i_exc": (0.0, 30.0), "w": (0.0, 3.0), "lift": (-1.0, 3.0)},
    ),
    "LIFCond": (
        LIFCond(i_ext=300.0, t_ref=0.3),
        {"v": (-71.0, -49.0), "g_exc": (0.0, 20.0), "g_inh": (0.0, 10.0)},
    ),
    "EIF": (
        EIF(i_ext=100.0, t_ref=0.3),
        {"v": (-66.0, -40.0), "i_exc": (0.0, 30.0), "i_inh": (-10.0, 0.0)},
    ),
    "AdEx": (
        AdEx(i_ext=2000.0, t_ref=0.3),
        {"v": (-71.0, -40.0), "i_exc": (0.0, 500.0), "w": (0.0, 100.0)},
    ),
    "Izhikevich": (
        Izhikevich(i_ext=20.0),
        {"v": (-70.0, 29.0), "u": (-15.0, 0.0), "jump": (-5.0, 5.0)},
    ),
    "DendriticLIF": (
        DendriticLIF(i_ext=100.0, t_ref=0.3, push=3.0, plateau=2.0),
        {
            "v": (-66.0, -49.0),
            "jump": (-5.0, 5.0),
            "arrived": (-1.0, 1.0),
            "plateau": (0.0, 3.0),
        },
    ),
    "DendriticSegment": (DendriticSegment(), {"active": (10.0, 60.0)}),
    "PoiraziMel": (
        PoiraziMel(i_ext=100.0, t_ref=0.3, power=3.0),
        {
            "v": (-66.0, -49.0),
            "jump": (-5.0, 5.0),
            "b1": (-5.0, 15.0),
            "b2": (0.0, 15.0),
            "b4": (0.0, 15.0),
        },
    ),
    "IntegrateFire": (
        IntegrateFire(i_ext=0.3, t_ref=0.3),
        {"v": (-0.5, 1.5), "i": (-0.2, 0.3)},
    ),
    "LeakyIntegrator": (LeakyIntegrator(i_ext=3.0), {"v": (-20.0, 20.0)}),
}
SILENT = {"LeakyIntegrator"}
EXACT = ("LIF", "LIFExp", "LIFAlpha", "AdaptiveLIF", "LeakyIntegrator")


def alone(
    model: Any, n: int = 1, initial: Any = None, stimuli: Any = (), **options: Any
) -> Simulator:
    """Simulate one population `a`, every neuron advanced at every step."""
    population = Population("a", n, model, initial or {}, mode="clock")
    return Simulator(Network(population, *stimuli), **options)


def spikes(sim: Simulator) -> tuple[np.ndarray, np.ndarray]:
    """Steps and indices of all spikes of the population `a`."""
    record = sim.spikes("a")
    return record.step, record.i


def intervals(sim: Simulator, neuron: int = 0) -> np.ndarray:
    """Steps between the spikes of one neuron of `a`."""
    steps, index = spikes(sim)
    return np.diff(steps[index == neuron])


def rows(sim: Simulator) -> np.ndarray:
    """Copy all state variables [n_state, n] of the population `a`."""
    group = sim.plan.groups["a"]
    return group.rows[:, : group.n].copy()


def trace(sim: Simulator, ms: float, variable: str = "v") -> np.ndarray:
    """Run and collect a state variable after every step, the start included: [steps + 1, n]."""
    found = [sim.state("a", variable)]
    for _ in range(round(ms / sim.dt)):
        sim.step()
        found.append(sim.state("a", variable))
    return np.array(found)


def after_one_spike(
    model: Any, weight: float, ms: float, receptor: str, dt: float = 0.1
) -> np.ndarray:
    """Voltage [steps] at 0, dt, 2 dt … after a single spike reached a resting neuron."""
    parts = [
        Population("source", 1, SpikeSource([0.0], [0])),
        Population("a", 1, model, mode="clock"),
        Projection(
            "source",
            "a",
            Connectivity.from_edges([0], [0], n_pre=1, n_post=1, weight=weight),
            receptor=receptor,
        ),
    ]
    sim = Simulator(Network(*parts), dt=dt)
    return trace(sim, ms)[1:, 0]


def drawn(name: str, n: int, seed: int = 0) -> tuple[Any, dict[str, np.ndarray]]:
    """An active model and n starting states."""
    model, ranges = ACTIVE[name]
    rng = np.random.default_rng([seed, n, *name.encode()])
    return model, {key: rng.uniform(*span, n) for key, span in ranges.items()}


def for_each(model: Any, n: int) -> Any:
    """The same model with every parameter given as an array [n]."""
    return replace(
        model, **{f.name: np.full(n, getattr(model, f.name)) for f in fields(model)}
    )
