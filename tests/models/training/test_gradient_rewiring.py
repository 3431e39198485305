"""Grad R and STDS: laws of their definitions, and what they find."""

import numpy as np
import pytest
import torch

from neurosparse.connectivity import Connectivity
from neurosparse.models import (
    HRSNN,
    DeepR,
    GradR,
    SparseLinear,
    Stds,
)
from neurosparse.wiring import RandomEdges
from tests.models.training.helpers import regression, train

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_grad_r_keeps_signs_and_prunes_what_does_not_matter():
    x, y, true, layer = regression()
    before = np.sign(layer.values.detach().numpy())
    rule = GradR(0.9, penalty=0.3).attach(layer)
    losses = train(layer, x, y, lambda o, lr, p: rule.after_step(layer, lr))
    after = layer.values.detach().numpy()
    assert ((after == 0) | (np.sign(after) == before)).all()
    right = before.reshape(20, 6)[true != 0] == np.sign(true[true != 0])
    made = GradR.finish(layer)
    assert type(made) is SparseLinear
    assert made.nnz < 60
    found = made.connectivity.to_dense()
    assert right.any()
    assert (found[true != 0][right] != 0).all()
    assert losses[-1] < 0.7 * losses[0]


def test_grad_r_revives_a_weight_whose_gradient_asks_for_it():
    layer = SparseLinear(Connectivity.from_dense([[0.1]]), bias=False, initial=None)
    rule = GradR(0.5, penalty=1.0).attach(layer)
    for _ in range(3):
        rule.after_step(layer, 0.1)
    theta = layer.theta
    assert theta.item() == pytest.approx(0.0, abs=0.11)
    theta.data.fill_(-0.05)
    assert layer.values.item() == 0.0
    layer(torch.ones(1, 1)).sum().backward()
    assert theta.grad.item() == 1.0


def test_the_prior_of_grad_r_has_the_sparsity_it_is_named_after():
    rule = GradR(0.8, penalty=0.5)
    # P(θ < 0) of a Laplace distribution with mean μ < 0 and scale 1 / α
    assert 1 - 0.5 * np.exp(0.5 * rule.mean) == pytest.approx(0.8)


def test_stds_follows_its_schedule_and_prunes():
    x, y, true, layer = regression()
    rule = Stds(0.4).attach(layer)
    theta = layer.theta
    losses = train(layer, x, y, lambda o, lr, p: rule.after_step(p))
    rule.after_step(0.5)
    assert rule.level == pytest.approx(0.2)
    rule.after_step(1.0)
    assert rule.level == pytest.approx(0.4)
    wanted = torch.sign(theta) * (theta.abs() - 0.4).clamp_min(0)
    torch.testing.assert_close(layer.values, wanted)
    made = Stds.finish(layer)
    assert 8 <= made.nnz < 60
    assert (made.connectivity.to_dense()[true != 0] != 0).all()
    assert losses[-1] < 0.1 * losses[0]


def test_the_recurrent_synapses_of_an_hrsnn_can_be_pruned_so():
    model = HRSNN(4, 20, 2, rng=0)
    synapses = model.cell.synapses
    x = torch.rand(15, 3, 4, generator=torch.Generator().manual_seed(0)) * 3
    before = model.run(x).outputs.detach()
    rule = Stds(0.3).attach(synapses)
    torch.testing.assert_close(model.run(x).outputs.detach(), before)
    rule.after_step(1.0)
    model(x).square().sum().backward()
    assert synapses.theta.grad.abs().sum() > 0
    held = model.run(x).outputs.detach()
    nnz = synapses.nnz
    Stds.finish(synapses)
    assert 0 < synapses.nnz < nnz
    torch.testing.assert_close(model.run(x).outputs.detach(), held)
    signs = DeepR().signs(synapses)
    assert len(DeepR(l1=1.0).after_step(synapses, signs, 0.1, rng=0)) == synapses.nnz


