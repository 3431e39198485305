"""Compile a declared network into flat arrays and a program."""

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.engine import couplings
from neurosparse.engine.bundles import Bundles, is_short, tie, worth_tying
from neurosparse.engine.crowds import add_crowd, form_crowds, one_block
from neurosparse.engine.deliveries import add_bundle, add_synapses
from neurosparse.engine.draws import (
    by_population,
    connect,
    delay_steps,
    draw_all,
    weights_of,
)
from neurosparse.engine.drives import add_stimuli, noise_states
from neurosparse.engine.layout import lay_out, make_synapses, waits_for_others
from neurosparse.engine.membrane_noise import add_draws
from neurosparse.engine.populations import Group, add_source, build_group
from neurosparse.engine.program import Program
from neurosparse.engine.ranks import ALONE, Alone
from neurosparse.engine.reachable import Reachable
from neurosparse.engine.rings import Rings, add_drain
from neurosparse.engine.sleepers import add_sleepers, can_sleep, fall_asleep
from neurosparse.engine.slices import deal
from neurosparse.engine.synapses import Synapses
from neurosparse.engine.tallies import Tally
from neurosparse.kernels.base.machine.control import CONTROL_SIZE, YIELD
from neurosparse.kernels.base.machine.words import Block
from neurosparse.network import Network, Projection
from neurosparse.stimuli import PoissonInput
from neurosparse.typing import Int64


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
    bundles: Bundles
    plain: bool = False
    wiring_seed: int = 0
    stimuli: list[Any] = field(default_factory=list)
    stimulus_blocks: list[Block] = field(default_factory=list)
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    shown: dict[Any, Any] = field(default_factory=dict)
    ranks: Alone = ALONE

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
    network: Network,
    dt: float,
    seed: int,
    n_threads: int,
    real: type,
    plain: bool = False,
    ranks: Alone = ALONE,
) -> Plan:
    """Wire the network and lay it out; nothing is simulated yet.

    A `plain` layout has rows of synapses only: no bit matrices, no rings, nobody asleep. `ranks`
    are the processes that share the network.
    """
    begun = time.perf_counter()
    couplings.refuse_ranks(network, ranks.size)
    control = np.zeros(CONTROL_SIZE, dtype=np.int64)
    control[YIELD] = _address_of_yield()
    driven = {s.target for s in network.stimuli if not isinstance(s, PoissonInput)}
    driven |= couplings.driven_by_values(network)
    shares = shares_of(network, n_threads, ranks)
    groups = {
        name: build_group(p, dt, n_threads, 0, real, name in driven, shares[name])
        for name, p in network.populations.items()
    }
    for name, group in groups.items():
        sources = [s for s in network.stimuli if s.target == name]
        sources += [p for p in network.projections.values() if p.post == name]
        sources += [p for p in couplings.carriers(network) if p.pre == name]
        group.sleepy = not plain and can_sleep(group, sources, dt)
        if group.sleepy:
            group.event = fall_asleep(group, dt, 0)
            group.may_sleep = True
    rings = Rings()
    wired: dict[str, Connectivity] = {}

    def anew(name: str, apart: bool) -> Synapses:
        projection = network.projections[name]
        # each declared wiring is let go as soon as it is laid out
        projections = [projection]
        again = wired.pop(name, None) or _wire(network, projections, seed, dt, ranks)[0]
        post = groups[projection.post]
        fresh = make_synapses(projection, again, post, dt, plain, ranks)
        if apart or plain or not waits_for_others(fresh, post):
            lay_out(fresh, post, rings, plain, apart)
        return fresh

    bundles = Bundles(anew, np.zeros(0, real))
    synapses: dict[str, Synapses] = {}
    reachable = Reachable(network)
    history = 0
    for projections in by_population(network):
        names = [p.name for p in projections]
        wired |= zip(names, _wire(network, projections, seed, dt, ranks), strict=True)
        for p in projections:
            history = max(history, _reach(p, wired[p.name], dt))
            reachable.add(p, wired[p.name])
        laid = {name: anew(name, False) for name in names}
        _tie_all(bundles, laid, groups, rings)
        synapses |= laid
    reachable.warn(ranks)
    # in the order of the declaration, however they were laid out
    place = {name: k for k, name in enumerate(network.projections)}
    synapses = {name: synapses[name] for name in place}
    bundles.by_names = dict(sorted(bundles.by_names.items(), key=lambda b: place[b[0][0]]))
    history = ranks.most(history)
    for group in groups.values():
        group.log.remember(history)
    drives: dict[Any, Any] = {**noise_states(groups, network.stimuli)}
    shown = couplings.shown_values(network, groups, synapses)
    drives |= {f"shown/{k}": ring for k, ring in enumerate(shown.values())}
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
        bundles,
        plain,
        seed,
        list(network.stimuli),
        shown=shown,
        ranks=ranks,
    )
    plan.seconds["build"] = time.perf_counter() - begun
    return plan


def shares_of(
    network: Network, n_threads: int, ranks: Alone
) -> dict[str, tuple[Int64, Int64]]:
    """Where the neurons of each thread begin, and those of each part of the log, by population."""
    if ranks.size > 1:
        parts = network.populations.items()
        return {name: ranks.shares(name, p.n, n_threads) for name, p in parts}
    kin: dict[type, list[str]] = {}
    for name, population in network.populations.items():
        kin.setdefault(type(population.model), []).append(name)
    shares: dict[str, tuple[Int64, Int64]] = {}
    for names in kin.values():
        bounds = deal([network.populations[name].n for name in names], n_threads)
        shares |= {name: (own, own) for name, own in zip(names, bounds, strict=True)}
    return shares


