"""Forward-Forward beside backpropagation on MNIST: networks, one run, what is measured of it."""

import time
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from neurosparse.analysis import class_ensembles, hoyer_sparseness
from neurosparse.datasets import digits_8x8, mnist
from neurosparse.models import (
    ActiveFanIn,
    Data,
    ForwardForward,
    LabelPixels,
    Length,
    SparseLinear,
    TopSquares,
    TrainingPlan,
    evaluate,
    fit,
)
from neurosparse.rewiring import set_

METHODS = {
    "FF dense": {},
    "FF sparse, SET": {"density": 0.1},
    "FF dense, equal weights": {"smaller": True},
    "FF dense, top-k": {"top": True},
    "FF sparse, SET, top-k": {"top": True, "density": 0.1},
    "FF dense, equal weights, top-k": {"top": True, "smaller": True},
    "BP/FF dense": {"local": False},
    "BP dense": {"labels": False},
}
RATES = (3e-3, 1e-2, 3e-2)
DENSITY = 0.1
HELD_OUT = 2000


@dataclass(frozen=True)
class Size:
    """How much is computed."""

    samples: int = 10_000
    tests: int = 10_000
    width: int = 500
    depth: int = 3
    epochs: int = 15
    batch: int = 128

    @property
    def smaller(self) -> int:
        """Width of dense layers that have as many weights as the sparse ones."""
        aim = DENSITY * (784 * self.width + (self.depth - 1) * self.width**2)
        a, b = self.depth - 1, 784
        return round((np.sqrt(b * b + 4 * a * aim) - b) / (2 * a))

    @property
    def k(self) -> int:
        """Units that count in top-k goodness: 3 % of a layer."""
        return max(1, round(0.03 * self.width))


