"""The module before a network of images: sizes, kernels that do not see light, images in light."""

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.models import (
    Data,
    Precortical,
    SparseLinear,
    TrainingPlan,
    change_contrast,
    difference_of_gaussians,
    fit,
    lenet,
    shift_light,
)

pytestmark = pytest.mark.usefixtures("one_torch_thread")

RAMP = torch.arange(64, dtype=torch.float64).reshape(1, 1, 8, 8) / 63


def count(model):
    return sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize(("channels", "own", "behind"), [(1, 150, 61706), (3, 1332, 62006)])
def test_counts(channels, own, behind):
    assert count(Precortical(channels)) == own
    assert count(lenet(channels)) == behind
    whole = nn.Sequential(Precortical(channels), lenet(channels))
    assert whole(torch.rand(2, channels, 32, 32)).shape == (2, 10)


def test_light_and_contrast():
    darker = shift_light(RAMP, 1.2).flatten()[:3]
    np.testing.assert_allclose(darker, [-1.2, -1.18412698, -1.16825397], atol=1e-8)
    stretched = change_contrast(RAMP, 0.5)
    np.testing.assert_allclose(
        stretched.flatten()[:3], [-0.5, -0.46825397, -0.43650794], atol=1e-8
    )
    assert stretched.mean().item() == pytest.approx(0.5, abs=1e-12)
    assert torch.equal(change_contrast(RAMP, 1.0), RAMP)
    # one mean for all channels of an image
    two = torch.stack([torch.zeros(2, 2), torch.ones(2, 2)])[None]
    assert change_contrast(two, 2.0)[0, :, 0, 0].tolist() == [0.25, 0.75]


def test_a_kernel_of_sum_0_does_not_see_light():
    kernel = difference_of_gaussians()
    assert kernel.sum().abs() < 1e-15
    assert kernel[3, 3].item() == pytest.approx(0.11253935, abs=1e-8)
    assert kernel[0, 3].item() == pytest.approx(-0.01339284, abs=1e-8)
    assert kernel[0, 0].item() == pytest.approx(-0.00490268, abs=1e-8)
    module = Precortical(dropout=0.0).double()
    first = module.stages[:3]
    with torch.no_grad():
        first[0].weight.copy_(kernel)
        first[0].bias.zero_()
    torch.manual_seed(0)
    x = torch.rand(1, 1, 16, 16, dtype=torch.float64)
    one = first(x)[..., 3:-3, 3:-3]
    other = first(shift_light(x, -5.0))[..., 3:-3, 3:-3]
    torch.testing.assert_close(one, other, atol=1e-12, rtol=0)
    assert one.std() > 0.01
    assert module.kernel_sums[0] == pytest.approx(0, abs=1e-12)
    assert len(module.kernel_sums) == 3


def test_it_learns_before_a_sparse_mlp():
    torch.manual_seed(0)
    layers = SparseLinear(64, 40, 0.3, rng=0), nn.ReLU(), nn.Linear(40, 2)
    net = nn.Sequential(Precortical(), nn.Flatten(), *layers)
    x = torch.rand(64, 1, 8, 8)
    y = torch.arange(64) % 2
    x[y == 1, :, :4] += 0.5
    optimizer = torch.optim.Adam(net.parameters(), 0.01)
    before = net[0].kernel_sums
    history = fit(net, Data(x, y, x, y, batch=16), optimizer, TrainingPlan(8)).history
    assert history[-1]["accuracy"] > 0.9
    assert net[0].kernel_sums != before


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: Precortical(0), "channels: got 0"),
        (lambda: Precortical(size=4), "size: got 4, wants an odd number"),
        (lambda: Precortical(dropout=2), "dropout: got 2"),
        (
            lambda: Precortical()(torch.rand(2, 3, 8, 8)),
            r"wants \[batch, 1, height, width\]",
        ),
        (lambda: Precortical()(torch.full((1, 1, 8, 8), torch.nan)), "NaN"),
        (lambda: change_contrast(RAMP, 0), "deviation: got 0"),
        (lambda: shift_light(RAMP, float("nan")), "shift: got nan"),
        (lambda: difference_of_gaussians(inner=2.0, outer=1.0), "outer: got 1.0"),
        (lambda: difference_of_gaussians(4), "size: got 4"),
    ],
)
def test_refusals(act, words):
    with pytest.raises(ValueError, match=words):
        act()


def test_images_that_are_bytes_are_refused():
    with pytest.raises(TypeError, match=r"images.float\(\) / 255"):
        shift_light(torch.zeros(1, 1, 2, 2, dtype=torch.uint8), 1.0)