def test_bad_input_is_refused():
    layer = SparseLinear(Connectivity.from_dense([[1.0]]), initial=None)
    for wrong in (lambda: GradR(0.3), lambda: GradR(penalty=0.0), lambda: Stds(0.0)):
        with pytest.raises(ValueError, match="got 0"):
            wrong()
    with pytest.raises(ValueError, match="attach"):
        GradR().after_step(layer, 0.1)
    with pytest.raises(ValueError, match="as the last call"):
        DeepR().after_step(layer, torch.ones(3), 0.1)


def test_a_rule_of_grad_r_serves_one_layer():
    one, other = (
        SparseLinear(Connectivity.from_dense(w), initial=None)
        for w in ([[1.0, -2.0]], [[-3.0, 4.0]])
    )
    rule = GradR().attach(one)
    with pytest.raises(ValueError, match="one layer for each GradR; make another"):
        rule.attach(other)
    assert one.values.tolist() == [1.0, -2.0]
    assert other.values.tolist() == [-3.0, 4.0]
    shared = Stds(0.5)
    for layer in (one, other):
        GradR.finish(layer) if layer is one else None
        shared.attach(layer)
    shared.after_step(1.0)
    assert (one.values.tolist(), other.values.tolist()) == ([0.5, -1.5], [-2.5, 3.5])


@pytest.mark.parametrize("kind", [GradR, Stds])
def test_a_rule_half_way_is_saved_and_its_layer_is_not_edited(kind):
    nets = [HRSNN(4, 20, 2, rng=seed) for seed in (0, 1)]
    rules = [kind(0.5 if kind is GradR else 0.1).attach(net.cell.synapses) for net in nets]
    rules[0].after_step(0.7) if kind is Stds else rules[0].after_step(
        nets[0].cell.synapses, 10.0
    )
    x = torch.rand(15, 3, 4, generator=torch.Generator().manual_seed(0)) * 3
    nets[1].load_state_dict(nets[0].state_dict())
    torch.testing.assert_close(nets[1](x), nets[0](x), rtol=0, atol=0)
    with pytest.raises(ValueError, match=r"call rule.finish\(layer\) first"):
        nets[0].cell.synapses.edit(drop=[0])
    nnz = kind.finish(nets[0].cell.synapses).nnz
    nets[0].cell.synapses.edit(drop=[0])
    assert nets[0].cell.synapses.nnz == nnz - 1


def test_weights_without_their_rule_leave_a_layer_that_has_one_as_it_was():
    layer, other = (
        SparseLinear(20, 12, wiring=RandomEdges(share), rng=0) for share in (0.2, 0.5)
    )
    GradR(0.8).attach(layer)
    before = layer.support
    x = torch.ones(2, 20)
    out = layer(x)
    for strict in (True, False):
        with pytest.raises(ValueError, match="values: got weights, though a rule"):
            layer.load_state_dict(other.state_dict(), strict=strict)
        assert layer.support == before
        assert torch.equal(layer(x), out)


@pytest.mark.parametrize("make", [lambda: GradR(0.8), lambda: Stds(0.1)])
def test_an_optimiser_of_before_or_behind_the_rule_does_not_step(make):
    layer = SparseLinear(6, 4, density=0.5, rng=0)
    x = torch.ones(3, 6)

    def step(optimizer):
        optimizer.zero_grad()
        layer(x).square().sum().backward()
        optimizer.step()

    before = torch.optim.Adam(layer.parameters())
    step(before)
    rule = make().attach(layer)
    with pytest.raises(ValueError, match=r"Adam over weights.*make it after rule.attach"):
        step(before)
    during = torch.optim.Adam(layer.parameters())
    step(during)
    rule.finish(layer)
    with pytest.raises(ValueError, match=r"Adam over weights.*behind rule.finish"):
        step(during)
    # whoever puts the new weights into the groups goes on
    during.param_groups[0]["params"] = list(layer.parameters())
    values = layer.values.detach().clone()
    step(during)
    assert not torch.equal(values, layer.values)
