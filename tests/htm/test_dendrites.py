"""K-winners and active dendrites: published values, gradients, and learning of two tasks."""

import pytest
import torch
from torch import nn

from neurosparse.models import (
    AbsoluteMax,
    ActiveDendrites,
    Boost,
    DendriticNet,
    DendriticSettings,
    KWinners,
    KWinners2d,
    Max,
    OneSegment,
    PrototypeContexts,
)
from neurosparse.models.layers.active_dendrites import label_contexts
from neurosparse.models.layers.k_winners import winners

ROWS = torch.tensor([[1.5, 1.02, 1.1, 1.3, 0.3, 1.03], [1.11, 1.04, 1.2, 1.6, 1.01, 1.05]])
DUTY = torch.tensor([0.5, 0.25, 0.5, 0.25, 0.5, 0.25])


@pytest.mark.parametrize("strength", range(10))
def test_boosted_winners(strength: int) -> None:
    layer = KWinners(6, 0.5, boost=Boost(float(strength)))
    layer.duty.copy_(DUTY)
    out = layer(ROWS)
    first = {0: {0, 2, 3}, 1: {0, 3, 5}}.get(strength, {1, 3, 5})
    second = {0, 2, 3} if strength == 0 else {1, 3, 5}
    assert [set(row.nonzero().ravel().tolist()) for row in out] == [first, second]
    assert torch.equal(out[out != 0], ROWS[out != 0])


def test_gradient_reaches_winners_only() -> None:
    x = ROWS.clone().requires_grad_()
    out = KWinners(6, 0.5)(x)
    out.sum().backward()
    assert x.grad is not None
    assert torch.equal(x.grad, (out != 0).float())


def test_ties() -> None:
    x = torch.tensor([1.0, 2.0, 2.0, 2.0])
    assert winners(x, 2).sum() == 3
    assert winners(x, 2, break_ties=True).sum() == 2


def test_duty_inference_and_fading() -> None:
    layer = KWinners(10, 0.2, boost=Boost(1.5, 0.5, period=8))
    x = torch.arange(10.0).expand(4, 10)
    layer(x)
    assert layer.duty.tolist() == [0.0] * 8 + [1.0] * 2
    layer(x.flip(1))
    assert layer.duty[0] == layer.duty[9] == 0.5
    layer.end_epoch()
    assert layer.strength == 0.75
    before = layer.duty.clone()
    assert (layer.eval()(x) > 0).sum(1).tolist() == [3] * 4
    assert torch.equal(layer.duty, before)
    layer.train()(torch.zeros(20, 10))
    assert (layer.duty <= before).all()


def test_boosting_spreads_winning() -> None:
    torch.manual_seed(0)
    bias = torch.linspace(0, 0.5, 50)

    def spread(strength: float) -> float:
        layer = KWinners(50, 0.1, boost=Boost(strength))
        for _ in range(100):
            layer(torch.rand(20, 50) + bias)
        return float(layer.duty.std())

    assert spread(2.0) < 0.7 * spread(0.0)


def test_winners_of_images() -> None:
    torch.manual_seed(0)
    x = torch.rand(3, 8, 5, 4)
    everywhere = KWinners2d(8, 0.25)
    local = KWinners2d(8, 0.25, local=True)
    assert (everywhere(x) > 0).flatten(1).sum(1).tolist() == [40] * 3
    assert torch.equal((local(x) > 0).sum(1), torch.full((3, 5, 4), 2))
    assert everywhere.duty.sum() == pytest.approx(2.0)


D = torch.tensor(
    [
        [[0.43, -1.64, 1.49], [-0.79, 0.53, 1.08], [0.02, 0.04, -0.57]],
        [[1.79, -0.48, -0.38], [-0.15, 0.76, -1.13], [1.04, -0.58, -0.31]],
    ]
)


