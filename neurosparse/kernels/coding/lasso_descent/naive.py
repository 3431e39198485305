"""Every atom in turn until the gap is small: the law of the lasso."""

import numpy as np

from neurosparse.typing import Array


def gap_of(
    a: Array, b: Array, gram: Array, square: float, lam: float, nonnegative: bool
) -> float:
    """Primal less dual."""
    left = b - a @ gram
    along = square - a @ b
    rest = along - a @ left
    most = (left if nonnegative else np.abs(left)).max()
    bound = lam / most if most > 0 else np.inf
    scale = np.clip(along / rest if rest > 0 else 1.0, -bound, bound)
    primal = rest / 2 + lam * np.abs(a).sum()
    return float(primal - (scale * along - scale**2 / 2 * rest))


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
    indptr, indices, values = start
    codes = np.zeros(drive.shape)
    turns = np.zeros(len(drive), np.int64)
    gaps = np.zeros(len(drive))
    for s, b in enumerate(drive.astype(np.float64)):
        a = codes[s]
        a[indices[indptr[s] : indptr[s + 1]]] = values[indptr[s] : indptr[s + 1]]
        while True:
            gaps[s] = gap_of(a, b, gram, squares[s], lam[s], nonnegative)
            if gaps[s] <= gap * squares[s] or turns[s] == sweeps:
                break
            for i in range(len(a)):
                pull = b[i] - a @ gram[i] + a[i] * gram[i, i]
                size = (pull if nonnegative else abs(pull)) - lam[s]
                a[i] = np.copysign(max(size, 0), pull) / gram[i, i]
            turns[s] += 1
        gaps[s] /= squares[s] or 1
    codes = codes.astype(gram.dtype)
    samples, atoms = np.nonzero(codes)
    starts = np.concatenate([[0], np.cumsum(np.count_nonzero(codes, axis=1))])
    return starts, atoms.astype(np.int32), codes[samples, atoms], turns, gaps
