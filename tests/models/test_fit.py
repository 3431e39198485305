"""Training: it learns, it resumes to the bit, it stops cleanly, it says what is wrong."""

import csv
import signal

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.models import (
    CsvLog,
    Data,
    Lines,
    Memory,
    Recorder,
    TrainingPlan,
    ZarrLog,
    er_control,
    fit,
    sparse_mlp,
)
from neurosparse.models.layers.g2gnet import g2gnet
from neurosparse.models.layers.mlp import sparse_layers
from neurosparse.models.training._rewire import check_same_topology, rewire
from neurosparse.models.training.log import read_history
from neurosparse.rewiring import Sampling, chts, dst_ee, hebbian, rigl, set_, snfs, srigl
from neurosparse.wiring import FixedInDegree, RandomEdges

pytestmark = pytest.mark.usefixtures("one_torch_thread")


@pytest.fixture(scope="module")
def digits():
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    # the last writers of the set write differently: shuffle before splitting
    order = np.random.default_rng(0).permutation(len(x))
    x = torch.from_numpy(x[order].astype(np.float32) / 16)
    y = torch.from_numpy(y[order])
    return Data(x[:1400], y[:1400], x[1400:], y[1400:], batch=64)


def network(seed=0, wiring=None):
    return sparse_mlp([64, 128, 96, 10], wiring or RandomEdges(0.1), rng=seed)


def small(n=100):
    rng = torch.Generator().manual_seed(0)
    x = torch.randn(n, 64, generator=rng)
    return Data(x, (x[:, :10].argmax(1)), x[:20], x[:20, :10].argmax(1), batch=25)


RECIPES = {
    "static": None,
    "set": set_(),
    "rigl": rigl(every=15),
    "snfs": snfs(0.3),
    "srigl": srigl(every=15),
    "dst_ee": dst_ee(every=15),
    "hebbian": hebbian(every=15),
    "chts": chts(0.2),
}


@pytest.mark.parametrize("name", RECIPES)
def test_sparse_networks_learn_digits(name, digits):
    model = network(wiring=FixedInDegree(8)) if name == "srigl" else network()
    before = {k: layer.support for k, layer in sparse_layers(model).items()}
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    result = fit(model, digits, optimizer, TrainingPlan(epochs=8), rewiring=RECIPES[name])
    last = result.history[-1]
    assert last["accuracy"] > 0.9
    assert last["loss"] < 0.2 * result.history[0]["loss"]
    layers = sparse_layers(model)
    nnz = sum(layer.nnz for layer in layers.values())
    assert nnz <= sum(s.nnz for s in before.values())
    if name != "srigl":
        assert nnz == sum(s.nnz for s in before.values())
    moved = any(layers[k].support != before[k] for k in before)
    assert moved == (name != "static")


def test_g2gnet_and_its_control_learn_digits(digits):
    net = g2gnet([64, 128, 128, 10], "mixer", groups=8, rng=0)
    control = er_control(net, rng=0)
    assert [x.nnz for x in sparse_layers(net).values()] == [
        x.nnz for x in sparse_layers(control).values()
    ]
    for model in (net, control):
        result = fit(
            model, digits, torch.optim.Adam(model.parameters(), lr=3e-3), TrainingPlan(epochs=6)
        )
        assert result.history[-1]["accuracy"] > 0.9


def trained(model, plan, rule, data=None, stop=None):
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.99)

    def interrupt(history):
        if len(history) == stop:
            raise KeyboardInterrupt

    result = fit(
        model,
        data or small(),
        optimizer,
        plan,
        rewiring=rule,
        scheduler=scheduler,
        callbacks=[interrupt],
    )
    return result, optimizer


@pytest.mark.parametrize(
    "rule", [None, rigl(every=3), dst_ee(every=3), hebbian(0.2)], ids=["none", "rigl", "ee", "hebb"]
)
def test_resume_is_the_same_to_the_bit(rule, tmp_path):
    whole, parts = network(), network()
    for model in (whole, parts):
        model.insert(2, nn.Dropout(0.2))
    torch.manual_seed(5)
    trained(whole, TrainingPlan(epochs=6), rule)
    torch.manual_seed(5)
    plan = TrainingPlan(epochs=6, checkpoint=tmp_path / "run.pt")
    result, _ = trained(parts, plan, rule, stop=2)
    assert result.interrupted
    assert len(result.history) == 2
    fresh = network(seed=9)
    fresh.insert(2, nn.Dropout(0.2))
    result, optimizer = trained(fresh, plan, rule)
    assert [row["epoch"] for row in result.history] == [1, 2, 3, 4, 5, 6]
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, fresh.state_dict()[name]), name
    assert all(m["exp_avg"].shape == p.shape for p, m in optimizer.state.items())


