"""Active dendrites: segments that see a context gate the units of a layer."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.errors import bad_argument
from neurosparse.models.layers.initial import ActiveFanIn
from neurosparse.models.layers.k_winners import Boost, KWinners
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.wiring import FixedInDegree


class Gate(Protocol):
    """Chooses one segment a unit: [batch, units, segments] -> [batch, units]."""

    def __call__(self, d: Tensor) -> Tensor:
        """Return the chosen dendritic activation."""


@dataclass(frozen=True)
class AbsoluteMax:
    """The segment of largest |activation|, with its sign.

    >>> AbsoluteMax()(torch.tensor([[[0.43, -1.64, 1.49]]])).item()
    -1.6399999856948853
    """

    def __call__(self, d: Tensor) -> Tensor:
        """Return the chosen dendritic activation; only it receives a gradient."""
        return d.gather(-1, d.abs().argmax(-1, keepdim=True)).squeeze(-1)


@dataclass(frozen=True)
class Max:
    """The segment of largest activation.

    >>> Max()(torch.tensor([[[0.25, -1.5, 1.0]]])).item()
    1.0
    """

    def __call__(self, d: Tensor) -> Tensor:
        """Return the chosen dendritic activation; only it receives a gradient."""
        return d.gather(-1, d.argmax(-1, keepdim=True)).squeeze(-1)


@dataclass(frozen=True)
class OneSegment:
    """The only segment there is; raises ValueError for more.

    >>> OneSegment()(torch.tensor([[[0.5]]])).item()
    0.5
    """

    def __call__(self, d: Tensor) -> Tensor:
        """Return the activation of the single segment."""
        if d.shape[-1] != 1:
            raise bad_argument("d", d, "one segment a unit", "use AbsoluteMax or Max")
        return d.squeeze(-1)


class ActiveDendrites(nn.Module):
    """Gate a layer by its dendrites: y = (W x + b)·σ(d), d chosen among U c.

    `linear` maps x [batch, n_pre] to [batch, n_post]; segments U [n_post, n_segments, n_context]
    see the context c [batch, n_context] and have no bias. They begin uniform within
    ±1/√(context_density·n_context).

    Source: Iyer, Grewal, Velu, Souza, Forest & Ahmad, "Avoiding catastrophe: active dendrites
    enable multi-task learning in dynamic environments", Front. Neurorobot. 16 (2022),
    arXiv:2201.00042.

    >>> layer = ActiveDendrites(nn.Linear(4, 3), n_context=2, n_segments=5)
    >>> layer(torch.ones(6, 4), torch.ones(6, 2)).shape
    torch.Size([6, 3])
    """

    def __init__(
        self,
        linear: SparseLinear | nn.Linear,
        n_context: int,
        n_segments: int,
        *,
        gate: Gate = AbsoluteMax(),
        context_density: float = 1.0,
    ) -> None:
        super().__init__()
        if n_context < 1 or n_segments < 1 or not 0 < context_density <= 1:
            raise bad_argument(
                "n_context, n_segments, context_density",
                (n_context, n_segments, context_density),
                "counts of at least 1 and a share above 0",
            )
        self.linear, self.gate = linear, gate
        n_post = linear.n_post if isinstance(linear, SparseLinear) else linear.out_features
        bound = 1 / sqrt(context_density * n_context)
        self.segments = nn.Parameter(
            torch.empty(n_post, n_segments, n_context).uniform_(-bound, bound)
        )

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        """Return gated units [batch, n_post] for x [batch, n_pre] and context [batch, n_context]."""
        if context.shape[-1] != self.segments.shape[-1]:
            raise bad_argument(
                "context", context, f"{self.segments.shape[-1]} numbers on the last axis"
            )
        units, segments, n_context = self.segments.shape
        d = (context @ self.segments.reshape(-1, n_context).T).reshape(-1, units, segments)
        return torch.as_tensor(self.linear(x) * torch.sigmoid(self.gate(d)))


@dataclass(frozen=True)
class DendriticSettings:
    """Sizes of a `DendriticNet`; the defaults are those published for permuted MNIST."""

    hidden: tuple[int, ...] = (2048, 2048)
    n_segments: int = 10
    weight_density: float = 0.5
    percent_on: float = 0.05
    context_density: float = 0.1


class DendriticNet(nn.Module):
    """Layers of sparse weights, active dendrites and k-winners, with one sparse head for all tasks.

    >>> net = DendriticNet(20, 3, 20, DendriticSettings(hidden=(40, 40), n_segments=2, percent_on=0.1))
    >>> net(torch.ones(5, 20), torch.ones(5, 20)).shape
    torch.Size([5, 3])
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        n_context: int,
        settings: DendriticSettings = DendriticSettings(),
        rng: Any = None,
    ) -> None:
        super().__init__()
        s = settings
        sizes = (n_in, *settings.hidden)
        rng = np.random.default_rng(rng)
        self.layers, self.winners = nn.ModuleList(), nn.ModuleList()
        for i, (n_pre, n_post) in enumerate(zip(sizes, s.hidden, strict=False)):
            linear = _sparse(n_pre, n_post, s.weight_density, 1.0 if i == 0 else s.percent_on, rng)
            self.layers.append(
                ActiveDendrites(linear, n_context, s.n_segments, context_density=s.context_density)
            )
            self.winners.append(
                KWinners(n_post, s.percent_on, inference_factor=1.0, boost=Boost(0.0))
            )
        self.head = _sparse(sizes[-1], n_out, s.weight_density, s.percent_on, rng)

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        """Return class scores [batch, n_out] for x [batch, n_in] in a context [batch, n_context]."""
        for layer, pick in zip(self.layers, self.winners, strict=True):
            x = pick(layer(x, context))
        return torch.as_tensor(self.head(x))