def test_absolute_max_gate_published() -> None:
    chosen = AbsoluteMax()(D)
    assert torch.equal(chosen, torch.tensor([[-1.64, 1.08, -0.57], [1.79, -1.13, 1.04]]))
    y = torch.tensor([[0.1, -0.1, 0.5], [0.2, 0.3, -0.2]])
    expected = [[0.01624651, -0.0746494, 0.18061841], [0.17138546, 0.07324833, -0.14777]]
    assert torch.allclose(y * torch.sigmoid(chosen), torch.tensor(expected), atol=1e-6)
    assert torch.equal(Max()(D), D.max(-1).values)
    assert torch.equal(OneSegment()(D[..., :1]), D[..., 0])


def test_layer_equals_the_formula_and_only_the_chosen_segment_learns() -> None:
    torch.manual_seed(1)
    layer = ActiveDendrites(nn.Linear(4, 3), 5, 6)
    x, c = torch.randn(2, 4), torch.randn(2, 5)
    d = torch.einsum("isk,bk->bis", layer.segments, c)
    best = d.abs().argmax(-1)
    expected = layer.linear(x) * torch.sigmoid(d.gather(-1, best[..., None])[..., 0])
    out = layer(x, c)
    assert torch.allclose(out, expected, atol=1e-6)
    out.sum().backward()
    assert layer.segments.grad is not None
    touched = layer.segments.grad.abs().sum(-1) > 0
    wanted = torch.zeros(3, 6, dtype=torch.bool)
    for row in best:
        wanted[torch.arange(3), row] = True
    assert torch.equal(touched, wanted)


def test_context_tells_opposite_tasks_apart() -> None:
    """Two tasks want opposite answers to the same inputs: only the dendrites can tell them
    apart.
    """
    torch.manual_seed(0)
    x = torch.randn(200, 16)
    answer = (x[:, 0] > 0).long()
    settings = DendriticSettings((64,), n_segments=3, percent_on=0.25, context_density=0.5)
    net = DendriticNet(16, 2, 2, settings, rng=0)
    best = torch.optim.Adam(net.parameters(), 5e-3)
    contexts = [label_contexts(torch.full((200,), task), 2) for task in (0, 1)]

    def losses() -> list[torch.Tensor]:
        return [
            nn.functional.cross_entropy(net(x, c), answer ^ task) for task, c in enumerate(contexts)
        ]

    for _ in range(60):
        best.zero_grad()
        torch.stack(losses()).sum().backward()
        best.step()
    right = [
        float((net(x, c).argmax(1) == (answer ^ task)).float().mean())
        for task, c in enumerate(contexts)
    ]
    assert min(right) > 0.85


def test_prototypes_find_the_task() -> None:
    torch.manual_seed(0)
    contexts = PrototypeContexts()
    tasks = [torch.randn(50, 8) + 5 * t for t in range(3)]
    assert [contexts.add(x) for x in tasks] == [0, 1, 2]
    for t, x in enumerate(tasks):
        assert torch.equal(contexts.nearest(x), contexts.of_task(t, 50))


def test_refusals() -> None:
    for call, words in [
        (lambda: KWinners(4, 0.0), "percent_on"),
        (lambda: KWinners(4, 0.5)(torch.ones(2, 5)), "4 units"),
        (lambda: KWinners2d(4, 0.5)(torch.ones(2, 5)), "height"),
        (lambda: winners(torch.ones(3), 4), "k: got 4"),
        (lambda: Boost(-1.0), "boost"),
        (lambda: ActiveDendrites(nn.Linear(2, 2), 0, 1), "n_context"),
        (
            lambda: ActiveDendrites(nn.Linear(2, 2), 3, 1)(torch.ones(1, 2), torch.ones(1, 2)),
            "context",
        ),
        (lambda: OneSegment()(D), "one segment"),
        (lambda: PrototypeContexts().nearest(torch.ones(1, 2)), "task before"),
    ]:
        with pytest.raises(ValueError, match=words):
            call()
