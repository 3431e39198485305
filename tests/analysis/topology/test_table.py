"""Tables of measures: intervals that hold, and tables that travel."""

import numpy as np
import pytest

from neurosparse import analysis
from neurosparse.analysis.topology.table import compared
from tests.analysis.graphs import ring


def test_tables_travel():
    table = analysis.describe(ring(8), nulls=2, rng=0, name="ring")
    frame = table.to_pandas()
    assert frame.loc["edges", "value"] == 8
    assert str(table).startswith("ring (2 nulls)\nmeasure")
    with pytest.raises(KeyError, match="did you mean 'clustering'"):
        table["clusterin"]


def test_intervals_hold_what_they_promise():
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(2000):
        drawn = rng.normal(3, 2, 20)
        row = compared("x", rng.normal(3, 2), drawn)
        held += row.low <= row.value <= row.high
    assert held / 2000 == pytest.approx(0.95, abs=0.02)
    assert np.isnan(compared("x", 1.0, [2.0, 2.0]).z)
    assert compared("x", 1.0, [np.nan, 2.0]).null_mean == 2.0
