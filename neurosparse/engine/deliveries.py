"""The operations that deliver spikes through projections, one for each layout of synapses."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.populations import Group
from neurosparse.engine.program import Program
from neurosparse.engine.sleepers import event_words
from neurosparse.engine.synapses import Synapses
from neurosparse.kernels.base.machine.words import Block
from neurosparse.kernels.spikes.coincidence import PLANES, ROWS_AT_ONCE


def add_synapses(
    program: Program, synapses: Synapses, pre: Group, post: Group, control: NDArray[np.int64]
) -> None:
    """Append the operations that deliver through a projection."""
    source = _source_words(synapses, pre, control)
    if synapses.bits is not None:
        block = _add_bits(program, synapses, post, source)
    elif synapses.plastic is not None:
        block = _add_learning(program, synapses, post, source)
    elif post.event is not None:
        block = _add_events(program, synapses, post, source)
    elif synapses.ring is not None:
        block = _add_late(program, synapses, post, source)
        _add_drain(program, synapses, synapses.ring, post)
    else:
        block = _add_rows(program, synapses, post, source)
    pre.watch(block)
    if synapses.pending is not None:
        _add_drain(program, synapses, synapses.pending, post)


def _source_words(
    synapses: Synapses, pre: Group, control: NDArray[np.int64]
) -> dict[str, Any]:
    """The words about spikes that arrive, by name."""
    log = pre.log
    return {
        **log.words(),
        "n_logs": log.n_threads,
        "control": control,
        "n_pre": synapses.n_pre,
    }


def _row_words(synapses: Synapses) -> dict[str, Any]:
    """The words about rows of synapses, by name."""
    return {
        "segments": synapses.segments,
        "stride": synapses.stride,
        "indices": synapses.indices,
        "nnz": synapses.nnz,
        "weight": synapses.weight,
        "n_weights": synapses.weight.size,
    }


def _add_rows(
    program: Program, synapses: Synapses, post: Group, source: dict[str, Any]
) -> Block:
    from neurosparse.kernels.base.machine.operation import operation
    from neurosparse.kernels.spikes.deliver.cpu import DeliverWords, deliver_spikes

    real = post.rows.dtype.type
    index = synapses.indices.dtype.type
    name = f"{index.__name__}_{real.__name__}"
    compiled = operation(deliver_spikes, name, REAL=real, INDEX=index)
    words = DeliverWords(
        **source,
        **_row_words(synapses),
        target=post.receptor(synapses.projection.receptor),
        n_alloc=post.n_alloc,
        delay=synapses.delay,
        epoch=synapses.epoch,
    )
    return program.add(compiled, words, "deliver", synapses.projection.name, before=False)


def _add_learning(
    program: Program, synapses: Synapses, post: Group, source: dict[str, Any]
) -> Block:
    from neurosparse.kernels.spikes.spike_timing.cpu import LearnWords, plastic_operation

    learning = synapses.plastic
    assert learning is not None
    compiled = plastic_operation(
        type(learning.rule),
        post.rows.dtype.type,
        synapses.indices.dtype.type,
        learning.places.dtype.type,
    )
    words = LearnWords(
        **source,
        segments=synapses.segments,
        stride=synapses.stride,
        indices=synapses.indices,
        nnz=synapses.nnz,
        weight=synapses.weight,
        target=post.receptor(synapses.projection.receptor),
        n_alloc=post.n_alloc,
        delay=synapses.delay,
        epoch=synapses.epoch,
        **learning.words(post, synapses.weight),
    )
    block = program.add(compiled, words, "plasticity", synapses.projection.name, before=False)
    post.watch(block, "post_")
    return block


def _add_events(
    program: Program, synapses: Synapses, post: Group, source: dict[str, Any]
) -> Block:
    from neurosparse.kernels.spikes.event_update.cpu import (
        DeliverEventsWords,
        deliver_events,
        event_operation,
    )

    index = synapses.indices.dtype.type
    compiled = event_operation(type(post.model), deliver_events, index)
    words = DeliverEventsWords(
        **source,
        **_row_words(synapses),
        **event_words(post),
        target=post.receptor(synapses.projection.receptor),
        delay=synapses.delay,
    )
    return program.add(compiled, words, "deliver", synapses.projection.name, before=False)


def _add_late(
    program: Program, synapses: Synapses, post: Group, source: dict[str, Any]
) -> Block:
    from neurosparse.kernels.base.machine.operation import operation
    from neurosparse.kernels.spikes.deliver.cpu import DeliverLateWords, deliver_spikes_late

    assert synapses.ring is not None
    real = post.rows.dtype.type
    index = synapses.indices.dtype.type
    kind = synapses.delay.dtype.type
    name = f"{index.__name__}_{real.__name__}_{kind.__name__}"
    compiled = operation(deliver_spikes_late, name, REAL=real, INDEX=index, DELAY=kind)
    words = DeliverLateWords(
        **source,
        **_row_words(synapses),
        ring=synapses.ring,
        n_slots=len(synapses.ring),
        n_alloc=post.n_alloc,
        delays=synapses.delay,
    )
    return program.add(compiled, words, "deliver", synapses.projection.name, before=False)


def _add_drain(program: Program, synapses: Synapses, ring: NDArray[Any], post: Group) -> None:
    from neurosparse.kernels.base.machine.operation import operation
    from neurosparse.kernels.spikes.deliver.cpu import DrainWords, drain_ring

    real = post.rows.dtype.type
    words = DrainWords(
        ring=ring,
        n_slots=len(ring),
        n_alloc=post.n_alloc,
        target=post.receptor(synapses.projection.receptor),
        bounds=post.bounds,
    )
    compiled = operation(drain_ring, real.__name__, REAL=real)
    program.add(compiled, words, "deliver", synapses.projection.name, before=False)


def _add_bits(
    program: Program, synapses: Synapses, post: Group, source: dict[str, Any]
) -> Block:
    from neurosparse.kernels.base.machine.operation import operation
    from neurosparse.kernels.spikes.coincidence.cpu import (
        CoincidenceWords,
        deliver_coincident,
    )

    assert synapses.bits is not None
    real = post.rows.dtype.type
    n_threads = len(post.bounds) - 1
    n_planes = PLANES * (synapses.row_words + 8)
    words = CoincidenceWords(
        **source,
        bits=synapses.bits,
        n_bits=synapses.bits.size,
        row_words=synapses.row_words,
        bounds=post.bounds,
        target=post.receptor(synapses.projection.receptor),
        n_alloc=post.n_alloc,
        weight=synapses.weight,
        delay=synapses.delay,
        planes=np.zeros((n_threads, n_planes), dtype=np.uint64),
        n_planes=n_planes,
        gathered=np.zeros((n_threads, synapses.n_pre + ROWS_AT_ONCE), dtype=np.int32),
    )
    compiled = operation(deliver_coincident, real.__name__, REAL=real)
    return program.join(compiled, words, "deliver", synapses.projection.name)
