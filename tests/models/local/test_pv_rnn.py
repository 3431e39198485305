"""PV-RNN: divergence in closed form, the prior without evidence, one epoch of learning."""

import pytest
import torch

from neurosparse.models import (
    PVRNN,
    Data,
    TrainingPlan,
    fit,
    gaussian_divergence,
    sparse_layers,
)
from neurosparse.rewiring import set_

pytestmark = pytest.mark.usefixtures("one_torch_thread")

STEPS = 6


def net_of(density=None, meta_prior=0.05):
    torch.manual_seed(0)
    sizes = {"sequences": 24, "steps": STEPS}
    return PVRNN(
        3, [10, 5], [2, 1], [1.0, 4.0], **sizes, meta_prior=meta_prior, density=density
    )


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [((0, 1, 0, 1), 0.0), ((0.5, 0.8, 0, 1), 0.16814355), ((0, 0.5, 0.2, 1.5), 0.66305673)],
)
def test_divergence(numbers, expected):
    parts = [torch.tensor([float(n)], dtype=torch.float64) for n in numbers]
    assert gaussian_divergence(*parts).item() == pytest.approx(expected, abs=1e-8)


def test_without_evidence_the_posterior_is_the_prior():
    net = net_of()
    unfolded = net.unfold([a[:4] for a in net.posteriors], ahead=3)
    assert unfolded.outputs.shape == (4, STEPS + 3, 3)
    assert unfolded.divergence.shape == (2, 4, STEPS + 3)
    assert not unfolded.divergence.any()
    # in the first step the prior is N(0, 1)
    a = [torch.full_like(p[:1, :1], 0.5) for p in net.posteriors]
    first = net.unfold(a).divergence[:, 0, 0]
    mean, wide = torch.tanh(torch.tensor(0.5)), torch.exp(torch.tensor(0.5))
    one = gaussian_divergence(mean, wide, torch.tensor(0.0), torch.tensor(1.0))
    torch.testing.assert_close(first, one * torch.tensor([2.0, 1.0]))


@pytest.mark.parametrize("density", [None, 0.5])
def test_it_learns_in_fit_and_predicts(density):
    net = net_of(density)
    data = Data(
        torch.arange(24), torch.eye(3)[torch.arange(24 * STEPS) % 3].reshape(24, STEPS, 3)
    )
    optimizer = torch.optim.Adam(net.parameters(), 0.03)
    rule = set_(0.1) if density else None
    history = fit(net, data, optimizer, TrainingPlan(6), rewiring=rule).history
    assert history[-1]["loss"] < 0.9 * history[0]["loss"]
    assert len(sparse_layers(net)) == 2 * bool(density)
    assert all(a.any() for a in net.posteriors)
    before = [p.clone() for p in net.parameters()]
    ahead = net.predict(data.y[:2], 3, updates=2)
    assert ahead.shape == (2, 3, 3)
    assert all(torch.equal(p, q) for p, q in zip(net.parameters(), before, strict=True))


def test_refusals():
    with pytest.raises(ValueError, match="units: got 2 units, 1 latents, 2 taus"):
        PVRNN(3, [4, 4], [1], [1.0, 2.0], sequences=2, steps=3)
    with pytest.raises(ValueError, match="taus: got"):
        PVRNN(3, [4], [1], [0.5], sequences=2, steps=3)
    net = net_of()
    with pytest.raises(ValueError, match=r"numbers: got 0..24, wants 0..23"):
        net(torch.tensor([0, 24]))
    with pytest.raises(TypeError, match="numbers: got torch.float32"):
        net(torch.zeros(2))
    with pytest.raises(ValueError, match=r"sequences: got shape \[1, 5, 3\]"):
        net.learning_loss(torch.tensor([0]), torch.zeros(1, 5, 3))
    with pytest.raises(ValueError, match="NaN"):
        net.learning_loss(torch.tensor([0]), torch.full((1, STEPS, 3), torch.nan))
