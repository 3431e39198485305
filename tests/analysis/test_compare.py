"""The fair comparison: counts, intervals, resume, and that dense twins have the weights they should."""

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.analysis.compare import Study, baselines, compare, markdown, methods, summarise
from neurosparse.analysis.compare.contestant import random_sparse, smaller_dense
from neurosparse.analysis.compare.counts import macs, stored_bytes
from neurosparse.analysis.compare.intervals import bootstrap, paired
from neurosparse.models.fit import Data
from neurosparse.models.mlp import sparse_layers


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def blobs():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 4, 300)
    x = rng.standard_normal((4, 20))[y] * 1.5 + rng.standard_normal((300, 20))
    x, y = torch.from_numpy(x.astype(np.float32)), torch.from_numpy(y)
    return Data(x[:200], y[:200], x[200:], y[200:], batch=50)


WIDTHS = (20, 40, 40, 4)


def test_equal_weights_are_equal():
    for density in (0.1, 0.25, 0.5):
        sparse, dense = (macs(make(WIDTHS, density, 0)) for make in (random_sparse, smaller_dense))
        assert abs(dense / sparse - 1) < 0.06
    assert sum(x.nnz for x in sparse_layers(random_sparse(WIDTHS, 0.1, 0)).values()) == 240


def test_everything_is_counted_or_an_error():
    net = random_sparse(WIDTHS, 0.1, 0)
    assert macs(net) == 240 + 160
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.ones(1, 20)).sum().backward()
    optimizer.step()
    held = stored_bytes(net, optimizer)
    assert held["value_bytes"] == 4 * (240 + 160 + 84)
    assert held["index_bytes"] == 4 * 240 + 8 * (21 + 41)
    assert held["moment_bytes"] >= 2 * held["value_bytes"]
    with pytest.raises(ValueError, match="Conv2d at '0'"):
        macs(nn.Sequential(nn.Conv2d(1, 1, 1)))


def test_intervals_cover_and_pair():
    rng = np.random.default_rng(0)
    inside = [low <= 0 <= high for _, low, high in (bootstrap(rng.standard_normal(20), 500) for _ in range(200))]
    assert 0.85 < np.mean(inside) < 0.99
    a = {s: 0.5 + 0.1 * s for s in range(5)}
    gap = paired({s: v + 0.01 for s, v in a.items()}, a)
    assert gap.high - gap.low < 1e-9
    assert gap.mean == pytest.approx(0.01)
    assert paired({0: 1.0}, {1: 1.0}) is None


def test_compare_runs_once_resumes_and_tabulates(tmp_path):
    study = Study(WIDTHS, (0.3, 0.1), (0, 1), 3, contestants=[*baselines(), methods()[0]])
    assert compare(study, blobs(), tmp_path, minutes=0.0) == []
    records = compare(study, blobs(), tmp_path)
    assert len(records) == 2 + 2 * 2 * 4
    stamps = {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    assert compare(study, blobs(), tmp_path) == records
    assert stamps == {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    pruned = [r for r in records if r["method"] == "magnitude pruning"]
    assert {r["sparse_nnz"] for r in pruned} == {720, 240}
    assert all(r["moved"] > 0 for r in records if r["method"] == "SET")
    rows = summarise(records)
    assert len(rows) == 9
    assert max(row["accuracy"] for row in rows) > 0.8
    text = markdown(records)
    assert text.count("\n") == 11
    assert "sparse kernel" in text
    with pytest.raises(ValueError, match="new folder"):
        compare(Study(WIDTHS, (0.3,), (0,), 4), blobs(), tmp_path)


def test_bad_input_names_the_argument(tmp_path):
    with pytest.raises(ValueError, match="densities"):
        Study(WIDTHS, (0.0,))
    with pytest.raises(ValueError, match="contestants"):
        Study(WIDTHS, contestants=baselines() * 2)
    with pytest.raises(ValueError, match="test samples"):
        compare(Study(WIDTHS), Data(torch.ones(1, 20), torch.zeros(1, dtype=int)), tmp_path)
