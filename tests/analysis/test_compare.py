"""The fair comparison: counts, intervals, memory, resume, and that every contestant is what it
says.
"""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.analysis import (
    ComparisonSettings,
    ComparisonTrial,
    MaskedLinear,
    available_methods,
    compare,
    comparison_baselines,
    comparison_markdown,
    comparison_report,
    comparison_summary,
    macs,
    rewiring_methods,
    stored_bytes,
)
from neurosparse.analysis.comparison import trial as trials_module
from neurosparse.analysis.comparison.contestant import (
    REFERENCE,
    equal_flops,
    parameters,
    random_sparse_mlp,
    smaller_dense_mlp,
)
from neurosparse.analysis.comparison.counts import rewiring_macs
from neurosparse.analysis.comparison.intervals import bootstrap_interval, paired_interval
from neurosparse.analysis.comparison.masked import masked_twin
from neurosparse.analysis.comparison.memory import memory_baseline, peak_memory_above
from neurosparse.analysis.comparison.settings import contestant, load
from neurosparse.analysis.comparison.study import trials
from neurosparse.analysis.comparison.table import MEANS
from neurosparse.analysis.comparison.trial import alone, measured
from neurosparse.models import dense_twin
from neurosparse.models.layers.mlp import sparse_layers
from neurosparse.rewiring import Lowest, Magnitude, Rewiring, chts, hebbian, rigl, set_, snfs, srigl

pytestmark = pytest.mark.usefixtures("one_torch_thread")


WIDTHS = (20, 40, 40, 4)
SMALL = ComparisonSettings(hidden=(24, 24), sparsities=(0.8,), methods=("SET",), seeds=2, epochs=3)


def here(settings, trial):
    """Run a trial in this process, where starting another would be slow."""
    return measured(settings, trial, load(settings))


def test_equal_parameters_are_equal():
    for density in (0.1, 0.25, 0.5):
        nets = (make(WIDTHS, density, 0) for make in (random_sparse_mlp, smaller_dense_mlp))
        sparse, dense = (sum(p.numel() for p in net.parameters()) for net in nets)
        assert sparse == parameters(WIDTHS, density)
        assert abs(dense / sparse - 1) < 0.06
    assert sum(x.nnz for x in sparse_layers(random_sparse_mlp(WIDTHS, 0.1, 0)).values()) == 240


def test_equal_flops_are_spent():
    settings = replace(SMALL, epochs=5)
    sparse, dense = (
        here(settings, ComparisonTrial(name, 0.3, 0))
        for name in ("random static", "dense, equal FLOPs")
    )
    assert dense["training_macs"] == pytest.approx(sparse["training_macs"], rel=0.01)
    assert 0 < dense["samples_seen"] < sparse["samples_seen"]
    assert equal_flops(WIDTHS, 1.0) == 1


def test_a_mask_is_the_same_function_and_stays_so():
    sparse = random_sparse_mlp(WIDTHS, 0.2, 0)
    mask = masked_twin(sparse)
    x = torch.randn(7, 20)
    assert torch.allclose(mask(x), dense_twin(sparse)(x), atol=1e-6)
    torch.optim.SGD(mask.parameters(), 0.1, weight_decay=0.1).step()
    assert int(mask[0].mask.sum()) == sparse[0].nnz
    assert isinstance(mask[0], MaskedLinear)
    same = [
        here(SMALL, ComparisonTrial(name, 0.3, 0))["curve"]
        for name in ("random static", "random static, mask")
    ]
    assert np.abs(np.subtract(*same)).max() < 0.02


def test_everything_is_counted_or_an_error():
    net = random_sparse_mlp(WIDTHS, 0.1, 0)
    assert macs(net) == 240 + 160
    assert macs(masked_twin(net)) == 20 * 40 + 40 * 40 + 160
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.ones(1, 20)).sum().backward()
    optimizer.step()
    held = stored_bytes(net, optimizer)
    assert held["value_bytes"] == 4 * (240 + 160 + 84)
    assert held["index_bytes"] == 4 * 240 + 8 * (21 + 41)
    assert held["moment_bytes"] >= 2 * held["value_bytes"]
    with pytest.raises(ValueError, match="Conv2d at '0'"):
        macs(nn.Sequential(nn.Conv2d(1, 1, 1)))


