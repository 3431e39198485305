"""The lasso on the CPU (Numba): sweeps stay within the Gram matrix of a few atoms, in the cache.

A thread owns samples, so the bits do not depend on how many there are.
"""

import numpy as np
from numba import njit

from neurosparse.kernels.base.vector.threads import even, run_shares, worthwhile
from neurosparse.kernels.base.vector.tiles import FAST
from neurosparse.kernels.coding.pursuit.cpu import FINITE, sort
from neurosparse.typing import Array

# taken in at a time, at least
FEW = 8


@njit(cache=True, nogil=True, fastmath=FAST)
def _left(b, fit, chosen, count, gram, left):  # type: ignore[no-untyped-def]
    """left = b - Σ_e fit[e] gram[chosen[e]], four rows at a time."""
    n = b.size
    first = count % 4
    for j in range(n):
        left[j] = b[j]
    for e in range(first):
        value = fit[e]
        row0 = gram[chosen[e]]
        for j in range(n):
            left[j] -= value * row0[j]
    for e in range(first, count, 4):
        row0 = gram[chosen[e]]
        row1 = gram[chosen[e + 1]]
        row2 = gram[chosen[e + 2]]
        row3 = gram[chosen[e + 3]]
        v0 = fit[e]
        v1 = fit[e + 1]
        v2 = fit[e + 2]
        v3 = fit[e + 3]
        for j in range(n):
            pair = v0 * row0[j] + v1 * row1[j]
            left[j] -= pair + (v2 * row2[j] + v3 * row3[j])


@njit(cache=True, nogil=True, fastmath=FINITE)
def _most(left, signed):  # type: ignore[no-untyped-def]
    """Largest |left|, or left where `signed`."""
    most = left.dtype.type(0)
    if signed:
        for j in range(left.size):
            most = max(most, left[j])
    else:
        for j in range(left.size):
            most = max(most, abs(left[j]))
    return most


@njit(cache=True, nogil=True)
def _gap(fit, count, sees, drives, square, lam, most):  # type: ignore[no-untyped-def]
    """Primal less dual, from the coefficients, what their atoms see and their drives."""
    along = square
    rest = square
    size = 0.0
    for e in range(count):
        along -= fit[e] * drives[e]
        rest -= fit[e] * (drives[e] + sees[e])
        size += abs(fit[e])
    rest = max(rest, 0.0)
    bound = lam / most if most > 0 else np.inf
    scale = along / rest if rest > 0 else 1.0
    scale = min(max(scale, -bound), bound)
    return rest / 2 + lam * size - (scale * along - scale * scale / 2 * rest)


@njit(cache=True, nogil=True)
def _take_in(left, inside, lam, signed, room, best, places):  # type: ignore[no-untyped-def]
    """Give how many atoms break the bound, at most `room`, the worst of them in `places`."""
    count = 0
    for j in range(left.size - 1, -1, -1):
        value = left[j] if signed else abs(left[j])
        if inside[j] or value <= lam or (count == room and value <= best[room - 1]):
            continue
        place = count if count < room else room - 1
        while place > 0 and best[place - 1] < value:
            best[place] = best[place - 1]
            places[place] = places[place - 1]
            place -= 1
        best[place] = value
        places[place] = j
        count = min(count + 1, room)
    return count


@njit(cache=True, nogil=True, fastmath=FAST)
def _sweep(small, count, fit, sees, lam, signed):  # type: ignore[no-untyped-def]
    """Visit each coefficient once."""
    kind = small.dtype.type
    penalty = kind(lam)
    for i in range(count):
        row = small[i * count : (i + 1) * count]
        scale = row[i]
        pull = sees[i] + scale * fit[i]
        size = (pull if signed else abs(pull)) - penalty
        value = size / scale if size > 0 else kind(0)
        value = -value if pull < 0 else value
        delta = value - fit[i]
        if delta != 0:
            fit[i] = value
            for j in range(count):
                sees[j] -= delta * row[j]


