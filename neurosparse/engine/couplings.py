"""Projections that carry values: what neurons show, and the operations that couple them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.engine.drives import add_reset, gain_of
from neurosparse.engine.populations import Group
from neurosparse.engine.program import Program
from neurosparse.engine.synapses import Synapses
from neurosparse.engine.value_rows import (
    Junctions,
    Key,
    Rows,
    graded_rows,
    junctions,
    keys_of,
    place_of,
    rings_of,
)
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.spikes.couple import EXTRA
from neurosparse.network import GapJunction, Network, Projection
from neurosparse.typing import Array

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
    real = next((groups[key[0]].rows.dtype for key in slots), np.float64)
    shown = rings_of(slots, groups, real)
    for key in shown:
        show_initial(shown, key, groups[key[0]])
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
    filled = [each for each in coupled if each.nnz]
    joined = [s for s in filled if isinstance(s.projection.transmits, GapJunction)]
    graded = [s for s in filled if not isinstance(s.projection.transmits, GapJunction)]
    for rows in graded_rows(graded, groups, shown):
        _add_rows(program, rows, groups[rows.post])
    for ends in junctions(joined, groups, shown):
        _add_junctions(program, ends, groups[ends.post])


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
        block, first = place_of(ring)
        words = ShowWords(
            row=group.row(variable),
            n_alloc=group.n_alloc,
            numbers=numbers,
            n_numbers=len(numbers),
            bounds=group.bounds,
            shown=block,
            n_slots=len(ring),
            width=block.shape[1],
            first=first,
        )
        compiled = show_operation(type(function), real)
        program.add(compiled, words, "update", name, before=True)


def _add_rows(program: Program, rows: Rows, post: Group) -> None:
    """Append the operation of rows that carry values."""
    from neurosparse.kernels.base.machine.operation import operation
    from neurosparse.kernels.spikes.couple.cpu import CoupleWords, couple_values

    delays = np.atleast_1d(np.asarray(rows.delay, dtype=np.int64))
    words = CoupleWords(
        n_pre=rows.n_pre,
        segments=rows.segments,
        stride=rows.stride,
        indices=rows.indices,
        nnz=rows.indices.size,
        whole=int(rows.whole),
        weight=rows.weight,
        n_weights=rows.weight.size,
        delays=delays,
        n_delays=delays.size,
        shown=rows.shown,
        n_slots=len(rows.shown),
        width=rows.shown.shape[1],
        first=rows.first,
        total=np.zeros(post.n_alloc, post.rows.dtype),
        **_target_words(rows.receptor, post),
    )
    index = rows.indices.dtype.type
    real = post.rows.dtype.type
    name = f"{real.__name__}_{index.__name__}"
    compiled = operation(couple_values, name, REAL=real, INDEX=index)
    program.add(compiled, words, "deliver", ", ".join(rows.names), before=True)


def _add_junctions(program: Program, ends: Junctions, post: Group) -> None:
    """Append the operation of gap junctions at the neurons of one population."""
    from neurosparse.kernels.base.machine.operation import operation
    from neurosparse.kernels.spikes.couple.junctions import JunctionWords, join_neurons

    words = JunctionWords(
        kind=ends.kind,
        pointers=ends.pointers,
        n=post.n,
        sources=ends.sources,
        weight=ends.weight,
        nnz=ends.sources.size,
        shown=ends.shown,
        n_slots=len(ends.shown),
        width=ends.shown.shape[1],
        here=ends.here,
        here_slots=len(ends.here),
        here_width=ends.here.shape[1],
        first=ends.first,
        **_target_words(ends.receptor, post),
    )
    index = ends.sources.dtype.type
    real = post.rows.dtype.type
    name = f"{real.__name__}_{index.__name__}"
    compiled = operation(join_neurons, name, REAL=real, INDEX=index)
    program.add(compiled, words, "deliver", ", ".join(ends.names), before=True)


def _target_words(receptor: str | None, post: Group) -> dict[str, Any]:
    """The words about what values move, by name."""
    from neurosparse.kernels.spikes.current.cpu import LINE

    real = post.rows.dtype.type
    gain = gain_of(post) if receptor is None else np.ones(1, real)
    shape = (len(post.bounds) - 1, LINE)
    return {
        "gain": gain,
        "n_gains": gain.size,
        "target": post.driven_row() if receptor is None else post.receptor(receptor),
        "n_alloc": post.n_alloc,
        "bounds": post.bounds,
        "moved": post.moved if receptor is None else np.zeros(shape, np.int64),
    }
