"""Pursuit on the CPU (Numba): the Gram matrix is made orthogonal row by row, as atoms are chosen.

A thread owns samples, so the bits do not depend on how many there are.
"""

from typing import Any

import numpy as np
from numba import njit

from neurosparse.kernels.base.vector.threads import even, run_shares, worthwhile
from neurosparse.kernels.base.vector.tiles import FAST
from neurosparse.typing import Array

# what is compared is finite, which lets the largest of many be sought in vectors
FINITE = {*FAST, "nnan"}
# products of which the largest is kept, so that the place of the largest is sought in one block
BLOCK = 32


@njit(cache=True, nogil=True, fastmath=FINITE)
def last_of_largest(alpha, signed, peaks):  # type: ignore[no-untyped-def]
    """Give the place of the largest |alpha|, or alpha where `signed`; of equals the last."""
    n = alpha.size
    blocks = (n + BLOCK - 1) // BLOCK
    most = alpha.dtype.type(-1)
    for block in range(blocks):
        part = alpha[block * BLOCK : min(n, (block + 1) * BLOCK)]
        peak = alpha.dtype.type(-1)
        if signed:
            for j in range(part.size):
                peak = max(peak, part[j])
        else:
            for j in range(part.size):
                peak = max(peak, abs(part[j]))
        peaks[block] = peak
        most = max(most, peak)
    block = blocks - 1
    while block > 0 and peaks[block] != most:
        block -= 1
    place = min(n, (block + 1) * BLOCK) - 1
    while place > block * BLOCK and (alpha[place] if signed else abs(alpha[place])) != most:
        place -= 1
    return place


@njit(cache=True, nogil=True, fastmath=FAST)
def _fresh_row(gram, basis, count, best):  # type: ignore[no-untyped-def]
    """basis[count] = gram[best] - Σ_e basis[e, best] basis[e], four rows at a time."""
    out = basis[count]
    row = gram[best]
    n = row.size
    first = count % 4
    for j in range(n):
        out[j] = row[j]
    for e in range(first):
        value = basis[e, best]
        row0 = basis[e]
        for j in range(n):
            out[j] -= value * row0[j]
    for e in range(first, count, 4):
        row0 = basis[e]
        row1 = basis[e + 1]
        row2 = basis[e + 2]
        row3 = basis[e + 3]
        v0 = row0[best]
        v1 = row1[best]
        v2 = row2[best]
        v3 = row3[best]
        for j in range(n):
            pair = v0 * row0[j] + v1 * row1[j]
            out[j] -= pair + (v2 * row2[j] + v3 * row3[j])


@njit(cache=True, nogil=True, fastmath=FAST)
def _fit(basis, chosen, half, count, fit):  # type: ignore[no-untyped-def]
    """Solve Lᵀ fit = half, L[i, j] = basis[j, chosen[i]] the factor of gram at `chosen`."""
    for i in range(count - 1, -1, -1):
        total = half[i]
        for j in range(i + 1, count):
            total -= basis[i, chosen[j]] * fit[j]
        fit[i] = total / basis[i, chosen[i]]


@njit(cache=True, nogil=True, fastmath=FAST)
def _left(x, values, atoms, chosen, count, scratch):  # type: ignore[no-untyped-def]
    """Squared length of what the chosen atoms leave of x."""
    for j in range(x.size):
        scratch[j] = x[j]
    for e in range(count):
        value = values[e]
        row = atoms[chosen[e]]
        for j in range(x.size):
            scratch[j] -= value * row[j]
    total = 0.0
    for j in range(x.size):
        total += scratch[j] * scratch[j]
    return total


@njit(cache=True, nogil=True, fastmath=FAST)
def sort(indices, values):  # type: ignore[no-untyped-def]
    """Bring atoms into ascending order, their coefficients along."""
    for last in range(1, indices.size):
        i = indices[last]
        value = values[last]
        place = last
        while place > 0 and indices[place - 1] > i:
            indices[place] = indices[place - 1]
            values[place] = values[place - 1]
            place -= 1
        indices[place] = i
        values[place] = value


