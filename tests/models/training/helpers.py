"""Networks, data and recipes that several test files train."""

import numpy as np
import torch

from neurosparse.connectivity import Connectivity
from neurosparse.models import (
    Data,
    SparseLinear,
    dense_mlp,
    fit,
    prune,
    sparse_layers,
    sparse_mlp,
    sparsified,
)
from neurosparse.pruning import Gradual, granet
from neurosparse.rewiring import (
    Cubic,
    NodeScore,
    Sigmoid,
    chts,
    chtss,
    dst_ee,
    hebbian,
    rigl,
    set_,
    snfs,
    srigl,
)
from neurosparse.wiring import FixedInDegree, RandomEdges

WIDTHS = [12, 24, 18, 4]

RECIPES = {
    "SET": set_(),
    "SNFS": snfs(),
    "RigL": rigl(every=3),
    "SRigL": srigl(every=3),
    "DST-EE": dst_ee(every=3),
    "Hebbian": hebbian(0.2, every=3),
    "CHTs": chts(),
    "CHTs, nodes": chts(score=NodeScore(), importance=True),
    "CHTss": chtss(Sigmoid(0.4, 0.1)),
    "GraNet": granet(0.1, 0.4, every=2),
    "gradual": Gradual(Cubic(0.4, 0.1), every=2),
    "magnitude": None,
}


def samples():
    """60 samples of 12 numbers, told by the largest of the first four; 20 to test on."""
    x = torch.randn(60, 12, generator=torch.Generator().manual_seed(0))
    return Data(x, x[:, :4].argmax(1), x[:20], x[:20, :4].argmax(1), batch=12)


def network(name="SET", seed=0):
    """A small network that the recipe of this name can train."""
    if name == "magnitude":
        return prune(sparsified(dense_mlp(WIDTHS, seed), keep_dense=("4",)), 0.2)
    return sparse_mlp(
        WIDTHS, FixedInDegree(5) if name == "SRigL" else RandomEdges(0.4), rng=seed
    )


def adam(model):
    return torch.optim.Adam(model.parameters(), 3e-3)


def digit_network(seed=0, wiring=None):
    """From 64 pixels to ten digits."""
    return sparse_mlp([64, 128, 96, 10], wiring or RandomEdges(0.1), rng=seed)


def hundred_digits(n=100):
    """Random pictures told by their largest of ten pixels."""
    rng = torch.Generator().manual_seed(0)
    x = torch.randn(n, 64, generator=rng)
    return Data(x, (x[:, :10].argmax(1)), x[:20], x[:20, :10].argmax(1), batch=25)


def blobs():
    """Four clusters in 20 dimensions."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 4, 600)
    x = rng.standard_normal((4, 20))[y] * 1.5 + rng.standard_normal((600, 20))
    x = torch.from_numpy(x.astype(np.float32))
    y = torch.from_numpy(y)
    return Data(x[:400], y[:400], x[400:], y[400:], batch=50)


def total(model):
    """Synapses of all sparse layers."""
    return sum(layer.nnz for layer in sparse_layers(model).values())


def trained(model, plan, rule, data=None, stop=None):
    """Fit by Adam with a falling rate, and stop by hand after so many epochs."""
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.99)

    def interrupt(history):
        if len(history) == stop:
            raise KeyboardInterrupt

    result = fit(
        model,
        data or hundred_digits(),
        optimizer,
        plan,
        rewiring=rule,
        scheduler=scheduler,
        callbacks=[interrupt],
    )
    return result, optimizer


def regression(seed=0):
    """Targets that depend on 8 of 120 pairs, and a layer with weights on all of them."""
    rng = np.random.default_rng(seed)
    true = np.zeros((20, 6), np.float32)
    chosen = rng.choice(120, 8, replace=False)
    true.ravel()[chosen] = rng.choice([-1, 1], 8) * (0.5 + rng.random(8))
    x = torch.from_numpy(rng.standard_normal((200, 20)).astype(np.float32))
    full = SparseLinear(
        Connectivity.from_dense(rng.normal(0, 0.2, (20, 6)) + 1e-3),
        bias=False,
        initial=None,
    )
    return x, x @ torch.from_numpy(true), true, full


def train(layer, x, y, after, steps=300, lr=0.02):
    """Train one layer by Adam, with `after(optimizer, lr, progress)` behind each step."""
    optimizer = torch.optim.Adam(layer.parameters(), lr)
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = ((layer(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        after(optimizer, lr, step / steps)
        losses.append(float(loss.detach()))
    return losses
