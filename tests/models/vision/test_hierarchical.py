"""Ways past stages: what they add, what they cost, and nothing where they are 0."""

import pytest
import torch
from torch import nn

from neurosparse.models import (
    ChannelMix,
    HierarchicalResiduals,
    Rewirer,
    dense_projection,
    sparse_layers,
    sparse_projection,
)
from neurosparse.rewiring import set_


def stages_of(seed=0):
    torch.manual_seed(seed)
    return [
        nn.Sequential(nn.Conv2d(1, 4, 3, 2, 1), nn.ReLU()),
        nn.Sequential(nn.Conv2d(4, 6, 3, 2, 1), nn.ReLU()),
        nn.Sequential(nn.Conv2d(6, 8, 3, 2, 1), nn.ReLU()),
    ]


class Nothing(nn.Module):
    """A stage that gives 0, half as large."""

    def __init__(self, channels):
        super().__init__()
        self.channels = channels

    def forward(self, x):
        return x.new_zeros(len(x), self.channels, x.shape[2] // 2, x.shape[3] // 2)


def test_count_of_the_check_value():
    stages = [nn.Identity() for _ in range(4)]
    net = HierarchicalResiduals(stages, [64, 128, 256, 512])
    assert sum(p.numel() for p in net.parameters()) == 286_720

    def normed(a, b):
        return nn.Sequential(dense_projection(a, b), nn.BatchNorm2d(b))

    net = HierarchicalResiduals(stages, [64, 128, 256, 512], project=normed)
    assert sum(p.numel() for p in net.parameters()) == 291_072


def test_ways_of_0_are_no_ways():
    net = HierarchicalResiduals(stages_of(), [4, 6, 8])
    for p in net.projections.parameters():
        nn.init.zeros_(p)
    base = nn.Sequential(*stages_of())
    x = torch.rand(3, 1, 16, 16)
    assert torch.equal(net(x), base(x))
    net(x).square().sum().backward()
    base(x).square().sum().backward()
    for mine, theirs in zip(net.stages.parameters(), base.parameters(), strict=True):
        assert torch.equal(mine.grad, theirs.grad)


@pytest.mark.parametrize("ways", ["all", "last", "first"])
def test_ways_alone_are_the_pooled_first_stage(ways):
    first = nn.Conv2d(1, 4, 3, 2, 1)
    net = HierarchicalResiduals([first, Nothing(6), Nothing(8)], [4, 6, 8], ways=ways)
    x = torch.rand(2, 1, 16, 16)
    h = first(x)
    pooled = nn.functional.avg_pool2d(h, 4)
    expected = net.projections["0_2"](pooled)
    if ways == "all":
        middle = net.projections["0_1"](nn.functional.avg_pool2d(h, 2))
        expected = expected + net.projections["1_2"](nn.functional.avg_pool2d(middle, 2))
    torch.testing.assert_close(net(x), expected)
    assert len(net.projections) == {"all": 3, "last": 2, "first": 2}[ways]


def test_sparse_ways_compute_what_dense_ones_do_and_are_rewired():
    net = HierarchicalResiduals(stages_of(), [4, 6, 8], project=sparse_projection(0.5))
    twin = HierarchicalResiduals(stages_of(), [4, 6, 8])
    for name, way in net.projections.items():
        dense = way.layer.to_dense()
        twin.projections[name].weight.data = dense.weight.data[:, :, None, None]
    # 16, 8, 4 divide; 18, 9, 5, 3 do not, and are pooled adaptively
    for size in (32, 18):
        x = torch.rand(2, 1, size, size)
        torch.testing.assert_close(net(x), twin(x), atol=1e-5, rtol=1e-5)
    assert len(sparse_layers(net)) == 3
    optimizer = torch.optim.SGD(net.parameters(), 0.1)
    with Rewirer(net, set_(0.5), optimizer, steps=2, steps_per_epoch=1, rng=0) as rewirer:
        net(x).sum().backward()
        optimizer.step()
        assert rewirer.step() > 0
    assert net(x).isfinite().all()


def test_refusals():
    with pytest.raises(TypeError, match="stages: got 1 of Conv2d"):
        HierarchicalResiduals([nn.Conv2d(1, 1, 1)], [1])
    with pytest.raises(ValueError, match="channels: got 2 numbers, wants 3"):
        HierarchicalResiduals(stages_of(), [4, 6])
    with pytest.raises(ValueError, match="did you mean 'last'"):
        HierarchicalResiduals(stages_of(), [4, 6, 8], ways="lest")
    with pytest.raises(ValueError, match="channels: got 5 for stage 1, which gives 6"):
        HierarchicalResiduals(stages_of(), [4, 5, 8])(torch.rand(1, 1, 16, 16))
    flat = [nn.Conv2d(1, 2, 1), nn.Flatten()]
    with pytest.raises(ValueError, match="of stage 1, wants"):
        HierarchicalResiduals(flat, [2, 2])(torch.rand(1, 1, 4, 4))
    assert ChannelMix(nn.Linear(2, 3))(torch.rand(1, 2, 4, 5)).shape == (1, 3, 4, 5)
