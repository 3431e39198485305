"""Retina and thalamus before a network of images, and the light they are to see through."""

from typing import Any

import torch
from torch import Tensor, nn

from neurosparse.checks import finite, fraction, positive, whole_number
from neurosparse.errors import Said, bad_argument, bad_type

STAGES = 3


class Precortical(nn.Module):
    """Three small convolutions before a network: bipolar cells, ganglion cells, thalamus.

        h = tanh(dropout(K_3 * tanh(dropout(K_2 * tanh(dropout(K_1 * x + b_1)) + b_2)) + b_3))

    of shape `[batch, channels, height, width]`, as x. A kernel whose sum is 0 does not see a
    brightness that is added everywhere, away from the border.

    Args:
        channels: of the images, 1 or 3.
        size: of a kernel, odd, so that images keep their size.
        dropout: share of values left out while training.

    Raises:
        ValueError: no channel, an even kernel, or a share outside [0, 1].

    Source: Fioresi & Petkovic 2022, arXiv 2202.07432.

    >>> module = Precortical()
    >>> sum(p.numel() for p in module.parameters())
    150
    >>> module(torch.rand(2, 1, 8, 9)).shape
    torch.Size([2, 1, 8, 9])
    """

    def __init__(self, channels: int = 1, *, size: int = 7, dropout: float = 0.2) -> None:
        super().__init__()
        whole_number("channels", channels, 1)
        if whole_number("size", size, 1) % 2 == 0:
            raise bad_argument("size", size, "an odd number")
        fraction("dropout", dropout)
        self.channels = channels
        stages = list[nn.Module]()
        for _ in range(STAGES):
            kernel = nn.Conv2d(channels, channels, size, padding=size // 2)
            stages += [kernel, nn.Dropout(dropout), nn.Tanh()]
        self.stages = nn.Sequential(*stages)

    def forward(self, x: Tensor) -> Tensor:
        """Compute what the thalamus hands on, `[batch, channels, height, width]`."""
        check_images(x, self.channels)
        seen: Tensor = self.stages(x)
        return seen

    @property
    def kernel_sums(self) -> list[float]:
        """The sum of all weights of each stage: near 0 where it sees contrast alone."""
        parameters = dict(self.named_parameters())
        return [
            float(p.detach().sum())
            for name, p in parameters.items()
            if name.endswith("weight")
        ]


def lenet(channels: int = 1, classes: int = 10, dropout: float = 0.2) -> nn.Sequential:
    """Build the network of 32 x 32 images that stands behind the module in its paper.

    Source: LeCun et al. 1998, doi:10.1109/5.726791, with dropout.

    >>> sum(p.numel() for p in lenet().parameters())
    61706
    >>> lenet()(torch.rand(2, 1, 32, 32)).shape
    torch.Size([2, 10])
    """
    whole_number("channels", channels, 1)
    whole_number("classes", classes, 1)
    fraction("dropout", dropout)
    layers = list[nn.Module]()
    for before, after, pooled in [(channels, 6, True), (6, 16, True), (16, 120, False)]:
        layers += [nn.Conv2d(before, after, 5), nn.Dropout(dropout), nn.Tanh()]
        layers += [nn.AvgPool2d(2)] if pooled else [nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, classes))


def shift_light(images: Tensor, shift: float) -> Tensor:
    """Make images `[..., height, width]` darker everywhere: x − μ.

    >>> shift_light(torch.tensor([[0.0, 1.0]]), 0.5).tolist()
    [[-0.5, 0.5]]
    """
    return check_images(images) - finite("shift", shift)


def change_contrast(images: Tensor, deviation: float) -> Tensor:
    """Stretch images `[batch, channels, height, width]` about their mean m: (x − m)/σ + m.

    m is the mean of an image over all its channels; σ above 1 takes contrast away.

    >>> change_contrast(torch.tensor([[[[0.0, 1.0]]]]), 0.5).tolist()
    [[[[-0.5, 1.5]]]]
    """
    mean = check_images(images).mean((-3, -2, -1), keepdim=True)
    return (images - mean) / positive("deviation", deviation) + mean


def difference_of_gaussians(
    size: int = 7, inner: float = 1.0, outer: float = 2.0
) -> Tensor:
    """Build a kernel `[size, size]` of two Gaussians, each of sum 1, taken from each other.

    Args:
        size: odd.
        inner: width of the centre, in pixels.
        outer: width of the surround, above that of the centre.

    Raises:
        ValueError: an even size, or widths in another order.

    >>> kernel = difference_of_gaussians()
    >>> round(kernel[3, 3].item(), 6), abs(kernel.sum().item()) < 1e-12
    (0.112539, True)
    """
    if whole_number("size", size, 1) % 2 == 0:
        raise bad_argument("size", size, "an odd number")
    if positive("outer", outer) <= positive("inner", inner):
        raise bad_argument("outer", outer, f"a width above {inner:g}, that of the centre")
    place = torch.arange(size, dtype=torch.float64) - size // 2
    squares = place[:, None] ** 2 + place**2
    bells = [torch.exp(-squares / (2 * width**2)) for width in (inner, outer)]
    return bells[0] / bells[0].sum() - bells[1] / bells[1].sum()


def check_images(images: Any, channels: int | None = None) -> Tensor:
    """Refuse what are no finite images, or of another number of channels.

    >>> check_images(torch.rand(2, 3, 8, 8), 1)
    Traceback (most recent call last):
    ValueError: images: got shape [2, 3, 8, 8], wants [batch, 1, height, width]
    """
    if not isinstance(images, Tensor) or not images.is_floating_point():
        kind = Said(str(getattr(images, "dtype", type(images).__name__)))
        raise bad_type("images", kind, "a tensor of floats", "images.float() / 255")
    wrong = channels is not None and (images.ndim != 4 or images.shape[1] != channels)
    if wrong or images.ndim < 2:
        shape = Said(f"shape {list(images.shape)}")
        expected = "[batch, channels, height, width]"
        if channels is not None:
            expected = f"[batch, {channels}, height, width]"
        raise bad_argument("images", shape, expected)
    if not bool(torch.isfinite(images).all()):
        raise bad_argument("images", Said("NaN or infinite values"), "finite numbers")
    return images
