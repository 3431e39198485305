"""NAB's scoring on constructed cases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.analysis.anomaly import nab


def test_weights_at_known_places() -> None:
    assert nab.detection_weight(-1) == pytest.approx(0.98661430)
    assert nab.detection_weight(-0.5) == pytest.approx(0.84828364)
    assert nab.detection_weight(0.5) == pytest.approx(-0.84828364)
    assert nab.detection_weight(3.01) == -1
    assert nab.detection_weight(0) == 0


def corpus(
    n: int = 100,
    windows: tuple[tuple[int, int], ...] = ((40, 49), (70, 79)),
    **alarms: float,
):  # type: ignore[no-untyped-def]
    scores = np.zeros(n)
    for row, value in alarms.items():
        scores[int(row[1:])] = value
    return {"stream": (scores, list(windows))}


def standard(streams, **changes: float) -> nab.NabScore:  # type: ignore[no-untyped-def]
    return nab.nab_score(nab.judged_rows(streams), nab.NabProfile(**changes))


def test_perfect_null_and_half() -> None:
    assert standard(corpus(r40=1, r70=1)) == nab.NabScore(100.0, 1.0, 2, 0, 0)
    nothing = standard(corpus())
    assert nothing.score == 0
    assert nothing.hits == 0
    half = standard(corpus(r40=1))
    assert half.score == pytest.approx(50)
    assert (half.hits, half.misses, half.false_alarms) == (1, 1, 0)


def test_only_the_earliest_detection_of_a_window_counts() -> None:
    one = standard(corpus(r44=1, r70=1))
    assert one == standard(corpus(r44=1, r45=1, r49=1, r70=1))
    expected = (nab.detection_weight(-0.6) / nab.detection_weight(-1) + 1 + 2) / 4 * 100
    assert one.score == pytest.approx(expected)


def test_false_alarms_cost_by_their_distance() -> None:
    hits = {"r40": 1.0, "r70": 1.0}
    before, just_after, long_after = (
        standard(corpus(**hits, **{f"r{r}": 1.0})) for r in (20, 50, 69)
    )
    assert before.score == pytest.approx(100 - 100 * 0.11 / 4)
    assert just_after.score == pytest.approx(
        100 + 100 * 0.11 * nab.detection_weight(1 / 9) / 4
    )
    assert before.score < long_after.score + 1 < just_after.score + 1
    harsher = standard(corpus(**hits, r20=1.0), false_alarm=0.22)
    assert harsher.score == pytest.approx(100 - 100 * 0.22 / 4)


def test_missed_windows_weigh_by_profile() -> None:
    assert standard(corpus(r40=1), miss=2.0).score == pytest.approx(
        100 * (1 - 2 + 4) / (2 + 4)
    )


def test_probation_is_not_judged() -> None:
    assert standard(corpus(r0=1, r14=1, r40=1, r70=1)).score == pytest.approx(100)
    assert nab.probation(100) == 15
    assert nab.probation(10**6) == 750


def test_threshold_is_the_best_of_the_whole_corpus() -> None:
    streams = corpus(r20=0.4, r40=0.9, r70=0.6)
    best = standard(streams)
    assert (best.threshold, best.score) == (0.6, pytest.approx(100))
    rows = nab.judged_rows(streams)
    low = nab.nab_score(rows, nab.NabProfile(), threshold=0.3)
    assert low.score == pytest.approx(100 - 100 * 0.11 / 4)
    assert low.false_alarms == 1
    assert nab.nab_score(rows, nab.NabProfile(), threshold=0.7).score == pytest.approx(50)
    assert nab.nab_score(rows, nab.NabProfile(), threshold=0.95).score == 0


def test_sweep_equals_the_best_fixed_threshold() -> None:
    rng = np.random.default_rng(0)
    streams = {name: (rng.random(200).round(2), [(50, 70), (120, 140)]) for name in "ab"}
    rows = nab.judged_rows(streams)
    for profile in nab.NAB_PROFILES.values():
        best = max(
            nab.nab_score(rows, profile, threshold=t).score for t in np.unique(rows.scores)
        )
        assert nab.nab_score(rows, profile).score == pytest.approx(max(best, 0))


def test_windows_that_meet_and_scores_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="disjoint"):
        nab.row_weights(9, [(2, 5), (5, 6)])
    with pytest.raises(ValueError, match="scores"):
        nab.judged_rows({"a": (np.array([np.nan]), [])})


def by_definition(streams, profile: nab.NabProfile, threshold: float) -> float:  # type: ignore[no-untyped-def]
    """The score at a threshold, stream by stream and window by window."""
    gained = possible = 0.0
    for scores, windows in streams.values():
        start = nab.probation(len(scores))
        weights, window = nab.row_weights(len(scores), windows)
        alarms = [row for row in range(start, len(scores)) if scores[row] >= threshold]
        gained += sum(weights[r] * profile.false_alarm for r in alarms if window[r] < 0)
        for number in range(len(windows)):
            found = [max(weights[r], 0) for r in alarms if window[r] == number]
            first = profile.hit * max(found, default=0) / nab.detection_weight(-1)
            gained += first if found else -profile.miss
            possible += profile.hit + profile.miss
    return (
        100 * (gained + profile.miss * sum(len(w) for _, w in streams.values())) / possible
    )


@given(st.integers(0, 2**32 - 1), st.sampled_from(list(nab.NAB_PROFILES.values())))
@settings(max_examples=60)
def test_scores_are_their_definition(seed: int, profile: nab.NabProfile) -> None:
    rng = np.random.default_rng(seed)
    streams = {}
    for name in "ab":
        first = int(rng.integers(10, 30))
        windows = [(first, first + int(rng.integers(9))), (50, 50 + int(rng.integers(20)))]
        streams[name] = (rng.integers(0, 8, 90) / 7, windows)
    rows = nab.judged_rows(streams)
    levels = np.unique(rows.scores)
    naive = [by_definition(streams, profile, level) for level in levels]
    fast = [nab.nab_score(rows, profile, level).score for level in levels]
    np.testing.assert_allclose(fast, naive, atol=1e-9)
    best = nab.nab_score(rows, profile)
    assert best.score == pytest.approx(max(0.0, *naive))
