"""Selections with a threshold: worked examples and slopes."""

import numpy as np
import pytest
import torch

from neurosparse.models import (
    L1,
    ActiveCount,
    Gated,
    GateLoss,
    GroupBias,
    JumpReLU,
    Reconstruction,
    Relu,
    Sae,
)
from neurosparse.models.autoencoders.code import Scores
from tests.models.autoencoders.helpers import random_net, worst_slope

H = torch.tensor([[0.48, 0.52, 2.0], [0.51, 0.1, 0.56]])


def test_a_threshold_has_slopes_from_what_is_near():
    select = JumpReLU(0.5, 0.1)
    net = Sae(3, 3, select=select)
    scores = Scores(H, torch.zeros(3), torch.eye(3), net.bias)
    code, beside = select.select(scores, net)
    assert code.indptr.tolist() == [0, 2, 4]
    np.testing.assert_allclose(code.values.detach(), [0.52, 2.0, 0.51, 0.56])
    near = Scores(H, torch.zeros(3), torch.eye(3), net.bias).above(0.45)
    from neurosparse.models.autoencoders.gates import _Jump

    theta = net.rule["theta"]
    z, step = _Jump.apply(near.values, theta[near.indices.long()], 0.1)
    (slope,) = torch.autograd.grad(z.sum(), theta, retain_graph=True)
    np.testing.assert_allclose(slope, [-10, -5, 0], atol=1e-4)
    (slope,) = torch.autograd.grad(step.sum(), theta)
    np.testing.assert_allclose(slope, [-20, -10, 0], atol=1e-4)
    (slope,) = torch.autograd.grad(beside["active"], theta)
    np.testing.assert_allclose(slope, [-10, -5, 0], atol=1e-4)


def test_thresholds_stay_above_zero_and_serve_single_samples():
    sae = Sae(3, 3, select=JumpReLU(0.5, 0.1), atoms=np.eye(3)).eval()
    assert sae.encode(H).indices.tolist() == [1, 2, 0, 2]
    sae.rule["theta"].data -= 1.0
    sae.select.stepped(sae)
    assert float(sae.rule["theta"].detach().min()) == 0.0


def test_a_gate_says_who_and_a_scale_how_much():
    select = Gated()
    sae = Sae(
        2, 2, select=select, losses=[Reconstruction(), GateLoss(2.0)], atoms=np.eye(2)
    )
    sae.bias.data = torch.tensor([-0.5, 0.2])
    sae.rule["log_scale"].data = torch.tensor([0.1, 0.0])
    sae.rule["shift"].data = torch.tensor([0.0, 0.5])
    x = torch.tensor([[2.0, -0.3]])
    values, seen = sae.losses_of(x)
    assert seen.code.indices.tolist() == [0]
    assert seen.code.values.tolist() == pytest.approx([2.21034184])
    # λ·1.5 + (2 − 1.5)² + .3²
    assert values["gate"].tolist() == pytest.approx(3.0 + 0.25 + 0.09)
    values["gate"].backward()
    assert sae.decoder.grad is None
    assert sae.bias.grad[0] != 0


def test_biases_move_towards_the_aim_of_their_group():
    sae = Sae(1, 3, select=GroupBias(1, 0.5, 0.5, every=4), atoms=np.ones((3, 1)))
    sae.encoder.data = torch.tensor([[1.0], [-1.0], [0.2]])
    sae.bias.data = torch.tensor([0.0, -0.05, -0.1])
    x = torch.tensor([[2.0], [1.0], [1.5], [-0.01]])
    for part in (x[:2], x[2:]):
        sae.train().pass_on(part)
    # fired .75, 0, .75; largest 2, 0, .3: T = 1.15
    assert sae.bias.tolist() == pytest.approx([-0.02, -0.0385, -0.103])
    assert int(sae.rule["samples"]) == 0
    assert not sae.bias.requires_grad
    code = sae.pass_on(torch.tensor([[1.0]])).code
    assert code.values.tolist() == pytest.approx([1.0, 0.2])


@pytest.mark.parametrize(
    ("select", "losses"),
    [
        (Relu(), [Reconstruction(), L1(0.5)]),
        (Gated(), [Reconstruction()]),
        (GroupBias(), [Reconstruction()]),
        (JumpReLU(0.1, 0.01), [Reconstruction(), ActiveCount(0.1, target=2.0)]),
    ],
    ids=lambda part: type(part).__name__,
)
def test_slopes_are_those_of_finite_differences(select, losses):
    net = random_net(select, losses)
    assert worst_slope(*net, without=("rule.theta",)) < 1e-7


def test_losses_of_a_selection_want_that_selection():
    with pytest.raises(ValueError, match=r"select: got Relu, wants JumpReLU\(\)"):
        Sae(2, 4, select=Relu(), losses=[ActiveCount()]).losses_of(torch.ones(1, 2))
    with pytest.raises(ValueError, match=r"wants Gated\(\)"):
        Sae(2, 4, select=Relu(), losses=[GateLoss()]).losses_of(torch.ones(1, 2))


def test_a_batch_in_which_no_unit_is_on_is_the_center_alone():
    sae = Sae(2, 4, select=JumpReLU(5.0, 0.1), losses=[Reconstruction(), ActiveCount()])
    values, seen = sae.losses_of(torch.ones(3, 2))
    assert len(seen.code.values) == 0
    assert values["reconstruction"].tolist() == 2.0
    assert values["active"].tolist() == 0.0
    sum(values.values()).backward()
    assert not sae.decoder.grad.any()
    assert sae.center.grad.tolist() == [-2.0, -2.0]