@njit(cache=True, nogil=True, fastmath=FAST)
def _omp(  # type: ignore[no-untyped-def]
    atoms, gram, x, drive, limits, recursive, indices, values, counts, reasons, first, last
):
    n, d = atoms.shape
    kind = atoms.dtype
    alpha = np.empty(n, kind)
    peaks = np.empty((n + BLOCK - 1) // BLOCK, kind)
    # row e: what atom e of the support adds to those before it, as every atom sees it
    basis = np.empty((limits.k, n), kind)
    # squared length of the part of each atom that the support leaves, and what it would explain
    rest = np.empty(n, kind)
    gain = np.empty(n, kind)
    half = np.empty(limits.k, kind)
    scratch = np.empty(d, kind)
    # the diagonal lies n apart in gram: read once
    lengths = np.empty(n, kind)
    bounds = np.empty(n, kind)
    for j in range(n):
        lengths[j] = gram[j, j]
        bounds[j] = limits.dependent * gram[j, j]
    for s in range(first, last):
        chosen = indices[s]
        fit = values[s]
        whole = 0.0
        for j in range(d):
            whole += x[s, j] * x[s, j]
        for j in range(n):
            alpha[j] = drive[s, j]
            rest[j] = lengths[j]
        floor = max(limits.tol**2, limits.nothing * whole)
        left = whole
        count = 0
        reasons[s] = 1
        while left > floor:
            if count == limits.k:
                reasons[s] = 0
                break
            if recursive:
                for j in range(n):
                    explained = alpha[j] * alpha[j] / max(rest[j], bounds[j])
                    gain[j] = explained if rest[j] >= bounds[j] else kind.type(0)
                best = last_of_largest(gain, True, peaks)
            else:
                best = last_of_largest(alpha, False, peaks)
            if alpha[best] == 0 or (recursive and gain[best] == 0):
                break
            _fresh_row(gram, basis, count, best)
            row = basis[count]
            if row[best] < bounds[best]:
                reasons[s] = 2
                break
            scale = 1 / np.sqrt(row[best])
            part = alpha[best] * scale
            for j in range(n):
                row[j] *= scale
                alpha[j] -= part * row[j]
            if recursive:
                for j in range(n):
                    rest[j] -= row[j] * row[j]
            half[count] = part
            chosen[count] = best
            left -= part * part
            count += 1
            for e in range(count):
                alpha[chosen[e]] = 0
            if left <= limits.unsure * whole:
                _fit(basis, chosen, half, count, fit)
                left = _left(x[s], fit, atoms, chosen, count, scratch)
        _fit(basis, chosen, half, count, fit)
        sort(chosen[:count], fit[:count])
        counts[s] = count


@njit(cache=True, nogil=True, fastmath=FAST)
def _mp(  # type: ignore[no-untyped-def]
    atoms,
    gram,
    x,
    drive,
    limits,
    signed,
    indices,
    values,
    counts,
    steps,
    reasons,
    first,
    last,
):
    n, d = atoms.shape
    kind = atoms.dtype
    peaks = np.empty((n + BLOCK - 1) // BLOCK, kind)
    scratch = np.empty(d, kind)
    slots = np.full(n, -1, np.int32)
    for s in range(first, last):
        alpha = drive[s].copy()
        chosen = indices[s]
        fit = values[s]
        whole = 0.0
        for j in range(d):
            whole += x[s, j] * x[s, j]
        floor = max(limits.tol**2, limits.nothing * whole)
        left = whole
        count = 0
        step = 0
        reasons[s] = 1
        while left > floor:
            if step == limits.steps:
                reasons[s] = 3
                break
            best = last_of_largest(alpha, signed, peaks)
            change = alpha[best]
            if change == 0 or (signed and change < 0):
                break
            slot = slots[best]
            if slot < 0:
                if count == limits.k:
                    reasons[s] = 0
                    break
                slot = count
                slots[best] = slot
                chosen[slot] = best
                fit[slot] = 0
                count += 1
            fit[slot] += change
            row = gram[best]
            for j in range(n):
                alpha[j] -= change * row[j]
            left -= change * change
            step += 1
            if left <= limits.unsure * whole:
                left = _left(x[s], fit, atoms, chosen, count, scratch)
        for e in range(count):
            slots[chosen[e]] = -1
        sort(chosen[:count], fit[:count])
        counts[s] = count
        steps[s] = step


def _gathered(
    indices: Array, values: Array, counts: Array, steps: Array, reasons: Array
) -> tuple[Array, ...]:
    """The places that each sample has used, one after the other."""
    used = np.arange(indices.shape[1]) < counts[:, None]
    indptr = np.concatenate([[0], np.cumsum(counts)])
    return indptr, indices[used], values[used], steps, reasons


def _room(batch: int, k: int, dtype: Any) -> tuple[Array, ...]:
    places = np.empty((batch, k), np.int32)
    counts = np.zeros(batch, np.int64)
    return places, np.empty((batch, k), dtype), counts, np.zeros(batch, np.int8)


def omp(
    atoms: Array,
    gram: Array,
    x: Array,
    drive: Array,
    limits: Any,
    recursive: bool,
    threads: int,
) -> tuple[Array, ...]:
    """Pursue with coefficients fitted anew."""
    indices, values, counts, reasons = _room(len(x), limits.k, atoms.dtype)
    out = (indices, values, counts, reasons)

    def share(lo: int, hi: int) -> None:
        _omp(atoms, gram, x, drive, limits, recursive, *out, lo, hi)

    run_shares(share, even(len(x), worthwhile(threads, drive.size * limits.k)))
    return _gathered(indices, values, counts, counts, reasons)


def mp(
    atoms: Array,
    gram: Array,
    x: Array,
    drive: Array,
    limits: Any,
    nonnegative: bool,
    threads: int,
) -> tuple[Array, ...]:
    """Pursue with each step final."""
    k = min(limits.k, limits.steps)
    indices, values, counts, reasons = _room(len(x), k, atoms.dtype)
    steps = np.zeros(len(x), np.int64)
    out = (indices, values, counts, steps, reasons)

    def share(lo: int, hi: int) -> None:
        _mp(atoms, gram, x, drive, limits, nonnegative, *out, lo, hi)

    run_shares(share, even(len(x), worthwhile(threads, drive.size * limits.steps)))
    return _gathered(indices, values, counts, steps, reasons)
