"""Training: it learns, it stops cleanly, it says what is wrong."""

import signal

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.connectivity import Connectivity
from neurosparse.datasets import digits_8x8
from neurosparse.models import (
    Data,
    TrainingPlan,
    dense_mlp,
    er_control,
    fit,
    g2gnet,
    sparse_layers,
    sparse_mlp,
    sparsified,
)
from neurosparse.pruning import Gradual, granet
from neurosparse.rewiring import (
    Cubic,
    chts,
    dst_ee,
    hebbian,
    rigl,
    set_,
    snfs,
    srigl,
)
from neurosparse.wiring import FixedInDegree, RandomEdges
from tests.models.training.helpers import (
    WIDTHS,
    adam,
    blobs,
    digit_network,
    hundred_digits,
    network,
    samples,
    total,
    trained,
)

pytestmark = pytest.mark.usefixtures("one_torch_thread")


@pytest.fixture(scope="module")
def digits():
    images = digits_8x8()
    x, test_x = (
        torch.from_numpy(part.reshape(len(part), -1).astype(np.float32) / 16)
        for part in (images.train_x, images.test_x)
    )
    y, test_y = (
        torch.from_numpy(part.astype(np.int64)) for part in (images.train_y, images.test_y)
    )
    return Data(x, y, test_x, test_y, batch=64)


DIGIT_RECIPES = {
    "static": None,
    "set": set_(),
    "rigl": rigl(every=15),
    "snfs": snfs(0.3),
    "srigl": srigl(every=15),
    "dst_ee": dst_ee(every=15),
    "hebbian": hebbian(every=15),
    "chts": chts(0.2),
}


@pytest.mark.parametrize("name", DIGIT_RECIPES)
def test_sparse_networks_learn_digits(name, digits):
    model = digit_network(wiring=FixedInDegree(8)) if name == "srigl" else digit_network()
    before = {k: layer.support for k, layer in sparse_layers(model).items()}
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    result = fit(
        model, digits, optimizer, TrainingPlan(epochs=8), rewiring=DIGIT_RECIPES[name]
    )
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
            model,
            digits,
            torch.optim.Adam(model.parameters(), lr=3e-3),
            TrainingPlan(epochs=6),
        )
        assert result.history[-1]["accuracy"] > 0.9


def test_a_stop_within_an_epoch_leaves_the_last_checkpoint(tmp_path):
    class Stops(nn.Module):
        calls = 0

        def forward(self, x):
            Stops.calls += self.training
            if Stops.calls == 7:
                raise KeyboardInterrupt
            return x

    model = nn.Sequential(Stops(), digit_network())
    plan = TrainingPlan(epochs=3, checkpoint=tmp_path / "run.pt")
    result, _ = trained(model, plan, None)
    assert result.interrupted
    assert len(result.history) == 1
    result, _ = trained(nn.Sequential(nn.Identity(), digit_network()), plan, None)
    assert len(result.history) == 3


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
    model = nn.Sequential(Asks(), digit_network())
    optimizer = torch.optim.Adam(model.parameters())
    plan = TrainingPlan(epochs=9, checkpoint=tmp_path / "run.pt")
    result = fit(model, hundred_digits(), optimizer, plan, rewiring=rigl(every=2))
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


def test_a_gradient_that_is_no_number_is_named_before_it_reaches_the_weights():
    model = digit_network()
    before = model[2].values.detach().clone()
    model[2].values.register_hook(lambda slope: slope * torch.nan)
    with pytest.raises(ValueError, match=r"NaN or infinity in 2\.values .*at step 1"):
        fit(
            model,
            hundred_digits(),
            torch.optim.SGD(model.parameters(), 0.1),
            TrainingPlan(epochs=1),
        )
    assert torch.equal(model[2].values, before)


def test_a_bar_is_shown_on_a_terminal_only(capsys):
    model = digit_network()
    fit(
        model,
        hundred_digits(),
        torch.optim.SGD(model.parameters(), 0.1),
        TrainingPlan(epochs=1),
        progress=True,
    )
    assert capsys.readouterr().err == ""


