"""Numba: the words of one row are merged by vector instructions."""

from __future__ import annotations

from typing import Any

from numba import njit


@njit(cache=True, nogil=True)
def _merge(target: Any, source: Any) -> None:
    for w in range(target.size):
        target[w] |= source[w]


@njit(cache=True, nogil=True)
def merge_rows(bits: Any, rows: Any, words: Any, which: Any) -> None:
    """Set bits in place."""
    for k in range(rows.size):
        _merge(bits[rows[k]], words[which[k]])