def assemble(plan: Plan) -> None:
    """Write the program: drives, populations, then (after the threads met) deliveries."""
    begun = time.perf_counter()
    plan.program = Program()
    crowds = form_crowds(plan.groups.values())
    plan.stimulus_blocks = add_stimuli(
        plan.program, plan.groups, plan.stimuli, plan.dt, plan.seed, plan.drives
    )
    driven = {s.target for s in plan.stimuli if not isinstance(s, PoissonInput)}
    parts = (plan.groups, plan.synapses, plan.shown)
    couplings.add_couplings(plan.program, *parts, driven)
    for stream, group in enumerate(plan.groups.values()):
        group.log_blocks.clear()
        add_draws(plan.program, group, plan.seed, stream)
        if group.event is not None:
            add_sleepers(plan.program, group, plan.control)
        elif not group.rows.size:
            add_source(plan.program, group, plan.dt, plan.seed, stream, plan.control)
    for crowd in crowds:
        add_crowd(plan.program, crowd, plan.control)
    couplings.add_shows(plan.program, plan.groups, plan.shown)
    for bundle in plan.bundles.live():
        add_bundle(plan.program, bundle, plan.groups[bundle.pre], plan.control)
    for synapses in plan.synapses.values():
        pre = plan.groups[synapses.projection.pre]
        post = plan.groups[synapses.projection.post]
        if not synapses.together and synapses.projection.transmits is None:
            add_synapses(plan.program, synapses, pre, post, plan.control)
    for ring in plan.rings.values():
        # nothing waits for those who sleep: what would wait wakes them
        if ring.group.event is None:
            add_drain(plan.program, ring)
    plan.seconds["compile"] = plan.seconds.get("compile", 0.0) + time.perf_counter() - begun


def rebuild(plan: Plan, name: str) -> None:
    """Lay out a projection as it was in the beginning, whatever was done to its synapses."""
    post = plan.groups[plan.network.projections[name].post]
    post.sleepy = post.may_sleep
    apart = bool(plan.bundles.of(name))
    synapses = plan.bundles.lay_out(name, apart)
    if not synapses.laid_out:
        lay_out(synapses, post, plan.rings, plan.plain)
    plan.synapses[name] = synapses


def lengthen_logs(plan: Plan, longest: int) -> None:
    """Let the logs keep the spikes of `longest` steps; the program must be assembled anew."""
    if longest > plan.history:
        for group in plan.groups.values():
            group.log.lengthen(longest)
        plan.history = longest


def own_synapses(plan: Plan, name: str) -> Synapses:
    """The synapses of a projection, to be changed: a bundle that holds them is dissolved."""
    plan.bundles.dissolve(plan.synapses, name)
    return plan.synapses[name]


def whole_synapses(plan: Plan, name: str) -> Synapses:
    """The synapses of a projection, to be looked at; those of a bundle are wired once more."""
    synapses = plan.synapses[name]
    return plan.bundles.lay_out(name, True) if synapses.together else synapses


def _tie_all(
    bundles: Bundles,
    synapses: dict[str, Synapses],
    groups: dict[str, Group],
    rings: Rings,
) -> None:
    """Tie what is worth it into bundles, a population and kind of weight at a time; lay out what is
    left.
    """
    waiting: dict[tuple[str, str], list[str]] = {}
    for name, s in synapses.items():
        if not s.laid_out:
            alike = float(s.weight[0]) if s.alike else np.nan
            waiting.setdefault((s.projection.pre, repr(alike)), []).append(name)
    bundled = []
    left: dict[str, list[str]] = {}
    for (pre, _), kin in waiting.items():
        if worth_tying([synapses[k] for k in kin]):
            bundled.append(kin)
        else:
            # a weight for each of their synapses makes one row of what has several
            left.setdefault(pre, []).extend(k for k in kin if is_short(synapses[k]))
    bundled += [kin for kin in left.values() if worth_tying([synapses[k] for k in kin])]
    if bundled and not bundles.block.size:
        bundles.block = one_block(groups.values(), bundles.block.dtype.type)
    for names in map(tuple, bundled):
        bundles.by_names[names] = tie(names, synapses, groups, bundles.block)
    for s in synapses.values():
        if not s.laid_out and not s.together:
            lay_out(s, groups[s.projection.post], rings)


def _wire(
    network: Network,
    projections: list[Projection],
    seed: int,
    dt: float,
    ranks: Alone,
) -> list[Connectivity]:
    """Wire projections and draw for them, each from a generator of its own."""
    if ranks.size > 1 and len(projections) > 1:
        # whole only one at a time
        each = [_wire(network, [p], seed, dt, ranks) for p in projections]
        return [connectivity for one in each for connectivity in one]
    rngs = [generator(seed, "wiring", p.name) for p in projections]
    n = {name: population.n for name, population in network.populations.items()}
    connected = [
        connect(ranks.of_own(p, n[p.post]), n[p.pre], n[p.post], rng)
        for p, rng in zip(projections, rngs, strict=True)
    ]
    drawn = draw_all(projections, connected, rngs, dt)
    for p, connectivity in zip(projections, drawn, strict=True):
        couplings.check_junctions(p, connectivity)
    if ranks.size == 1:
        return drawn
    return [
        ranks.part(p, c, weights_of(p, c), delay_steps(p, c, dt))
        for p, c in zip(projections, drawn, strict=True)
    ]


def _reach(projection: Projection, connectivity: Connectivity, dt: float) -> int:
    """How many steps back the projection may read spikes: its longest delay."""
    return int(delay_steps(projection, connectivity, dt).max(initial=0))


def _address_of_yield() -> int:
    """The address of libc's sched_yield, which lets another thread have the core."""
    import ctypes

    return ctypes.cast(ctypes.CDLL(None).sched_yield, ctypes.c_void_p).value or 0
