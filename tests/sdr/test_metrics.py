"""Running metrics against published values and against plain averages."""

import numpy as np
import pytest

from neurosparse.sdr import SDR, ActivationFrequency, Metrics, OverlapMetric, RunningMean


def test_active_share_of_three_sdrs() -> None:
    m = RunningMean(10)
    for x in (0.01, 0.15, 0.05):
        m = m.add(x)
    assert (m.min, m.max) == (0.01, 0.15)
    assert m.mean == pytest.approx(0.07, abs=1e-5)
    assert m.std == pytest.approx(0.0588751, abs=1e-5)


def test_running_form_equals_the_plain_average_while_warming_up() -> None:
    x = np.random.default_rng(0).random(50)
    m = RunningMean(50)
    for value in x:
        m = m.add(float(value))
    assert (m.mean, m.std) == pytest.approx((x.mean(), x.std()))


def test_frequency_from_a_known_start() -> None:
    f = ActivationFrequency(100, samples=100, shares=np.full(1, 0.02)).add(SDR([0], 1))
    assert f.shares[0] == pytest.approx(0.0298)


def test_frequencies_after_three() -> None:
    f = ActivationFrequency(3)
    for dense in ([0, 0], [1, 1], [0, 1]):
        f = f.add(SDR.from_dense(dense))
    assert f.shares == pytest.approx([1 / 3, 2 / 3])
    assert f.shares.std() == pytest.approx(0.1667, abs=1e-4)
    assert f.entropy == pytest.approx(0.918296, abs=1e-6)


def test_overlap_of_successive_sdrs() -> None:
    m = OverlapMetric(RunningMean(10))
    a = SDR(range(100), 10_000)
    b = SDR(range(95, 195), 10_000)
    for sdr in (a, b, b, SDR([], 10_000), SDR([], 10_000)):
        m = m.add(sdr)
    assert m.stats.samples == 4
    assert m.stats.mean == pytest.approx((0.05 + 1 + 0 + 1) / 4)


def test_widths_must_agree() -> None:
    with pytest.raises(ValueError, match="wants 4 as before"):
        Metrics.start(5).add(SDR([0], 4)).add(SDR([0], 5))
    with pytest.raises(ValueError, match="period"):
        RunningMean(0)


def test_metrics_without_a_sample() -> None:
    assert str(Metrics.start(10)) == "no sample yet"
    assert ActivationFrequency(10).entropy == 0.0
    with pytest.raises(ValueError, match="period"):
        ActivationFrequency(0)
