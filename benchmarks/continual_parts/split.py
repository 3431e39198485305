"""Split-MNIST, class-incremental: 0/1, 2/3, … 8/9 one after the other, one head of ten, every image
seen once.

All nets are 784-1000-10 and learn batches of 64 by Adagrad with cross-entropy over all ten classes.
The plain trunk is torch's; the normalised one has no biases, rows of zero mean and unit length in
the hidden layer, as published for Hard ASH (Keskinen 2024, arXiv:2404.17651). EWC (Kirkpatrick et
al. 2017, arXiv:1612.00796) adds λ/2 Σ F (w − w*)², F summed over tasks. Active dendrites see the
nearest task prototype as context. Rate and λ come from a small grid, chosen once for each method on
held-out training images.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from run_file import Runs
from torch import Tensor, nn

from neurosparse.models import (
    ActiveDendrites,
    Boost,
    Elephant,
    HardAsh,
    KWinners,
    PrototypeContexts,
)

HIDDEN = 1000
BATCH = 64
HELD_OUT = 10_000
SEARCH_SEED = 100


@dataclass(frozen=True)
class Method:
    """What a net does differently."""

    activation: Callable[[], nn.Module] = nn.ReLU
    normalised: bool = False
    dendrites: bool = False
    rates: tuple[float, ...] = (3e-5, 1e-4, 3e-4, 1e-3)
    penalties: tuple[float, ...] = (0.0,)


def five_percent() -> nn.Module:
    """K-winners as published: 5 % active, no boosting."""
    return KWinners(HIDDEN, 0.05, inference_factor=1.0, boost=Boost(0.0))


METHODS = {
    "dense relu": Method(),
    "dense relu, normalised": Method(normalised=True),
    "dropout": Method(lambda: nn.Sequential(nn.ReLU(), nn.Dropout(0.5))),
    "ewc": Method(rates=(1e-4, 1e-3), penalties=(1e2, 1e4)),
    "k-winners": Method(five_percent, normalised=True),
    "hard ash": Method(HardAsh, normalised=True),
    "elephant": Method(lambda: Elephant(0.08), normalised=True),
    "active dendrites": Method(five_percent, dendrites=True),
}


class Net(nn.Module):
    """784-1000-10."""

    def __init__(self, method: Method) -> None:
        super().__init__()
        plain = not method.normalised
        self.hidden: Any = nn.Linear(784, HIDDEN, bias=plain)
        self.activation, self.head = method.activation(), nn.Linear(HIDDEN, 10, bias=plain)
        self.normalised, self.contexts = method.normalised, PrototypeContexts()
        if method.normalised:
            for layer in (self.hidden, self.head):
                nn.init.normal_(layer.weight, std=(2 / layer.in_features) ** 0.5)
        self.gated = (
            ActiveDendrites(self.hidden, 784, 5, context_density=0.1)
            if method.dendrites
            else None
        )
        self.tidy()

    def tidy(self) -> None:
        """Hidden rows to zero mean and unit length, where the method says so."""
        if self.normalised:
            with torch.no_grad():
                rows = self.hidden.weight - self.hidden.weight.mean(1, keepdim=True)
                self.hidden.weight.copy_(rows / rows.norm(dim=1, keepdim=True))

    def forward(self, x: Tensor) -> Tensor:
        """Class scores [batch, 10]; the context is the task's prototype, or later the nearest
        one.
        """
        z = self.hidden(x) if self.gated is None else self.gated(x, self._context(x))
        return self.head(self.activation(z))

    def _context(self, x: Tensor) -> Tensor:
        if self.training:
            return self.contexts.prototypes[-1][None]  # one context for the batch
        return self.contexts.nearest(x)


class Anchors:
    """The penalty of EWC: how important each weight was, and where it stood."""

    def __init__(self, strength: float) -> None:
        self.strength = strength
        self.importance = {}
        self.place = {}

    def penalty(self, net: Net) -> Tensor:
        """λ/2 Σ F (w − w*)²."""
        if not self.place:
            return torch.zeros(())
        parts = [
            (self.importance[n] * (p - self.place[n]) ** 2).sum()
            for n, p in net.named_parameters()
        ]
        return self.strength / 2 * torch.stack(parts).sum()

    def add(self, net: Net, x: Tensor) -> None:
        """Add the diagonal Fisher information of 500 images, labels drawn from the net itself."""
        total = {n: torch.zeros_like(p) for n, p in net.named_parameters()}
        for row in x[:500]:
            net.zero_grad()
            log_p = torch.log_softmax(net(row[None]), 1)
            drawn = torch.multinomial(log_p.exp().detach(), 1)
            (-log_p.gather(1, drawn)).sum().backward()
            for n, p in net.named_parameters():
                total[n] += p.grad**2 / 500
        for n, p in net.named_parameters():
            self.importance[n] = self.importance.get(n, 0) + total[n]
            self.place[n] = p.detach().clone()


def train(method: Method, seed: int, tasks: list[tuple[Tensor, Tensor]]) -> Net:
    """Learn the tasks one after the other, each image once."""
    torch.manual_seed(seed)
    net = Net(method)
    anchors = Anchors(method.penalties[0])
    optimiser = torch.optim.Adagrad(net.parameters(), lr=method.rates[0])
    for x, y in tasks:
        if net.gated is not None:
            net.contexts.add(x)
        net.train()
        order = torch.randperm(len(x))
        for a in range(0, len(x), BATCH):
            rows = order[a : a + BATCH]
            loss = nn.functional.cross_entropy(net(x[rows]), y[rows]) + anchors.penalty(net)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            net.tidy()
        if anchors.strength:
            anchors.add(net, x[order])
    return net.eval()


def pairs(images: np.ndarray, labels: np.ndarray) -> list[tuple[Tensor, Tensor]]:
    """The five tasks of two digits."""
    masks = [labels // 2 == task for task in range(5)]
    return [
        (torch.from_numpy(images[rows]), torch.from_numpy(labels[rows])) for rows in masks
    ]


def accuracy(net: Net, images: np.ndarray, labels: np.ndarray) -> float:
    """Share of images that are right, all ten classes open."""
    with torch.no_grad():
        answers = net(torch.from_numpy(images)).argmax(1).numpy()
    return float((answers == labels).mean())


def chosen(
    name: str, train_set: Any, runs: Runs, enough: Callable[[], bool]
) -> Method | None:
    """The method at its best rate and penalty on held-out training images; trials are kept among
    the runs.
    """
    method = METHODS[name]
    grid = [
        replace(method, rates=(rate,), penalties=(penalty,))
        for rate in method.rates
        for penalty in method.penalties
    ]
    x, y = (array[:-HELD_OUT] for array in train_set)
    held_x, held_y = (array[-HELD_OUT:] for array in train_set)
    tasks = pairs(x, y)
    scores = []
    for candidate in grid:
        rate = candidate.rates[0]
        penalty = candidate.penalties[0]
        key = f"split, {name}, trial, rate {rate:g}, penalty {penalty:g}"
        if key not in runs:
            if enough():
                return None
            score = accuracy(train(candidate, SEARCH_SEED, tasks), held_x, held_y)
            trial = {"study": "split", "method": name, "rate": rate, "penalty": penalty}
            runs.add(key, trial | {"held_out_accuracy": score})
            print(f"{key}: {score:.4f}", flush=True)
        scores.append(runs[key]["held_out_accuracy"])
    return grid[scores.index(max(scores))]


def run(
    name: str, seed: int, data: Any, runs: Runs, enough: Callable[[], bool]
) -> dict[str, Any] | None:
    """One run of a method; None when the time is up."""
    train_set, test = data
    best = chosen(name, train_set, runs, enough)
    if best is None or enough():
        return None
    net = train(best, seed, pairs(*train_set))
    return {
        "accuracy": accuracy(net, *test),
        "rate": best.rates[0],
        "penalty": best.penalties[0],
    }


def is_built_as_said() -> bool:
    """Whether rows are normalised, 5 % win, and a penalty is 0 where it is anchored, for small nets
    of each method.
    """
    x = torch.randn(8, 784, generator=torch.Generator().manual_seed(0))
    held = []
    for method in METHODS.values():
        net = train(method, 0, [(x, torch.arange(8) % 2)])
        rows = net.hidden.weight.detach()
        if method.normalised:
            held += [
                bool((rows.norm(dim=1) - 1).abs().max() < 1e-5),
                bool(rows.mean(1).abs().max() < 1e-6),
            ]
        if method.activation is five_percent:
            held.append(
                bool(((net.activation(net.hidden(x)) != 0).sum(1) == 0.05 * HIDDEN).all())
            )
        anchors = Anchors(1.0)
        anchors.add(net, x)
        held += [
            float(anchors.penalty(net).detach()) == 0,
            max(float(f.max()) for f in anchors.importance.values()) > 0,
        ]
    return all(held)
