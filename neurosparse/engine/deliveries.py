"""The operations that deliver spikes through projections, one for each layout of synapses."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.bundles import Bundle
from neurosparse.engine.populations import Group
from neurosparse.engine.program import Program
from neurosparse.engine.rings import Ring
from neurosparse.engine.short_term import ShortTerm, add_use
from neurosparse.engine.sleepers import event_words
from neurosparse.engine.spike_log import EVERY
from neurosparse.engine.synapses import Synapses
from neurosparse.kernels.base.machine.words import Block
from neurosparse.kernels.spikes.coincidence import PLANES, ROWS_AT_ONCE


def add_synapses(
    program: Program,
    synapses: Synapses,
    pre: Group,
    post: Group,
    control: NDArray[np.int64],
) -> None:
    """Append the operations that deliver through a projection, or none where it has no synapses."""
    if not synapses.nnz_all:
        return
    source = _source_words(pre, control)
    short = synapses.short
    blocks = []
    if short is not None:
        blocks.append(add_use(program, short, source, synapses.projection.name))
    if post.event is not None:
        blocks.append(_add_events(program, synapses, post, source))
    if synapses.plastic is not None:
        blocks.append(_add_learning(program, synapses, post, source))
    elif short is not None:
        blocks.append(_add_shares(program, synapses, short, post, source))
    elif synapses.bits is not None:
        blocks.append(_add_bits(program, synapses, post, source))
    elif synapses.ring is not None:
        blocks.append(_add_late(program, synapses, synapses.ring, source))
    elif post.event is None:
        blocks.append(_add_rows(program, synapses, post, source))
    if post.event is not None and synapses.delivers:
        # who got something may have to wake
        blocks.append(_add_events(program, synapses, post, source))
    for block in blocks:
        pre.watch(block, parts=EVERY)


def add_bundle(
    program: Program, bundle: Bundle, pre: Group, control: NDArray[np.int64]
) -> None:
    """Append the operation that delivers through all projections of a bundle."""
    from neurosparse.kernels.spikes.deliver.cpu import DeliverWords

    parts = bundle.parts
    words = DeliverWords(
        **_source_words(pre, control),
        segments=parts.segments,
        stride=parts.stride,
        indices=bundle.indices,
        nnz=bundle.indices.size,
        weight=bundle.weight,
        n_weights=bundle.weight.size,
        target=bundle.target,
        n_alloc=bundle.target.size,
        delays=parts.delays,
        n_delays=len(parts.delays),
        epoch=0,
    )
    owner = ", ".join(bundle.names)
    block = program.add(_rows_operation(words), words, "deliver", owner, before=False)
    pre.watch(block, parts=EVERY)


def _source_words(pre: Group, control: NDArray[np.int64]) -> dict[str, Any]:
    """The words about spikes that arrive, by name."""
    log = pre.log
    return {
        **log.all_words(),
        "n_logs": log.n_threads,
        "control": control,
        "n_pre": pre.n,
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


def _delay_words(synapses: Synapses) -> dict[str, Any]:
    """The words about delays, each once, and about the last edit, by name."""
    delays = synapses.delays
    return {"delays": delays, "n_delays": len(delays), "epoch": synapses.epoch}


def _add_rows(
    program: Program, synapses: Synapses, post: Group, source: dict[str, Any]
) -> Block:
    from neurosparse.kernels.spikes.deliver.cpu import DeliverWords

    words = DeliverWords(
        **source,
        **_row_words(synapses),
        **_delay_words(synapses),
        target=post.receptor(synapses.projection.receptor),
        n_alloc=post.n_alloc,
    )
    compiled = _rows_operation(words)
    return program.add(compiled, words, "deliver", synapses.projection.name, before=False)


def _add_shares(
    program: Program,
    synapses: Synapses,
    short: ShortTerm,
    post: Group,
    source: dict[str, Any],
) -> Block:
    from neurosparse.kernels.spikes.deliver.shares import ShareWords, deliver_shares

    words = ShareWords(
        **source,
        **_row_words(synapses),
        **_delay_words(synapses),
        target=post.receptor(synapses.projection.receptor),
        n_alloc=post.n_alloc,
        **short.words(),
    )
    compiled = _rows_operation(words, deliver_shares)
    return program.add(compiled, words, "deliver", synapses.projection.name, before=False)


def _rows_operation(words: Any, adapter: Any = None) -> Any:
    """Compile a walk along rows, in the first place the plain one, for the types of its words."""
    from neurosparse.kernels.base.machine.operation import operation
    from neurosparse.kernels.spikes.deliver.cpu import deliver_spikes

    arrays = {"REAL": words.target, "INDEX": words.indices, "OFFSET": words.segments}
    types = {k: array.dtype.type for k, array in arrays.items()}
    name = "_".join(kind.__name__ for kind in types.values())
    width = words.segments.dtype.itemsize
    return operation(adapter or deliver_spikes, name, **types, WIDTH=width)


def _add_learning(
    program: Program, synapses: Synapses, post: Group, source: dict[str, Any]
) -> Block:
    learning = synapses.plastic
    assert learning is not None
    target = post.receptor(synapses.projection.receptor)
    # sleeping targets got their input from an operation of its own, where it is the whole weight
    waiting = post.event is None or synapses.delivers
    target = target if waiting else np.zeros_like(target)
    at = synapses.places() if learning.age.size else None
    row_words = _row_words(synapses)
    del row_words["n_weights"]
    words = {
        **source,
        **row_words,
        **learning.words(post, synapses.weight, at),
        "target": target,
        "n_alloc": post.n_alloc,
        "epoch": synapses.epoch,
        **_share_words(synapses, post),
    }
    add = _add_learning_late if learning.late else _add_learning_together
    block = add(program, synapses, words, target.dtype.type)
    post.watch(block, "post_")
    return block


def _share_words(synapses: Synapses, post: Group) -> dict[str, Any]:
    """The words about what spikes deliver of the weights they pass, by name."""
    if synapses.short is not None:
        return synapses.short.words()
    return {"shares": np.ones((len(post.bounds) - 1, 1, 1), np.float32), "n_slots": 1}


def _add_learning_together(
    program: Program, synapses: Synapses, words: dict[str, Any], real: type
) -> Block:
    from neurosparse.kernels.spikes.spike_timing.cpu import LearnWords, plastic_operation

    learning = synapses.plastic
    assert learning is not None
    kinds = (synapses.indices.dtype.type, learning.places.dtype.type)
    shared = synapses.short is not None
    compiled = plastic_operation(type(learning.rule), shared, real, *kinds)
    learn = LearnWords(**words, delay=synapses.delay)
    return program.add(
        compiled, learn, "plasticity", synapses.projection.name, before=False
    )


def _add_learning_late(
    program: Program, synapses: Synapses, words: dict[str, Any], real: type
) -> Block:
    from neurosparse.kernels.spikes.spike_timing.late import LearnLateWords, late_operation

    learning = synapses.plastic
    assert learning is not None
    arrays = (synapses.indices, synapses.segments, learning.places, learning.lags)
    shared = synapses.short is not None
    types = (a.dtype.type for a in arrays)
    compiled = late_operation(type(learning.rule), shared, real, *types)
    more = learning.late_words() | _delay_words(synapses)
    learn = LearnLateWords(**(words | more))
    return program.add(
        compiled, learn, "plasticity", synapses.projection.name, before=False
    )


def _add_events(
    program: Program, synapses: Synapses, post: Group, source: dict[str, Any]
) -> Block:
    from neurosparse.kernels.spikes.event_update.cpu import (
        DeliverEventsWords,
        deliver_events,
        event_operation,
    )

    types = {
        "INDEX": synapses.indices.dtype.type,
        "OFFSET": synapses.segments.dtype.type,
    }
    row_words = _row_words(synapses)
    if synapses.delivers:
        # brings targets forward and wakes them; what arrives comes from the learning
        row_words |= {"weight": np.zeros(1, np.float32), "n_weights": 1}
    compiled = event_operation(type(post.model), deliver_events, **types)
    words = DeliverEventsWords(
        **source,
        **row_words,
        **_delay_words(synapses),
        **event_words(post),
        target=post.receptor(synapses.projection.receptor),
    )
    return program.add(compiled, words, "deliver", synapses.projection.name, before=False)


def _add_late(
    program: Program, synapses: Synapses, ring: Ring, source: dict[str, Any]
) -> Block:
    from neurosparse.kernels.base.machine.operation import operation
    from neurosparse.kernels.spikes.deliver.cpu import DeliverLateWords, deliver_spikes_late

    types = {
        "REAL": ring.values.dtype.type,
        "INDEX": synapses.indices.dtype.type,
        "DELAY": synapses.delay.dtype.type,
    }
    name = "_".join(kind.__name__ for kind in types.values())
    compiled = operation(deliver_spikes_late, name, **types)
    words = DeliverLateWords(
        **source, **_row_words(synapses), **ring.words(), delays=synapses.delay
    )
    return program.add(compiled, words, "deliver", synapses.projection.name, before=False)


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
    low, high = synapses.columns or (0, post.n_alloc)
    words = CoincidenceWords(
        **source,
        bits=synapses.bits,
        n_bits=synapses.bits.size,
        row_words=synapses.row_words,
        bounds=post.bounds - low,
        target=post.receptor(synapses.projection.receptor)[low:high],
        n_alloc=high - low,
        weight=synapses.weight,
        delay=synapses.delay,
        planes=np.zeros((n_threads, n_planes), dtype=np.uint64),
        n_planes=n_planes,
        gathered=np.zeros((n_threads, synapses.n_pre + ROWS_AT_ONCE), dtype=np.int32),
    )
    compiled = operation(deliver_coincident, real.__name__, REAL=real)
    return program.join(compiled, words, "deliver", synapses.projection.name)
