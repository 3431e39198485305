"""Projections that carry values: what neurons show, and the operations that couple them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.engine.drives import add_reset, gain_of
from neurosparse.engine.populations import Group
from neurosparse.engine.program import Program
from neurosparse.engine.synapses import Synapses
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.spikes.couple import EXTRA, GRADED, INTO, JUNCTION, OUT_OF
from neurosparse.network import GapJunction, Network, Projection
from neurosparse.typing import Array

Key = tuple[str, str, Any]  # population, variable, function
PREFIX = "shown"


def carriers(network: Network) -> list[Projection]:
    """The projections that carry values."""
    return [p for p in network.projections.values() if p.transmits is not None]


def told(transmits: Any) -> str:
    """Say what synapses carry, the same in every process; nothing for spikes.

    >>> told(GapJunction("v", rectifies=True))
    "('GapJunction', 'v', True, 'Itself', (0.0,))"
    """
    if transmits is None:
        return ""
    carried = transmits.carried
    numbers = tuple(float(each) for each in carried.coefficients())
    rectifies = getattr(transmits, "rectifies", False)
    kinds = (type(transmits).__name__, transmits.variable, rectifies)
    return repr((*kinds, type(carried).__qualname__, numbers))


def refuse_ranks(network: Network, size: int) -> None:
    """Refuse values that would have to go from process to process in every step."""
    names = [p.name for p in carriers(network)]
    if size > 1 and names:
        actual = Said(f"{size} processes with {', '.join(names)}, which transmits values")
        raise bad_argument("ranks", actual, "one process for such a network")


def keys_of(projection: Projection) -> list[Key]:
    """What the ends of a projection have to show: the presynaptic one, or both."""
    transmits = projection.transmits
    assert transmits is not None
    keys: list[Key] = [(projection.pre, transmits.variable, transmits.carried)]
    if isinstance(transmits, GapJunction):
        keys.append((projection.post, transmits.variable, transmits.carried))
    return keys


def driven_by_values(network: Network) -> set[str]:
    """Populations into which values flow as currents."""
    return {name for p in carriers(network) for name in _driven_ends(p)}


def _driven_ends(projection: Projection) -> list[str]:
    """Populations into which the values of a projection flow as a current."""
    if projection.transmits is None or projection.receptor is not None:
        return []
    return list(projection.moved_ends)


def check_junctions(projection: Projection, connectivity: Connectivity) -> None:
    """Refuse delays of gap junctions, and pairs within a population that stand twice.

    Raises:
        ValueError: naming the projection, and how to give each pair once.
    """
    transmits = projection.transmits
    if not isinstance(transmits, GapJunction):
        return
    delay = np.max(connectivity.delay_steps, initial=0)
    if projection.delay is not None:
        delay = max(delay, np.max(np.asarray(projection.delay), initial=0))
    if delay:
        actual = Said("a delay beside GapJunction")
        raise bad_argument(f"{projection.name}.delay", actual, "no delay, or 0")
    if projection.pre != projection.post or transmits.rectifies:
        return
    pre, post = (ends.astype(np.int64) for ends in connectivity.edges())
    n = connectivity.n_pre
    twice = np.isin(pre * n + post, post * n + pre) & (pre != post)
    if twice.any():
        first = int(np.flatnonzero(twice)[0])
        actual = Said(f"neurons {pre[first]} and {post[first]} in both directions")
        remedy = (
            "pre, post = wiring.edges(), of a rule those of rule.build(n, n); where all pairs "
            "stand twice, wiring.without(numpy.flatnonzero(pre > post)) has each pair once"
        )
        expected = "each pair once: a gap junction conducts both ways"
        raise bad_argument(f"{projection.name}.wiring", actual, expected, remedy)


def shown_values(
    network: Network, groups: Mapping[str, Group], synapses: Mapping[str, Synapses]
) -> dict[Key, Array]:
    """Rings of what each population shows [n_slots, n_alloc], filled with the initial state."""
    slots: dict[Key, int] = {}
    for projection in carriers(network):
        longest = synapses[projection.name].longest
        for key in keys_of(projection):
            slots[key] = max(slots.get(key, 0), longest + EXTRA)
    shown: dict[Key, Array] = {}
    for key, n_slots in slots.items():
        group = groups[key[0]]
        shown[key] = np.zeros((n_slots, group.n_alloc), group.rows.dtype)
        show_initial(shown, key, group)
    return shown


def show_initial(shown: Mapping[Key, Array], key: Key, group: Group) -> None:
    """Let all slots hold what the state is now."""
    shown[key][:, : group.n] = _values(key, group.row(key[1])[: group.n])


def show_again(
    shown: Mapping[Key, Array], group: Group, variable: str, chosen: Any, now: int
) -> None:
    """Show at once what some neurons were set to between two steps."""
    for key, ring in shown.items():
        if key[:2] == (group.population.name, variable):
            values = _values(key, group.row(variable)[chosen])
            slot: Any = (now - 1) % len(ring) if now else slice(None)
            ring[slot, chosen] = values


def _values(key: Key, x: Array) -> Array:
    """f(x) by the function itself, a neuron after the other."""
    function = key[2]
    numbers = function.coefficients()
    values = [function.value(float(each), numbers) for each in x]
    return np.array(values, x.dtype).reshape(x.shape)


def add_couplings(
    program: Program,
    groups: Mapping[str, Group],
    synapses: Mapping[str, Synapses],
    shown: Mapping[Key, Array],
    driven: set[str],
) -> None:
    """Append what projections that carry values add to this step, before populations move; those of
    `driven` have their drive put back by a stimulus already.
    """
    coupled = [s for s in synapses.values() if s.projection.transmits is not None]
    onto = [name for each in coupled for name in _driven_ends(each.projection)]
    for name in dict.fromkeys(onto):
        if name not in driven:
            add_reset(program, groups[name])
    for each in coupled:
        if each.nnz:
            _add_forward(program, each, groups, shown)


def add_shows(
    program: Program, groups: Mapping[str, Group], shown: Mapping[Key, Array]
) -> None:
    """Append what populations show of this step, after they moved."""
    from neurosparse.kernels.spikes.couple.cpu import ShowWords, show_operation

    for key, ring in shown.items():
        name, variable, function = key
        group = groups[name]
        real = group.rows.dtype.type
        numbers = np.array([*function.coefficients()], dtype=real).reshape(-1, 1)
        words = ShowWords(
            row=group.row(variable),
            n_alloc=group.n_alloc,
            numbers=numbers,
            n_numbers=len(numbers),
            bounds=group.bounds,
            shown=ring,
            n_slots=len(ring),
        )
        compiled = show_operation(type(function), real)
        program.add(compiled, words, "update", name, before=True)


def _add_forward(
    program: Program,
    synapses: Synapses,
    groups: Mapping[str, Group],
    shown: Mapping[Key, Array],
) -> None:
    """Append the operation of a projection, or the two of gap junctions."""
    projection = synapses.projection
    keys = keys_of(projection)
    pre = groups[projection.pre]
    post = groups[projection.post]
    junction = isinstance(projection.transmits, GapJunction)
    rectifies = bool(getattr(projection.transmits, "rectifies", False))
    kind = GRADED
    if junction:
        kind = INTO if rectifies else JUNCTION
    whole = not junction and _is_whole(synapses)
    rings = [shown[key] for key in keys]
    _add(program, synapses, kind, rings, post, {"whole": int(whole), "backward": 0})
    if junction:
        kind = OUT_OF if rectifies else JUNCTION
        _add(program, synapses, kind, rings[::-1], pre, {"whole": 0, "backward": 1})


def _add(
    program: Program,
    synapses: Synapses,
    kind: int,
    rings: list[Array],
    post: Group,
    flags: dict[str, int],
) -> None:
    from neurosparse.kernels.base.machine.operation import operation
    from neurosparse.kernels.spikes.couple.cpu import CoupleWords, couple_values
    from neurosparse.kernels.spikes.current.cpu import LINE

    receptor = synapses.projection.receptor
    shape = (len(post.bounds) - 1, LINE)
    real = post.rows.dtype.type
    gain = gain_of(post) if receptor is None else np.ones(1, real)
    delays = np.atleast_1d(np.asarray(synapses.delay, dtype=np.int64))
    facing = rings[1] if len(rings) > 1 else np.zeros((0, post.n_alloc), real)
    words = CoupleWords(
        kind=kind,
        **flags,
        n_pre=synapses.n_pre,
        segments=synapses.segments,
        stride=synapses.stride,
        indices=synapses.indices,
        nnz=synapses.nnz,
        weight=synapses.weight,
        n_weights=synapses.weight.size,
        delays=delays,
        n_delays=delays.size,
        shown=rings[0],
        n_slots=len(rings[0]),
        width=rings[0].shape[1],
        facing=facing,
        n_facing=len(facing),
        total=np.zeros(post.n_alloc, real),
        gain=gain,
        n_gains=gain.size,
        target=post.driven_row() if receptor is None else post.receptor(receptor),
        n_alloc=post.n_alloc,
        bounds=post.bounds,
        moved=post.moved if receptor is None else np.zeros(shape, np.int64),
    )
    index = synapses.indices.dtype.type
    name = f"{real.__name__}_{index.__name__}"
    compiled = operation(couple_values, name, REAL=real, INDEX=index)
    program.add(compiled, words, "deliver", synapses.projection.name, before=True)


def _is_whole(synapses: Synapses) -> bool:
    """Whether every neuron reaches every target once, with one weight and delay."""
    n = synapses.n_post
    if synapses.weight.size > 1 or synapses.mixed or synapses.nnz != synapses.n_pre * n:
        return False
    rows = synapses.indices.reshape(synapses.n_pre, n)
    return bool((np.diff(synapses.indptr) == n).all() and (rows == np.arange(n)).all())
