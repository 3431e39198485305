"""Active dendrites: published values, gradients, and learning of two tasks."""

import pytest
import torch
from torch import nn

from neurosparse.models import (
    AbsoluteMaxSegment,
    ActiveDendrites,
    DendriticNet,
    DendriticSettings,
    MaxSegment,
    OneSegment,
    PrototypeContexts,
    label_contexts,
)

pytestmark = pytest.mark.usefixtures("one_torch_thread")

D = torch.tensor(
    [
        [[0.43, -1.64, 1.49], [-0.79, 0.53, 1.08], [0.02, 0.04, -0.57]],
        [[1.79, -0.48, -0.38], [-0.15, 0.76, -1.13], [1.04, -0.58, -0.31]],
    ]
)


def test_absolute_max_gate_published() -> None:
    chosen = AbsoluteMaxSegment()(D)
    assert torch.equal(chosen, torch.tensor([[-1.64, 1.08, -0.57], [1.79, -1.13, 1.04]]))
    y = torch.tensor([[0.1, -0.1, 0.5], [0.2, 0.3, -0.2]])
    expected = [[0.01624651, -0.0746494, 0.18061841], [0.17138546, 0.07324833, -0.14777]]
    assert torch.allclose(y * torch.sigmoid(chosen), torch.tensor(expected), atol=1e-6)
    assert torch.equal(MaxSegment()(D), D.max(-1).values)
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
    settings = DendriticSettings((64,), 3, active_share=0.25, context_density=0.5)
    net = DendriticNet(16, 2, 2, settings, rng=0)
    best = torch.optim.Adam(net.parameters(), 5e-3)
    contexts = [label_contexts(torch.full((200,), task), 2) for task in (0, 1)]

    def losses() -> list[torch.Tensor]:
        return [
            nn.functional.cross_entropy(net(x, c), answer ^ task)
            for task, c in enumerate(contexts)
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
        (lambda: ActiveDendrites(nn.Linear(2, 2), 0, 1), "context_features"),
        (
            lambda: ActiveDendrites(nn.Linear(2, 2), 3, 1)(
                torch.ones(1, 2), torch.ones(1, 2)
            ),
            "context",
        ),
        (lambda: OneSegment()(D), "one segment"),
        (lambda: PrototypeContexts().nearest(torch.ones(1, 2)), "task before"),
    ]:
        with pytest.raises(ValueError, match=words):
            call()
