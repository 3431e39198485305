"""One atom after the other, least squares by LAPACK: the law of pursuit."""

from typing import Any

import numpy as np

from neurosparse.typing import Array


def _last_of_largest(sizes: Array) -> int:
    return len(sizes) - 1 - int(np.argmax(sizes[::-1]))


def _gathered(
    codes: list[dict[int, Any]], dtype: Any, steps: list[int], reasons: list[int]
) -> tuple[Array, ...]:
    indptr = np.cumsum([0, *(len(code) for code in codes)])
    pairs = [pair for code in codes for pair in sorted(code.items())]
    indices = np.array([i for i, _ in pairs], np.int32)
    values = np.array([value for _, value in pairs], dtype)
    return indptr, indices, values, np.array(steps, np.int64), np.array(reasons, np.int8)


def _is_explained(x: Array, code: dict[int, Any], atoms: Array, limits: Any) -> bool:
    left = x - sum((value * atoms[i] for i, value in code.items()), np.zeros_like(x))
    return bool((left**2).sum() <= max(limits.tol**2, limits.nothing * (x**2).sum()))


def _fresh(atoms: Array, support: list[int]) -> Array:
    """Squared length of the part of each atom that is orthogonal to the support."""
    shadow = np.linalg.lstsq(atoms[support].T, atoms.T, rcond=None)[0]
    return np.asarray(((atoms - shadow.T @ atoms[support]) ** 2).sum(axis=1))


def omp(
    atoms: Array,
    gram: Array,
    x: Array,
    drive: Array,
    limits: Any,
    recursive: bool,
    threads: int,
) -> tuple[Array, ...]:
    """Pursue with coefficients fitted anew at each step."""
    codes = []
    reasons = []
    for signal, b in zip(x, drive, strict=True):
        code: dict[int, Any] = {}
        reason = 1
        while not _is_explained(signal, code, atoms, limits):
            if len(code) == limits.k:
                reason = 0
                break
            support = list(code)
            alpha = b - np.array([code[i] for i in support], b.dtype) @ gram[support]
            alpha[support] = 0
            if not alpha.any():
                break
            fresh = _fresh(atoms, support)
            can = fresh >= limits.dependent * np.diag(gram)
            gain = np.where(can, alpha**2 / np.where(can, fresh, 1), 0)
            best = _last_of_largest(gain if recursive else np.abs(alpha))
            if recursive and gain[best] == 0:
                break
            if not can[best]:
                reason = 2
                break
            support.append(best)
            fit = np.linalg.solve(gram[np.ix_(support, support)], b[support])
            code = dict(zip(support, fit, strict=True))
        codes.append(code)
        reasons.append(reason)
    return _gathered(codes, atoms.dtype, [len(code) for code in codes], reasons)


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
    codes = []
    reasons = []
    steps = []
    for signal, b in zip(x, drive, strict=True):
        code: dict[int, Any] = {}
        alpha = b.copy()
        reason = 1
        step = 0
        while not _is_explained(signal, code, atoms, limits):
            if step == limits.steps:
                reason = 3
                break
            sizes = alpha if nonnegative else np.abs(alpha)
            best = _last_of_largest(sizes)
            if sizes[best] <= 0:
                break
            if best not in code and len(code) == limits.k:
                reason = 0
                break
            change = alpha[best]
            code[best] = code.get(best, b.dtype.type(0)) + change
            alpha = alpha - change * gram[best]
            step += 1
        codes.append(code)
        steps.append(step)
        reasons.append(reason)
    return _gathered(codes, atoms.dtype, steps, reasons)
