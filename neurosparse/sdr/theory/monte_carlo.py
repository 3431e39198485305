"""Each formula as an experiment: patterns are drawn, set against each other and counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from neurosparse.available import refuse_beyond_memory
from neurosparse.checks import whole_number
from neurosparse.sdr.theory._tail import check_counts, check_whole
from neurosparse.typing import Bool, Float64, Seed

_CELLS_AT_ONCE = 4_000_000


class Estimate(NamedTuple):
    """Mean of an experiment and its standard error."""

    value: float
    error: float
    trials: int


def _estimate(samples: Float64) -> Estimate:
    error = (
        float(samples.std(ddof=1) / np.sqrt(samples.size))
        if samples.size > 1
        else float("inf")
    )
    return Estimate(float(samples.mean()), error, samples.size)


def random_codes(count: int, n: int, w: int, rng: Seed = None) -> Bool:
    """Draw `count` random codes with w of n cells active, as boolean rows `[count, n]`.

    >>> random_codes(3, 10, 4, rng=0).sum(axis=1).tolist()
    [4, 4, 4]
    """
    check_whole(count=count, w=w)
    check_counts(n, w=w)
    size = f"{count:,} codes of {n:,} cells"
    refuse_beyond_memory("count", 14.0 * count * n, size)
    noise = np.random.default_rng(rng).random((count, n), np.float32)
    rows = np.zeros((count, n), np.bool_)
    if w:
        np.put_along_axis(rows, np.argpartition(noise, w - 1, axis=1)[:, :w], True, axis=1)
    return rows


def _chunks(trials: int, n: int) -> Iterator[int]:
    whole_number("trials", trials, 1)
    step = max(1, _CELLS_AT_ONCE // n)
    yield from (min(step, trials - done) for done in range(0, trials, step))


def simulated_overlap_share(
    n: int, w_x: int, w: int, b: int, *, trials: int = 10_000, rng: Seed = None
) -> Estimate:
    """Share of random codes that share exactly b cells with a fixed code; the twin of F3.

    With b = w = w_x it is the chance that two codes are the same, the twin of F2.

    >>> round(simulated_overlap_share(10, 3, 3, 1, trials=4000, rng=0).value, 1)
    0.5
    """
    check_whole(w_x=w_x, b=b)
    check_counts(n, w_x=w_x)
    generator = np.random.default_rng(rng)
    hits = [
        random_codes(k, n, w, generator)[:, :w_x].sum(axis=1) == b
        for k in _chunks(trials, n)
    ]
    return _estimate(np.concatenate(hits).astype(float))


def simulated_false_positive(
    n: int, a: int, s: int, theta: int, *, trials: int = 10_000, rng: Seed = None
) -> Estimate:
    """Share of random patterns that reach θ of a segment's s synapses; the twin of F4 and F5.

    >>> round(simulated_false_positive(40, 10, 10, 3, trials=4000, rng=0).value, 1)
    0.5
    """
    check_whole(s=s, theta=theta)
    check_counts(n, a=a, s=s)
    generator = np.random.default_rng(rng)
    hits = [
        random_codes(k, n, a, generator)[:, :s].sum(axis=1) >= theta
        for k in _chunks(trials, n)
    ]
    return _estimate(np.concatenate(hits).astype(float))


def simulated_false_negative(
    a: int, s: int, theta: int, v: int, *, trials: int = 10_000, rng: Seed = None
) -> Estimate:
    """Share of noisy repeats, v of `a` cells gone, that leave a segment below θ; the twin of F7.

    >>> round(simulated_false_negative(40, 20, 12, 16, trials=4000, rng=0).value, 1)
    0.4
    """
    check_whole(s=s, theta=theta)
    check_counts(a, "a", s=s, v=v)
    generator = np.random.default_rng(rng)
    missed = [
        s - random_codes(k, a, v, generator)[:, :s].sum(axis=1) < theta
        for k in _chunks(trials, a)
    ]
    return _estimate(np.concatenate(missed).astype(float))


def simulated_classification(
    n: int, w: int, theta: int, m: int, *, trials: int = 1000, rng: Seed = None
) -> Estimate:
    """Share of random codes that match one of m stored codes at θ; the twin of F6.

    >>> round(simulated_classification(100, 7, 4, 500, trials=2000, rng=0).value, 1)
    0.1
    """
    check_whole(theta=theta, m=m)
    check_counts(n, w=w)
    generator = np.random.default_rng(rng)
    wrong = []
    for k in _chunks(trials, n + m):
        stored = random_codes(m, n, w, generator)
        probes = random_codes(k, n, w, generator)
        shared = probes.astype(np.float32) @ stored.T.astype(np.float32)
        wrong.append((shared >= theta).any(axis=1))
    return _estimate(np.concatenate(wrong).astype(float))


def simulated_expected_ones(
    n: int, w: int, m: int, *, trials: int = 200, rng: Seed = None
) -> Estimate:
    """Mean number of active cells in the OR of m random codes; the twin of F8 and F9.

    >>> round(simulated_expected_ones(100, 10, 5, rng=0).value)
    41
    """
    check_whole(m=m)
    whole_number("trials", trials, 1)
    generator = np.random.default_rng(rng)
    return _estimate(
        np.array(
            [
                float(random_codes(m, n, w, generator).any(axis=0).sum())
                for _ in range(trials)
            ]
        )
    )


def simulated_union_match(
    n: int,
    w: int,
    m: int,
    theta: int | None = None,
    *,
    trials: int = 2000,
    rng: Seed = None,
) -> Estimate:
    """Share of random codes with θ of their cells in the OR of m codes; the twin of F10 and F11.

    Without `theta` all w cells must lie in it.

    >>> 0.04 < simulated_union_match(64, 4, 10, rng=0).value < 0.06
    True
    """
    check_whole(m=m, theta=w if theta is None else theta)
    whole_number("trials", trials, 1)
    generator = np.random.default_rng(rng)
    need = w if theta is None else theta
    hits = []
    for _ in range(max(1, trials // 20)):
        union = random_codes(m, n, w, generator).any(axis=0)
        hits.append(
            (random_codes(20, n, w, generator)[:, union].sum(axis=1) >= need).mean()
        )
    return _estimate(np.array(hits, float))


def simulated_sequence_jaccard(
    n: int,
    a: int,
    s: int,
    theta: int,
    transitions: int,
    *,
    trials: int = 20,
    rng: Seed = None,
) -> Estimate:
    """Mean Jaccard index of predicted and coming cells, segments drawn one by one; twin of F13.

    >>> 0.2 < simulated_sequence_jaccard(200, 20, 12, 4, 200, trials=5, rng=0).value < 0.3
    True
    """
    check_whole(theta=theta, transitions=transitions)
    check_counts(n, a=a, s=s)
    whole_number("trials", trials, 1)
    generator = np.random.default_rng(rng)
    per_cell = round(transitions * a / n)
    results = []
    for _ in range(trials):
        now = random_codes(1, n, a, generator)[0]
        reached = [
            random_codes(k, n, s, generator)[:, now].sum(axis=1) >= theta
            for k in _chunks((n - a) * per_cell, n)
        ]
        wrong = np.concatenate(reached).reshape(n - a, per_cell).any(axis=1).sum()
        results.append(a / (a + wrong))
    return _estimate(np.array(results, float))
