"""Scoring of anomaly detectors as the Numenta Anomaly Benchmark does it.

A detection at relative place y of a window (−1 its start, 0 its end, above 0 after it) weighs
S(y) = 2 / (1 + e^{5y}) − 1, and −1 beyond y = 3. Only the earliest detection of a window counts,
divided by S(−1); a missed window costs the profile's weight; detections outside windows cost up to
theirs. The first 15 % of rows, at most 750, are not judged.

    score = 100 · (raw − null) / (perfect − null)

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

from neurosparse.checks import not_negative, positive
from neurosparse.errors import bad_argument
from neurosparse.typing import Bool, Float64, Int64

# scores `[n]` and windows as inclusive (first, last) rows, by name
Streams = Mapping[str, tuple[Any, Sequence[tuple[int, int]]]]


@dataclass(frozen=True)
class NabProfile:
    """What a detection, a false alarm and a missed window weigh."""

    hit: float = 1.0
    false_alarm: float = 0.11
    miss: float = 1.0

    def __post_init__(self) -> None:
        positive("hit", self.hit)
        not_negative("false_alarm", self.false_alarm)
        not_negative("miss", self.miss)


NAB_PROFILES = {
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


def detection_weight(y: float) -> float:
    """Weight of a detection at relative place y: S(y) = 2 / (1 + e^{5y}) − 1, −1 beyond 3.

    >>> [round(detection_weight(y), 8) for y in (-1, 0.5, 3.1)]
    [0.9866143, -0.84828364, -1.0]
    """
    return -1.0 if y > 3 else 2 / (1 + exp(5 * y)) - 1


def probation(n_rows: int) -> int:
    """Rows at the beginning that are not judged: 15 %, at most 750.

    >>> probation(4032), probation(10000)
    (604, 750)
    """
    return min(int(0.15 * n_rows), 750)


def row_weights(n_rows: int, windows: Sequence[tuple[int, int]]) -> tuple[Float64, Int64]:
    """Weight of a detection at each row, and its window (−1 outside), for inclusive row windows.

    Inside a window of n rows that ends at row r, y = −(r − i + 1)/n; after it, y = (i − r)/(n − 1).

    >>> weights, window = row_weights(6, [(2, 3)])
    >>> weights.round(3).tolist(), window.tolist()
    ([-1.0, -1.0, 0.987, 0.848, -0.987, -1.0], [-1, -1, 0, 0, -1, -1])
    """
    within = all(0 <= first <= last < n_rows for first, last in windows)
    disjoint = all(last < following for (_, last), (following, _) in pairwise(windows))
    if not (within and disjoint):
        expected = f"ascending, disjoint (first, last) rows below {n_rows}"
        raise bad_argument("windows", windows, expected)
    weights = np.full(n_rows, -1.0)
    window = np.full(n_rows, -1, np.int64)
    for k, (first, last) in enumerate(windows):
        length = last - first + 1
        until = windows[k + 1][0] if k + 1 < len(windows) else n_rows
        for row in range(first, until):
            before = -(last - row + 1) / length
            after = (row - last) / max(1, length - 1)
            weights[row] = detection_weight(before if row <= last else after)
        window[first : last + 1] = k
    return weights, window


class JudgedRows(NamedTuple):
    """All judged rows of a corpus, best score first.

    `window` is a number in the corpus, -1 outside.
    """

    scores: Float64
    weights: Float64
    window: Int64
    n_windows: int


def judged_rows(streams: Streams) -> JudgedRows:
    """Collect (scores, windows) of streams: rows after the probation, by falling score.

    Raises:
        ValueError: scores that are not finite numbers in [0, 1].

    >>> judged_rows({"a": (np.array([0, 0, 1, 0, 0, 0, 0.5]), [(2, 3)])}).n_windows
    1
    """
    parts = []
    n_windows = 0
    for name, (raw, windows) in streams.items():
        scores = np.asarray(raw, np.float64)
        if scores.ndim != 1 or not ((scores >= 0) & (scores <= 1)).all():
            raise bad_argument(
                f"streams[{name!r}]", scores, "finite scores from 0 to 1, one a row"
            )
        weights, window = row_weights(scores.size, windows)
        start = probation(scores.size)
        window = np.where(window >= 0, window + n_windows, -1)
        parts.append((scores[start:], weights[start:], window[start:]))
        n_windows += len(windows)
    all_scores = np.concatenate([scores for scores, _, _ in parts])
    all_weights = np.concatenate([weights for _, weights, _ in parts])
    all_windows = np.concatenate([window for _, _, window in parts])
    order = np.argsort(-all_scores, kind="stable")
    return JudgedRows(all_scores[order], all_weights[order], all_windows[order], n_windows)


def nab_score(
    rows: JudgedRows, profile: NabProfile, threshold: float | None = None
) -> NabScore:
    """Normalised score at a threshold, or at the best one for the whole corpus (as NAB does).

    >>> rows = judged_rows({"a": (np.array([0, 0, 1.0, 0, 0, 0, 0, 0]), [(2, 3)])})
    >>> nab_score(rows, NabProfile()).score
    100.0
    """
    null = -profile.miss * rows.n_windows
    perfect = profile.hit * rows.n_windows
    gains, first = _gains(rows, profile)
    # the threshold falls row by row: raw is the score of all rows so far as detections
    raw = null + np.cumsum(gains)
    ends = np.flatnonzero(np.append(rows.scores[1:] != rows.scores[:-1], True))
    if threshold is not None:
        ends = ends[rows.scores[ends] >= threshold][-1:]
    best = int(ends[raw[ends].argmax()]) if ends.size else -1
    if best < 0 or (threshold is None and not raw[best] > null):
        reached = 2.0 if threshold is None else threshold
        return NabScore(0.0, reached, 0, rows.n_windows, 0)
    hits = int(first[: best + 1].sum())
    alarms = int((rows.window[: best + 1] < 0).sum())
    score = 100 * (float(raw[best]) - null) / (perfect - null) if rows.n_windows else 0.0
    reached = float(rows.scores[best]) if threshold is None else threshold
    return NabScore(score, reached, hits, rows.n_windows - hits, alarms)


def _gains(rows: JudgedRows, profile: NabProfile) -> tuple[Float64, Bool]:
    """What each row adds as a detection after all before it, and whether it finds its window."""
    gains = np.where(rows.window < 0, rows.weights * profile.false_alarm, 0.0)
    first = np.zeros(gains.size, np.bool_)
    inside = np.flatnonzero(rows.window >= 0)
    # rows of a window stay in their order
    inside = inside[np.argsort(rows.window[inside], kind="stable")]
    bounds = np.flatnonzero(np.diff(rows.window[inside])) + 1
    for at in np.split(inside, bounds) if inside.size else ():
        # of several detections in a window the earliest weighs most, and counts
        worth = rows.weights[at] * profile.hit / detection_weight(-1)
        most = np.maximum.accumulate(np.maximum(worth, 0.0))
        gains[at] = np.diff(most, prepend=0.0)
        gains[at[0]] += profile.miss
        first[at[0]] = True
    return gains, first


def nab_table(streams: Streams) -> dict[str, NabScore]:
    """Best score of every profile, each with its own threshold for the whole corpus.

    >>> sorted(nab_table({"a": (np.zeros(8), [(2, 3)])}))
    ['reward_low_fn', 'reward_low_fp', 'standard']
    """
    rows = judged_rows(streams)
    return {name: nab_score(rows, profile) for name, profile in NAB_PROFILES.items()}