def test_a_stop_within_an_epoch_leaves_the_last_checkpoint(tmp_path):
    class Stops(nn.Module):
        calls = 0

        def forward(self, x):
            Stops.calls += self.training
            if Stops.calls == 7:
                raise KeyboardInterrupt
            return x

    model = nn.Sequential(Stops(), network())
    plan = TrainingPlan(epochs=3, checkpoint=tmp_path / "run.pt")
    result, _ = trained(model, plan, None)
    assert result.interrupted
    assert len(result.history) == 1
    result, _ = trained(nn.Sequential(nn.Identity(), network()), plan, None)
    assert len(result.history) == 3


def test_checkpoints_of_other_runs_are_refused(tmp_path):
    plan = TrainingPlan(epochs=1, checkpoint=tmp_path / "run.pt")
    trained(network(), plan, None)
    with pytest.raises(ValueError, match="seed: got 3, wants 0"):
        trained(network(), TrainingPlan(epochs=1, seed=3, checkpoint=plan.checkpoint), None)
    with pytest.raises(ValueError, match="indices: got"):
        trained(sparse_mlp([64, 100, 96, 10], RandomEdges(0.1)), plan, None)
    model = network()
    optimizer = torch.optim.Adam([model[0].values])
    with pytest.raises(ValueError, match="optimizer"):
        fit(
            model,
            small(),
            optimizer,
            plan,
            scheduler=torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.99),
        )
    (tmp_path / "run.pt").write_bytes(b"half a file")
    with pytest.raises(ValueError, match="whole file"):
        trained(network(), plan, None)