def test_rewiring_is_counted_or_an_error():
    net = random_sparse_mlp(WIDTHS, 0.1, 0)
    assert rewiring_macs(None, net, 8) == 0
    assert rewiring_macs(rigl(), net, 8) == 8 * (20 * 40 + 40 * 40)
    assert rewiring_macs(srigl(), net, 8) == 2 * rewiring_macs(rigl(), net, 8)
    dense = [np.asarray(layer.support.to_dense()) for layer in sparse_layers(net).values()]
    assert rewiring_macs(chts(), net, 8) == sum(int((a @ a.T @ a).sum()) for a in dense)
    for name in available_methods():
        assert rewiring_macs(contestant(name).rule(0.1, 1000), net, 8) >= 0
    with pytest.raises(ValueError, match="one with a formula"):
        rewiring_macs(Rewiring(Lowest(Magnitude()), lambda layer, k, rng: None), net, 8)
    # what goes and how layers share costs too, where it is by activity
    assert rewiring_macs(snfs(), net, 64) == 8 * 16 * (20 * 40 + 40 * 40 + 240)
    assert rewiring_macs(hebbian(), net, 64) == 128 * (20 * 40 + 40 * 40 + 240)
    with pytest.raises(ValueError, match="one with a formula"):
        rewiring_macs(replace(set_(), drop=lambda layer, k, rng: None), net, 8)


def test_work_is_counted_at_the_density_it_was_done_at():
    record = here(replace(SMALL, epochs=4), ComparisonTrial("CHTss", 0.2, 0))
    end = record["sparse_nnz"]
    assert end < record["training_density"][0] * (64 * 24 + 24 * 24)
    # CHTss begins at 50 %: its first epoch at least is trained there
    least = 3 * 1438 * (4 * record["macs"] + 0.5 * (64 * 24 + 24 * 24) - end)
    assert record["training_macs"] >= least - 3 * 1438
    net = random_sparse_mlp((64, 24, 24, 10), 0.2, 0)
    assert record["rewiring_macs"] > 1.1 * record["updates"] * rewiring_macs(
        available_methods()["CHTs"].rule(0.2, 9), net, 64
    )


def test_memory_counts_what_is_held_and_what_was():
    before = memory_baseline()
    held = np.ones(4_000_000)
    del held
    assert 30e6 < peak_memory_above(before) < 45e6
    assert peak_memory_above(memory_baseline()) < 5e6


def test_intervals_cover_and_pair():
    rng = np.random.default_rng(0)
    inside = [
        low <= 0 <= high
        for _, low, high in (bootstrap_interval(rng.standard_normal(20), 500) for _ in range(200))
    ]
    assert 0.85 < np.mean(inside) < 0.99
    a = {s: 0.5 + 0.1 * s for s in range(5)}
    gap = paired_interval({s: v + 0.01 for s, v in a.items()}, a)
    assert gap.high - gap.low < 1e-9
    assert gap.mean == pytest.approx(0.01)
    assert paired_interval({0: 1.0}, {1: 1.0}) is None


STATIC = {"G2GNet index", "G2GNet mixer", "G2GNet random", "ER control"}


@pytest.mark.parametrize("name", list(available_methods()))
def test_every_method_ends_at_its_density(name):
    record = here(replace(SMALL, epochs=4), ComparisonTrial(name, 0.2, 0))
    assert record["sparse_nnz"] == pytest.approx(0.2 * (64 * 24 + 24 * 24), rel=0.08)
    assert (record["moved"] > 0) == (record["updates"] > 0) == (name not in STATIC)
    assert record["kernel"] == "sparse kernel"


