"""Power-law fits on samples of known laws."""

import numpy as np
import pytest

from neurosparse.analysis import fit_power_law


def test_a_power_law_is_found_and_beats_its_rivals():
    fit = fit_power_law(np.random.default_rng(0).zipf(2.5, 5000))
    assert fit.alpha == pytest.approx(2.5, abs=0.1)
    assert fit.exponential.ratio > 0
    assert fit.verdict in {"power law", "undecided"}


def test_poisson_degrees_are_not_scale_free():
    fit = fit_power_law(np.random.default_rng(0).poisson(20, 5000))
    assert fit.verdict in {"log-normal", "exponential"}


@pytest.mark.parametrize("values", [[], [0, 0], [3] * 50, [1, 2, 3]])
def test_no_fit_is_defined(values):
    fit = fit_power_law(np.array(values, int))
    assert fit.verdict == "no fit"
    assert np.isnan(fit.alpha)


@pytest.mark.parametrize("values", [[-0.5, 1.5], [-1, 2], [np.nan, 1.0], ["a", "b"]])
def test_bad_input_is_named(values):
    with pytest.raises(ValueError, match="values"):
        fit_power_law(values)


def test_strengths_may_be_fractions():
    rng = np.random.default_rng(0)
    fit = fit_power_law(2.0 * (1 - rng.random(1000)) ** (-1 / 1.5))
    assert fit.alpha == pytest.approx(2.5, abs=0.15)
    assert fit.verdict != "exponential"
    assert fit_power_law(rng.exponential(1.0, 1000), xmin=0.5).verdict in {
        "exponential",
        "log-normal",
    }


def test_a_tail_of_a_few_values_decides_nothing():
    fit = fit_power_law(np.arange(1, 50), xmin=46)
    assert fit.tail == 4
    assert fit.verdict == "undecided"


def test_a_table_and_a_tail_below_zero_are_refused():
    with pytest.raises(ValueError, match="values: got an array of float64 .* flat"):
        fit_power_law(np.ones((5, 5)))
    with pytest.raises(ValueError, match="xmin: got -1"):
        fit_power_law(np.arange(1, 50), xmin=-1)


@pytest.mark.parametrize("kind", [float, np.float32, np.int32, np.uint16])
def test_values_decide_which_law_and_not_their_type(kind):
    values = np.random.default_rng(1).zipf(2.5, 500)
    values = values[values < 60_000]
    expected = fit_power_law(values)
    assert fit_power_law(values.astype(kind)) == expected
    assert isinstance(expected.xmin, int)
    assert isinstance(fit_power_law(values + 0.25).xmin, float)