def test_what_a_rule_cannot_rewire_is_said_before_training():
    model = network()
    before = model[0].values.detach().clone()
    with pytest.raises(ValueError, match=r"layers: got neurons with .* FixedInDegree"):
        fit(model, samples(), adam(model), TrainingPlan(1), rewiring=srigl())
    assert torch.equal(model[0].values, before)
    dense = dense_mlp(WIDTHS, 0)
    with pytest.raises(
        ValueError, match="model: got Sequential, wants at least one SparseLinear"
    ):
        fit(dense, samples(), adam(dense), TrainingPlan(1), rewiring=set_())


def test_gradual_pruning_reaches_its_density_and_learns():
    net = sparsified(dense_mlp([20, 32, 4], rng=0), keep_dense=("2",))
    rule = Gradual(Cubic(1.0, 0.1, 0.1, 0.7), every=4)
    result = fit(
        net,
        blobs(),
        torch.optim.Adam(net.parameters(), 1e-2),
        TrainingPlan(epochs=10),
        rewiring=rule,
    )
    assert total(net) == 64
    densities = [row["density"] for row in result.history]
    assert densities == sorted(densities, reverse=True)
    assert result.history[-1]["accuracy"] > 0.9


def test_granet_shrinks_while_it_moves():
    net = sparse_mlp([20, 40, 40, 4], RandomEdges(0.5), rng=0)
    before = [layer.support for layer in sparse_layers(net).values()]
    rule = granet(0.1, every=5)
    fit(
        net,
        blobs(),
        torch.optim.SGD(net.parameters(), 0.05, 0.9),
        TrainingPlan(epochs=8),
        rewiring=rule,
    )
    assert total(net) == 240
    for old, layer in zip(before, sparse_layers(net).values(), strict=True):
        was, now = (
            set(zip(*(e.tolist() for e in s.edges()), strict=True))
            for s in (old, layer.support)
        )
        assert now - was


def test_gradual_leaves_a_sparser_network_alone():
    net = sparse_mlp([4, 4, 2], [Connectivity.from_dense(np.eye(4))], rng=0)
    fit(
        net,
        Data(torch.randn(9, 4), torch.zeros(9, dtype=int)),
        torch.optim.SGD(net.parameters(), 0.1),
        TrainingPlan(2),
        rewiring=Gradual(),
    )
    assert total(net) <= 4


def test_a_loss_that_is_no_number_is_refused():
    model = network()
    with pytest.raises(ValueError, match=r"loss: got a tensor of shape \[12\]"):
        fit(
            model,
            samples(),
            adam(model),
            TrainingPlan(epochs=1, loss=nn.CrossEntropyLoss(reduction="none")),
        )


def test_a_loss_of_weights_that_are_none_is_named():
    model = digit_network()
    model[0].values.data[3] = torch.nan
    with pytest.raises(ValueError, match="loss: got nan"):
        trained(model, TrainingPlan(epochs=1), None)


def test_the_model_is_handed_over_in_the_mode_it_was_tested_in():
    model = network()
    data = samples()
    fit(model, data, adam(model), TrainingPlan(epochs=1))
    assert not model.training
    fit(model, Data(data.x, data.y), adam(model), TrainingPlan(epochs=1))
    assert model.training


def test_sigterm_ends_the_training_and_the_program(tmp_path):
    class Ends(nn.Module):
        calls = 0

        def forward(self, x):
            Ends.calls += self.training
            if Ends.calls == 6 and self.training:
                signal.raise_signal(signal.SIGTERM)
            return x

    before = signal.getsignal(signal.SIGTERM)
    model = nn.Sequential(Ends(), digit_network())
    optimizer = torch.optim.Adam(model.parameters())
    plan = TrainingPlan(epochs=9, checkpoint=tmp_path / "run.pt")
    with pytest.raises(SystemExit) as ended:
        fit(model, hundred_digits(), optimizer, plan)
    assert ended.value.code == 143
    assert Ends.calls == 6
    assert (tmp_path / "run.pt").exists()
    assert signal.getsignal(signal.SIGTERM) is before
