"""Raw anomaly and its likelihood."""

import pytest

from neurosparse.htm import (
    AnomalyLikelihood,
    LikelihoodState,
    anomaly_score,
    log_score,
)
from neurosparse.sdr import SDR


def test_raw_anomaly() -> None:
    a = SDR([2, 3, 6], 10)
    assert anomaly_score(a, a) == 0
    assert anomaly_score(a, SDR([1], 10)) == 1
    assert anomaly_score(SDR([2, 3], 10), SDR([3, 4], 10)) == 0.5
    assert anomaly_score(SDR([], 10), a) == 0


def test_likelihood_rises_with_surprise_and_adapts() -> None:
    rule = AnomalyLikelihood(100)
    state = LikelihoodState()
    seen = []
    for x in [0.0] * 1000 + [1.0] + [0.0] * 5 + [1.0] * 600:
        state, likelihood = rule(state, x)
        seen.append(likelihood)
    assert set(seen[:100]) == {0.0}
    assert max(seen[950:1000]) < 0.3
    assert seen[1000] == pytest.approx(1.0)
    assert seen[-1] < 0.9
    assert log_score(1.0) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("score", [float("nan"), -0.1, 1.5, float("inf")])
def test_a_score_that_is_none_is_refused_and_changes_nothing(score: float) -> None:
    with pytest.raises(ValueError, match="score: got"):
        AnomalyLikelihood(10)(LikelihoodState(), score)