@njit(cache=True, nogil=True)
def _descend(  # type: ignore[no-untyped-def]
    gram, drive, squares, lam, start, stop, signed, out, first, last
):
    indptr, indices, values = start
    gap, sweeps = stop
    places, coefficients, counts, turns, gaps = out
    n = gram.shape[0]
    kind = gram.dtype
    left = np.empty(n, kind)
    small = np.empty(n * n, kind)
    sees = np.empty(n, kind)
    drives = np.empty(n, kind)
    best = np.empty(n, kind)
    fresh = np.empty(n, np.int32)
    inside = np.zeros(n, np.bool_)
    chosen = np.empty(n, np.int32)
    fit = np.empty(n, kind)
    used = 0
    for s in range(first, last):
        b = drive[s]
        target = gap * squares[s]
        count = 0
        for e in range(indptr[s], indptr[s + 1]):
            chosen[count] = indices[e]
            fit[count] = values[e]
            inside[indices[e]] = True
            count += 1
        turn = 0
        while True:
            _left(b, fit, chosen, count, gram, left)
            for e in range(count):
                sees[e] = left[chosen[e]]
                drives[e] = b[chosen[e]]
            reached = _gap(
                fit, count, sees, drives, squares[s], lam[s], _most(left, signed)
            )
            if reached <= target or turn >= sweeps:
                break
            room = min(n - count, max(FEW, count))
            more = _take_in(left, inside, lam[s], signed, room, best, fresh)
            for e in range(more):
                j = fresh[e]
                chosen[count] = j
                fit[count] = 0
                sees[count] = left[j]
                drives[count] = b[j]
                inside[j] = True
                count += 1
            for i in range(count):
                row = gram[chosen[i]]
                for j in range(count):
                    small[i * count + j] = row[chosen[j]]
            while True:
                _sweep(small, count, fit, sees, lam[s], signed)
                turn += 1
                most = _most(sees[:count], signed)
                part = _gap(fit, count, sees, drives, squares[s], lam[s], most)
                if part <= target / 2 or turn >= sweeps:
                    break
            kept = 0
            for e in range(count):
                if fit[e] != 0:
                    chosen[kept] = chosen[e]
                    fit[kept] = fit[e]
                    kept += 1
                else:
                    inside[chosen[e]] = False
            count = kept
        turns[s] = turn
        gaps[s] = reached / squares[s] if squares[s] > 0 else 0.0
        counts[s] = count
        for e in range(count):
            inside[chosen[e]] = False
        sort(chosen[:count], fit[:count])
        if used + count > places.size:
            size = max(2 * places.size, used + count)
            places = _longer(places, used, size)
            coefficients = _longer(coefficients, used, size)
        for e in range(count):
            places[used + e] = chosen[e]
            coefficients[used + e] = fit[e]
        used += count
    return places[:used], coefficients[:used]


@njit(cache=True, nogil=True)
def _longer(array, used, size):  # type: ignore[no-untyped-def]
    more = np.empty(size, array.dtype)
    more[:used] = array[:used]
    return more


def descend(
    gram: Array,
    drive: Array,
    squares: Array,
    lam: Array,
    start: tuple[Array, Array, Array],
    gap: float,
    sweeps: int,
    nonnegative: bool,
    threads: int,
) -> tuple[Array, ...]:
    """Descend until the gap is small."""
    batch = len(drive)
    counts = np.zeros(batch, np.int64)
    turns = np.zeros(batch, np.int64)
    gaps = np.zeros(batch)
    parts: dict[int, tuple[Array, Array]] = {}

    def share(lo: int, hi: int) -> None:
        room = (np.empty(32 * (hi - lo), np.int32), np.empty(32 * (hi - lo), gram.dtype))
        out = (*room, counts, turns, gaps)
        sides = (gram, drive, squares, lam, start, (gap, sweeps))
        parts[lo] = _descend(*sides, nonnegative, out, lo, hi)

    run_shares(share, even(batch, worthwhile(threads, drive.size * 64)))
    pieces = [parts[lo] for lo in sorted(parts)]
    none = (np.zeros(0, np.int32), np.zeros(0, gram.dtype))
    places, coefficients = (np.concatenate(p) for p in zip(none, *pieces, strict=True))
    starts = np.concatenate([[0], np.cumsum(counts)])
    return starts, places, coefficients, turns, gaps
