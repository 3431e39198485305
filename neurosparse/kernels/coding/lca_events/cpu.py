"""Coefficients that change one at a time, on the CPU (Numba): a message and a search in two passes.

A thread owns samples, so the bits do not depend on how many there are.
"""

from typing import Any

import numpy as np
from numba import njit

from neurosparse.kernels.base.vector.threads import even, run_shares, worthwhile
from neurosparse.kernels.base.vector.tiles import FAST
from neurosparse.kernels.coding.pursuit.cpu import BLOCK, last_of_largest
from neurosparse.typing import Array


@njit(cache=True, nogil=True, fastmath=FAST)
def _moves(beta, a, cut, moves):  # type: ignore[no-untyped-def]
    """moves = |T(beta) - a|."""
    kind = beta.dtype.type
    limit = kind(cut.limit)
    shift = kind(cut.shift)
    slope = kind(cut.slope)
    knee = kind(cut.knee)
    if cut.half > 0:
        for j in range(beta.size):
            moves[j] = abs(_cut(beta[j], cut) - a[j])
    elif cut.nonnegative:
        for j in range(beta.size):
            u = beta[j]
            between = u if u > knee else slope * (u - shift)
            moves[j] = abs((between if u > limit else kind(0)) - a[j])
    else:
        for j in range(beta.size):
            u = beta[j]
            size = abs(u)
            between = size if size > knee else slope * (size - shift)
            between = between if size > limit else kind(0)
            moves[j] = abs((-between if u < 0 else between) - a[j])


@njit(cache=True, nogil=True, fastmath=FAST)
def _cut(u, cut):  # type: ignore[no-untyped-def]
    """T of one drive."""
    size = u if cut.nonnegative else abs(u)
    if not size > cut.limit:
        return 0 * u
    if cut.half > 0:
        angle = np.arccos(min(cut.half / 4 * (size / 3) ** -1.5, 1.0))
        value = 2 / 3 * size * (1 + np.cos(2 * np.pi / 3 - 2 / 3 * angle))
    elif size > cut.knee:
        value = size + 0.0
    else:
        value = cut.slope * (size - cut.shift)
    return -value if u < 0 else value


@njit(cache=True, nogil=True, fastmath=FAST)
def _send(beta, delta, row):  # type: ignore[no-untyped-def]
    for j in range(beta.size):
        beta[j] -= delta * row[j]


@njit(cache=True, nogil=True)
def _settle(  # type: ignore[no-untyped-def]
    gram,
    drive,
    indptr,
    indices,
    values,
    cut,
    tol,
    most,
    codes,
    messages,
    changes,
    first,
    last,
):
    n = gram.shape[0]
    moves = np.empty(n, gram.dtype)
    peaks = np.empty((n + BLOCK - 1) // BLOCK, gram.dtype)
    for s in range(first, last):
        a = codes[s - first]
        beta = drive[s].copy()
        for e in range(indptr[s], indptr[s + 1]):
            i = indices[e]
            a[i] = values[e]
            _send(beta, a[i], gram[i])
            beta[i] += a[i]
        count = 0
        while True:
            _moves(beta, a, cut, moves)
            i = last_of_largest(moves, True, peaks)
            if moves[i] <= tol or count == most:
                changes[s] = moves[i]
                break
            drive_i = beta[i]
            after = gram.dtype.type(_cut(drive_i, cut))
            _send(beta, after - a[i], gram[i])
            beta[i] = drive_i
            a[i] = after
            count += 1
        messages[s] = count


def settle(
    gram: Array,
    drive: Array,
    indptr: Array,
    indices: Array,
    values: Array,
    cut: Any,
    tol: float,
    most: int,
    threads: int,
) -> tuple[Array, ...]:
    """Change coefficients until none moves by more than tol."""
    batch, n = drive.shape
    messages = np.zeros(batch, np.int64)
    changes = np.zeros(batch, gram.dtype)
    parts: dict[int, tuple[Array, ...]] = {}

    def share(lo: int, hi: int) -> None:
        codes = np.zeros((hi - lo, n), gram.dtype)
        out = (codes, messages, changes)
        _settle(gram, drive, indptr, indices, values, cut, tol, most, *out, lo, hi)
        samples, atoms = np.nonzero(codes)
        counts = np.bincount(samples, minlength=hi - lo)
        parts[lo] = (counts, atoms.astype(np.int32), codes[samples, atoms])

    run_shares(share, even(batch, worthwhile(threads, drive.size * 64)))
    pieces = [parts[lo] for lo in sorted(parts)]
    none = (np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, gram.dtype))
    joined = [np.concatenate(part) for part in zip(none, *pieces, strict=True)]
    starts = np.concatenate([[0], np.cumsum(joined[0])])
    return starts, joined[1], joined[2], messages, changes
