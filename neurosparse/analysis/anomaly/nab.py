"""Scoring of anomaly detectors as the Numenta Anomaly Benchmark does it.

A detection at relative place y of a window (−1 its start, 0 its end, above 0 after it) weighs
S(y) = 2 / (1 + e^{5y}) − 1, −1 beyond y = 3. Only the earliest detection of a window counts,
divided by
S(−1); a missed window costs the profile's weight; detections outside windows cost up to theirs. The
first 15 % of rows, at most 750, are not judged. Score = 100·(raw − null) / (perfect − null).

Source: Lavin & Ahmad, "Evaluating real-time anomaly detection algorithms", ICMLA 2015,
doi:10.1109/ICMLA.2015.141.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import bad_argument

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class NabProfile:
    """What a detection, a false alarm and a missed window weigh."""

    hit: float = 1.0
    false_alarm: float = 0.11
    miss: float = 1.0


PROFILES = {
    "standard": NabProfile(),
    "reward_low_fp": NabProfile(false_alarm=0.22),
    "reward_low_fn": NabProfile(miss=2.0),
}


class NabScore(NamedTuple):
    """Normalised score of one profile and the threshold that reached it."""

    score: float
    threshold: float
    hits: int
    misses: int
    false_alarms: int


def weight(y: float) -> float:
    """Weight of a detection at relative place y: S(y) = 2 / (1 + e^{5y}) − 1, −1 beyond 3.

    >>> round(weight(-1), 8), round(weight(0.5), 8), weight(3.1)
    (0.9866143, -0.84828364, -1.0)
    """
    return -1.0 if y > 3 else 2 / (1 + exp(5 * y)) - 1


def probation(n_rows: int) -> int:
    """Rows at the beginning that are not judged: 15 %, at most 750.

    >>> probation(4032), probation(10000)
    (604, 750)
    """
    return min(int(0.15 * n_rows), 750)


def row_weights(
    n_rows: int, windows: Sequence[tuple[int, int]]
) -> tuple[Floats, NDArray[np.int64]]:
    """Weight of a detection at each row, and its window (−1 outside), for inclusive row windows.

    Inside a window of n rows that ends at row r, y = −(r − i + 1)/n; after it, y = (i − r)/(n − 1).

    >>> w, inside = row_weights(6, [(2, 3)])
    >>> w.round(3).tolist(), inside.tolist()
    ([-1.0, -1.0, 0.987, 0.848, -0.987, -1.0], [-1, -1, 0, 0, -1, -1])
    """
    if any(not 0 <= a <= b < n_rows for a, b in windows) or any(
        b >= c for (_, b), (c, _) in pairwise(windows)
    ):
        raise bad_argument(
            "windows", windows, f"ascending, disjoint (first, last) rows below {n_rows}"
        )
    weights = np.full(n_rows, -1.0)
    inside = np.full(n_rows, -1, np.int64)
    for k, (first, last) in enumerate(windows):
        n = last - first + 1
        until = windows[k + 1][0] if k + 1 < len(windows) else n_rows
        for i in range(first, until):
            y = -(last - i + 1) / n if i <= last else (i - last) / max(1, n - 1)
            weights[i] = weight(y)
        inside[first : last + 1] = k
    return weights, inside


class JudgedRows(NamedTuple):
    """All judged rows of a corpus, best score first."""

    scores: Floats
    weights: Floats
    window: NDArray[np.int64]  # number in the corpus, -1 outside
    n_windows: int


def judged_rows(streams: Mapping[str, tuple[Any, Sequence[tuple[int, int]]]]) -> JudgedRows:
    """Collect (scores, windows) of streams: rows after the probation, by falling score.

    Raises ValueError for scores that are not finite numbers in [0, 1].

    >>> judged_rows({"a": (np.array([0, 0, 1, 0, 0, 0, 0.5]), [(2, 3)])}).n_windows
    1
    """
    parts = []
    n_windows = 0
    for name, (given, windows) in streams.items():
        scores = np.asarray(given, np.float64)
        if scores.ndim != 1 or not ((scores >= 0) & (scores <= 1)).all():
            raise bad_argument(f"streams[{name!r}]", scores, "finite scores from 0 to 1, one a row")
        weights, inside = row_weights(scores.size, windows)
        start = probation(scores.size)
        inside = np.where(inside >= 0, inside + n_windows, -1)
        parts.append((scores[start:], weights[start:], inside[start:]))
        n_windows += len(windows)
    scores, weights, window = (np.concatenate([p[i] for p in parts]) for i in range(3))
    order = np.argsort(-scores, kind="stable")
    return JudgedRows(scores[order], weights[order], window[order], n_windows)


def nab_score(rows: JudgedRows, profile: NabProfile, threshold: float | None = None) -> NabScore:
    """Normalised score at a threshold, or at the best one for the whole corpus (as NAB does).

    >>> rows = judged_rows({"a": (np.array([0, 0, 1.0, 0, 0, 0, 0, 0]), [(2, 3)])})
    >>> nab_score(rows, NabProfile()).score
    100.0
    """
    top = weight(-1)
    first: dict[int, float] = {}
    raw = best_raw = -profile.miss * rows.n_windows
    best = (2.0, 0, 0)
    alarms = 0
    n = rows.scores.size
    fixed = threshold is not None
    for i in range(n):
        if fixed and rows.scores[i] < (threshold or 0.0):
            break
        k, w = int(rows.window[i]), float(rows.weights[i])
        if k < 0:
            raw += w * profile.false_alarm
            alarms += 1
        else:
            earlier = first.get(k)
            raw += profile.miss if earlier is None else 0.0
            gain = w * profile.hit / top
            raw += max(gain, earlier or 0.0) - (earlier or 0.0)
            first[k] = max(gain, earlier or 0.0)
        last_of_equals = i + 1 == n or rows.scores[i + 1] != rows.scores[i]
        if last_of_equals and (fixed or raw > best_raw):
            best_raw = raw
            best = (float(rows.scores[i]), len(first), alarms)
    null = -profile.miss * rows.n_windows
    perfect = profile.hit * rows.n_windows
    final = 100 * (best_raw - null) / (perfect - null) if rows.n_windows else 0.0
    at, hits, false_alarms = best
    return NabScore(final, threshold if fixed else at, hits, rows.n_windows - hits, false_alarms)  # type: ignore[arg-type]


def nab_table(streams: Mapping[str, tuple[Any, Sequence[tuple[int, int]]]]) -> dict[str, NabScore]:
    """Best score of every profile, each with its own threshold for the whole corpus.

    >>> sorted(nab_table({"a": (np.zeros(8), [(2, 3)])}))
    ['reward_low_fn', 'reward_low_fp', 'standard']
    """
    rows = judged_rows(streams)
    return {name: nab_score(rows, profile) for name, profile in PROFILES.items()}
