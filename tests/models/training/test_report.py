"""What is known of a run after each epoch: CSV, lines, topology."""

import csv

import pytest
import torch

from neurosparse.models import (
    CsvLog,
    Lines,
    TrainingPlan,
    dense_mlp,
    fit,
)
from neurosparse.models.training.report import topology_row
from neurosparse.rewiring import (
    set_,
)
from tests.models.training.helpers import (
    digit_network,
    hundred_digits,
    total,
)

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_history_goes_to_csv_and_lines(tmp_path, capsys):
    model = digit_network()
    log = [CsvLog(tmp_path / "run.csv"), Lines()]
    fit(
        model,
        hundred_digits(),
        torch.optim.SGD(model.parameters(), 0.1),
        TrainingPlan(epochs=2),
        rewiring=set_(),
        callbacks=log,
    )
    rows = list(csv.DictReader((tmp_path / "run.csv").read_text().splitlines()))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert int(rows[0]["moved"]) > 0 == int(rows[1]["moved"])
    assert float(rows[0]["density"]) == pytest.approx(0.1, abs=1e-3)
    assert "epoch 2/2" in capsys.readouterr().err


def test_a_dense_network_has_no_topology():
    assert topology_row(dense_mlp([3, 4, 2], rng=0)) == {}
    row = topology_row(digit_network())
    assert row["nnz"] == total(digit_network())
    assert sum(row["fan_in_counts"]) == 128 + 96
    assert sum(row["fan_out_counts"]) == 64 + 128
