"""Good samples and bad ones: what Forward-Forward learns to tell apart."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from neurosparse.checks import keep_counts, positive, whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.models.local.stack import check_inputs, check_labels


class Pair(NamedTuple):
    """Samples as they should be and as they should not, `[batch, features]` each."""

    good: Tensor
    bad: Tensor


class Pairs(Protocol):
    """How good and bad samples are made of data; one of your own is a class with these two.

    Where labels are predicted it has `classes` and `write(x, y)` as well, as `LabelPixels`.
    """

    def check(self, width: int) -> None:
        """Refuse samples of `width` features that it cannot work on."""

    def __call__(self, x: Tensor, y: Tensor) -> Pair:
        """Make good and bad samples of inputs `[batch, features]` and labels `[batch]`."""
        ...


@dataclass(frozen=True)
class LabelPixels:
    """The label in the first features; bad samples carry a wrong one, drawn by torch's generator.

    Feature j < classes is `level` where j is the label, else 0 (Hinton 2022, arXiv 2212.13345).

    Args:
        classes: labels there are, 2 or more.
        level: what marks the label; the largest value of the samples is usual.

    Raises:
        ValueError: fewer than 2 classes, or a level that is not above 0.

    >>> LabelPixels(3).write(torch.full((1, 4), 0.5), torch.tensor([1])).tolist()
    [[0.0, 1.0, 0.0, 0.5]]
    """

    classes: int
    level: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "classes", whole_number("classes", self.classes, 2))
        positive("level", self.level)

    def check(self, width: int) -> None:
        """Refuse samples with no feature for each label."""
        if self.classes > width:
            expected = f"at most {width}, the features of a sample"
            raise bad_argument("pairs.classes", self.classes, expected)

    def write(self, x: Tensor, y: Tensor) -> Tensor:
        """Return a copy of `x [batch, features]` that carries the labels `y [batch]`."""
        labels = check_labels(y, len(x), self.classes)
        written = x.clone()
        written[:, : self.classes] = 0
        written[torch.arange(len(x), device=x.device), labels.to(x.device)] = self.level
        return written

    def __call__(self, x: Tensor, y: Tensor) -> Pair:
        """Make samples with their own label, and the same with a wrong one."""
        labels = check_labels(y, len(x), self.classes)
        shift = torch.randint(1, self.classes, labels.shape, device=labels.device)
        wrong = (labels + shift) % self.classes
        return Pair(self.write(x, labels), self.write(x, wrong))


@dataclass(frozen=True)
class Hybrids:
    """Bad samples are two images in one, joined along a blurred random mask; labels are not used.

    The mask is noise, smoothed `blurs` times by (¼, ½, ¼) along both axes and cut at ½ (Hinton
    2022, arXiv 2212.13345, unsupervised).

    Args:
        height, width: of an image; samples are `[batch, height · width]`.
        blurs: how coarse the parts are.

    >>> torch.manual_seed(0)  # doctest: +ELLIPSIS
    <torch._C.Generator ...>
    >>> pair = Hybrids(4, 4, blurs=2)(torch.eye(16)[:2], torch.zeros(2))
    >>> pair.good.shape, bool((pair.bad <= pair.good + pair.good.roll(1, 0)).all())
    (torch.Size([2, 16]), True)
    """

    height: int
    width: int
    blurs: int = 6

    def __post_init__(self) -> None:
        keep_counts(self, 1, "height", "width")
        keep_counts(self, 0, "blurs")

    def check(self, width: int) -> None:
        """Refuse samples of another size than the images."""
        if self.height * self.width != width:
            received = Said(f"images of {self.height} x {self.width}")
            raise bad_argument("pairs", received, f"images of {width} features in all")

    def __call__(self, x: Tensor, y: Tensor) -> Pair:
        """Make a batch of images, and of hybrids of each with the one before it."""
        check_inputs(x, self.height * self.width)
        if len(x) == 1:
            raise bad_argument("x", Said("one image"), "two or more, to join two in one")
        mask = self.masks(len(x)).to(x)
        return Pair(x, mask * x + (1 - mask) * x.roll(1, 0))

    def masks(self, count: int) -> Tensor:
        """Draw masks of 0 and 1, `[count, height · width]`."""
        noise = torch.rand(count, 1, self.height, self.width)
        line = torch.tensor([0.25, 0.5, 0.25])
        kernel = (line[:, None] * line)[None, None]
        for _ in range(self.blurs):
            padded = torch.nn.functional.pad(noise, (1, 1, 1, 1), mode="replicate")
            noise = torch.nn.functional.conv2d(padded, kernel)
        return (noise > 0.5).flatten(1).float()
