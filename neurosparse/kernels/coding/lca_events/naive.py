"""One message after the other: the law of coefficients that change one at a time."""

from typing import Any

import numpy as np

from neurosparse.typing import Array


def cut_one(u: Array, cut: Any) -> Array:
    """Cut drives of any shape."""
    size = np.maximum(u, 0) if cut.nonnegative else np.abs(u)
    if cut.half > 0:
        safe = np.maximum(size, cut.limit)
        angle = np.arccos(np.minimum(cut.half / 4 * (safe / 3) ** -1.5, 1))
        between = 2 / 3 * size * (1 + np.cos(2 * np.pi / 3 - 2 / 3 * angle))
    else:
        between = np.where(size > cut.knee, size, cut.slope * (size - cut.shift))
    after = np.where(size > cut.limit, np.copysign(between, u), 0)
    return np.asarray(after, u.dtype)


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
    codes = np.zeros_like(drive)
    messages = np.zeros(len(drive), np.int64)
    changes = np.zeros(len(drive), gram.dtype)
    for s, b in enumerate(drive):
        a = codes[s]
        a[indices[indptr[s] : indptr[s + 1]]] = values[indptr[s] : indptr[s + 1]]
        while True:
            move = cut_one(b - a @ gram + a, cut) - a
            i = len(move) - 1 - int(np.argmax(np.abs(move)[::-1]))
            changes[s] = abs(move[i])
            if changes[s] <= tol or messages[s] == most:
                break
            a[i] += move[i]
            messages[s] += 1
    samples, atoms = np.nonzero(codes)
    starts = np.concatenate([[0], np.cumsum(np.count_nonzero(codes, axis=1))])
    return starts, atoms.astype(np.int32), codes[samples, atoms], messages, changes
