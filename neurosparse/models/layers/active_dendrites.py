"""Active dendrites: segments that see a context gate the units of a layer."""

from dataclasses import dataclass
from math import sqrt
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.checks import density, whole_number
from neurosparse.errors import bad_argument
from neurosparse.models.layers.initial import ActiveFanIn
from neurosparse.models.layers.k_winners import Boost, KWinners
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.typing import Seed
from neurosparse.wiring import FixedInDegree


class SegmentGate(Protocol):
    """Chooses one segment a unit: `[batch, units, segments]` -> `[batch, units]`."""

    def __call__(self, d: Tensor) -> Tensor:
        """Return the chosen dendritic activation."""


@dataclass(frozen=True)
class AbsoluteMaxSegment:
    """The segment of largest |activation|, with its sign.

    >>> AbsoluteMaxSegment()(torch.tensor([[[0.43, -1.64, 1.49]]])).item()
    -1.6399999856948853
    """

    def __call__(self, d: Tensor) -> Tensor:
        """Return the chosen dendritic activation; only it receives a gradient."""
        return d.gather(-1, d.abs().argmax(-1, keepdim=True)).squeeze(-1)


@dataclass(frozen=True)
class MaxSegment:
    """The segment of largest activation.

    >>> MaxSegment()(torch.tensor([[[0.25, -1.5, 1.0]]])).item()
    1.0
    """

    def __call__(self, d: Tensor) -> Tensor:
        """Return the chosen dendritic activation; only it receives a gradient."""
        return d.gather(-1, d.argmax(-1, keepdim=True)).squeeze(-1)


@dataclass(frozen=True)
class OneSegment:
    """The only segment there is.

    Raises:
        ValueError: a unit has more.

    >>> OneSegment()(torch.tensor([[[0.5]]])).item()
    0.5
    """

    def __call__(self, d: Tensor) -> Tensor:
        """Return the activation of the single segment."""
        if d.shape[-1] != 1:
            raise bad_argument(
                "d", d, "one segment a unit", "use AbsoluteMaxSegment or MaxSegment"
            )
        return d.squeeze(-1)


class ActiveDendrites(nn.Module):
    """Gate a layer by its dendrites: y = (W x + b)·σ(d), d chosen among U c.

    Segments U `[out_features, num_segments, context_features]` have no bias and begin uniform
    within ±1/√(context_density·context_features).

    Args:
        linear: maps x `[batch, in_features]` to units `[batch, out_features]`.
        context_features: width of the context c that the segments see.
        num_segments: segments of each unit.
        gate: chooses among the segments of a unit.
        context_density: share of the context that is on at a time; scales the first weights.

    Raises:
        ValueError: counts below 1, or a density that is not a share above 0.

    Source: Iyer, Grewal, Velu, Souza, Forest & Ahmad, "Avoiding catastrophe: active dendrites
    enable multi-task learning in dynamic environments", Front. Neurorobot. 16 (2022),
    arXiv:2201.00042.

    >>> layer = ActiveDendrites(nn.Linear(4, 3), context_features=2, num_segments=5)
    >>> layer(torch.ones(6, 4), torch.ones(6, 2)).shape
    torch.Size([6, 3])
    """

    def __init__(
        self,
        linear: SparseLinear | nn.Linear,
        context_features: int,
        num_segments: int,
        *,
        gate: SegmentGate = AbsoluteMaxSegment(),
        context_density: float = 1.0,
    ) -> None:
        super().__init__()
        whole_number("context_features", context_features, 1)
        whole_number("num_segments", num_segments, 1)
        density("context_density", context_density)
        self.linear = linear
        self.gate = gate
        bound = 1 / sqrt(context_density * context_features)
        segments = torch.empty(linear.out_features, num_segments, context_features)
        self.segments = nn.Parameter(segments.uniform_(-bound, bound))

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        """Compute units `[batch, out_features]` of x, gated in `context [batch, width]`."""
        units, segments, width = self.segments.shape
        if context.shape[-1] != width:
            raise bad_argument("context", context, f"{width} numbers on the last axis")
        d = (context @ self.segments.reshape(-1, width).T).reshape(-1, units, segments)
        return torch.as_tensor(self.linear(x) * torch.sigmoid(self.gate(d)))


