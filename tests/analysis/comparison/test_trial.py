"""One run of a contestant: what it costs, how it ends, alone in its process."""

import multiprocessing.forkserver
import runpy
from dataclasses import replace

import numpy as np
import pytest

from neurosparse.analysis import (
    ComparisonTrial,
    available_methods,
    own_samples,
    random_sparse_mlp,
    rewiring_macs,
)
from neurosparse.analysis.comparison import trial as trials_module
from neurosparse.analysis.comparison.trial import alone
from neurosparse.datasets import digits_8x8
from tests.analysis.comparison.helpers import SMALL, here

STATIC = {"G2GNet index", "G2GNet mixer", "G2GNet random", "ER control"}

pytestmark = pytest.mark.usefixtures("one_torch_thread", "_server")


@pytest.fixture(scope="module")
def _server():
    """The server that processes are forked from loads torch while the first tests run."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["neurosparse.analysis.comparison.preload"])
    multiprocessing.forkserver.ensure_running()


def test_equal_flops_are_spent():
    settings = replace(SMALL, epochs=5)
    sparse, dense = (
        here(settings, ComparisonTrial(name, 0.3, 0))
        for name in ("random static", "dense, equal FLOPs")
    )
    assert dense["training_macs"] == pytest.approx(sparse["training_macs"], rel=0.01)
    assert 0 < dense["samples_seen"] < sparse["samples_seen"]


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


@pytest.fixture(scope="module")
def few():
    """Settings with a quarter of the digits: all rules act, and the epochs are short."""
    digits = digits_8x8()
    x, y = digits.train_x[:400], digits.train_y[:400]
    samples = own_samples((x, y), test_share=0.1, scaling="whole", name="few digits")
    return replace(SMALL, dataset=samples, epochs=4)


@pytest.mark.parametrize("name", list(available_methods()))
def test_every_method_ends_at_its_density(name, few, monkeypatch):
    # collecting garbage before each run takes longer than the run; memory has tests of its own
    monkeypatch.setattr("gc.collect", lambda: 0)
    record = here(few, ComparisonTrial(name, 0.2, 0))
    assert record["sparse_nnz"] == pytest.approx(0.2 * (64 * 24 + 24 * 24), rel=0.08)
    assert (record["moved"] > 0) == (record["updates"] > 0) == (name not in STATIC)
    assert record["kernel"] == "sparse kernel"


def test_a_run_in_its_own_process_is_the_same_and_measured():
    mine, other = (run(SMALL, ComparisonTrial("SET", 0.3, 1)) for run in (here, alone))
    assert other["curve"] == mine["curve"]
    assert other["peak_rss_bytes"] > 0
    assert other["baseline_rss_bytes"] > 50e6


def test_samples_of_ones_own_reach_the_process():
    x = np.random.default_rng(0).normal(size=(60, 8))
    samples = own_samples((x, np.arange(60) % 3), test_share=0.5)
    with samples.in_a_file() as laid_down:
        settings = replace(SMALL, dataset=laid_down, batch=10)
        mine, other = (
            run(settings, ComparisonTrial("SET", 0.3, 1)) for run in (here, alone)
        )
    assert other["curve"] == mine["curve"]
    assert other["samples_seen"] == 3 * 30


def test_a_script_without_a_main_guard_is_not_run_again(tmp_path):
    script = tmp_path / "plain.py"
    script.write_text(
        "from pathlib import Path\n"
        "from neurosparse.analysis.comparison.settings import ComparisonSettings\n"
        "from neurosparse.analysis.comparison.trial import ComparisonTrial, alone\n"
        "with Path(__file__).with_suffix('.txt').open('a') as file:\n"
        "    print('begun', __name__, file=file)\n"
        f"seen = alone({SMALL!r}, ComparisonTrial('SET', 0.3, 1))['samples_seen']\n"
    )
    # what multiprocessing asks of the main module is there as if Python had been given the script
    assert runpy.run_path(str(script), run_name="__main__")["seen"] == 3 * 1438
    assert script.with_suffix(".txt").read_text() == "begun __main__\n"


def _killed(settings, trial, back):
    import os

    os._exit(9)


def test_a_process_that_dies_or_fails_is_an_error(monkeypatch):
    with pytest.raises(KeyError):
        alone(SMALL, ComparisonTrial("no such method", 0.3, 0))
    monkeypatch.setattr(trials_module, "_answer", _killed)
    with pytest.raises(RuntimeError, match="without an answer"):
        alone(SMALL, ComparisonTrial("SET", 0.3, 0))