def test_history_goes_to_csv_and_lines(tmp_path, capsys):
    model = network()
    log = [CsvLog(tmp_path / "run.csv"), Lines()]
    fit(
        model,
        small(),
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


def test_recorder_sees_activity_behind_the_nonlinearity():
    model = network()
    layers = list(sparse_layers(model).values())
    with Recorder(model, Sampling(2, 8)) as seen:
        for _ in range(3):
            x = torch.randn(20, 64)
            model(x).sum().backward()
        model.eval()
        model(torch.zeros(20, 64))
    window = seen.window(layers[0])
    assert window.inputs.shape == (16, 64)
    assert np.array_equal(window.inputs[8:], x[:8].numpy())
    assert window.outputs.min() == 0
    assert np.array_equal(window.outputs, seen.window(layers[1]).inputs)
    assert np.abs(window.slopes).max() > 0


def test_window_gradient_is_the_gradient():
    model = network()
    layer = model[0]
    with Recorder(model, Sampling(1)) as seen:
        model(torch.randn(30, 64)).square().mean().backward()
    window = seen.window(layer)
    pre, post = layer.support.edges()
    dense = window.inputs.T @ window.slopes
    np.testing.assert_allclose(dense[pre, post], layer.values.grad.numpy(), rtol=1e-3, atol=1e-6)


def test_rewiring_says_what_is_wrong():
    model = network()
    with Recorder(model, Sampling(1)) as seen, pytest.raises(ValueError, match="train a step"):
        rewire(model, rigl(), 0.0, recorder=seen, rng=0)
    model[0].values.data[3] = torch.nan
    with pytest.raises(ValueError, match=r"0\.values: got 1 NaN"):
        rewire(model, set_(), 0.0, memory=Memory(), rng=0)
    with pytest.raises(ValueError, match="loss: got nan"):
        trained(model, TrainingPlan(epochs=1), None)


def test_a_gradient_that_is_no_number_is_named_before_it_reaches_the_weights():
    model = network()
    before = model[2].values.detach().clone()
    model[2].values.register_hook(lambda slope: slope * torch.nan)
    with pytest.raises(ValueError, match=r"NaN or infinity in 2\.values .*at step 1"):
        fit(model, small(), torch.optim.SGD(model.parameters(), 0.1), TrainingPlan(epochs=1))
    assert torch.equal(model[2].values, before)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Data(torch.ones(2, 1), torch.ones(3)), "y: got 3 targets"),
        (lambda: Data(torch.ones(0, 1), torch.ones(0)), "above 0"),
        (lambda: Data(torch.tensor([[np.nan]]), torch.ones(1)), "NaN"),
        (lambda: Data(torch.ones(1, 1), torch.ones(1), batch=0), "batch"),
        (lambda: Data(torch.ones(1, 1), torch.ones(1), test_x=torch.ones(1, 1)), "test_y"),
        (lambda: TrainingPlan(epochs=-1), "epochs"),
    ],
)
def test_bad_input_names_the_argument(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_ranks_must_agree(tmp_path, monkeypatch):
    model = network()
    store = f"file://{tmp_path}/store"
    torch.distributed.init_process_group("gloo", init_method=store, rank=0, world_size=1)
    try:
        check_same_topology(model)

        def two_ranks(everyone, mine):
            everyone[0] = {**mine, "2": "other"}

        monkeypatch.setattr(torch.distributed, "all_gather_object", two_ranks)
        with pytest.raises(RuntimeError, match="2: rank 0 has other synapses"):
            check_same_topology(model)
    finally:
        torch.distributed.destroy_process_group()


def test_history_goes_to_zarr_and_grows_over_a_resume(tmp_path):
    path = tmp_path / "run.zarr"
    plan = TrainingPlan(epochs=3, checkpoint=tmp_path / "run.pt")
    for stop in (2, None):
        model = network()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        log = [ZarrLog(path), *([_stop_after(stop)] if stop else [])]
        fit(model, small(), optimizer, plan, rewiring=set_(), callbacks=log)
        assert len(read_history(path)["epoch"]) == (stop or 3)
    found = read_history(path)
    assert found["epoch"].tolist() == [1, 2, 3]
    assert found["turnover"][0] > 0.2
    supports = [layer.support for layer in sparse_layers(model).values()]
    assert found["fan_in_counts"][-1].sum() == sum(s.n_post for s in supports)
    assert found["fan_in_counts"][-1, 0] == found["dead_outputs"][-1]
    assert (tmp_path / "run.zarr" / "loss").is_dir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("not a history")
    with pytest.raises(ValueError, match="choose another name"):
        ZarrLog(tmp_path / "other")([{"epoch": 1}])
    assert (tmp_path / "other" / "mine.txt").exists()
    with pytest.raises(FileNotFoundError):
        read_history(tmp_path / "nothing")


def _stop_after(epochs):
    def stop(history):
        if len(history) == epochs:
            raise KeyboardInterrupt

    return stop


def test_ctrl_c_ends_after_the_batch_with_everything_whole(tmp_path):
    class Asks(nn.Module):
        calls = 0

        def forward(self, x):
            Asks.calls += self.training
            if Asks.calls == 6 and self.training:
                signal.raise_signal(signal.SIGINT)
                Asks.finished = False
            elif Asks.calls > 6:
                Asks.finished = True
            return x

    before = signal.getsignal(signal.SIGINT)
    model = nn.Sequential(Asks(), network())
    optimizer = torch.optim.Adam(model.parameters())
    plan = TrainingPlan(epochs=9, checkpoint=tmp_path / "run.pt")
    result = fit(model, small(), optimizer, plan, rewiring=rigl(every=2))
    assert result.interrupted
    assert len(result.history) == 1
    assert (Asks.calls, Asks.finished) == (6, False)
    assert signal.getsignal(signal.SIGINT) is before
    for layer in sparse_layers(model).values():
        assert (
            layer.values.shape
            == layer.indices.shape
            == optimizer.state[layer.values]["exp_avg"].shape
        )
        layer.support.validate()


def test_a_bar_is_shown_on_a_terminal_only(capsys):
    model = network()
    fit(
        model,
        small(),
        torch.optim.SGD(model.parameters(), 0.1),
        TrainingPlan(epochs=1),
        progress=True,
    )
    assert capsys.readouterr().err == ""


def test_an_epoch_may_see_a_part_of_the_samples():
    whole = small()
    data = Data(whole.x, whole.y, batch=25, samples=60)
    assert (data.steps, data.seen) == (3, 60)
    first, second = ([x for x, _ in data.batches(np.random.default_rng(k))] for k in (0, 1))
    assert [len(x) for x in first] == [25, 25, 10]
    assert not torch.equal(first[0], second[0])
    with pytest.raises(ValueError, match="samples: got 101"):
        Data(whole.x, whole.y, samples=101)