def _sparse(
    n_pre: int, n_post: int, density: float, input_density: float, rng: Any
) -> SparseLinear:
    """Each unit keeps round(density·n_pre) inputs, weights uniform within ±1/√(inputs active at a time)."""
    wiring = FixedInDegree(max(1, round(density * n_pre)))
    initial = ActiveFanIn(1 / sqrt(3 * input_density), "uniform")
    return SparseLinear(n_pre, n_post, wiring=wiring, initial=initial, rng=rng)


class PrototypeContexts:
    """Contexts without labels: the mean input of each task while training, the nearest of them later.

    >>> contexts = PrototypeContexts()
    >>> contexts.add(torch.zeros(4, 2)), contexts.add(torch.ones(4, 2))
    (0, 1)
    >>> contexts.nearest(torch.tensor([[0.9, 0.8]])).tolist()
    [[1.0, 1.0]]
    """

    def __init__(self) -> None:
        self.prototypes: list[Tensor] = []

    def add(self, x: Tensor) -> int:
        """Store the mean of a task's inputs [n, n_in] as its context; returns its number."""
        self.prototypes.append(x.mean(0))
        return len(self.prototypes) - 1

    def of_task(self, task: int, batch: int) -> Tensor:
        """Repeat the context of a task for a batch [batch, n_in]."""
        return self.prototypes[task].expand(batch, -1)

    def nearest(self, x: Tensor) -> Tensor:
        """Return, for each input [batch, n_in], the nearest stored context by Euclidean distance."""
        if not self.prototypes:
            raise bad_argument("x", "no stored context", "a task before", "call add while training")
        stored = torch.stack(self.prototypes)
        return stored[torch.cdist(x, stored).argmin(1)]


def label_contexts(tasks: Tensor, n_tasks: int) -> Tensor:
    """One-hot contexts of known task numbers, [batch] -> [batch, n_tasks].

    >>> label_contexts(torch.tensor([1]), 3).tolist()
    [[0.0, 1.0, 0.0]]
    """
    return torch.nn.functional.one_hot(tasks, n_tasks).float()
