"""Compile a declared network into flat arrays and a program."""

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.engine.deliveries import add_synapses
from neurosparse.engine.drives import add_stimuli, noise_states
from neurosparse.engine.layout import build_synapses, delay_steps, weights_of, wire
from neurosparse.engine.populations import Group, add_population, build_group
from neurosparse.engine.program import Program
from neurosparse.engine.rings import Rings, add_drain
from neurosparse.engine.sleepers import add_sleepers, can_sleep, fall_asleep
from neurosparse.engine.synapses import Synapses
from neurosparse.engine.tallies import Tally
from neurosparse.kernels.base.machine.control import CONTROL_SIZE, YIELD
from neurosparse.kernels.base.machine.words import Block
from neurosparse.network import Network, Projection
from neurosparse.stimuli import PoissonInput


@dataclass(repr=False)
class Plan:
    """A network laid out for the time loop, and how long that took.

    `stimuli` are those of the network as they are now, `changed` what was given to a part, by name
    of the field, since.
    """

    network: Network
    dt: float
    seed: int
    real: type
    program: Program
    control: NDArray[np.int64]
    groups: dict[str, Group]
    synapses: dict[str, Synapses]
    drives: dict[str, Any]
    history: int
    rings: Rings
    plain: bool = False
    wiring_seed: int = 0
    stimuli: list[Any] = field(default_factory=list)
    stimulus_blocks: list[Block] = field(default_factory=list)
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def __repr__(self) -> str:
        return (
            f"Plan of {len(self.groups)} populations, {len(self.synapses)} projections, "
            f"{len(self.program.operations)} operations a step, dt={self.dt:g} ms"
        )


def generator(seed: int, purpose: str, name: str) -> np.random.Generator:
    """A generator of its own for each purpose and name, so that adding a part does not change the
    others.
    """
    key = [seed, *f"{purpose}:{name}".encode()]
    return np.random.default_rng(np.random.SeedSequence(key))


def build(
    network: Network, dt: float, seed: int, n_threads: int, real: type, plain: bool = False
) -> Plan:
    """Wire the network and lay it out; nothing is simulated yet.

    A `plain` layout has rows of synapses only: no bit matrices, no rings, nobody asleep.
    """
    begun = time.perf_counter()
    control = np.zeros(CONTROL_SIZE, dtype=np.int64)
    control[YIELD] = _address_of_yield()
    wired: dict[str, Connectivity] = {
        name: _wire(network, p, seed, dt) for name, p in network.projections.items()
    }
    history = max([0, *(_reach(p, wired[k], dt) for k, p in network.projections.items())])
    driven = {s.target for s in network.stimuli if not isinstance(s, PoissonInput)}
    for name in network.populations:
        _warn_unreachable(network, name, wired)
    groups = {
        name: build_group(p, dt, n_threads, history, real, name in driven)
        for name, p in network.populations.items()
    }
    for name, group in groups.items():
        sources = [s for s in network.stimuli if s.target == name]
        sources += [p for p in network.projections.values() if p.post == name]
        group.sleepy = not plain and can_sleep(group, sources, dt)
        if group.sleepy:
            group.event = fall_asleep(group, dt, 0)
            group.may_sleep = True
    rings = Rings()
    synapses: dict[str, Synapses] = {}
    for name, projection in network.projections.items():
        # each declared wiring is let go as soon as it is laid out
        synapses[name] = build_synapses(
            projection, wired.pop(name), groups[projection.post], dt, rings, plain
        )
    drives = noise_states(groups, network.stimuli)
    plan = Plan(
        network,
        dt,
        seed,
        real,
        Program(),
        control,
        groups,
        synapses,
        drives,
        history,
        rings,
        plain,
        seed,
        list(network.stimuli),
    )
    plan.seconds["build"] = time.perf_counter() - begun
    return plan


def assemble(plan: Plan) -> None:
    """Write the program: drives, populations, then (after the threads met) deliveries."""
    begun = time.perf_counter()
    plan.program = Program()
    plan.stimulus_blocks = add_stimuli(
        plan.program, plan.groups, plan.stimuli, plan.dt, plan.seed, plan.drives
    )
    for stream, group in enumerate(plan.groups.values()):
        group.log_blocks.clear()
        if group.event is not None:
            add_sleepers(plan.program, group, plan.control)
        else:
            add_population(plan.program, group, plan.dt, plan.seed, stream, plan.control)
    for synapses in plan.synapses.values():
        pre = plan.groups[synapses.projection.pre]
        post = plan.groups[synapses.projection.post]
        add_synapses(plan.program, synapses, pre, post, plan.control)
    for ring in plan.rings.values():
        # nothing waits for those who sleep: what would wait wakes them
        if ring.group.event is None:
            add_drain(plan.program, ring)
    plan.seconds["compile"] = plan.seconds.get("compile", 0.0) + time.perf_counter() - begun


def rebuild(plan: Plan, name: str) -> None:
    """Lay out a projection as it was in the beginning, whatever was done to its synapses."""
    projection = plan.network.projections[name]
    post = plan.groups[projection.post]
    post.sleepy = post.may_sleep
    connectivity = _wire(plan.network, projection, plan.wiring_seed, plan.dt)
    plan.synapses[name] = build_synapses(
        projection, connectivity, post, plan.dt, plan.rings, plan.plain
    )


def _wire(network: Network, projection: Projection, seed: int, dt: float) -> Connectivity:
    pre = network.populations[projection.pre]
    post = network.populations[projection.post]
    return wire(projection, pre.n, post.n, generator(seed, "wiring", projection.name), dt)


def _warn_unreachable(network: Network, name: str, wired: dict[str, Connectivity]) -> None:
    """Let a model warn of thresholds that its synapses cannot reach, where nothing else can drive
    it.
    """
    population = network.populations[name]
    onto = [p for p in network.projections.values() if p.post == name]
    changing = any(p.plasticity is not None for p in onto) or any(
        s.target == name for s in network.stimuli
    )
    if not hasattr(population.model, "warn_unreachable") or changing or not onto:
        return
    most = np.zeros(population.n)
    for p in onto:
        connectivity = wired[p.name]
        weights = np.asarray(weights_of(p, connectivity), dtype=np.float64)
        if weights.size not in (1, connectivity.nnz):
            return  # refused with its own words when laid out
        positive = np.broadcast_to(np.maximum(weights, 0.0), connectivity.nnz)
        most += np.bincount(connectivity.indices, positive, population.n)
    population.model.warn_unreachable(name, most)


def _reach(projection: Projection, connectivity: Connectivity, dt: float) -> int:
    """How many steps back the projection may read spikes: its longest delay."""
    return int(delay_steps(projection, connectivity, dt).max(initial=0))


def _address_of_yield() -> int:
    """The address of libc's sched_yield, which lets another thread have the core."""
    import ctypes

    return ctypes.cast(ctypes.CDLL(None).sched_yield, ctypes.c_void_p).value or 0
