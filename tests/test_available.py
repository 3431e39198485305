"""Memory that is left, and requests beyond it."""

import pytest

from neurosparse import available
from neurosparse.htm import PotentialPool, SpatialPooler, TemporalMemory


def test_a_container_counts(tmp_path, monkeypatch):
    for name, text in (("_LIMIT", "5000\n"), ("_USED", "2000\n")):
        (tmp_path / name).write_text(text)
        monkeypatch.setattr(available, name, tmp_path / name)
    assert available.available_memory() == 3000
    (tmp_path / "_LIMIT").write_text("max\n")
    (tmp_path / "left").write_text("MemTotal: 9 kB\nMemAvailable: 7 kB\n")
    monkeypatch.setattr(available, "_LEFT", tmp_path / "left")
    assert available.available_memory() == 7 * 1024
    monkeypatch.setattr(available, "_LEFT", tmp_path / "none")
    assert available.available_memory() > 10**6


def test_requests_beyond_it_are_refused_before_work():
    available.refuse_beyond_memory("n", 1, "one byte")
    with pytest.raises(
        ValueError, match="cells_per_column: got 1,000,000 columns of 10,000 cells"
    ):
        TemporalMemory(10**6, 10**4)
    with pytest.raises(ValueError, match="pool: got 80,000,000,000 potential synapses"):
        SpatialPooler(10**6, 10**5, pool=PotentialPool(10**6, 0.8))
