"""Numba: groups of eight spikes into bit planes, planes into counts, counts into the target."""

from typing import Any, NamedTuple

import numpy as np
from numba import carray, njit
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.control import CONTROL_SIZE, ORIGIN
from neurosparse.kernels.base.machine.intrinsics import as_pointer, read_words
from neurosparse.kernels.spikes.coincidence.values import MOST, PLANES, ROWS_AT_ONCE
from neurosparse.kernels.spikes.coincidence.vector import add_both_words, add_rows, add_word

# bound anew by `operation`
REAL: Any = np.float64


@njit(cache=True, nogil=True)
def set_bits(indptr: Any, indices: Any, bits: Any) -> None:
    """Set the bit of every stored synapse in bits [n_pre + 1, n_words]."""
    for i in range(indptr.size - 1):
        for k in range(indptr[i], indptr[i + 1]):
            j = np.uint64(indices[k])
            bits[i, j >> np.uint64(6)] |= np.uint64(1) << (j & np.uint64(63))


@njit(cache=True, nogil=True)
def _wide(target: Any) -> Any:
    """Words from one plane to the next: those of the target, in whole registers."""
    return (target.size // 64 + 3) // 4 * 4


@njit(cache=True, nogil=True)
def add_counts(planes: Any, n_planes: Any, weight: Any, target: Any) -> None:
    """Add weight x count to target [64 n_words]."""
    wide = _wide(target)
    for word in range(target.size // 64):
        add_word(planes, n_planes, weight, wide, word, target)


@njit(cache=True, nogil=True)
def add_both_counts(
    planes: Any,
    n_planes: Any,
    weight: Any,
    others: Any,
    n_others: Any,
    other_weight: Any,
    target: Any,
) -> None:
    """Add weight x count of `planes`, then that of `others`, in one pass over target."""
    wide = _wide(target)
    for word in range(target.size // 64):
        add_both_words(
            planes, n_planes, weight, others, n_others, other_weight, wide, word, target
        )


@njit(cache=True, nogil=True)
def _row(spikes: Any, k: Any, row_words: Any, empty: Any) -> Any:
    """Where the row of spike k begins; the empty row beyond the last."""
    return np.int64(spikes[k]) * row_words if k < spikes.size else empty


@njit(cache=True, nogil=True)
def _all_zero(words: Any) -> Any:
    """Whether no counter reaches a plane: few of the spikes meet at one target where a matrix is
    sparse.
    """
    reached = np.uint64(0)
    for k in range(words.size):
        reached |= words[k]
    return reached == 0


@njit(cache=True, nogil=True)
def count_rows(
    spikes: Any,
    coming: Any,
    bits: Any,
    row_words: Any,
    first_word: Any,
    wide: Any,
    planes: Any,
) -> Any:
    """Count at most MOST spikes into planes, from the word first_word on; returns how many planes
    the counts fill.

    The rows of `coming`, the spikes to be delivered next, are fetched at the end.

    bits is flat, row_words to a row, an empty row and three words at the end, since words are read
    four at a time and those beyond the target are ignored; planes uint64[8 wide + 16] is scratch.
    """
    offsets = planes[planes.size - 16 :].view(np.int64)
    empty = ((bits.size - 3) // row_words - 1) * row_words
    planes[: PLANES * wide] = 0
    for group in range(0, spikes.size, ROWS_AT_ONCE):
        after = (
            spikes[group + ROWS_AT_ONCE :] if group + ROWS_AT_ONCE < spikes.size else coming
        )
        for k in range(ROWS_AT_ONCE):
            offsets[k] = first_word + _row(spikes, group + k, row_words, empty)
            offsets[ROWS_AT_ONCE + k] = first_word + _row(after, k, row_words, empty)
        add_rows(bits, offsets, planes, wide)
    n_planes = 1
    while spikes.size >> n_planes:
        n_planes += 1
    while n_planes > 1 and _all_zero(planes[(n_planes - 1) * wide : n_planes * wide]):
        n_planes -= 1
    return n_planes


@njit(cache=True, nogil=True)
def add_coincidences(
    spikes: Any,
    coming: Any,
    bits: Any,
    row_words: Any,
    first_word: Any,
    planes: Any,
    weight: Any,
    target: Any,
) -> Any:
    """Add weight x count to target [64 n_words], but for the last spikes, at most MOST, which are
    left in planes.

    Returns how many planes these fill, for `add_counts` or `add_both_counts`.
    """
    wide = _wide(target)
    first = 0
    while spikes.size - first > MOST:
        n_planes = count_rows(
            spikes[first : first + MOST],
            spikes[first + MOST :],
            bits,
            row_words,
            first_word,
            wide,
            planes,
        )
        add_counts(planes, n_planes, weight, target)
        first += MOST
    return count_rows(spikes[first:], coming, bits, row_words, first_word, wide, planes)


class CoincidenceWords(NamedTuple):
    """The words of one bit matrix."""

    n_logs: int  # threads that write spikes
    log: NDArray[np.int32]  # presynaptic neurons that fired [n_logs, capacity]
    capacity: int
    ends: NDArray[np.int64]  # where the spikes of a step end in the log [n_logs, slots]
    slots: int
    control: NDArray[np.int64]  # what all threads share
    n_pre: int
    bits: NDArray[np.uint64]  # the rows, an empty one and three words more [n_bits]
    n_bits: int
    row_words: int  # of a row
    bounds: NDArray[np.int64]  # where each thread's neurons begin
    target: NDArray[Any]  # the receptor's row of the state [n_alloc]
    n_alloc: int
    weight: NDArray[np.float32]  # of all synapses [1]
    delay: int  # steps
    planes: NDArray[np.uint64]  # scratch [n_threads, n_planes]
    n_planes: int
    gathered: NDArray[np.int32]  # scratch [n_threads, n_pre + ROWS_AT_ONCE]


class JoinedWords(NamedTuple):
    """The words of `deliver_coincident`."""

    n_blocks: int
    blocks: NDArray[np.int64]  # addresses of blocks of `CoincidenceWords`, n_blocks or more


@njit(cache=True, nogil=True)
def _gather(w: Any, slot: Any, out: Any) -> Any:
    """Copy the spikes of one step from the logs of all threads, as many as fit; returns how
    many.
    """
    n = 0
    for other in range(w.n_logs):
        cut = carray(as_pointer(w.ends + 8 * other * w.slots), (w.slots,), np.int64)
        log = carray(as_pointer(w.log + 4 * other * w.capacity), (w.capacity,), np.int32)
        for k in range(cut[slot], min(cut[slot + 1], cut[slot] + out.size - n)):
            out[n] = log[k]
            n += 1
    return n


@njit(cache=True, nogil=True)
def _arriving(block: Any, step: Any, thread: Any) -> Any:
    """The spikes that arrive through one matrix in this step, from all threads, and some of those
    of the next.
    """
    w = read_words(CoincidenceWords, block)
    space = w.n_pre + ROWS_AT_ONCE
    gathered = carray(as_pointer(w.gathered + 4 * thread * space), (space,), np.int32)
    slot = step - carray(as_pointer(w.control), (CONTROL_SIZE,), np.int64)[ORIGIN] - w.delay
    n = _gather(w, slot, gathered)
    # the next spikes of another thread may not be there yet
    known = w.delay > (w.n_logs > 1)
    more = _gather(w, slot + 1, gathered[n:][:ROWS_AT_ONCE]) if known else 0
    return gathered[:n], gathered[n : n + more]


@njit(cache=True, nogil=True)
def _planes(block: Any, thread: Any) -> Any:
    """A matrix's scratch for one thread."""
    w = read_words(CoincidenceWords, block)
    return carray(as_pointer(w.planes + 8 * thread * w.n_planes), (w.n_planes,), np.uint64)


@njit(cache=True, nogil=True)
def _count(
    block: Any, thread: Any, fired: Any, coming: Any, first_word: Any, target: Any
) -> Any:
    """Count what arrives through one matrix; see `add_coincidences`."""
    w = read_words(CoincidenceWords, block)
    bits = carray(as_pointer(w.bits), (w.n_bits,), np.uint64)
    planes = _planes(block, thread)
    weight = target.dtype.type(_weight(block))
    return add_coincidences(
        fired, coming, bits, w.row_words, first_word, planes, weight, target
    )


@njit(cache=True, nogil=True)
def _weight(block: Any) -> Any:
    w = read_words(CoincidenceWords, block)
    return carray(as_pointer(w.weight), (1,), np.float32)[0]


@njit(cache=True, nogil=True)
def _add_held(
    held: Any, n_held: Any, block: Any, n_planes: Any, thread: Any, target: Any
) -> None:
    """Add the counts of `held`, if there are any, and of `block`, if there are any."""
    w = target.dtype.type(_weight(held))
    other = target.dtype.type(_weight(block))
    if n_held and n_planes:
        add_both_counts(
            _planes(held, thread),
            n_held,
            w,
            _planes(block, thread),
            n_planes,
            other,
            target,
        )
    elif n_held:
        add_counts(_planes(held, thread), n_held, w, target)


def deliver_coincident(block: int, step: int, thread: int) -> None:
    """Adapter: the spikes of `delay` steps ago through all bit matrices onto one receptor.

    Two that follow each other share one pass over the target, which adds in the same order.
    """
    joined = read_words(JoinedWords, block)
    blocks = carray(as_pointer(joined.blocks), (joined.n_blocks,), np.int64)
    w = read_words(CoincidenceWords, blocks[0])
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    lo = bounds[thread]
    hi = bounds[thread + 1]
    target = carray(as_pointer(w.target), (w.n_alloc,), REAL)[lo:hi]
    held = blocks[0]
    n_held = 0
    for own in blocks:
        fired, coming = _arriving(own, step, thread)
        if fired.size == 0 or hi == lo:
            continue
        if fired.size > MOST:
            _add_held(held, n_held, own, 0, thread, target)
            n_held = 0
        n_planes = _count(own, thread, fired, coming, lo // 64, target)
        if n_held:
            _add_held(held, n_held, own, n_planes, thread, target)
            n_held = 0
        else:
            held, n_held = own, n_planes
    _add_held(held, n_held, held, 0, thread, target)