def samples(size: Size, held_out: bool) -> tuple[Data, float]:
    """Normalised digits and the largest value in them; some of the training ones to test on."""
    images = mnist()
    parts = []
    for x in (images.train_x[: size.samples], images.test_x[: size.tests]):
        rows = (x.reshape(len(x), -1) / np.float32(255) - np.float32(0.1307)) / np.float32(
            0.3081
        )
        parts.append(torch.from_numpy(rows))
    y = torch.from_numpy(images.train_y[: size.samples].astype(np.int64))
    test_y = torch.from_numpy(images.test_y[: size.tests].astype(np.int64))
    level = float(parts[0].max())
    if not held_out:
        return Data(parts[0], y, *(parts[1], test_y), batch=size.batch), level
    cut = len(y) - min(HELD_OUT, len(y) // 5)
    x = parts[0]
    return Data(x[:cut], y[:cut], x[cut:], y[cut:], batch=size.batch), level


def build(method: str, size: Size, level: float, seed: int) -> nn.Module:
    """Make the network of a method."""
    about = METHODS[method]
    torch.manual_seed(seed)
    width = size.smaller if about.get("smaller") else size.width
    widths = [784, *[width] * size.depth]
    layers = []
    for place in range(size.depth):
        pair = widths[place], widths[place + 1]
        if "density" in about:
            # what torch.nn.Linear begins with, by the inputs that are there
            start = ActiveFanIn(3**-0.5, "uniform")
            rng = [seed, place]
            layers.append(SparseLinear(*pair, about["density"], initial=start, rng=rng))
        else:
            layers.append(nn.Linear(*pair))
    if about.get("labels", True):
        goodness = TopSquares(size.k) if about.get("top") else Length()
        local = about.get("local", True)
        return ForwardForward(layers, LabelPixels(10, level), goodness, local=local)
    between = [part for layer in layers for part in (layer, nn.ReLU())]
    return nn.Sequential(*between, nn.Linear(width, 10))


def run(method: str, size: Size, seed: int, rate: float, held_out: bool) -> dict:
    """Train one network to its last epoch and measure it."""
    data, level = samples(size, held_out)
    model = build(method, size, level, seed)
    optimizer = torch.optim.Adam(model.parameters(), rate)
    rule = set_(0.2) if "density" in METHODS[method] else None
    untested = Data(data.x, data.y, batch=size.batch)
    start = time.process_time()
    history = fit(
        model, untested, optimizer, TrainingPlan(size.epochs, seed), rewiring=rule
    ).history
    seconds = (time.process_time() - start) / size.epochs
    model.eval()
    assert data.test_x is not None
    assert data.test_y is not None
    record = {
        "method": method,
        "seed": seed,
        "rate": rate,
        "accuracy": evaluate(model, data.test_x, data.test_y)["accuracy"],
        "loss": history[-1]["loss"],
        "cpu_seconds_an_epoch": seconds,
        "weights": sum(p.numel() for p in model.parameters()),
    }
    return record if held_out else record | statistics(model, data.test_x, data.test_y)


@torch.no_grad()
def statistics(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> dict:
    """Sparseness and ensembles of each layer over the samples that were told right."""
    chunks = [model(part) for part in x.split(1000)]
    right = torch.cat(chunks).argmax(1) == y
    if isinstance(model, ForwardForward):
        layers = model.activities(x[right], y[right])
    else:
        layers = []
        h = x[right]
        for part in model[:-1]:
            h = part(h)
            if isinstance(part, nn.ReLU):
                layers.append(h)
    labels = y[right].numpy()
    figures: dict = {"hoyer": [], "ensemble_share": [], "ensemble_overlap": []}
    for h in layers:
        active = h[h.sum(1) > 0].numpy()
        figures["hoyer"].append(float(hoyer_sparseness(active).mean()))
        grouped = class_ensembles(h.numpy(), labels, level=2.0)
        apart = grouped.overlap[~np.eye(len(grouped.labels), dtype=bool)]
        figures["ensemble_share"].append(float(grouped.sizes.mean() / h.shape[1]))
        known = apart[np.isfinite(apart)]
        figures["ensemble_overlap"].append(float(known.mean()) if len(known) else 0.0)
    return figures


def equal_steps(steps: int) -> float:
    """LL4: the largest difference of weights after so many steps by either gradient, float64."""
    from neurosparse.models import FixedPrediction, PredictiveCoding

    digits = digits_8x8()
    x = torch.from_numpy(digits.train_x.reshape(-1, 64) / 16.0)
    y = torch.from_numpy(digits.train_y.astype(np.int64))
    target = nn.functional.one_hot(y, 10).double()

    def trained(by_hand: bool) -> list[torch.Tensor]:
        widths = [(64, 50), (50, 30), (30, 10)]
        layers = [SparseLinear(*w, 0.3, rng=n).double() for n, w in enumerate(widths)]
        net = PredictiveCoding(layers, FixedPrediction())
        optimizer = torch.optim.SGD(net.parameters(), 0.05, momentum=0.9)
        for step in range(steps):
            part = slice(step * 64 % 1344, step * 64 % 1344 + 64)
            optimizer.zero_grad()
            if by_hand:
                loss = (net(x[part]) - target[part]).square().sum() / 128
            else:
                loss = net.learning_loss(x[part], target[part])
            loss.backward()
            optimizer.step()
        return [p.detach() for p in net.parameters()]

    pairs = zip(trained(True), trained(False), strict=True)
    return max(float((one - other).abs().max()) for one, other in pairs)


def loose_output(variance: float) -> float:
    """LL5: how far the gradient of equilibrium is from that of backpropagation, relative."""
    from neurosparse.models import Equilibrium, PredictiveCoding

    rng = np.random.default_rng(0)
    weights = [0.7 * rng.standard_normal((3, 2)), 0.7 * rng.standard_normal((2, 3))]
    layers = []
    for weight in weights:
        dense = nn.Linear(weight.shape[1], weight.shape[0], bias=False).double()
        dense.weight.data = torch.from_numpy(weight)
        layers.append(SparseLinear.from_dense(dense))
    x = torch.tensor([[0.5, -1.0]], dtype=torch.float64)
    y = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    settled = Equilibrium(5000, 0.1, 1e-16)
    net = PredictiveCoding(layers, settled, output_variance=variance)
    net.learning_loss(x, y).backward()
    mine = layers[0].values.grad.clone() * variance
    net.zero_grad()
    (net(x) - y).square().sum().div(2).backward()
    theirs = layers[0].values.grad
    return float((mine - theirs).norm() / theirs.norm())