def test_compare_runs_once_resumes_and_reports(tmp_path):
    assert compare(SMALL, tmp_path, minutes=0.0, run=here) == []
    told = []
    records = compare(
        SMALL, tmp_path, run=here, progress=lambda done, all_, record: told.append((done, all_))
    )
    assert len(records) == len(trials(SMALL)) == 2 * (1 + 6)
    assert told[-1] == (14, 14)
    stamps = {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    assert compare(SMALL, tmp_path, run=None) == records
    assert stamps == {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    rows = comparison_summary(records)
    assert {row["kernel"] for row in rows} == {"sparse kernel", "mask", "dense"}
    assert max(row["accuracy"] for row in rows) > 0.85
    paths = comparison_report(SMALL, records, tmp_path)
    assert paths["figure"].read_bytes().startswith(b"\x89PNG")
    assert paths["table"].read_text().count("\n|") == len(rows) + 2
    written = json.loads(paths["rows"].read_text())
    assert written["about"]["doubts"]
    assert len(written["runs"]) == 14
    with pytest.raises(ValueError, match="epochs = 3 there; use a new folder"):
        compare(replace(SMALL, epochs=4), tmp_path, run=here)
    more = compare(replace(SMALL, seeds=3), tmp_path, minutes=0.0, run=here)
    assert len(more) == 14


def test_a_run_in_its_own_process_is_the_same_and_measured():
    mine, other = (run(SMALL, ComparisonTrial("SET", 0.3, 1)) for run in (here, alone))
    assert other["curve"] == mine["curve"]
    assert other["peak_rss_bytes"] > 0
    assert other["baseline_rss_bytes"] > 50e6


def test_a_script_without_a_main_guard_is_not_run_again(tmp_path):
    script = tmp_path / "plain.py"
    script.write_text(
        "print('begun', flush=True)\n"
        "from neurosparse.analysis.comparison.settings import ComparisonSettings\n"
        "from neurosparse.analysis.comparison.trial import ComparisonTrial, alone\n"
        f"print(alone({SMALL!r}, ComparisonTrial('SET', 0.3, 1))['samples_seen'])\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["begun", str(3 * 1438)]


def test_of_one_seed_there_is_no_interval():
    base = dict.fromkeys(MEANS, 1.0) | {"kernel": "dense", "density": 1.0}
    runs = [{"name": REFERENCE, "seed": k, "accuracy": 0.8 + k / 10, **base} for k in range(2)]
    assert "| 80.00 |" in comparison_markdown(runs[:1])
    assert "| 85.00 [80.00, 90.00] |" in comparison_markdown(runs)


@pytest.mark.parametrize("values", [[], [0.9, float("nan")], 0.9])
def test_an_interval_wants_numbers(values):
    with pytest.raises(ValueError, match="values: got"):
        bootstrap_interval(values)


def test_a_process_that_dies_or_fails_is_an_error(monkeypatch):
    with pytest.raises(KeyError):
        alone(SMALL, ComparisonTrial("no such method", 0.3, 0))
    monkeypatch.setattr(trials_module, "_answer", _killed)
    with pytest.raises(RuntimeError, match="without an answer"):
        alone(SMALL, ComparisonTrial("SET", 0.3, 0))


def _killed(settings, trial, back):
    import os

    os._exit(9)


def test_bad_input_names_the_argument(tmp_path):
    cases = {
        "dataset": "digitz",
        "hidden": (),
        "sparsities": (1.0,),
        "methods": ("SETT",),
        "seeds": 0,
        "rate": float("nan"),
        "batch": 0,
    }
    for name, value in cases.items():
        with pytest.raises(ValueError, match=name):
            ComparisonSettings(**{name: value})
    with pytest.raises(ValueError, match="each of them once"):
        ComparisonSettings(methods=("SET", "SET"))
    (tmp_path / "dense__same_width-1-0.json").write_text("{}")
    with pytest.raises(ValueError, match="not a record"):
        compare(SMALL, tmp_path, run=here)


def test_a_g2gnet_never_comes_without_its_control():
    names = [c.name for c in ComparisonSettings(methods=("G2GNet mixer",)).contestants()]
    assert names[-2:] == ["G2GNet mixer", "ER control"]
    g2g, control = (
        sparse_layers(contestant(n).build(WIDTHS, 0.3, 0)) for n in ("G2GNet index", "ER control")
    )
    assert [layer.nnz for layer in g2g.values()] == [layer.nnz for layer in control.values()]


def test_the_table_is_readable_without_records():
    assert comparison_markdown([]).startswith("| sparsity")
    assert len({c.name for c in [*comparison_baselines(), *rewiring_methods()]}) == 10