@dataclass(frozen=True)
class DendriticSettings:
    """Sizes of a `DendriticNet`; the defaults are those published for permuted MNIST.

    Args:
        hidden_sizes: units of each hidden layer.
        num_segments: segments of each unit.
        weight_density: share of places that hold a weight.
        active_share: share of units that win.
        context_density: share of the context that is on at a time.
    """

    hidden_sizes: tuple[int, ...] = (2048, 2048)
    num_segments: int = 10
    weight_density: float = 0.5
    active_share: float = 0.05
    context_density: float = 0.1


class DendriticNet(nn.Module):
    """Layers of sparse weights, active dendrites and k-winners, one sparse head for all tasks.

    Args:
        in_features, out_features: width of the input, number of class scores.
        context_features: width of the context.
        settings: sizes of the layers.
        rng: seed or generator of wiring and sparse weights; torch's own draws the segments.

    >>> settings = DendriticSettings(hidden_sizes=(40, 40), num_segments=2, active_share=0.1)
    >>> net = DendriticNet(20, 3, 20, settings)
    >>> net(torch.ones(5, 20), torch.ones(5, 20)).shape
    torch.Size([5, 3])
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        context_features: int,
        settings: DendriticSettings = DendriticSettings(),
        rng: Seed = None,
    ) -> None:
        super().__init__()
        weight_density = settings.weight_density
        share = settings.active_share
        segments = context_features, settings.num_segments
        generator = np.random.default_rng(rng)
        self.layers = nn.ModuleList()
        self.winners = nn.ModuleList()
        width = in_features
        input_share = 1.0
        for units in settings.hidden_sizes:
            linear = _sparse(width, units, weight_density, input_share, generator)
            dendrites = ActiveDendrites(
                linear, *segments, context_density=settings.context_density
            )
            self.layers.append(dendrites)
            self.winners.append(
                KWinners(units, share, inference_factor=1.0, boost=Boost(0.0))
            )
            # what comes next sees only the winners of this layer
            width = units
            input_share = share
        self.head = _sparse(width, out_features, weight_density, share, generator)

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        """Compute scores `[batch, out_features]` of `x [batch, in_features]` in a context."""
        for layer, pick in zip(self.layers, self.winners, strict=True):
            x = pick(layer(x, context))
        return torch.as_tensor(self.head(x))


def _sparse(
    in_features: int,
    out_features: int,
    weight_density: float,
    input_share: float,
    rng: Seed,
) -> SparseLinear:
    """Make units with round(weight_density·in_features) inputs each.

    Of these `input_share` are on at a time; weights are uniform within ±1/√(inputs on at a time).
    """
    wiring = FixedInDegree(max(1, round(weight_density * in_features)))
    initial = ActiveFanIn(1 / sqrt(3 * input_share), "uniform")
    return SparseLinear(in_features, out_features, wiring=wiring, initial=initial, rng=rng)


class PrototypeContexts:
    """Contexts without labels: the mean input of each task in training, the nearest one later.

    >>> contexts = PrototypeContexts()
    >>> contexts.add(torch.zeros(4, 2)), contexts.add(torch.ones(4, 2))
    (0, 1)
    >>> contexts.nearest(torch.tensor([[0.9, 0.8]])).tolist()
    [[1.0, 1.0]]
    """

    def __init__(self) -> None:
        self.prototypes: list[Tensor] = []

    def add(self, x: Tensor) -> int:
        """Store the mean of a task's inputs `[n, in_features]` as context, return its number."""
        self.prototypes.append(x.mean(0))
        return len(self.prototypes) - 1

    def of_task(self, task: int, batch: int) -> Tensor:
        """Repeat the context of a task for a batch, `[batch, in_features]`."""
        return self.prototypes[task].expand(batch, -1)

    def nearest(self, x: Tensor) -> Tensor:
        """Return the stored context nearest to each input of `x [batch, in_features]`.

        Raises:
            ValueError: no context is stored.
        """
        if not self.prototypes:
            raise bad_argument(
                "x", "no stored context", "a task before", "call add while training"
            )
        stored = torch.stack(self.prototypes)
        return stored[torch.cdist(x, stored).argmin(1)]


def label_contexts(tasks: Tensor, n_tasks: int) -> Tensor:
    """Make one-hot contexts of known task numbers, `[batch]` -> `[batch, n_tasks]`.

    >>> label_contexts(torch.tensor([1]), 3).tolist()
    [[0.0, 1.0, 0.0]]
    """
    return torch.nn.functional.one_hot(tasks, n_tasks).float()
